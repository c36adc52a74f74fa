import Kernel
import Storage

/// The door to tasks: what somebody has to do, for a person or for nobody; made by staff and by rules.
package enum Tasks {
  package static let opened = EventKind("task_opened")
  package static let handedOn = EventKind("task_handed_on")
  package static let changed = EventKind("task_changed")
  package static let stepChecked = EventKind("task_step_checked")
  package static let done = EventKind("task_done")
  package static let cancelled = EventKind("task_cancelled")
  package static let reopened = EventKind("task_reopened")
  package static let commented = EventKind("task_commented")
  package static let kinds = [opened, handedOn, changed, stepChecked, done, cancelled, reopened, commented]

  /// Opens a task.
  ///
  /// With a key, which a rule gives, there is one task ever: what is there already is answered, and nothing is
  /// recorded. Another occasion is another key: `premium.debit_failed/PO…/2026-11-10`.
  /// - Throws: `notFound` when the acting viewer may not see the person or what it is about; `forbidden`
  ///   `ASSIGNEE_CANNOT_SEE` when the one who is to do it may not; `conflict` `STAFF_LEFT`; `invalid`.
  @discardableResult
  package static func open(_ new: NewTask, key: String? = nil, in tx: Tx) throws -> ID<WorkTask> {
    try tx.access.require(.write(.task))
    let faults = TaskRules.faults(new, today: tx.today)
    guard faults.isEmpty else { throw AppError.invalid(faults.map(\.error)) }
    if let key {
      try tx.lock(named: "task/\(key)")
      if let known = try tx.fetch(TaskStore.find(key: key, of: new.customer)) { return known }
    }
    try checkSubject(of: new, in: tx)
    try checkOwner(new.owner, about: new.customer, in: tx)
    let task = WorkTask(
      id: tx.newID(), customerID: new.customer, kind: new.kind, title: new.title, details: new.details,
      args: new.args, subject: new.subject, state: .open, priority: new.priority, dueOn: new.dueOn,
      remindAt: new.remindAt, owner: new.owner, source: new.source, key: key, createdAt: tx.now,
      createdBy: tx.access.actor, version: 1)
    let seal = try Seal(new.customer, in: tx)
    try TaskStore.insert(task, title: seal.close(new.title), details: seal.close(new.details), in: tx)
    try TaskPartStore.insert(try new.steps.map { try seal.close($0) }, of: task, in: tx)
    try tell(task, in: tx)
    record(opened, task, ["task_kind": task.kind.rawValue, "rule": task.source], in: tx)
    return task.id
  }

  /// Opens a rule's task for whom it names, or for a desk where he has left, sees the person no more, or is not known.
  @discardableResult
  package static func open(_ new: NewTask, else desk: Role, key: String, in tx: Tx) throws -> ID<WorkTask> {
    do {
      return try open(new, key: key, in: tx)
    } catch let error as AppError where ["STAFF_LEFT", "ASSIGNEE_CANNOT_SEE", "NOT_FOUND"].contains(error.code) {
      var other = new
      other.owner = .role(desk)
      return try open(other, key: key, in: tx)
    }
  }

  private static func checkSubject(of new: NewTask, in tx: Tx) throws {
    guard let customer = new.customer else {
      guard new.subject == nil else { throw AppError.invalid("TASK_SUBJECT", "a subject is somebody's") }
      return
    }
    let names = try tx.fetch(Customers.names(of: [customer]))
    guard names[customer]?.isVisible == true else { throw AppError.notFound("customer") }
    switch new.subject?.kind {
    case TaskSubject.policyKind:
      let id = new.subject?.id ?? 0
      guard try tx.fetch(TaskPartStore.isPolicy(id, of: customer)) else { throw AppError.notFound("policy") }
    case TaskSubject.claimKind:
      let id = new.subject?.id ?? 0
      guard try tx.fetch(TaskPartStore.isClaim(id, of: customer)) else { throw AppError.notFound("claim") }
    default: break
    }
  }

  /// Who is to do something for a person has to be one who may see him.
  static func checkOwner(_ owner: TaskOwner, about customer: ID<Customer>?, in tx: ReadTx) throws {
    guard case .staff(let id) = owner else { return }
    guard let colleague = try tx.fetch(TaskPartStore.colleague(id, about: customer)).first else {
      throw AppError.notFound("member of staff")
    }
    if let left = colleague.leftOn, left < tx.today {
      throw AppError.conflict("STAFF_LEFT", "\(colleague.staffNo) has left")
    }
    guard customer == nil || colleague.maySee else {
      throw AppError(.forbidden, "ASSIGNEE_CANNOT_SEE", "\(colleague.staffNo) may not see this customer")
    }
  }

  // MARK: What all acts share

  /// The key that seals the words of a task: its customer's, or the store's.
  struct Seal {
    private let key: SealingKey?
    private let vault: Vault

    init(_ customer: ID<Customer>?, in tx: ReadTx) throws {
      vault = tx.vault
      guard let customer else {
        key = nil
        return
      }
      key = try Customers.sealingKeys(of: [customer], in: tx)[customer]
      if key == nil { throw AppError.conflict("ERASED", "the record was erased") }
    }

    func close(_ text: String) throws -> [UInt8] {
      guard let key else { return try vault.sealForStore(Array(text.utf8)) }
      return try vault.seal(text, with: key)
    }

    func close(_ text: String?) throws -> [UInt8]? { try text.map { try close($0) } }

    func open(_ bytes: [UInt8]) throws -> String {
      guard let key else { return String(decoding: try vault.openFromStore(bytes), as: UTF8.self) }
      return try vault.open(bytes, with: key)
    }
  }

  /// Who is given a task by a person is told; a rule's stands in his list, and tells nobody.
  static func tell(_ task: WorkTask, in tx: Tx) throws {
    guard let staff = task.assignee, staff.raw != tx.access.staffID, tx.access.actor != .system else { return }
    try TaskPartStore.insert(.handedToYou, to: staff, on: task, in: tx)
  }

  static func record(_ kind: EventKind, _ task: WorkTask, _ facts: [String: String] = [:], in tx: Tx) {
    if let customer = task.customerID {
      tx.record(kind, customer: customer.raw, subject: task.id, source: "anban", facts: facts)
    } else {
      tx.recordSystem(kind, subject: task.id.raw, facts: facts)
    }
  }

  /// The task as an act changes it, locked.
  /// - Throws: `notFound`; `conflict` `STALE` when another version is meant.
  static func held(
    _ id: ID<WorkTask>, version: Int64? = nil, in tx: Tx
  ) throws -> (task: WorkTask, seal: Seal) {
    try tx.access.require(.write(.task))
    guard let seen = try tx.fetch(TaskStore.find(id, for: tx.access)) else { throw AppError.notFound("task") }
    try TaskStore.lock(seen.task, in: tx)
    guard let sealed = try tx.fetch(TaskStore.find(id, for: tx.access)) else { throw AppError.notFound("task") }
    if let version, version != sealed.task.version {
      throw AppError.conflict("STALE", "the task has version \(sealed.task.version), not \(version)")
    }
    let seal = try Seal(sealed.task.customerID, in: tx)
    var task = sealed.task
    task.title = try sealed.title.map(seal.open)
    task.details = try sealed.details.map(seal.open)
    return (task, seal)
  }

  static func save(_ task: WorkTask, _ seal: Seal, in tx: Tx) throws {
    var task = task
    task.version += 1
    try TaskStore.update(task, title: seal.close(task.title), details: seal.close(task.details), in: tx)
  }

  /// A text that says why, as it is kept.
  static func reason(_ text: String?, field: String = "reason") throws -> String {
    try Reading.needed(text, field, limit: 2_000, atLeast: TaskRules.reasonMin)
  }

  /// The same where nothing need be said. Looked at before whatever else makes an act superfluous, so that bad words
  /// are refused however often they come.
  static func words(_ text: String?, field: String = "reason") throws -> String? {
    try text.flatMap { $0.isEmpty ? nil : try reason($0, field: field) }
  }
}

extension TaskPartStore.Colleague {
  /// By his role's reach and the books.
  var maySee: Bool {
    switch Roles.rule(role).reach {
    case .everyone: true
    case .own: ownBook
    case .group: groupBook
    }
  }
}
