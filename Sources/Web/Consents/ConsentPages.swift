import Hummingbird
import Insurer
import Kernel
import Storage

/// `/customers/{id}/consents`: what a person has agreed to; taking down a yes, a no, and a no more.
enum ConsentPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/customers/{id}/consents", needs: .read(.consent), for: .own) { call in try await show(call) }
    routes.page(.post, "/customers/{id}/consents", needs: .write(.consent), for: .own, decide)
    routes.page(.post, "/customers/{id}/consents/withdrawal", needs: .write(.consent), for: .own, withdraw)
  }

  static func show(_ call: Call) async throws -> Response { try await show(call, faults: []) }

  private static func show(_ call: Call, faults: [FieldError]) async throws -> Response {
    let id = try call.id(Customer.self)
    let (facts, sheet, actors, people) = try await call.read { tx in
      let facts = try CustomerPages.head(id, in: tx)
      let sheet = try Consents.sheet(id, in: tx)
      Customers.logView(facts.person, what: "consents", in: tx)
      let actors = Set(sheet.history.flatMap { [$0.takenBy, $0.withdrawalTakenBy].compactMap { $0 } })
      let people = sheet.person.guardians.union(sheet.history.compactMap(\.guardianID))
      return (
        facts, sheet, try Accounts.names(of: actors, in: tx), try tx.fetch(Customers.names(of: Array(people)))
      )
    }
    let view = ConsentView(
      customer: id, sheet: sheet, names: try CustomerPages.visibleNames(actors, call),
      people: people.mapValues(\.shown), canWrite: call.may(.write(.consent)), csrf: call.csrf, format: call.format)
    let page = CustomerConsentsPage(
      head: try CustomerPages.head(facts, .consents, call),
      faults: faults.map { Fault($0.field, call.words.fault($0)) }, cards: sheet.standings.map(view.card),
      history: sheet.history.map(view.row))
    return try call.page(
      page, title: facts.customer.name, section: .customers, status: faults.isEmpty ? .ok : .unprocessableContent)
  }

  private static func decide(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(Customer.self)
    let isRefusal = form["decision"] == "refused"
    guard let purpose = form["purpose"].flatMap({ Purpose(rawValue: $0) }),
      let category = form["category"].flatMap({ Kernel.Category(rawValue: $0) })
    else { throw AppError.invalid("CONSENT_NOT_NEEDED", "no such purpose") }
    // Yes is said by a box that nobody has ticked beforehand; without it nothing was said.
    guard isRefusal || form["agrees"] == "1" else {
      let box = "agrees-\(purpose.rawValue)-\(category.rawValue)"
      return try await show(call, faults: [FieldError(box, "UNTICKED", "the box is not ticked")])
    }
    let input = ConsentInput(
      purpose, category, textVersion: form["text_version"].flatMap { Int($0) } ?? 0,
      guardian: form["guardian"].flatMap { ID<Customer>($0) }, evidence: form["evidence"])
    do {
      try await call.act { tx in
        if isRefusal {
          _ = try Consents.refuse(input, for: id, in: tx)
        } else {
          _ = try Consents.give(input, for: id, in: tx)
        }
      }
      return call.redirect(
        "/customers/\(id)/consents", notice: isRefusal ? "consentRefused" : "consentGiven")
    } catch let error as AppError where error.kind == .invalid {
      return try await show(call, faults: error.fields)
    }
  }

  private static func withdraw(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(Customer.self)
    guard let purpose = form["purpose"].flatMap({ Purpose(rawValue: $0) }),
      let category = form["category"].flatMap({ Kernel.Category(rawValue: $0) })
    else { throw AppError.invalid("CONSENT_NOT_NEEDED", "no such purpose") }
    try await call.act { tx in
      _ = try Consents.withdraw(purpose, category, for: id, evidence: form["evidence"], in: tx)
    }
    return call.redirect("/customers/\(id)/consents", notice: "consentWithdrawn")
  }
}

/// A person's consents in the reader's words.
struct ConsentView {
  let customer: ID<Customer>
  let sheet: Consents.Sheet
  /// How whoever took something down is called.
  let names: [Actor: String]
  /// Guardians, masked where the viewer may not see them.
  let people: [ID<Customer>: String]
  let canWrite: Bool
  let csrf: String
  let format: Format

