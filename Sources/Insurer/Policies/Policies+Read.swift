import Kernel
import Storage

extension Policies {
  /// One policy with everything on it, as far as the viewer may see.
  /// - Throws: `notFound` when there is none, or the viewer may not see it.
  package static func detail(_ id: ID<Policy>, in tx: ReadTx) throws -> PolicyDetail {
    try tx.access.require(.read(.policy))
    let place = try tx.fetch(PolicyStore.places(of: [id])).first
    guard let place else { throw AppError.notFound("policy") }
    let (found, coverages, riders, law) = try tx.fetch(
      PolicyStore.visible(place), PolicyPartStore.coverages(of: [place]), PolicyStore.riders(of: [id]),
      LegalRules.stored)
    guard let policy = found else { throw AppError.notFound("policy") }
    guard let bundle = try PolicyBundles([policy], in: tx).all.first else { throw AppError.notFound("policy") }
    let today = try law.on(tx.today)
    let facts = bundle.facts
    let base = try policy.baseID.flatMap { try tx.fetch(PolicyStore.places(of: [$0])).first }
    let related = try base.map { try tx.fetch(PolicyStore.all([$0])) } ?? []
    let products = try tx.fetch(Products.all((related + riders).map(\.productID)))
    let staff = try tx.fetch(Staff.names(policy.staff.map(\.raw)))
    tx.logAccess(AccessRecord(.view, subjects: [policy.customerID.raw], what: "policy"))
    return PolicyDetail(
      policy: bundle.policy, product: bundle.product,
      projection: PolicyRules.project(facts, on: tx.today, law: today),
      mismatches: PolicyRules.mismatches(facts, on: tx.today, law: today), parties: try parties(bundle, in: tx),
      coverages: coverages, premiums: bundle.premiums.reversed(), shareFaults: bundle.shareFaults,
      base: relation(related, products).first, riders: relation(riders, products),
      writingAgent: policy.writingAgentID.flatMap { staff[$0.raw] },
      servicingAgent: policy.servicingAgentID.flatMap { staff[$0.raw] },
      underwriter: policy.underwriterID.flatMap { staff[$0.raw] })
  }

  private static func relation(_ policies: [Policy], _ products: [Product]) -> [RelatedPolicy] {
    policies.map { policy in
      let product = products.first { $0.id == policy.productID }?.name ?? ""
      return RelatedPolicy(id: policy.id, policyNo: policy.policyNo, product: product, status: policy.status)
    }
  }

  /// Policyholder first, then insured, then beneficiaries.
  private static func parties(_ bundle: PolicyBundle, in tx: ReadTx) throws -> [PolicyPartyLine] {
    let holder = bundle.policy.customerID
    let names = try tx.fetch(Customers.names(of: bundle.parties))
    let isSealed = bundle.members.contains { $0.name != nil }
    let key = isSealed ? try Customers.sealingKeys(of: [holder], in: tx)[holder] : nil
    var lines = [line(.policyholder, names[holder], nil)]
    for role in [PartyRole.insured, .beneficiary] {
      for member in bundle.members where member.role == role {
        var text: String?
        if let name = member.name, let key { text = Masks.name(try tx.vault.open(name, with: key)) }
        lines.append(line(role, member.partyID.flatMap { names[$0] }, text, member))
      }
    }
    return lines
  }

  private static func line(
    _ role: PartyRole, _ person: CustomerName?, _ text: String?, _ member: PolicyMember? = nil
  ) -> PolicyPartyLine {
    PolicyPartyLine(
      role: role, designation: member?.designation ?? .named, name: person?.shown ?? text ?? "",
      customerID: person.flatMap { $0.isVisible ? $0.id : nil }, benefit: member?.benefit ?? "",
      rank: member?.rank ?? 0, share: member?.share)
  }

  /// A list, newest first; `after` is the last page's `next`.
  package static func list(
    _ filter: PolicyFilter = PolicyFilter(), after: Int64? = nil, limit: Int, in tx: ReadTx
  ) throws -> ListPage<PolicyListRow> {
    try tx.access.require(.read(.policy))
    let start = after ?? Int64.max
    let narrows = !filter.isEmpty || tx.access.restsOnConsent
    let floor =
      narrows
      ? try tx.fetch(PolicyListStore.floor(after: start, ofEverybody: tx.access.scope == .all))
      : (lowest: Int64(0), count: 0)
    let found = try tx.fetch(PolicyListStore.page(after: start, from: floor.lowest, filter, limit: limit + 1))
    let page = Array(found.prefix(limit))
    let isBounded = found.count <= limit && floor.count == PolicyListStore.lookedAt
    let next = found.count > limit ? page.last?.id.raw : isBounded ? floor.lowest : nil
    return ListPage(rows: try rows(page, in: tx), next: next, isBounded: isBounded)
  }

