import Hummingbird
import Insurer
import Kernel
import Storage

/// `/customers/{id}/grant`: asking to look at somebody for a while; `/compliance/grants`: who did, and why.
enum GrantPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/customers/{id}/grant", needs: .read(.customer), for: .own) { call in
      try await form(call, [:], faults: [])
    }
    routes.page(.post, "/customers/{id}/grant", needs: .read(.customer), for: .own, open)
    routes.page(.get, "/compliance/grants", needs: .read(.audit), for: .fixed(.audit), list)
    routes.page(.post, "/compliance/grants", needs: .write(.audit), for: .own, decide)
    routes.page(.post, "/grants/seen", for: .own) { call in
      _ = try await call.form()
      try await call.act { try Grants.markSeen(in: $0) }
      return call.redirect("/")
    }
  }

  // MARK: Asking

  private static func form(_ call: Call, _ values: [String: String], faults: [FieldError]) async throws -> Response {
    let id = try call.id(Customer.self)
    let kinds = try await call.read { try Grants.kinds(for: id, in: $0) }
    let words = call.words
    let chosen = values["kind"].flatMap { GrantKind(rawValue: $0) } ?? kinds.first
    let page = GrantFormPage(
      customer: id.description, action: "/customers/\(id)/grant", csrf: call.csrf, cancelHref: "/customers",
      faults: faults.map { Fault($0.field, words.fault($0)) },
      fields: [
        Field(
          "kind", words["grants.kind"],
          control: .select(kinds.map { SelectOption($0.rawValue, words.label($0), isSelected: $0 == chosen) })),
        Field(
          "reason", words["grants.reason"], values["reason"] ?? "", control: .area, hint: words["grants.reasonHint"],
          isRequired: true),
        Field(
          "minutes", words["grants.minutes"],
          control: .select(
            GrantRules.minutes.map { minutes in
              SelectOption(
                "\(minutes)", words.fill("grants.minutesOf", "\(minutes)"),
                isSelected: "\(minutes)" == values["minutes"] ?? "60")
            })),
      ], canOpen: !kinds.isEmpty)
    return try call.page(
      page, title: words["grants.title"], section: .customers, status: faults.isEmpty ? .ok : .unprocessableContent)
  }

  private static func open(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(Customer.self)
    let account = try call.viewer.account.id
    guard let kind = form["kind"].flatMap({ GrantKind(rawValue: $0) }) else {
      throw AppError(.forbidden, "GRANT_FORBIDDEN", "no such way to look")
    }
    let (reason, minutes) = (form["reason"] ?? "", form["minutes"].flatMap { Int($0) } ?? 0)
    do {
      try await call.act { tx in
        _ = try Grants.open(kind, id, reason: reason, minutes: minutes, account: account, in: tx)
      }
    } catch let error as AppError where error.kind == .invalid {
      return try await self.form(call, form.values, faults: error.fields)
    }
    call.site.sessions.forget()
    return kind == .approval
      ? call.redirect("/customers", notice: "grantAsked") : call.redirect("/customers/\(id)", notice: "grantGiven")
  }

  // MARK: Compliance

  private static let pageSize = 50

  private static func list(_ call: Call) async throws -> Response {
    let before = TimeKey(call.query["before"])
    let (grants, names) = try await call.read { tx in
      let grants = try Grants.list(before: before.map { ($0.at, $0.id) }, limit: pageSize + 1, in: tx)
      let people = Set(grants.map(\.customerID.raw)).sorted()
      if !people.isEmpty { tx.logAccess(AccessRecord(.list, subjects: people, what: "grants")) }
      return (grants, try Accounts.names(of: Set(grants.map(\.actor)), in: tx))
    }
    let shown = grants.prefix(pageSize)
    let next = grants.count > pageSize ? shown.last.map { TimeKey($0.askedAt, $0.id.raw).text } : nil
    let words = call.words
    let page = GrantsPage(
      tabs: CompliancePages.tabs("grants", words), rows: shown.map { row($0, names, call) },
      pager: Pager(
        summary: "", nextHref: next.map { "?before=\($0)" },
        firstHref: before == nil ? nil : "/compliance/grants"),
      empty: shown.isEmpty
        ? Empty(icon: "shield", title: words["grants.emptyTitle"], text: words["grants.emptyText"]) : nil)
    return try call.page(page, title: words["grants.list"], section: .compliance)
  }

  private static func row(_ grant: Grant, _ names: [Actor: String], _ call: Call) -> GrantRow {
    let words = call.words
    let state = grant.state(at: call.format.now)
    let tone = state == .active || state == .waiting ? "warn" : "quiet"
    return GrantRow(
      who: names[grant.actor] ?? grant.actor.description, role: words["roles.\(grant.role.rawValue)"],
      kind: words.label(grant.kind), customer: grant.customerID.description,
      customerHref: "/customers/\(grant.customerID)", looksHref: "/compliance?customer=\(grant.customerID)",
      reason: grant.reason, at: call.format.exactMoment(grant.askedAt),
      until: grant.untilAt.map(call.format.exactMoment),
      state: Badge(words.label(state), tone: tone, icon: "clock"),
      review: grant.review.map { Badge(words.label($0), tone: $0 == .justified ? "good" : "bad", icon: "check") },
      choices: call.may(.write(.audit)) ? choices(grant, state).map { SelectOption($0, words["grants.\($0)"]) } : [],
      grant: grant.id.description, csrf: call.csrf)
  }

  private static func choices(_ grant: Grant, _ state: GrantState) -> [String] {
    switch state {
    case .waiting: ["give", "refuse"]
    case .refused: []
    case .active, .over, .ended:
      (grant.reviewedAt == nil ? ["justified", "unjustified"] : []) + (state == .active ? ["end"] : [])
    }
  }

  private static func decide(_ call: Call) async throws -> Response {
    let form = try await call.form()
    guard let grant = form["grant"].flatMap({ ID<Grant>($0) }),
      let customer = form["customer"].flatMap({ ID<Customer>($0) }), let decision = form["decision"]
    else { throw AppError.notFound("grant") }
    try await call.act { tx in
      switch decision {
      case "give", "refuse": try Grants.decide(grant, of: customer, isGiven: decision == "give", in: tx)
      case "end": try Grants.end(grant, of: customer, in: tx)
      default:
        guard let review = GrantReview(rawValue: decision) else { throw AppError.notFound("decision") }
        try Grants.review(grant, of: customer, review, in: tx)
      }
    }
    call.site.sessions.forget()
    return call.redirect("/compliance/grants", notice: "grantDecided")
  }
}