  private var words: Words { format.words }
  private var base: String { "/customers/\(customer)/consents" }

  func card(_ standing: ConsentStanding) -> ConsentCard {
    let purpose = standing.purpose
    let text = words.language == .zhHans ? purpose.words.zh : purpose.words.en
    let key = "\(purpose.purpose.rawValue)-\(purpose.category.rawValue)"
    return ConsentCard(
      title: words["purposes.\(purpose.purpose.rawValue)"], key: key,
      category: purpose.category == .none ? nil : words["consents.category.\(purpose.category.rawValue)"],
      state: badge(standing), facts: facts(standing), text: text.text,
      version: words.fill("consents.version", "\(purpose.words.version)"), necessity: text.necessity,
      ask: canWrite && standing.askFrom != nil ? ask(standing, key) : nil,
      withdraw: canWrite && standing.consent?.state == .given
        ? ConsentWithdraw(
          action: "\(base)/withdrawal", csrf: csrf, purpose: purpose.purpose.rawValue,
          category: purpose.category.rawValue, key: key) : nil)
  }

  private func badge(_ standing: ConsentStanding) -> Badge {
    let text = words["consents.state.\(standing.state.rawValue)"]
    switch standing.state {
    case .given, .notNeeded: return Badge(text, tone: "good", icon: "check")
    case .refused, .withdrawn, .deceased: return Badge(text, tone: "quiet", icon: "close")
    case .notAsked: return Badge(text, tone: "info", icon: "clock")
    case .wordsChanged, .guardianNeeded, .ownNeeded: return Badge(text, tone: "warn", icon: "alert")
    }
  }

  private func facts(_ standing: ConsentStanding) -> [Fact] {
    guard let consent = standing.consent else { return [] }
    return [
      Fact(words["consents.since"], format.day((consent.withdrawnAt ?? consent.decidedAt).day)),
      Fact(words["consents.by"], speaker(consent)),
      Fact(words["consents.takenBy"], taker(consent)),
      standing.until.map { Fact(words["consents.until"], format.day($0.day)) },
    ].compactMap { $0 }
  }

  private func ask(_ standing: ConsentStanding, _ key: String) -> ConsentAsk {
    let purpose = standing.purpose
    let saidNo = standing.state == .refused || standing.state == .withdrawn
    let inPeace = saidNo && standing.askFrom.map { $0 > format.now } ?? false
    let isChild = sheet.person.birthDate.map { format.today < ConsentRules.ownFrom($0) } ?? false
    return ConsentAsk(
      action: base, csrf: csrf, purpose: purpose.purpose.rawValue, category: purpose.category.rawValue,
      textVersion: "\(purpose.words.version)", key: key,
      summary: words[inPeace ? "consents.askedFor" : standing.consent == nil ? "consents.ask" : "consents.askAgain"],
      note: inPeace ? standing.askFrom.map { words.fill("consents.inPeace", format.day($0.day)) } : nil,
      guardians: isChild
        ? sheet.person.guardians.sorted().map { SelectOption($0.description, people[$0] ?? "") } : [])
  }

  private func speaker(_ consent: Consent) -> String {
    guard let guardian = consent.guardianID else { return words["consents.own"] }
    return words.fill("consents.guardian", people[guardian] ?? "")
  }

  private func taker(_ consent: Consent) -> String {
    if consent.source != "anban", consent.source != "api" {
      return words.of("sources", consent.source) ?? consent.source
    }
    return names[consent.withdrawalTakenBy ?? consent.takenBy] ?? words["timeline.here"]
  }

  func row(_ consent: Consent) -> ConsentRow {
    ConsentRow(
      purpose: words["purposes.\(consent.purpose.rawValue)"], state: words["consents.state.\(consent.state.rawValue)"],
      by: speaker(consent), takenBy: taker(consent), version: "\(consent.textVersion)",
      source: words.of("sources", consent.source) ?? consent.source,
      evidence: [consent.evidence, consent.withdrawalEvidence].compactMap { $0 }.joined(separator: " · "),
      at: format.moment(consent.decidedAt), withdrawn: consent.withdrawnAt.map(format.moment))
  }
}
