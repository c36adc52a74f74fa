import Insurer
import Kernel

extension CustomerHead {
  /// - Parameters:
  ///   - line: the customer within the viewer's book: what others service does not show.
  ///   - names: of who owns the relation and who advises, by id.
  ///   - agreed: the purposes of consent that hold now; nil for who may not know.
  init(
    _ customer: Customer, line: CustomerLine, names: [Int64: String], agreed: Set<Purpose>?, tab: CustomerTab,
    canEdit: Bool, canContact: Bool, canTask: Bool, tabs: [CustomerTab], _ format: Format
  ) {
    let words = format.words
    let base = "/customers/\(customer.id)"
    self.init(
      name: customer.name, initial: String(customer.name.prefix(1)), id: customer.id.description,
      facts: CustomerHead.facts(customer, format),
      badges: (line.relation.map { [Badge($0, words)] } ?? []) + line.stages.map { Badge($0, words) },
      highlights: CustomerHead.highlights(customer, line, names, format),
      tabs: tabs.map { item in
        Choice(
          words["customers.tab.\(item.rawValue)"], item == .overview ? base : "\(base)/\(item.rawValue)",
          isCurrent: item == tab)
      },
      consents: agreed.map { CustomerHead.consents($0, words) } ?? [], consentsHref: "\(base)/consents",
      editHref: canEdit ? "\(base)/edit" : nil, contactHref: canContact ? "\(base)/interactions/new" : nil,
      taskHref: canTask ? "/tasks/new?customer=\(customer.id)" : nil,
      visitHref: canContact ? "\(base)/visit" : nil)
  }

  /// `服务 ✓ 营销 ✗ 健康 ✓`: what the person's data may be used for; service rests on the contract.
  private static func consents(_ agreed: Set<Purpose>, _ words: Words) -> [Badge] {
    [Badge(words["consents.short.service"], tone: "good", icon: "check")]
      + Purposes.ofConsent.map { item in
        let holds = agreed.contains(item.purpose)
        return Badge(
          words["consents.short.\(item.purpose.rawValue)"], tone: holds ? "good" : "quiet",
          icon: holds ? "check" : "close")
      }
  }

  /// `女 · 35 岁 · 1991-04-17`.
  static func facts(_ customer: Customer, _ format: Format) -> String {
    guard customer.kind == .person else { return format.words["customers.organisation"] }
    var parts: [String] = []
    if let sex = customer.sex { parts.append(format.words.label(sex)) }
    if let birth = customer.birthDate {
      if customer.birthFlag == nil {
        parts.append(format.words.fill("customers.age", "\(birth.age(on: format.today))"))
      }
      parts.append(format.day(birth))
    }
    return parts.joined(separator: " · ")
  }

  private static func highlights(
    _ customer: Customer, _ line: CustomerLine, _ names: [Int64: String], _ format: Format
  ) -> [Fact] {
    let words = format.words
    let lines = line.lines.map { words.label($0) }.joined(separator: " · ")
    return [
      customer.ownerID.flatMap { names[$0.raw] }.map { Fact(words.field("owner"), $0) },
      customer.adviserID.flatMap { names[$0.raw] }.map { Fact(words.field("adviser"), $0) },
      lines.isEmpty ? nil : Fact(words["customers.lines"], lines),
      line.nextDueOn.map { Fact(words["customers.nextDue"], format.day($0), note: format.until($0)) },
      line.latestAt.map { Fact(words["customers.latest"], format.ago($0), note: format.day($0.day)) },
      customer.createdOn.map { Fact(words["customers.knownSince"], format.day($0)) },
    ].compactMap { $0 }
  }
}

/// The tabs of a customer's page; each is an address.
enum CustomerTab: String, CaseIterable {
  case overview, policies, claims, interactions, timeline, relationships, consents, corrections, access

  private var needs: Permission {
    switch self {
    case .policies: .read(.policy)
    case .claims: .read(.claim)
    case .interactions: .read(.interaction)
    case .consents: .read(.consent)
    default: .read(.customer)
    }
  }

  /// What somebody may open for what he looks for; an organisation is not asked for consents, which are a person's.
  static func visible(of kind: Customer.Kind, to call: Call) -> [CustomerTab] {
    let shows = (try? call.access.needs.records.contains(.relationships)) ?? true
    return allCases.filter { tab in
      call.may(tab.needs) && (kind == .person || tab != .consents) && (shows || tab != .relationships)
    }
  }
}

extension Badge {
  init(_ stage: Stage, _ words: Words) {
    switch stage {
    case .claim: self.init(words.label(stage), tone: "info", icon: "claim")
    case .premiumDue, .policyRenewal: self.init(words.label(stage), tone: "warn", icon: "premium")
    case .acquisition, .issuing, .referral: self.init(words.label(stage), tone: "quiet", icon: "arrow-right")
    }
  }
}

extension CustomerRow {
  init(_ line: CustomerLine, _ format: Format) {
    let words = format.words
    let facts: [String] =
      line.kind == .organisation
      ? [words["customers.organisation"]]
      : [
        line.sex.map { words.label($0) },
        line.birthDate.map { words.fill("customers.age", "\($0.age(on: format.today))") },
      ].compactMap { $0 }
    let days = line.nextDueOn.map { $0 - format.today }
    self.init(
      name: line.name, initial: String(line.name.prefix(1)), href: "/customers/\(line.id)",
      facts: facts.joined(separator: " · "), id: line.id.description, mobile: line.mobile,
      lines: line.lines.map { words.label($0) }.joined(separator: " · "), nextDue: line.nextDueOn.map(format.day),
      nextDueNote: line.nextDueOn.flatMap(format.overdue),
      dueTone: days.map { $0 < 0 ? "bad" : $0 <= 30 ? "warn" : "" }, state: line.relation.map { Badge($0, words) },
      stages: line.stages.map { Badge($0, words) }, latest: line.latestAt.map(format.moment))
  }
}

