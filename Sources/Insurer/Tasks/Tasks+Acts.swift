import Kernel
import Storage

extension Tasks {
  /// Hands a task on, with the reason; from a pool one takes it by handing it to oneself, without.
  /// - Throws: as `open`; `conflict` `TASK_CLOSED`.
  package static func handOn(_ id: ID<WorkTask>, to owner: TaskOwner, reason text: String?, in tx: Tx) throws {
    var (task, seal) = try held(id, in: tx)
    try checkOpen(task)
    let said = try words(text)
    guard task.owner != owner else { return }
    let isTaken = task.assignee == nil && owner == .staff(ID(tx.access.staffID))
    let why = isTaken ? said : try reason(text)
    try checkOwner(owner, about: task.customerID, in: tx)
    task.owner = owner
    try save(task, seal, in: tx)
    if let why { try TaskPartStore.insert(.handedOn, seal.close(why), on: task, in: tx) }
    try tell(task, in: tx)
    record(handedOn, task, in: tx)
  }

  private static func checkOpen(_ task: WorkTask) throws {
    guard task.state == .open else { throw AppError.conflict("TASK_CLOSED", "the task is \(task.state.rawValue)") }
  }

  /// What an edit changes; nil leaves a value as it is.
  package struct Edit: Sendable {
    package var title: String?
    package var details: String?
    package var dueOn: Day??
    package var remindAt: Instant??
    package var priority: TaskPriority?

    package init() {}
  }

  /// - Parameter version: the one the change was made on; nil for whichever is there.
  package static func change(_ id: ID<WorkTask>, _ edit: Edit, version: Int64? = nil, in tx: Tx) throws {
    var (task, seal) = try held(id, version: version, in: tx)
    try checkOpen(task)
    let old = task
    if let title = edit.title { task.title = title.isEmpty ? nil : title }
    if let details = edit.details { task.details = details.isEmpty ? nil : details }
    if let due = edit.dueOn { task.dueOn = due }
    if let remind = edit.remindAt {
      task.remindAt = remind
      task.remindedAt = nil
    }
    if let priority = edit.priority { task.priority = priority }
    guard task != old else { return }
    var new = NewTask(task.kind, title: task.title, customer: task.customerID, owner: task.owner)
    new.details = task.details
    if task.dueOn != old.dueOn { new.dueOn = task.dueOn }
    let faults = TaskRules.faults(new, today: tx.today)
    guard faults.isEmpty else { throw AppError.invalid(faults.map(\.error)) }
    try save(task, seal, in: tx)
    record(changed, task, in: tx)
  }

  /// Ticks a step of the checklist, or unticks it.
  package static func check(_ id: ID<WorkTask>, step place: Int, isDone: Bool, in tx: Tx) throws {
    let (task, seal) = try held(id, in: tx)
    try checkOpen(task)
    let found = try TaskPartStore.check(
      place, of: task, at: isDone ? tx.now : nil, by: isDone ? tx.access.actor : nil, in: tx)
    guard found else { throw AppError.notFound("step") }
    try save(task, seal, in: tx)
    record(stepChecked, task, ["step": "\(place + 1)"], in: tx)
  }

  /// Says that it is done; a word on the outcome may be left. A task done already stays as it is.
  package static func complete(_ id: ID<WorkTask>, note: String? = nil, in tx: Tx) throws {
    try close(id, as: .done, note: note, in: tx)
  }

  package static func cancel(_ id: ID<WorkTask>, reason text: String?, in tx: Tx) throws {
    try close(id, as: .cancelled, note: try reason(text), in: tx)
  }

  private static func close(_ id: ID<WorkTask>, as state: TaskState, note: String?, in tx: Tx) throws {
    var (task, seal) = try held(id, in: tx)
    let said = try words(note, field: "note")
    if task.state == state { return }
    try checkOpen(task)
    (task.state, task.closedAt, task.closedBy) = (state, tx.now, tx.access.actor)
    try save(task, seal, in: tx)
    if let said { try TaskPartStore.insert(state == .done ? .done : .cancelled, seal.close(said), on: task, in: tx) }
    record(state == .done ? done : cancelled, task, ["task_kind": task.kind.rawValue], in: tx)
  }

