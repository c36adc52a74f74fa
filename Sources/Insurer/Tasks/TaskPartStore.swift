import Kernel
import Storage

/// Steps, notes and notices of tasks, and what is asked of a member of staff before he is given one.
enum TaskPartStore {
  struct SealedStep: Sendable {
    let place: Int
    let words: [UInt8]
    let doneAt: Instant?
    let doneBy: Actor?
  }

  struct SealedNote: Sendable {
    let id: Int64
    let kind: TaskNoteKind
    let words: [UInt8]
    let actor: Actor
    let at: Instant
  }

  static func steps(of task: WorkTask) -> Query<[SealedStep]> {
    .all(
      """
      SELECT place, words, done_at, done_by FROM task_steps
      WHERE customer_id = \(task.customerID?.raw ?? 0) AND task_id = \(task.id) ORDER BY place
      """
    ) { row in
      SealedStep(
        place: Int(row.int(0)), words: row.blob(1), doneAt: row.instantOrNil(2),
        doneBy: row.textOrNil(3).map { Actor(stored: $0) })
    }
  }

  static func notes(of task: WorkTask) -> Query<[SealedNote]> {
    .all(
      """
      SELECT id, kind, words, actor, at FROM task_notes
      WHERE customer_id = \(task.customerID?.raw ?? 0) AND task_id = \(task.id) ORDER BY id LIMIT 500
      """
    ) { row in
      SealedNote(
        id: row.int(0), kind: try row.code(1), words: row.blob(2), actor: Actor(stored: row.text(3)),
        at: row.instant(4))
    }
  }

  static func insert(_ steps: [[UInt8]], of task: WorkTask, in tx: Tx) throws {
    guard !steps.isEmpty else { return }
    try tx.insert(
      into: "task_steps", columns: ["customer_id", "task_id", "place", "words"],
      rows: steps.enumerated().map { place, words in
        [.int(task.customerID?.raw ?? 0), task.id.sqlValue, .int(Int64(place)), .blob(words)]
      })
  }

  /// - Returns: false when there is no such step.
  static func check(_ place: Int, of task: WorkTask, at moment: Instant?, by actor: Actor?, in tx: Tx) throws -> Bool {
    try tx.runCounting(
      """
      UPDATE task_steps SET done_at = \(moment), done_by = \(actor)
      WHERE customer_id = \(task.customerID?.raw ?? 0) AND task_id = \(task.id) AND place = \(place)
      """) == 1
  }

  static func insert(_ kind: TaskNoteKind, _ words: [UInt8], on task: WorkTask, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO task_notes (customer_id, task_id, id, kind, words, actor, at)
      VALUES (\(task.customerID?.raw ?? 0), \(task.id), \(tx.newID(TaskNote.self)), \(kind.rawValue), \(words),
        \(tx.access.actor), \(tx.now))
      """)
  }

  // MARK: Notices

  static func insert(_ kind: NoticeKind, to staff: ID<StaffMember>, on task: WorkTask, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO notices (staff_id, id, kind, customer_id, subject_id, actor, at)
      VALUES (\(staff), \(tx.newID(StaffNotice.self)), \(kind.rawValue), \(task.customerID?.raw ?? 0), \(task.id),
        \(tx.access.actor), \(tx.now))
      """)
  }

  static func notices(of staff: Int64, unseenOnly: Bool, limit: Int) -> Query<[StaffNotice]> {
    let unseen: SQL = unseenOnly ? "AND n.seen_at IS NULL" : ""
    return .all(
      """
      SELECT n.id, n.kind, n.customer_id, n.subject_id, n.actor, n.at, n.seen_at FROM notices n
      WHERE n.staff_id = \(staff) \(unseen) ORDER BY n.id DESC LIMIT \(limit)
      """
    ) { row in
      StaffNotice(
        id: row.id(0), kind: try row.code(1), customerID: row.int(2) == 0 ? nil : row.id(2), task: row.id(3),
        actor: Actor(stored: row.text(4)), at: row.instant(5), seenAt: row.instantOrNil(6))
    }
  }

  static func markSeen(of staff: Int64, in tx: Tx) throws {
    try tx.run("UPDATE notices SET seen_at = \(tx.now) WHERE staff_id = \(staff) AND seen_at IS NULL")
  }

  // MARK: Colleagues

  /// A member of staff as one to be given a task or to be told of it.
  struct Colleague: Sendable {
    let id: ID<StaffMember>
    let staffNo, name: String
    let role: Role
    let leftOn: Day?
    let ownBook, groupBook: Bool
  }

  private static func colleagues(about customer: ID<Customer>?, _ condition: SQL) -> Query<[Colleague]> {
    let person = customer?.raw ?? 0
    return .all(
      """
      SELECT s.id, s.staff_no, s.name, s.role, s.left_on,
        CASE WHEN EXISTS (SELECT 1 FROM book v WHERE v.scope = s.id AND v.customer_id = \(person)) THEN 1 ELSE 0 END,
        CASE WHEN EXISTS (SELECT 1 FROM book v WHERE v.scope = COALESCE(s.team_id, s.branch_id)
          AND v.customer_id = \(person)) THEN 1 ELSE 0 END
      FROM staff s WHERE \(condition) ORDER BY s.staff_no LIMIT 500
      """
    ) { row in
      Colleague(
        id: row.id(0), staffNo: row.text(1), name: row.text(2), role: try row.code(3), leftOn: row.dayOrNil(4),
        ownBook: row.bool(5), groupBook: row.bool(6))
    }
  }

  static func colleague(_ id: ID<StaffMember>, about customer: ID<Customer>?) -> Query<[Colleague]> {
    colleagues(about: customer, "s.id = \(id)")
  }

  /// By number or name.
  static func colleagues(named texts: [String], about customer: ID<Customer>?) -> Query<[Colleague]> {
    colleagues(about: customer, "(s.staff_no IN \(list: texts) OR s.name IN \(list: texts))")
  }

  /// How groups are called: teams and branches by raw id.
  static func groups(_ ids: [Int64]) -> Query<[Int64: String]> {
    Query<[(Int64, String)]>.all(
      """
      SELECT m.id, m.name FROM teams m WHERE m.id IN \(list: ids)
      UNION ALL SELECT b.id, b.name FROM branches b WHERE b.id IN \(list: ids)
      """
    ) { ($0.int(0), $0.text(1)) }.map { Dictionary($0) { first, _ in first } }
  }

  static func isPolicy(_ id: Int64, of customer: ID<Customer>) -> Query<Bool> {
    Query<Int>.count(
      """
      SELECT COUNT(*) FROM policy_parties p
      WHERE p.customer_id = \(customer) AND p.policy_id = \(id) AND \(visible: .policy, "p")
      """
    ).map { $0 > 0 }
  }

  static func isClaim(_ id: Int64, of customer: ID<Customer>) -> Query<Bool> {
    Query<Int>.count(
      """
      SELECT COUNT(*) FROM claims k WHERE k.customer_id = \(customer) AND k.id = \(id) AND \(visible: .claim, "k")
      """
    ).map { $0 > 0 }
  }
}
