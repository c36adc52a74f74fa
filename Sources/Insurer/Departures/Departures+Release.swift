import Kernel
import Storage

/// What follows a departure by itself: asked by a worker as often as it likes, in short transactions.
extension Departures {
  /// Takes what people who are gone still have in hand: tasks and leads go to the pool of their team, complaints wait
  /// for another handler. Customers' share of it follows them when they are handed over.
  /// - Returns: how many things were taken; 0 when none is left.
  package static func release(limit: Int = 20, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.departure))
    var count = 0
    for departure in try tx.fetch(DepartureStore.toRelease(limit: 5)) {
      count += try release(departure, limit: limit, in: tx)
    }
    return count
  }

  private static func release(_ departure: Departure, limit: Int, in tx: Tx) throws -> Int {
    guard let member = try tx.fetch(Staff.find(departure.staffID)) else { return 0 }
    let pool: TaskOwner = (member.teamID?.raw ?? member.branchID?.raw).map { .group($0) } ?? .role(.manager)
    let tasks = try Tasks.release(of: member.id, to: pool, limit: limit, in: tx)
    let leads = try Leads.release(of: member.id, limit: limit, in: tx)
    let complaints = try Complaints.release(of: member.id, limit: limit, in: tx)
    let items: [(kind: DepartureItemKind, subject: Int64, customer: Int64)] =
      tasks.map { (.task, $0.id.raw, $0.customer?.raw ?? 0) } + leads.map { (.lead, $0.id.raw, $0.customer?.raw ?? 0) }
      + complaints.map { (.complaint, $0.id.raw, $0.customer.raw) }
    try DepartureStore.insert(items, of: departure.id, in: tx)
    return items.count
  }

  /// Looks through the policies of people who are gone and lists whom the law wants told.
  /// - Returns: how many departures were looked at; 0 when none is left.
  package static func listDue(limit: Int = 200, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.departure))
    let due = try tx.fetch(DepartureStore.toList(limit: 3))
    for departure in due { try list(departure, limit: limit, in: tx) }
    return due.count
  }

  /// - Returns: whether nothing is left to be looked at.
  @discardableResult
  static func list(_ departure: Departure, limit: Int, in tx: Tx) throws -> Bool {
    let law = try LegalRules.today(in: tx)
    let until = DepartureRules.tellBy(leftOn: departure.leftOn, law: law).day
    let found = try tx.fetch(
      DepartureNoticeStore.longTerm(of: departure.staffID, after: departure.listedTo, limit: limit))
    var notices: [DepartureNotice] = []
    for (customer, policies) in Dictionary(grouping: found, by: \.customer).sorted(by: { $0.key < $1.key }) {
      notices.append(
        DepartureNotice(
          id: tx.newID(), customerID: customer, departureID: departure.id, oldID: departure.staffID, newID: nil,
          policies: policies.map(\.policy), dueOn: until, leftOn: departure.leftOn))
    }
    try DepartureNoticeStore.add(notices, in: tx)
    let isDone = found.count < limit
    try DepartureStore.setListed(
      departure.id, to: found.last?.policy.raw ?? departure.listedTo, isDone: isDone, in: tx)
    return isDone
  }
}