  /// Undoes done or cancelled.
  package static func reopen(_ id: ID<WorkTask>, reason text: String?, in tx: Tx) throws {
    var (task, seal) = try held(id, in: tx)
    let why = try reason(text)
    guard task.state != .open else { return }
    (task.state, task.closedAt, task.closedBy) = (.open, nil, nil)
    try save(task, seal, in: tx)
    try TaskPartStore.insert(.reopened, seal.close(why), on: task, in: tx)
    record(reopened, task, in: tx)
  }

  /// What a rule's task was for has come about: it is done, if it was there and open.
  package static func settle(key: String, of customer: ID<Customer>?, in tx: Tx) throws {
    guard let id = try tx.fetch(TaskStore.find(key: key, of: customer)) else { return }
    let (task, _) = try held(id, in: tx)
    if task.state == .open { try complete(id, in: tx) }
  }

  // MARK: Comments

  /// Says something of a task. Who is mentioned by `@` and a staff number or name is told, when he may see the person.
  /// - Throws: `invalid` with `MENTION_UNKNOWN`, `MENTION_AMBIGUOUS` or `MENTION_CANNOT_SEE` on `text`.
  package static func comment(_ id: ID<WorkTask>, _ text: String?, in tx: Tx) throws {
    let (task, seal) = try held(id, in: tx)
    let words = try reason(text, field: "text")
    let told = try mentioned(in: words, task, in: tx)
    try TaskPartStore.insert(.comment, seal.close(words), on: task, in: tx)
    for staff in told where staff.raw != tx.access.staffID {
      try TaskPartStore.insert(.mentioned, to: staff, on: task, in: tx)
    }
    record(commented, task, in: tx)
  }

  private static func mentioned(in text: String, _ task: WorkTask, in tx: Tx) throws -> [ID<StaffMember>] {
    var told: [ID<StaffMember>] = []
    for mention in TaskRules.mentions(in: text) {
      let candidates = TaskRules.candidates(mention)
      let known = try tx.fetch(TaskPartStore.colleagues(named: candidates, about: task.customerID))
        .filter { colleague in colleague.leftOn.map { $0 >= tx.today } ?? true }
      let matched = candidates.lazy.map { text in known.filter { $0.staffNo == text || $0.name == text } }
        .first { !$0.isEmpty }
      guard let matched else { throw refused(.mentionUnknown) }
      // Of several of one name, those who may see the person are meant.
      let seeing = matched.filter { task.customerID == nil || $0.maySee }
      guard let only = seeing.first else { throw refused(.mentionCannotSee) }
      guard seeing.count == 1 else { throw refused(.mentionAmbiguous) }
      if !told.contains(only.id) { told.append(only.id) }
    }
    return told
  }

  private static func refused(_ code: ValidationCode) -> AppError {
    AppError.invalid([Finding("text", code, .reject).error])
  }

  // MARK: Notices

  /// What the viewer is told, newest first.
  package static func notices(unseenOnly: Bool = true, limit: Int = 20, in tx: ReadTx) throws -> [StaffNotice] {
    guard tx.access.staffID != 0 else { return [] }
    return try tx.fetch(TaskPartStore.notices(of: tx.access.staffID, unseenOnly: unseenOnly, limit: limit))
  }

  package static func markNoticesSeen(in tx: Tx) throws {
    guard tx.access.staffID != 0 else { return }
    try TaskPartStore.markSeen(of: tx.access.staffID, in: tx)
  }

  /// Tells of tasks whose reminder has come, once each; a task of nobody has nobody to remind.
  /// - Returns: how many there were; fewer than the limit when none is left.
  package static func remindDue(limit: Int, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.task))
    let due = try tx.fetch(TaskStore.toRemind(at: tx.now, limit: limit))
    for sealed in due {
      var task = sealed.task
      task.remindedAt = tx.now
      try TaskStore.update(task, title: sealed.title, details: sealed.details, in: tx)
      if let staff = task.assignee { try TaskPartStore.insert(.reminder, to: staff, on: task, in: tx) }
    }
    return due.count
  }
}