extension RelationshipRow {
  init(_ line: RelationshipLine, _ format: Format) {
    let words = format.words
    self.init(
      name: line.otherName,
      kind: line.isOther ? words.label(line.kind) : words["relationships.of.\(line.kind.rawValue)"],
      href: line.otherID.map { "/customers/\($0)" }, since: line.since.map(format.day))
  }
}

extension Fact {
  /// A contact point, masked already where the viewer does not see it whole.
  init(_ contact: CustomerProfile.Contact, _ words: Words) {
    self.init(
      words["contacts.\(contact.kind.rawValue)"], contact.text,
      note: contact.flag.map { words.of("codes", $0) ?? $0 })
  }

  init(_ document: CustomerProfile.Document, _ format: Format) {
    let until = document.validUntil.map { format.words.fill("customers.validUntil", format.day($0)) }
    let flag = document.flag.map { format.words.of("codes", $0) ?? $0 }
    self.init(format.words.label(document.type), document.number, note: flag ?? until)
  }
}

extension CustomerOverviewPage {
  init(
    _ overview: Overview, head: CustomerHead, tasks: [TaskRow], applications: [ApplicationRow], looks: [AccessLine],
    names: [Actor: String],
    _ format: Format
  ) {
    let words = format.words
    let customer = overview.profile.customer
    let base = "/customers/\(customer.id)"
    let policies = overview.policies ?? []
    let claims = (overview.claims ?? []) + (overview.claimsOnPolicies ?? [])
    let limit = CustomerPages.claimLimit
    let isWhole = (overview.claims ?? []).count < limit && (overview.claimsOnPolicies ?? []).count < limit
    let named = Dictionary(policies.map { ($0.id.raw, "\($0.product) \($0.policyNo)") }) { first, _ in first }
    let sentences = Sentences(format: format, names: names, policies: named)
    var rows = PolicyRow.table(policies, format)
    let asOf = PolicyRow.common(&rows, words)
    self.init(
      head: head, tasks: tasks, applications: applications, policies: Array(rows.prefix(8)), policiesAsOf: asOf,
      calendar: PremiumCalendar(policies, format),
      morePolicies: policies.count > 8
        ? Link(words.fill("customers.allPolicies", format.number(policies.count)), "\(base)/policies") : nil,
      moreClaims: claims.count > 3
        ? Link(words.fill("customers.allClaims", format.count(claims.count, isExact: isWhole)), "\(base)/claims") : nil,
      claims: CustomerOverviewPage.urgentFirst(claims).prefix(3).map { ClaimRow($0, format) },
      cover: CoverTotal.of(overview.totals ?? [], base: base, format),
      filters: EventFamily.choices(nil, base: "\(base)/timeline", words),
      timeline: overview.timeline.map(sentences.row),
      timelineHref: "\(base)/timeline",
      contact: overview.profile.contacts.filter { !$0.kind.isUnverifiedText }.map { Fact($0, words) },
      identity: CustomerOverviewPage.identity(overview.profile, format),
      relationships: (overview.relationships ?? []).map { RelationshipRow($0, format) }, looks: looks,
      accessHref: "\(base)/access",
      flags: overview.profile.contacts.filter(\.kind.isUnverifiedText).map {
        "\(words["contacts.\($0.kind.rawValue)"]) \($0.text): \(words.of("codes", $0.flag ?? "") ?? $0.flag ?? "")"
      })
  }

  private static func urgentFirst(_ claims: [OverviewClaim]) -> [OverviewClaim] {
    claims.filter { $0.progress != nil } + claims.filter { $0.progress == nil }
  }

  private static func identity(_ profile: CustomerProfile, _ format: Format) -> [Fact] {
    let customer = profile.customer
    let words = format.words
    let birth = customer.birthDate.map {
      Fact(
        words.field("birth_date"), format.day($0), note: customer.birthFlag.map { words.of("codes", $0) ?? $0 })
    }
    return profile.documents.map { Fact($0, format) }
      + [
        birth, customer.occupation.map { Fact(words.field("occupation"), $0) },
        customer.income.map { Fact(words.field("income"), format.money($0)) },
        customer.channel.map { Fact(words.field("channel"), words.label($0)) },
        Fact(words.field("source"), words.of("sources", customer.source) ?? customer.source, note: customer.sourceKey),
      ].compactMap { $0 }
  }
}

extension CorrectionRow {
  init(_ correction: Correction, names: [Actor: String], _ format: Format) {
    let words = format.words
    self.init(
      field: words.field(correction.field), before: CorrectionRow.shown(correction.before, correction.field, words),
      after: CorrectionRow.shown(correction.after, correction.field, words),
      who: names[Actor(stored: correction.actor)] ?? "",
      source: words.of("sources", correction.source) ?? correction.source, reason: correction.reason,
      at: format.moment(correction.at))
  }

  /// The enumerations among a customer's fields: their values are shown in the reader's words.
  private static let coded: [String: any Coded.Type] = ["gender": Sex.self, "channel": Channel.self]

  private static func shown(_ value: String?, _ field: String, _ words: Words) -> String {
    guard let value else { return "" }
    if let type = coded[field] { return words.of("vocabulary", "\(type).\(value)") ?? value }
    return words.of("codes", value) ?? value
  }
}
