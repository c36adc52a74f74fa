import Kernel
import Storage

/// Three who have left, made by the acts themselves: one whose customers are handed over and told in part, one whose
/// customers wait, and one of the agents of 蒋涛, who left long ago and whose customers nobody has told.
enum DemoDepartures {
  /// So recent that the days of the law still run.
  private static let recentDays = 25

  static func fill(_ demo: Demo, in tx: Tx) throws {
    let recent = try recentLeavers(demo, in: tx)
    for (place, member) in recent.enumerated() {
      guard let left = member.leftOn else { continue }
      let departure = try Departures.record(member.staffNo, leftOn: left, in: tx)
      if place == 0 { try handOver(departure, to: demo.roster.agentNo(0), in: tx) }
    }
    let old = try tx.fetch(Staff.byNumbers([demo.roster.departedNo(32, 0)])).first
    if let old, let left = old.leftOn { _ = try Departures.record(old.staffNo, leftOn: left, in: tx) }
  }

  /// The first two who have left within those days and still serve somebody.
  private static func recentLeavers(_ demo: Demo, in tx: Tx) throws -> [StaffMember] {
    let day = demo.setting.day
    let numbers = demo.roster.rows().filter { row in
      row.staffNo.hasPrefix("F") && (row.leftOn.map { $0 > day - recentDays && $0 < day } ?? false)
    }.map(\.staffNo).sorted()
    let members = try tx.fetch(Staff.byNumbers(numbers)).sorted { $0.staffNo < $1.staffNo }
    let served = try tx.fetch(DepartureNotices.customerCounts(of: members.map(\.id)))
    return Array(members.filter { (served[$0.id] ?? 0) > 0 }.prefix(2))
  }

  private static func handOver(_ departure: Departure, to number: String, in tx: Tx) throws {
    // A small part of the insurer, as tests fill it, may have nobody to receive.
    guard try !tx.fetch(Staff.byNumbers([number])).isEmpty else { return }
    while try Departures.release(in: tx) > 0 {}
    while try Departures.listDue(in: tx) > 0 {}
    var order = HandoverOrder(departure.id, .one, receiver: number, reason: "离职交接，由同城业务员承接")
    order.reachesOutside = true
    let handover = try Handovers.order(order, in: tx)
    while try Handovers.advance(handover.id, in: tx) {}
    var filter = DepartureNoticeFilter()
    filter.departure = departure.id
    let open = try DepartureNotices.list(filter, limit: 100, in: tx).rows.map(\.notice.id)
    guard open.count > 1 else { return }
    // By letter, which is no contact: none of it is in an export.
    var telling = DepartureTelling(.registeredMail, proof: "XA2611000017")
    telling.proofKind = .mailTrace
    try DepartureNotices.tell(Array(open.prefix(open.count / 2)), telling, in: tx)
  }
}