  /// The applications that wait for an underwriter: which a list shows, and how many there are.
  package static func pending(of underwriter: ID<StaffMember>) -> PolicyFilter {
    var filter = PolicyFilter()
    filter.status = .notYetEffective
    filter.underwriterID = underwriter
    filter.isWithoutRiders = true
    return filter
  }

  package static func pendingCount(of underwriter: ID<StaffMember>, in tx: ReadTx) throws -> BoundedCount {
    try tx.access.require(.read(.policy))
    let bound = BoundedCount.bound
    return BoundedCount(upTo: bound, try tx.fetch(PolicyListStore.pendingCount(of: underwriter, bound: bound)))
  }

  /// The policy of a number as a list shows it; nil when there is none, or the viewer may not see it.
  package static func row(_ number: String, in tx: ReadTx) throws -> PolicyListRow? {
    try tx.access.require(.read(.policy))
    guard let place = try tx.fetch(PolicyStore.places([number])).first else { return nil }
    let found = try tx.fetch(PolicyStore.visible(place))
    return try found.map { try rows([$0], in: tx) }?.first
  }

  /// Premiums to collect between two days, the earliest first; `after` is the last page's `next`.
  package static func due(
    from first: Day, to last: Day, after: DuePlace? = nil, limit: Int, in tx: ReadTx
  ) throws -> DuePage<PolicyListRow> {
    try tx.access.require(.read(.policy))
    let found = try tx.fetch(PolicyListStore.due(from: first, to: last, after: after, limit: limit + 1))
    let page = Array(found.prefix(limit))
    let end = found.count > limit ? page.last : nil
    let next = end.flatMap { policy in policy.projection.nextDueOn.map { DuePlace(day: $0, id: policy.id.raw) } }
    return DuePage(rows: try rows(page, in: tx), next: next)
  }

  /// How many premiums are to be collected between two days, and how many of them were due before today.
  package static func dueCount(
    from first: Day, to last: Day, in tx: ReadTx
  ) throws -> (all: BoundedCount, over: BoundedCount) {
    try tx.access.require(.read(.policy))
    let bound = BoundedCount.bound
    let count = try tx.fetch(PolicyListStore.dueCount(from: first, to: last, before: tx.today, bound: bound))
    return (BoundedCount(upTo: bound, count.all), BoundedCount(upTo: bound, count.over))
  }

  private static func rows(_ policies: [Policy], in tx: ReadTx) throws -> [PolicyListRow] {
    guard !policies.isEmpty else { return [] }
    let (products, names, staff) = try tx.fetch(
      Products.all(policies.map(\.productID)), Customers.names(of: policies.map(\.customerID)),
      Staff.names(policies.compactMap { $0.servicingAgentID?.raw }))
    let byID = Dictionary(products.map { ($0.id, $0) }) { first, _ in first }
    return policies.compactMap { policy in
      guard let product = byID[policy.productID] else { return nil }
      return PolicyListRow(
        policy: policy, product: product.name, line: product.line, policyholder: names[policy.customerID],
        servicingAgent: policy.servicingAgentID.flatMap { staff[$0.raw] })
    }
  }

  /// Brings lines up to date whose projection the calendar has overtaken; nothing is stored.
  package static func fresh(_ lines: [PolicyLine], in tx: ReadTx) throws -> [PolicyLine] {
    let today = tx.today
    let overdue = lines.filter { $0.projectionDueOn.map { $0 <= today } ?? false }
    guard !overdue.isEmpty else { return lines }
    let places = overdue.map { PolicyPlace(policyNo: $0.policyNo, id: $0.id, customerID: $0.policyholderID) }
    let bundles = try PolicyBundles(try tx.fetch(PolicyStore.all(places)), in: tx).all
    let projections = Dictionary(uniqueKeysWithValues: bundles.map { ($0.policy.id, $0.policy.projection) })
    return lines.map { line in
      guard let projection = projections[line.id] else { return line }
      var line = line
      line.phases = projection.phases
      line.mismatches = projection.mismatches
      if line.has(.policyholder) {
        line.nextDueOn = projection.nextDueOn
        line.suspendsOn = projection.suspendsOn
      }
      return line
    }
  }

  /// The history of a policy's corrections, newest first.
  package static func history(_ policy: Policy, in tx: ReadTx) throws -> [FieldChangeLine] {
    guard let key = try Customers.sealingKeys(of: [policy.customerID], in: tx)[policy.customerID] else { return [] }
    return try Corrections.history(
      customer: policy.customerID.raw, entity: "policy", entityID: policy.id.raw, key: key, in: tx)
  }
}
