import Kernel
import Storage

package enum TaskSort: String, CaseIterable, Sendable { case due, priority, newest }

/// Which tasks a list shows.
package struct TaskFilter: Sendable {
  package enum Whose: String, CaseIterable, Sendable {
    /// The viewer's own.
    case mine
    /// Nobody's yet, for his role or group.
    case pool
    /// Those that he made.
    case made
    /// All that he may see.
    case all
  }

  package enum Due: String, CaseIterable, Sendable { case overdue, today, week }

  package var whose: Whose
  /// Nil for all states.
  package var state: TaskState?
  package var due: Due?
  package var priority: TaskPriority?
  package var kind: TaskKind?
  package var assignee: ID<StaffMember>?
  /// Of these records of one person; empty for whoever.
  package var customers: [ID<Customer>] = []
  package var subject: TaskSubject?
  /// Only these; nil for any.
  package var ids: [ID<WorkTask>]?

  package init(_ whose: Whose = .all, state: TaskState? = .open, due: Due? = nil) {
    (self.whose, self.state, self.due) = (whose, state, due)
  }
}

extension Tasks {
  package static let countBound = 1_000

  /// A page of tasks; the caller goes on behind the last one's `place`.
  package static func list(
    _ filter: TaskFilter, sort: TaskSort = .due, after place: (value: Int64, id: Int64)? = nil, limit: Int,
    in tx: ReadTx
  ) throws -> [TaskLine] {
    try tx.access.require(.read(.task))
    let sealed = try tx.fetch(
      TaskStore.page(filter, sort: sort, after: place, limit: limit, for: tx.access, today: tx.today))
    return try lines(sealed, in: tx)
  }

  /// Those about a person that are open, the next due first, their words still sealed; none for who reads no tasks.
  static func open(about person: PersonRef, limit: Int, for access: Access, today: Day) -> Query<[TaskStore.Sealed]> {
    guard access.permissions.contains(.read(.task)) else { return .given([]) }
    var filter = TaskFilter()
    filter.customers = person.records
    return TaskStore.page(filter, sort: .due, after: nil, limit: limit, for: access, today: today)
  }

  /// Where a list goes on behind a task.
  package static func place(_ task: WorkTask, _ sort: TaskSort) -> (value: Int64, id: Int64) {
    (TaskStore.sortValue(task, sort), task.id.raw)
  }

  package static func count(_ filter: TaskFilter, in tx: ReadTx) throws -> BoundedCount {
    try tx.access.require(.read(.task))
    let count = TaskStore.count(filter, bound: countBound, for: tx.access, today: tx.today)
    return BoundedCount(upTo: countBound, try tx.fetch(count))
  }

  package static func find(_ id: ID<WorkTask>, in tx: ReadTx) throws -> TaskDetail {
    try tx.access.require(.read(.task))
    guard let sealed = try tx.fetch(TaskStore.find(id, for: tx.access)) else { throw AppError.notFound("task") }
    guard let line = try lines([sealed], in: tx).first else { throw AppError.notFound("task") }
    let (steps, notes) = try tx.fetch(TaskPartStore.steps(of: line.task), TaskPartStore.notes(of: line.task))
    let reads = line.task.customerID == nil || tx.access.sees.contains(.note)
    guard reads, let seal = try? Seal(line.task.customerID, in: tx) else {
      return TaskDetail(line: line, steps: [], notes: [])
    }
    return TaskDetail(
      line: line,
      steps: try steps.map {
        TaskStep(place: $0.place, words: try seal.open($0.words), doneAt: $0.doneAt, doneBy: $0.doneBy)
      },
      notes: try notes.map {
        TaskNote(id: $0.id, kind: $0.kind, words: try seal.open($0.words), actor: $0.actor, at: $0.at)
      })
  }

  /// Opens words for who reads notes, and names whom it is about and who is to do it.
  static func lines(_ sealed: [TaskStore.Sealed], in tx: ReadTx) throws -> [TaskLine] {
    guard !sealed.isEmpty else { return [] }
    let customers = Array(Set(sealed.compactMap(\.task.customerID)))
    let keys = tx.access.sees.contains(.note) ? try Customers.sealingKeys(of: customers, in: tx) : [:]
    let owners = sealed.map(\.task.owner)
    let staff = owners.compactMap { if case .staff(let id) = $0 { id.raw } else { nil } }
    let groups = owners.compactMap { if case .group(let id) = $0 { id } else { nil } }
    let (names, members, groupNames, progress) = try tx.fetch(
      Customers.names(of: customers), Staff.names(staff), TaskPartStore.groups(groups),
      TaskStore.progress(of: sealed.map(\.task)))
    if !customers.isEmpty {
      tx.logAccess(AccessRecord(.list, subjects: customers.map(\.raw).sorted(), what: "tasks"))
    }
    return try sealed.map { row in
      var task = row.task
      let key = task.customerID.flatMap { keys[$0] }
      func words(_ bytes: [UInt8]?) throws -> String? {
        guard let bytes else { return nil }
        if task.customerID == nil { return String(decoding: try tx.vault.openFromStore(bytes), as: UTF8.self) }
        return try key.map { try tx.vault.open(bytes, with: $0) }
      }
      task.title = try words(row.title)
      task.details = try words(row.details)
      let owner: String? =
        switch task.owner {
        case .staff(let id): members[id.raw]
        case .group(let id): groupNames[id]
        case .role: nil
        }
      let steps = progress[task.id.raw]
      return TaskLine(
        task: task, customer: task.customerID.flatMap { names[$0] }, ownerName: owner, stepsDone: steps?.done ?? 0,
        stepsAll: steps?.all ?? 0)
    }
  }
}
