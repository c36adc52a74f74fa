import Kernel
import Storage

/// The renewal desk (续期): what is to be collected, what was promised, reminded and demanded. It serves the contract:
/// no consent to marketing is asked for, and none that is refused stops it.
package enum Premiums {
  package static let promised = EventKind("premium_promised")
  package static let promiseKept = EventKind("premium_promise_kept")
  package static let promiseBroken = EventKind("premium_promise_broken")
  package static let reminded = EventKind("premium_reminded")
  package static let demandSent = EventKind("premium_demand_sent")
  package static let kinds = [promised, promiseKept, promiseBroken, reminded, demandSent]

  /// Whose work the desk is, or who looks over it.
  package static func isOpen(to role: Role?) -> Bool {
    switch role {
    case .claims, .underwriter, nil: false
    default: true
    }
  }

  /// - Throws: `forbidden` for the desks that collect none.
  private static func authorise(_ tx: ReadTx) throws {
    try tx.access.require(.read(.policy))
    guard isOpen(to: tx.access.role) else {
      throw AppError.forbidden("\(tx.access.role.rawValue) collects no premiums")
    }
  }

  /// A page of a list; `after` is the last page's `next`.
  package static func due(
    _ filter: DueFilter, after: DuePlace? = nil, limit: Int, in tx: ReadTx
  ) throws -> DuePremiums {
    try authorise(tx)
    let bounds = PremiumDueRules.bounds(filter.list, on: tx.today)
    let found = try tx.fetch(PremiumDueStore.page(filter, bounds, after: after, limit: limit + 1))
    let page = Array(found.prefix(limit))
    let next = found.count > limit ? page.last.map { DuePlace(day: $0.day, id: $0.place.id.raw) } : nil
    return DuePremiums(rows: try rows(page.map(\.place), in: tx), next: next)
  }

  /// The figures of a list, whatever part of it is shown.
  package static func figures(_ filter: DueFilter, in tx: ReadTx) throws -> DueFigures {
    try authorise(tx)
    let bounds = PremiumDueRules.bounds(filter.list, on: tx.today)
    let shows: [DueShow?] = [nil] + DueShow.allCases
    let found = try tx.fetch(
      all: shows.map { PremiumDueStore.figure(filter, bounds, $0, bound: BoundedCount.bound) })
    return DueFigures(
      all: found[0], parts: Dictionary(uniqueKeysWithValues: zip(DueShow.allCases, found.dropFirst())))
  }

  /// What was due in this month and how much of it has come, of the policies that the viewer sees.
  package static func collection(in tx: ReadTx) throws -> PremiumCollection {
    try authorise(tx)
    let month = PremiumDueRules.bounds(.thisMonth, on: tx.today).due
    return try tx.fetch(PremiumDueStore.collection(month, bound: BoundedCount.bound))
  }

  /// How many premiums each list has, for its tabs.
  package static func counts(_ filter: DueFilter, in tx: ReadTx) throws -> [DueList: BoundedCount] {
    try authorise(tx)
    let queries = DueList.allCases.map { list in
      var wanted = filter
      wanted.list = list
      return PremiumDueStore.figure(
        wanted, PremiumDueRules.bounds(list, on: tx.today), filter.show, bound: BoundedCount.bound)
    }
    let found = try tx.fetch(all: queries)
    return Dictionary(uniqueKeysWithValues: zip(DueList.allCases, found.map(\.count)))
  }

  /// One policy's open premium as the desk sees it.
  /// - Throws: `notFound`; `conflict` `PREMIUM_NOT_OPEN` where nothing is to be paid.
  package static func row(_ id: ID<Policy>, in tx: ReadTx) throws -> DueRow {
    let bundle = try Policies.bundle(id, in: tx)
    tx.logAccess(AccessRecord(.view, subjects: [bundle.policy.customerID.raw], what: "policy"))
    guard let row = try rows([bundle.policy.place], in: tx).first else {
      throw AppError.conflict("PREMIUM_NOT_OPEN", "no premium of this policy is open")
    }
    return row
  }

  static func rows(_ places: [PolicyPlace], in tx: ReadTx) throws -> [DueRow] {
    guard !places.isEmpty else { return [] }
    let bundles = try Policies.bundles(places, in: tx)
    let (names, staff, promises, notices, rules) = try tx.fetch(
      Customers.names(of: bundles.map(\.policy.customerID)),
      Staff.names(bundles.compactMap { $0.policy.servicingAgentID?.raw }), PremiumNoticeStore.promises(of: places),
      PremiumNoticeStore.notices(of: places), LegalRules.stored)
    let law = try rules.on(tx.today)
    return bundles.compactMap { bundle in
      let facts = bundle.facts
      guard let open = PolicyRules.project(facts, on: tx.today, law: law).nextPremium else { return nil }
      let policy = bundle.policy
      let premium = bundle.premiums.first { $0.dueOn == open.dueOn }
      var promise = promises.first { $0.policyID == policy.id && $0.dueOn == open.dueOn }
      if let said = promise, said.outcome == nil {
        promise?.outcome = PremiumDueRules.outcome(payBy: said.payBy, receivedOn: premium?.receivedOn, on: tx.today)
      }
      return DueRow(
        policy: policy, product: bundle.product.name, line: bundle.product.line,
        policyholder: names[policy.customerID],
        servicingAgent: policy.servicingAgentID.flatMap { staff[$0.raw] }, dueOn: open.dueOn, amount: open.amount,
        premium: premium, forecast: PolicyRules.suspension(facts, on: tx.today, law: law), promise: promise,
        notices: notices.filter { $0.policyID == policy.id && $0.dueOn == open.dueOn },
        contractYear: PremiumDueRules.contractYear(dueOn: open.dueOn, effectiveOn: policy.effectiveOn))
    }
  }

  /// Records what an act did to a premium, in its policyholder's log.
  static func record(
    _ kind: EventKind, _ policy: PolicyPlace, dueOn: Day, at: Instant? = nil, _ facts: [String: String] = [:], in tx: Tx
  ) {
    tx.record(
      kind, customer: policy.customerID.raw, subject: policy.id, at: at,
      facts: facts.merging(["due_on": dueOn.description]) { own, _ in own })
  }
}
