import Kernel
import Storage

extension Tasks {
  /// The columns that form and API share; `assignee` and `team_of` are staff numbers.
  package static let columns = [
    "kind", "title", "details", "due_on", "remind_at", "priority", "assignee", "team_of", "role", "customer", "steps",
  ]

  /// A new task from a form's or the API's values; steps one a line. Without an owner it is the viewer's own.
  /// - Throws: `invalid` with the fields' codes.
  package static func read(
    _ values: [String: String], subject: TaskSubject? = nil, in tx: ReadTx
  ) throws -> NewTask {
    var reader = FieldReader(values)
    let kind = values["kind"].flatMap { $0.isEmpty ? nil : TaskKind(rawValue: $0) } ?? .manual
    if !TaskKind.all.contains(kind) { reader.find("kind", .enumUnknown, .reject) }
    let title = reader.text("title", required: kind == .manual, limit: 200)
    let details = reader.text("details", limit: 4_000)
    let due = reader.day("due_on")
    let remind = reader.instant("remind_at")
    let priority = reader.enumeration(TaskPriority.self, "priority")
    let customer = reader.value("customer") { (text) throws(ReadingFault) in
      guard let id = ID<Customer>(text) else { throw ReadingFault(.referenceUnknown) }
      return id
    }
    let owner = try owner(&reader, in: tx)
    guard !reader.isRejected, let owner else { throw AppError.invalid(reader.findings.map(\.error)) }
    var new = NewTask(kind, title: title, customer: customer, owner: owner, dueOn: due)
    (new.details, new.remindAt, new.priority, new.subject) = (details, remind, priority ?? .normal, subject)
    new.steps = (values["steps"] ?? "").split(whereSeparator: \.isNewline).map(String.init)
      .filter { !$0.allSatisfy(\.isWhitespace) }
    return new
  }

  /// Who is to do it, by the values `assignee`, `team_of`, `role`; nil without any for who is no member of staff.
  package static func owner(_ values: [String: String], in tx: ReadTx) throws -> TaskOwner {
    var reader = FieldReader(values)
    guard let owner = try owner(&reader, in: tx), !reader.isRejected else {
      throw AppError.invalid(reader.findings.map(\.error))
    }
    return owner
  }

  private static func owner(_ reader: inout FieldReader, in tx: ReadTx) throws -> TaskOwner? {
    let (desk, number) = (reader.text("role"), reader.text("assignee", limit: 64))
    let leader = reader.text("team_of", limit: 64)
    if let desk {
      if let role = Role(rawValue: desk) { return .role(role) }
      reader.find("role", .enumUnknown, .reject)
      return nil
    }
    if let asked = number ?? leader {
      guard let member = try tx.fetch(Staff.byNumbers([asked])).first else {
        reader.find(number == nil ? "team_of" : "assignee", .referenceUnknown, .reject)
        return nil
      }
      if number != nil { return .staff(member.id) }
      if let group = member.teamID?.raw ?? member.branchID?.raw { return .group(group) }
      reader.find("team_of", .referenceUnknown, .reject)
      return nil
    }
    if tx.access.staffID != 0 { return .staff(ID(tx.access.staffID)) }
    reader.find("assignee", .required, .reject)
    return nil
  }
}
