import Kernel
import Storage

enum TaskStore {
  /// A task as it rests: its words sealed.
  struct Sealed: Sendable {
    var task: WorkTask
    let title, details: [UInt8]?
  }

  /// What is no day, so that lists sort by the column alone.
  static let noDay: Int64 = 9_999_999

  static let columns: SQL = """
    t.customer_id, t.id, t.kind, t.title, t.details, t.args, t.about, t.about_id, t.state, t.priority, t.due_on,
    t.remind_at, t.reminded_at, t.assignee_id, t.group_id, t.for_role, t.source, t.unique_key, t.created_at,
    t.created_by, t.closed_at, t.closed_by, t.version
    """

  @Sendable static func decode(_ row: Row) throws -> Sealed {
    let owner: TaskOwner =
      if let staff = row.intOrNil(13) {
        .staff(ID(staff))
      } else if let group = row.intOrNil(14) {
        .group(group)
      } else {
        .role(try row.code(15))
      }
    let facts = Facts.read(row.textOrNil(5))
    let task = WorkTask(
      id: row.id(1), customerID: row.int(0) == 0 ? nil : row.id(0), kind: TaskKind(rawValue: row.text(2)),
      args: (0..<facts.count).compactMap { facts["\($0)"] },
      subject: row.textOrNil(6).map { TaskSubject(kind: $0, id: row.int(7)) }, state: try row.code(8),
      priority: TaskPriority(rank: row.int(9)), dueOn: row.int(10) == noDay ? nil : row.day(10),
      remindAt: row.instantOrNil(11), remindedAt: row.instantOrNil(12), owner: owner, source: row.text(16),
      key: row.textOrNil(17), createdAt: row.instant(18), createdBy: Actor(stored: row.text(19)),
      closedAt: row.instantOrNil(20), closedBy: row.textOrNil(21).map { Actor(stored: $0) }, version: row.int(22))
    return Sealed(task: task, title: row.blobOrNil(3), details: row.blobOrNil(4))
  }

  // MARK: Who sees it

  /// A task is told to who may see the person, and of a policy or claim to who may see that. Who sells sees besides
  /// only what is his to do or to take, or what he made: not who else serves the person. What concerns no person is
  /// told to those it is for, to who made it, and to who answers for the system.
  static func visible(to access: Access) -> SQL {
    let mine = concerning(access)
    let ownless: SQL = access.role == .admin || access.role == .compliance ? "1 = 1" : mine
    guard access.scope != .all else {
      return "(t.customer_id <> 0 AND \(visible: .customer, "t") OR t.customer_id = 0 AND \(ownless))"
    }
    let held: SQL = access.role == .agent ? "AND \(mine)" : ""
    return """
      (t.customer_id <> 0 AND \(visible: .customer, "t") AND \(served) \(held) OR t.customer_id = 0 AND \(ownless))
      """
  }

  private static let served: SQL = """
    (t.about IS NULL OR t.about NOT IN ('policy', 'claim')
      OR t.about = 'policy' AND EXISTS (
        SELECT 1 FROM policy_parties s WHERE s.customer_id = t.customer_id AND s.policy_id = t.about_id
          AND \(visible: .policy, "s"))
      OR t.about = 'claim' AND EXISTS (
        SELECT 1 FROM claims k WHERE k.customer_id = t.customer_id AND k.id = t.about_id AND \(visible: .claim, "k")))
    """

  private static func concerning(_ access: Access) -> SQL {
    """
    (t.assignee_id = \(access.staffID) AND t.assignee_id <> 0 OR t.created_by = \(access.actor) OR \(pool(access)))
    """
  }

  /// What the viewer may take: nobody's yet, and for his role or group.
  private static func pool(_ access: Access) -> SQL {
    """
    (t.assignee_id IS NULL AND (t.for_role = \(access.role.rawValue) OR t.group_id IN (
      SELECT m.team_id FROM staff m WHERE m.id = \(access.staffID)
      UNION SELECT m.branch_id FROM staff m WHERE m.id = \(access.staffID))))
    """
  }

  // MARK: Reading

  /// Whoever it is that asks: for acts, which ask about the person themselves.
  static func find(_ id: ID<WorkTask>, for access: Access) -> Query<Sealed?> {
    .first("SELECT \(columns) FROM tasks t WHERE t.id = \(id) AND \(visible(to: access))", decode)
  }

  static func find(key: String, of customer: ID<Customer>?) -> Query<ID<WorkTask>?> {
    .first("SELECT t.id FROM tasks t WHERE t.customer_id = \(customer?.raw ?? 0) AND t.unique_key = \(key)") {
      $0.id(0)
    }
  }

  private static func conditions(_ filter: TaskFilter, _ access: Access, today: Day) -> [SQL] {
    var all: [SQL] = [visible(to: access)]
    // As a literal: so the indexes of what is open are used.
    all.append(
      filter.state == .open ? "t.state = 'open'" : filter.state.map { "t.state = \($0.rawValue)" } ?? "1 = 1")
    switch filter.whose {
    case .mine: all.append("t.assignee_id = \(access.staffID)")
    case .pool: all.append(pool(access))
    case .made: all.append("t.created_by = \(access.actor)")
    case .all: break
    }
    if let priority = filter.priority { all.append("t.priority = \(priority.rank)") }
    if let kind = filter.kind { all.append("t.kind = \(kind.rawValue)") }
    if let staff = filter.assignee { all.append("t.assignee_id = \(staff)") }
    if !filter.customers.isEmpty { all.append("t.customer_id IN \(list: filter.customers)") }
    if let subject = filter.subject { all.append("t.about = \(subject.kind) AND t.about_id = \(subject.id)") }
    if let ids = filter.ids { all.append("t.id IN \(list: ids)") }
    switch filter.due {
    case .overdue: all.append("t.due_on < \(today)")
    case .today: all.append("t.due_on <= \(today)")
    case .week: all.append("t.due_on <= \(today + 7)")
    case nil: break
    }
    return all
  }

