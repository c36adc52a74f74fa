import Kernel
import Storage

/// The door to orphans (孤儿单): policies without anybody who serves them, to be given to somebody.
package enum Orphans {
  private static func authorise(_ tx: ReadTx) throws {
    try tx.access.require(.read(.departure))
    try tx.access.require(.read(.policy))
    guard DepartureRules.oversees(tx.access) else {
      throw AppError.forbidden("\(tx.access.role.rawValue) looks over no orphans")
    }
  }

  /// A page of the list; `after` is the last page's `next`.
  package static func list(
    _ filter: OrphanFilter = OrphanFilter(), after: OrphanPlace? = nil, limit: Int, in tx: ReadTx
  ) throws -> OrphanPage {
    try authorise(tx)
    let found = try tx.fetch(OrphanStore.page(filter, after: after, limit: limit + 1, on: tx.today))
    let page = Array(found.prefix(limit))
    let names = page.isEmpty ? [:] : try tx.fetch(Customers.names(of: page.map(\.customerID)))
    return OrphanPage(
      rows: page.map { $0.named(names[$0.customerID]) }, next: found.count > limit ? page.last?.place : nil)
  }

  package static func count(_ filter: OrphanFilter, in tx: ReadTx) throws -> BoundedCount {
    try authorise(tx)
    let bound = BoundedCount.bound
    return BoundedCount(upTo: bound, try tx.fetch(OrphanStore.count(filter, bound: bound, on: tx.today)))
  }
}

extension OrphanLine {
  fileprivate func named(_ name: CustomerName?) -> OrphanLine {
    OrphanLine(
      policy: policy, policyNo: policyNo, customer: name, customerID: customerID, product: product, line: line,
      status: status, effectiveOn: effectiveOn, nextDueOn: nextDueOn, premium: premium, agent: agent, leftOn: leftOn,
      place: place)
  }
}
