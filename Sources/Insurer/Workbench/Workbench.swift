import Kernel
import Storage

/// One of my customers with the newest thing that happened.
package struct WorkbenchEvent: Hashable, Sendable {
  package let entry: TimelineEntry
  package let customer: String
}

/// What a member of staff begins the day with.
package struct Workbench: Sendable {
  /// The newest events of the viewer's customers, newest first.
  package let events: [WorkbenchEvent]
  /// Premiums overdue and due within 30 days, the earliest first; nil without the right to see policies.
  package let premiumsDue: [PolicyListRow]?
  /// Open claims whose deadline has passed or comes within 7 days; nil without the right to see claims.
  package let claims: [ClaimLine]?

  package static let premiumDays = 30
  package static let graceDays = 90
  package static let claimDays = 7

  package static func load(limit: Int = 20, in tx: ReadTx) throws -> Workbench {
    try tx.access.require(.read(.customer))
    let today = tx.today
    let can = tx.access.permissions
    let premiums =
      can.contains(.read(.policy))
      ? try Policies.due(from: today - graceDays, to: today + premiumDays, limit: limit, in: tx) : nil
    let claims = can.contains(.read(.claim)) ? try Claims.due(to: today + claimDays, limit: limit, in: tx) : nil
    let events = try newest(limit: limit, in: tx)
    let subjects = Set(
      events.map(\.entry.customerID.raw) + (premiums ?? []).map(\.policy.customerID.raw)
        + (claims ?? []).map(\.claim.customerID.raw))
    tx.logAccess(AccessRecord(.list, subjects: subjects.sorted(), what: "workbench"))
    return Workbench(events: events, premiumsDue: premiums, claims: claims)
  }

  private static func newest(limit: Int, in tx: ReadTx) throws -> [WorkbenchEvent] {
    let people = try tx.fetch(WorkbenchStore.latest(in: tx.access.scope, limit: limit))
    guard let since = people.map(\.latestAt).min() else { return [] }
    let entries = try tx.fetch(
      Timeline.newest(of: people.map(\.id), since: since, limit: limit, for: tx.access))
    let names = Dictionary(uniqueKeysWithValues: people.map { ($0.id, $0.name) })
    return entries.map { WorkbenchEvent(entry: $0, customer: names[$0.customerID] ?? "") }
  }
}