  /// Tasks in order, behind a place: the sorted column's value and the id.
  static func page(
    _ filter: TaskFilter, sort: TaskSort, after place: (value: Int64, id: Int64)?, limit: Int, for access: Access,
    today: Day
  ) -> Query<[Sealed]> {
    var all = conditions(filter, access, today: today)
    let column: SQL
    switch sort {
    case .due: column = "t.due_on"
    case .priority: column = "t.priority * 10000000 + t.due_on"
    case .newest: column = "-t.created_at"
    }
    if let place { all.append("(\(column), t.id) > (\(place.value), \(place.id))") }
    return .all(
      "SELECT \(columns) FROM tasks t WHERE \(SQL.join(all, " AND ")) ORDER BY \(column), t.id LIMIT \(limit)", decode)
  }

  static func sortValue(_ task: WorkTask, _ sort: TaskSort) -> Int64 {
    let due = task.dueOn?.number ?? noDay
    switch sort {
    case .due: return due
    case .priority: return task.priority.rank * 10_000_000 + due
    case .newest: return -task.createdAt.microseconds
    }
  }

  static func count(_ filter: TaskFilter, bound: Int, for access: Access, today: Day) -> Query<Int> {
    let all = conditions(filter, access, today: today)
    return .count(
      "SELECT COUNT(*) FROM (SELECT 1 FROM tasks t WHERE \(SQL.join(all, " AND ")) LIMIT \(bound + 1)) w")
  }

  /// How many steps are done and how many there are, by task.
  static func progress(of tasks: [WorkTask]) -> Query<[Int64: (done: Int, all: Int)]> {
    Query<[(Int64, Int, Int)]>.all(
      """
      SELECT p.task_id, SUM(CASE WHEN p.done_at IS NULL THEN 0 ELSE 1 END), COUNT(*) FROM task_steps p
      WHERE p.customer_id IN \(list: tasks.map { $0.customerID?.raw ?? 0 }) AND p.task_id IN \(list: tasks.map(\.id))
      GROUP BY p.task_id
      """
    ) { ($0.int(0), Int($0.int(1)), Int($0.int(2))) }
    .map { Dictionary(uniqueKeysWithValues: $0.map { ($0.0, (done: $0.1, all: $0.2)) }) }
  }

  // MARK: Writing

  static func insert(_ task: WorkTask, title: [UInt8]?, details: [UInt8]?, in tx: Tx) throws {
    let args = Dictionary(uniqueKeysWithValues: task.args.enumerated().map { ("\($0.offset)", $0.element) })
    let owner = parts(task.owner)
    try tx.run(
      """
      INSERT INTO tasks (customer_id, id, kind, title, details, args, about, about_id, state, priority, due_on,
        remind_at, assignee_id, group_id, for_role, source, unique_key, created_at, created_by, version)
      VALUES (\(task.customerID?.raw ?? 0), \(task.id), \(task.kind.rawValue), \(title), \(details),
        \(Facts.json(args)), \(task.subject?.kind), \(task.subject?.id ?? 0), \(task.state.rawValue),
        \(task.priority.rank), \(task.dueOn?.number ?? noDay), \(task.remindAt), \(owner.staff), \(owner.group),
        \(owner.role), \(task.source), \(task.key), \(task.createdAt), \(task.createdBy), \(task.version))
      """)
  }

  private static func parts(_ owner: TaskOwner) -> (staff: Int64?, group: Int64?, role: String?) {
    switch owner {
    case .staff(let id): (id.raw, nil, nil)
    case .group(let group): (nil, group, nil)
    case .role(let role): (nil, nil, role.rawValue)
    }
  }

  static func update(_ task: WorkTask, title: [UInt8]?, details: [UInt8]?, in tx: Tx) throws {
    let owner = parts(task.owner)
    try tx.run(
      """
      UPDATE tasks SET title = \(title), details = \(details), state = \(task.state.rawValue),
        priority = \(task.priority.rank), due_on = \(task.dueOn?.number ?? noDay), remind_at = \(task.remindAt),
        reminded_at = \(task.remindedAt), assignee_id = \(owner.staff), group_id = \(owner.group),
        for_role = \(owner.role), closed_at = \(task.closedAt), closed_by = \(task.closedBy), version = \(task.version)
      WHERE customer_id = \(task.customerID?.raw ?? 0) AND id = \(task.id)
      """)
  }

  static func lock(_ task: WorkTask, in tx: Tx) throws {
    try tx.lock("SELECT 1 FROM tasks WHERE customer_id = \(task.customerID?.raw ?? 0) AND id = \(task.id)")
  }

  /// Tasks whose reminder has come, for somebody to be told of.
  static func toRemind(at now: Instant, limit: Int) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM tasks t
      WHERE t.state = 'open' AND t.reminded_at IS NULL AND t.remind_at <= \(now) ORDER BY t.remind_at LIMIT \(limit)
      """, decode)
  }

  /// Open tasks of a member of staff, whoever looks.
  static func open(of staff: ID<StaffMember>, limit: Int) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM tasks t WHERE t.state = 'open' AND t.assignee_id = \(staff) ORDER BY t.id LIMIT \(limit)
      """, decode)
  }
}
