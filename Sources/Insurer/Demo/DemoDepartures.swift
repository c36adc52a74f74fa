import Kernel
import Storage

/// Three who have left, made by the acts themselves: an agent of last week, whose customers wait; one whose customers
/// are handed over and told in part, beyond the law's days; and one of the agents of 蒋涛, whose customers nobody told.
enum DemoDepartures {
  /// Days back from the demo's day on which the agent of last week left.
  private static let daysAgo = 9

  static func fill(_ demo: Demo, in tx: Tx) throws {
    let roster = demo.roster
    let newest = roster.agentNo(leaving(roster))
    if try !tx.fetch(Staff.byNumbers([newest])).isEmpty {
      _ = try Departures.record(newest, leftOn: demo.setting.day - daysAgo, in: tx)
    }
    if let member = try latestServing(demo, in: tx), let left = member.leftOn {
      let departure = try Departures.record(member.staffNo, leftOn: left, in: tx)
      try handOver(departure, to: roster.agentNo(0), in: tx)
    }
    if let old = try tx.fetch(Staff.byNumbers([roster.departedNo(32, 0)])).first, let left = old.leftOn {
      _ = try Departures.record(old.staffNo, leftOn: left, in: tx)
    }
    while try Departures.listDue(in: tx) > 0 {}
  }

  /// A veteran of the first branch, whose manager has an account; few customers, for they follow a heavy tail.
  private static func leaving(_ roster: DemoRoster) -> Int {
    max(roster.branches, roster.agents * 3 / 10 / roster.branches * roster.branches)
  }

  /// Of those who left last, the first who still serves somebody.
  private static func latestServing(_ demo: Demo, in tx: Tx) throws -> StaffMember? {
    let numbers = (3..<6).flatMap { quarter in
      (0..<min(3, demo.roster.departedPerQuarter)).map { demo.roster.departedNo(quarter, $0) }
    }
    let members = try tx.fetch(Staff.byNumbers(numbers)).sorted {
      ($1.leftOn ?? demo.setting.day, $0.staffNo) < ($0.leftOn ?? demo.setting.day, $1.staffNo)
    }
    let served = try tx.fetch(DepartureNotices.customerCounts(of: members.map(\.id)))
    return members.first { (served[$0.id] ?? 0) > 1 && $0.leftOn != nil }
  }

  private static func handOver(_ departure: Departure, to number: String, in tx: Tx) throws {
    // A small part of the insurer, as tests fill it, may have nobody to receive.
    guard try !tx.fetch(Staff.byNumbers([number])).isEmpty else { return }
    while try Departures.release(in: tx) > 0 {}
    while try Departures.listDue(in: tx) > 0 {}
    var order = HandoverOrder(departure.id, .one, receiver: number, reason: "离职交接，分公司统一承接")
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
