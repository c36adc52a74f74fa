import Hummingbird
import Insurer
import Kernel
import Storage

/// `/customers` and the tabs of one customer.
enum CustomerPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/customers", needs: .read(.customer), for: .named) { call in
      try await CustomerListPages.list(call)
    }
    routes.page(.get, "/customers/{id}", needs: .read(.customer), for: .named) { call in try await overview(call) }
    for tab in CustomerTab.allCases where tab != .overview && tab != .consents {
      routes.page(.get, "/customers/{id}/\(tab.rawValue)", needs: .read(.customer), for: .named) { call in
        try await show(tab, call)
      }
    }
  }

  private static func show(_ tab: CustomerTab, _ call: Call) async throws -> Response {
    switch tab {
    case .overview: try await overview(call)
    case .policies: try await policies(call)
    case .claims: try await claims(call)
    case .interactions: try await interactions(call)
    case .timeline: try await timeline(call)
    case .relationships: try await relationships(call)
    case .corrections: try await corrections(call)
    case .consents: try await ConsentPages.show(call)
    case .access: try await access(call)
    }
  }

  /// What every tab's head needs.
  struct HeadFacts: Sendable {
    let customer: Customer
    /// The records that are this one person.
    let person: PersonRef
    let line: CustomerLine
    /// By id, of who owns the relation and who advises.
    let names: [Int64: String]
    /// The purposes of consent that hold now; nil for who may not know, and of an organisation.
    let agreed: Set<Purpose>?
  }

  /// - Throws: `notFound` when the viewer may not see the customer.
  static func head(_ id: ID<Customer>, in tx: ReadTx) throws -> HeadFacts {
    let customer = try Customers.find(id, in: tx).told(to: tx.access)
    let person = try tx.fetch(Customers.person(id))
    guard let line = CustomerLine.joined(try Customers.lines(person.records, in: tx), as: id) else {
      throw AppError.notFound("customer")
    }
    let (names, agreed) = try tx.fetch(
      Staff.names(customer.staff.map(\.raw)), Consents.told(of: customer, to: tx.access, at: tx.now))
    return HeadFacts(customer: customer, person: person, line: line, names: names, agreed: agreed)
  }

  static func head(_ facts: HeadFacts, _ tab: CustomerTab, _ call: Call) throws -> CustomerHead {
    CustomerHead(
      facts.customer, line: facts.line, names: facts.names, agreed: facts.agreed, tab: tab,
      canEdit: call.may(.write(.customer)), canContact: call.may(.write(.interaction)),
      canTask: call.may(.write(.task)),
      tabs: CustomerTab.visible(of: facts.customer.kind, to: call), call.format)
  }

  static func answer<P: Page>(_ page: P, _ facts: HeadFacts, _ call: Call) throws -> Response {
    try call.page(page, title: facts.customer.name, section: .customers)
  }

  /// The most claims of each side that a customer's pages show; nobody has that many.
  static let claimLimit = 200

  // MARK: Overview

  private static func overview(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let (overview, panels) = try await call.read { tx in
      var limits = Overview.Limits()
      limits.claims = claimLimit
      let overview = try Overview.load(id, limits: limits, in: tx)
      return (overview, try OverviewPanels.load(of: overview, in: tx))
    }
    let facts = HeadFacts(
      customer: overview.customer, person: overview.person, line: panels.line, names: panels.staff,
      agreed: panels.agreed)
    let known = try visibleNames(panels.names, call)
    var page = CustomerOverviewPage(
      overview, head: try head(facts, .overview, call),
      tasks: panels.tasks.map { TaskRow($0, canTake: false, csrf: "", call.format) },
      applications: panels.applications.map { ApplicationRow($0, call.format) },
      looks: panels.looks.map { AccessLine($0, known, call.format) }, names: known, call.format)
    page.complaints = panels.complaints.map { ComplaintRow($0, call.format) }
    page.complaintHref = call.may(.write(.complaint)) ? "/complaints/new?customer=\(id)" : nil
    return try answer(page, facts, call)
  }

  /// An agent reads his own name in a customer's logs, and of others only that they were.
  static func visibleNames(_ names: [Actor: String], _ call: Call) throws -> [Actor: String] {
    let access = try call.access
    guard access.role == .agent else { return names }
    let colleague = call.words["customers.colleague"]
    return Dictionary(
      uniqueKeysWithValues: names.map { actor, name in (actor, actor == access.actor ? name : colleague) })
  }

  // MARK: Other tabs

  private static func policies(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let (facts, lines) = try await call.read { tx in
      try tx.access.require(.read(.policy))
      let facts = try head(id, in: tx)
      Customers.logView(facts.person, what: "policies", in: tx)
      return (facts, try Policies.fresh(try tx.fetch(Policies.lines(of: facts.person)), in: tx))
    }
    let cover = call.query["cover"].flatMap { Line(rawValue: $0) }
    let shown = cover.map { line in lines.filter { LineTotal.covers($0) && $0.line == line } } ?? lines
    let words = call.words
    let base = "/customers/\(id)"
    var rows = PolicyRow.table(shown, call.format)
    let asOf = PolicyRow.common(&rows, words)
    let page = CustomerPoliciesPage(
      head: try head(facts, .policies, call), policies: rows, asOf: asOf,
      cover: CoverTotal.of(LineTotal.of(lines), base: base, call.format), calendar: PremiumCalendar(lines, call.format),
      chips: cover.map { [Choice(words.fill("policies.coverOf", words.label($0)), "\(base)/policies")] } ?? [])
    return try answer(page, facts, call)
  }

  private static func claims(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let (facts, lines) = try await call.read { tx in
      try tx.access.require(.read(.claim))
      let facts = try head(id, in: tx)
      let person = facts.person
      let (own, others) = try tx.fetch(
        Claims.claims(of: person, limit: claimLimit), Claims.claims(onPoliciesOf: person, limit: claimLimit))
      Customers.logView(facts.person, what: "claims", in: tx)
      return (facts, try Claims.lines(own + others, in: tx))
    }
    let page = CustomerClaimsPage(
      head: try head(facts, .claims, call), claims: lines.map { ClaimRow($0, on: id, call.format) })
    return try answer(page, facts, call)
  }

  private static let pageSize = 50

  private static func interactions(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let before = TimeKey(call.query["before"])
    let (facts, lines) = try await call.read { tx in
      let facts = try head(id, in: tx)
      let cursor = before.map { InteractionCursor(at: $0.at, id: $0.id) } ?? .newest
      return (
        facts, try Interactions.list(of: facts.person, before: cursor, limit: pageSize + 1, in: tx)
      )
    }
    let shown = lines.prefix(pageSize)
    let next = lines.count > pageSize ? shown.last.map { TimeKey($0.interaction.at, $0.interaction.id.raw).text } : nil
    let page = CustomerInteractionsPage(
      head: try head(facts, .interactions, call), rows: shown.map { InteractionRow($0, call.format) },
      pager: Pager(
        summary: "", nextHref: next.map { "?before=\($0)" },
        firstHref: before == nil ? nil : "/customers/\(id)/interactions"))
    return try answer(page, facts, call)
  }

  private static func timeline(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let family = call.query["family"].flatMap { EventFamily(rawValue: $0) }
    let before = TimeKey(call.query["before"])
    let isFragment = call.wantsFragment
    let (facts, entries, names) = try await call.read { tx in
      let facts = isFragment ? nil : try head(id, in: tx)
      let person = try facts?.person ?? tx.fetch(Customers.person(id))
      let cursor = before.map { InteractionCursor(at: $0.at, id: $0.id) } ?? .newest
      let filter = TimelineFilter(kinds: family?.kinds ?? [])
      let entries = try Timeline.page(of: person, before: cursor, filter, limit: pageSize + 1, in: tx)
      return (facts, entries, try Accounts.names(of: Set(entries.map(\.actor)), in: tx))
    }
    let base = "/customers/\(id)/timeline"
    let shown = entries.prefix(pageSize)
    let next = entries.count > pageSize ? shown.last.map { TimeKey($0.happenedAt, $0.id).text } : nil
    let sentences = Sentences(format: call.format, names: try visibleNames(names, call))
    let rows = CustomerTimelineRows(
      entries: shown.map(sentences.row), moreHref: next.map { base + call.query.with(["before": $0]) })
    guard let facts else { return try call.fragment(rows) }
    let page = CustomerTimelinePage(
      head: try head(facts, .timeline, call), filters: EventFamily.choices(family, base: base, call.words), rows: rows)
    return try answer(page, facts, call)
  }

  private static func relationships(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let (facts, lines) = try await call.read { tx in
      try tx.access.needs.require(.relationships, for: tx.access.purpose)
      let facts = try head(id, in: tx)
      Customers.logView(facts.person, what: "relationships", in: tx)
      return (facts, try tx.fetch(Relationships.lines(facts.person)))
    }
    let page = CustomerRelationshipsPage(
      head: try head(facts, .relationships, call), relationships: lines.map { RelationshipRow($0, call.format) })
    return try answer(page, facts, call)
  }

  private static func corrections(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let (facts, corrections, names) = try await call.read { tx in
      let facts = try head(id, in: tx)
      let corrections = try Customers.corrections(facts.customer, in: tx)
      Customers.logView(facts.person, what: "corrections", in: tx)
      return (facts, corrections, try Accounts.names(of: Set(corrections.map { Actor(stored: $0.actor) }), in: tx))
    }
    let known = try visibleNames(names, call)
    let page = CustomerCorrectionsPage(
      head: try head(facts, .corrections, call),
      rows: corrections.map { CorrectionRow($0, names: known, call.format) })
    return try answer(page, facts, call)
  }

  private static func access(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let before = TimeKey(call.query["before"])
    let (facts, lines, names) = try await call.read { tx in
      let facts = try head(id, in: tx)
      let lines = try tx.fetch(
        AccessLog.looks(
          at: facts.person.records.map(\.raw), before: before.map { ($0.at, ID($0.id)) }, limit: pageSize + 1))
      Customers.logView(facts.person, what: "access", in: tx)
      return (facts, lines, try Accounts.names(of: Set(lines.map(\.actor)), in: tx))
    }
    let shown = lines.prefix(pageSize)
    let next = lines.count > pageSize ? shown.last.map { TimeKey($0.at, $0.id.raw).text } : nil
    let known = try visibleNames(names, call)
    let page = CustomerAccessPage(
      head: try head(facts, .access, call), looks: shown.map { AccessLine($0, known, call.format) },
      pager: Pager(
        summary: "", nextHref: next.map { "?before=\($0)" },
        firstHref: before == nil ? nil : "/customers/\(id)/access"))
    return try answer(page, facts, call)
  }
}
