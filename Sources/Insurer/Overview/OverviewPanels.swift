import Kernel
import Storage

/// What a person's first page shows beside the overview itself: one pipeline, and another for the names in it.
package struct OverviewPanels: Sendable {
  /// How the viewer's lists show the person.
  package let line: CustomerLine
  /// By id, of who owns the relation and who advises.
  package let staff: [Int64: String]
  /// The purposes of consent that hold now; nil for who may not know, and of an organisation.
  package let agreed: Set<Purpose>?
  /// The newest of the access log.
  package let looks: [AccessLog.Line]
  /// Of who looked and who acted.
  package let names: [Actor: String]
  /// Open, the next due first.
  package let tasks: [TaskLine]
  package let applications: [ApplicationLine]
  package let complaints: [ComplaintLine]

  /// - Throws: `notFound` when the viewer may not see the person.
  package static func load(of overview: Overview, limit: Int = 5, in tx: ReadTx) throws -> OverviewPanels {
    let (customer, person) = (overview.customer, overview.person)
    let (line, staff, agreed, looks, tasks, applications, complaints) = try tx.fetch(
      Customers.listed(person, for: tx.access), Staff.names(customer.staff.map(\.raw)),
      Consents.told(of: customer, to: tx.access, at: tx.now),
      AccessLog.looks(at: person.records.map(\.raw), limit: limit),
      Tasks.open(about: person, limit: limit, for: tx.access, today: tx.today),
      Applications.latest(of: person, limit: limit, for: tx.access, today: tx.today),
      Complaints.all(of: person, for: tx.access))
    let lines = try line.map { try Customers.opened($0, in: tx) } ?? Customers.lines(person.records, in: tx)
    guard let line = CustomerLine.joined(lines, as: customer.id) else { throw AppError.notFound("customer") }
    return OverviewPanels(
      line: line, staff: staff, agreed: agreed, looks: looks,
      names: try Accounts.names(of: Set(overview.timeline.map(\.actor) + looks.map(\.actor)), in: tx),
      tasks: try Tasks.lines(tasks, in: tx), applications: try Applications.lines(applications, in: tx),
      complaints: try Complaints.lines(complaints.map(\.complaint), in: tx))
  }
}
