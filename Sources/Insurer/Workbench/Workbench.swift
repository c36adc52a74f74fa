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
  /// How many customers something has happened to today; nil where the purpose does not need to know.
  package let movedToday: BoundedCount?
  /// Premiums overdue and due within 30 days, the earliest first; nil without the right to see policies, and
  /// for the desks that collect none.
  package let premiumsDue: [PolicyListRow]?
  /// How many those are in all, and how many of them were due before today.
  package let dueCount: BoundedCount?
  package let overdueCount: BoundedCount?
  /// An underwriter's applications, the newest first; nil for everybody else.
  package let applications: [PolicyListRow]?
  package let applicationCount: BoundedCount?
  /// Open claims whose deadline has passed or comes within 7 days; nil without the right to see claims.
  package let claims: [ClaimLine]?
  package let claimCount: BoundedCount?

  /// Whose data was opened to somebody beyond his own cases, told to the owner.
  package let notices: [Grant]
  /// What the viewer has to do next, and what he is told of tasks.
  package let tasks: [TaskLine]
  package let tasksToday, tasksToTake: BoundedCount
  package let taskNotices: [StaffNotice]
  /// What those are about, as far as the viewer may see it.
  package let noticedTasks: [TaskLine]
  /// Leads that the viewer works on; nil for desks that have none.
  package let leadCount, leadPool: BoundedCount?
  /// The morning meeting of who leads: overdue tasks and applications of the group; nil for everybody else.
  package let teamOverdue, applicationsOverdue: BoundedCount?
  /// The supplement diary of who handles claims; nil for everybody else.
  package let supplements: BoundedCount?
  /// What applications wait for; empty for desks that follow none.
  package let outstanding: [Outstanding: BoundedCount]
  /// How many such looks and requests wait for compliance; nil for everybody else.
  package let grantCount: BoundedCount?
  package let noticeNames: [ID<Customer>: CustomerName]
  /// Policies that nobody serves, and customers to be told that their agent has left: of who looks over departures; of
  /// who sells, those given to him. Nil for everybody else.
  package let orphans, noticesOpen, noticesOverdue: BoundedCount?
  /// The morning meeting of who leads: this month's premiums due and received, those still open, and those of the 13th
  /// month in grace that are still to be saved; nil for everybody else.
  package let collection: PremiumCollection?
  package let monthOpen, toSave: DueFigure?

  package static let premiumDays = 30
  package static let graceDays = 90
  package static let claimDays = 7

  package static func load(limit: Int = 20, in tx: ReadTx) throws -> Workbench {
    try tx.access.require(.read(.customer))
    let today = tx.today
    let can = tx.access.permissions
    let first = today - graceDays
    let isUnderwriter = tx.access.role == .underwriter
    let collects = can.contains(.read(.policy)) && !isUnderwriter && tx.access.role != .claims
    let premiums =
      collects ? try Policies.due(from: first, to: today + premiumDays, limit: limit, in: tx).rows : nil
    let due = collects ? try Policies.dueCount(from: first, to: today + premiumDays, in: tx) : nil
    let seesClaims = can.contains(.read(.claim))
    let claims = seesClaims ? try Claims.due(to: today + claimDays, limit: limit, in: tx).rows : nil
    let underwriter = ID<StaffMember>(tx.access.staffID)
    let applications =
      isUnderwriter ? try Policies.list(Policies.pending(of: underwriter), limit: limit, in: tx).rows : nil
    let follows = can.contains(.read(.policy)) && tx.access.role != .claims
    let told = try Tasks.notices(limit: 4, in: tx)
    let leads = tx.access.role == .manager
    var overdue = ApplicationFilter()
    overdue.isOverdue = true
    let sells = tx.access.role == .agent || tx.access.role == .adviser
    let seesNews = tx.access.needs.shows("latest_at")
    let isTold = can.contains(.read(.departure))
    let looksOver = isTold && DepartureRules.oversees(tx.access)
    let events = seesNews ? try newest(limit: limit, in: tx) : []
    let subjects = Set(
      events.map(\.entry.customerID.raw) + ((premiums ?? []) + (applications ?? [])).map(\.policy.customerID.raw)
        + (claims ?? []).map(\.claim.customerID.raw))
    tx.logAccess(AccessRecord(.list, subjects: subjects.sorted(), what: "workbench"))
    let notices = try Grants.notices(in: tx)
    let noticeNames = notices.isEmpty ? [:] : try tx.fetch(Customers.names(of: notices.map(\.customerID)))
    return Workbench(
      events: events, movedToday: seesNews ? try Customers.count(CustomerFilter(since: Instant(today)), in: tx) : nil,
      premiumsDue: premiums, dueCount: due?.all, overdueCount: due?.over, applications: applications,
      applicationCount: isUnderwriter ? try Policies.pendingCount(of: underwriter, in: tx) : nil, claims: claims,
      claimCount: seesClaims ? try Claims.dueCount(to: today + claimDays, in: tx) : nil,
      notices: notices, tasks: try Tasks.list(TaskFilter(.mine, due: .week), limit: 8, in: tx),
      tasksToday: try Tasks.count(TaskFilter(.mine, due: .today), in: tx),
      tasksToTake: try Tasks.count(TaskFilter(.pool), in: tx), taskNotices: told,
      noticedTasks: try noticed(told, in: tx),
      leadCount: sells ? try Leads.count(LeadFilter(.mine, isOpen: true), in: tx) : nil,
      leadPool: sells || tx.access.role == .manager
        ? try Leads.count(LeadFilter(.pool, isOpen: true), in: tx) : nil,
      teamOverdue: leads ? try Tasks.count(TaskFilter(.all, due: .overdue), in: tx) : nil,
      applicationsOverdue: leads ? try Applications.count(overdue, in: tx) : nil,
      supplements: seesClaims && tx.access.role == .claims ? try Claims.supplementCount(in: tx) : nil,
      outstanding: follows ? try outstanding(in: tx) : [:],
      grantCount: try Grants.openCount(in: tx), noticeNames: noticeNames,
      orphans: looksOver && tx.access.role != .service ? try Orphans.count(OrphanFilter(), in: tx) : nil,
      noticesOpen: isTold ? try DepartureNotices.count(DepartureNoticeFilter(.open), in: tx) : nil,
      noticesOverdue: isTold ? try DepartureNotices.count(DepartureNoticeFilter(.overdue), in: tx) : nil,
      collection: leads && collects ? try Premiums.collection(in: tx) : nil,
      monthOpen: leads && collects ? try Premiums.figures(DueFilter(.thisMonth), in: tx).all : nil,
      toSave: leads && collects ? try Premiums.figures(DueFilter(.secondMonth), in: tx).parts[.year2] : nil)
  }

  private static func noticed(_ notices: [StaffNotice], in tx: ReadTx) throws -> [TaskLine] {
    guard !notices.isEmpty else { return [] }
    var filter = TaskFilter(state: nil)
    filter.ids = notices.map(\.task)
    return try Tasks.list(filter, limit: notices.count, in: tx)
  }

  private static func outstanding(in tx: ReadTx) throws -> [Outstanding: BoundedCount] {
    var counts: [Outstanding: BoundedCount] = [:]
    for each in [Outstanding.requirement, .receipt, .call] {
      counts[each] = try Applications.count(ApplicationFilter(outstanding: each), in: tx)
    }
    return counts
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
