import Kernel
import Storage

/// Hand-overs, what they moved, and who served what when.
enum HandoverStore {
  private static let columns: SQL = """
    h.id, h.departure_id, h.from_staff_id, h.rule, h.receivers, h.chosen, h.reaches_outside, h.state, h.total,
    h.walked_to, h.dealt, h.policies, h.undone, h.kept, h.ordered_at, h.ordered_by, h.finished_at, h.undo_until,
    h.undone_by, h.undone_at
    """

  private static func ids<Entity>(_ text: String) -> [ID<Entity>] {
    text.split(separator: "|").compactMap { Int64($0).map { ID($0) } }
  }

  private static func text<Entity>(_ ids: [ID<Entity>]) -> String { ids.map { "\($0.raw)" }.joined(separator: "|") }

  @Sendable private static func decode(_ row: Row) throws -> Handover {
    Handover(
      id: row.id(0), departureID: row.idOrNil(1), fromID: row.idOrNil(2), rule: try row.code(3),
      receivers: ids(row.text(4)), chosen: ids(row.text(5)), reachesOutside: row.bool(6), state: try row.code(7),
      total: Int(row.int(8)), walkedTo: row.int(9), dealt: Int(row.int(10)), policies: Int(row.int(11)),
      undone: Int(row.int(12)), kept: Int(row.int(13)), orderedAt: row.instant(14),
      orderedBy: Actor(stored: row.text(15)), finishedAt: row.instantOrNil(16), undoUntil: row.instantOrNil(17),
      undoneBy: row.textOrNil(18).map { Actor(stored: $0) }, undoneAt: row.instantOrNil(19))
  }

  /// A manager's are those from or to somebody of his group.
  static func visible(to access: Access) -> SQL {
    switch access.scope {
    case .all: "1 = 1"
    case .book(let group) where access.role == .manager:
      """
      h.from_staff_id IN (SELECT v.id FROM staff v WHERE v.team_id = \(group) OR v.branch_id = \(group))
      """
    default: "1 = 0"
    }
  }

  static func find(_ id: ID<Handover>, for access: Access) -> Query<Handover?> {
    .first("SELECT \(columns) FROM handovers h WHERE h.id = \(id) AND \(visible(to: access))", decode)
  }

  static func all(of departure: ID<Departure>) -> Query<[Handover]> {
    .all("SELECT \(columns) FROM handovers h WHERE h.departure_id = \(departure) ORDER BY h.id DESC LIMIT 50", decode)
  }

  static func latest(limit: Int, for access: Access) -> Query<[Handover]> {
    .all("SELECT \(columns) FROM handovers h WHERE \(visible(to: access)) ORDER BY h.id DESC LIMIT \(limit)", decode)
  }

  static func reason(_ id: ID<Handover>) -> Query<[UInt8]?> {
    .first("SELECT h.reason FROM handovers h WHERE h.id = \(id)") { $0.blob(0) }
  }

  static func lock(_ id: ID<Handover>, in tx: Tx) throws { try tx.lock("SELECT 1 FROM handovers WHERE id = \(id)") }

  static func insert(_ handover: Handover, reason: [UInt8], in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO handovers (id, departure_id, from_staff_id, rule, receivers, chosen, reaches_outside, reason, state,
        total, walked_to, dealt, policies, undone, kept, ordered_at, ordered_by)
      VALUES (\(handover.id), \(handover.departureID), \(handover.fromID), \(handover.rule.code),
        \(text(handover.receivers)), \(text(handover.chosen)), \(handover.reachesOutside), \(reason),
        \(handover.state.code), \(handover.total), 0, 0, 0, 0, 0, \(handover.orderedAt), \(handover.orderedBy))
      """)
  }

  static func update(_ handover: Handover, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE handovers SET state = \(handover.state.code), walked_to = \(handover.walkedTo), dealt = \(handover.dealt),
        policies = \(handover.policies), undone = \(handover.undone), kept = \(handover.kept),
        finished_at = \(handover.finishedAt), undo_until = \(handover.undoUntil), undone_by = \(handover.undoneBy),
        undone_at = \(handover.undoneAt)
      WHERE id = \(handover.id)
      """)
  }

  // MARK: What is to be given

  struct Unit: Sendable {
    let customer: ID<Customer>
    let policies: Int
  }

  /// Which policies `p` a hand-over moves: those of the one who left, or of chosen customers those that nobody serves
  /// who is still here.
  static func held(_ from: ID<StaffMember>?, isChosen: Bool, on today: Day) -> SQL {
    if let from, !isChosen { return "p.servicing_agent_id = \(from)" }
    return "(p.servicing_agent_id IS NULL OR p.servicing_agent_id IN (\(DepartureStore.gone(on: today))))"
  }

  /// Customers of whom there is something to give, with their policies: out of the book of the one who left, or out of
  /// chosen ones. The conditions go by keys, so that a page costs the same however large the book is.
  private static func units(from staff: ID<StaffMember>?, chosen: [ID<Customer>], on today: Day) -> SQL {
    let held = held(staff, isChosen: !chosen.isEmpty, on: today)
    guard let staff, chosen.isEmpty else {
      return """
        SELECT c.id AS customer_id, (
          SELECT COUNT(*) FROM policies p WHERE p.customer_id = c.id AND \(held)) AS policies
        FROM customers c WHERE c.id IN \(list: chosen) AND EXISTS (
          SELECT 1 FROM policies p WHERE p.customer_id = c.id AND \(held))
        """
    }
    return """
      SELECT b.customer_id AS customer_id, (
        SELECT COUNT(*) FROM policies p WHERE p.customer_id = b.customer_id AND \(held)) AS policies
      FROM book b WHERE b.scope = \(staff) AND (
        EXISTS (SELECT 1 FROM policies p WHERE p.customer_id = b.customer_id AND \(held))
        OR EXISTS (SELECT 1 FROM customers c
          WHERE c.id = b.customer_id AND (c.owner_id = \(staff) OR c.adviser_id = \(staff)))
        OR EXISTS (SELECT 1 FROM applications a
          WHERE a.customer_id = b.customer_id AND a.servicing_agent_id = \(staff)))
      """
  }

  static func units(
    from staff: ID<StaffMember>?, chosen: [ID<Customer>], after customer: Int64, limit: Int, on today: Day
  ) -> Query<[Unit]> {
    .all(
      """
      SELECT u.customer_id, u.policies FROM (\(units(from: staff, chosen: chosen, on: today))) u
      WHERE u.customer_id > \(customer) ORDER BY u.customer_id LIMIT \(limit)
      """
    ) { Unit(customer: $0.id(0), policies: Int($0.int(1))) }
  }

  /// How many customers and policies each place of `count` receivers would get, dealt in turn.
  static func shares(
    from staff: ID<StaffMember>?, chosen: [ID<Customer>], count: Int, on today: Day
  ) -> Query<[(place: Int, customers: Int, policies: Int)]> {
    .all(
      """
      SELECT w.place, COUNT(*), SUM(w.policies) FROM (
        SELECT (ROW_NUMBER() OVER (ORDER BY u.customer_id) - 1) % \(max(count, 1)) AS place, u.policies AS policies
        FROM (\(units(from: staff, chosen: chosen, on: today))) u) w
      GROUP BY w.place ORDER BY w.place
      """
    ) { (Int($0.int(0)), Int($0.int(1)), Int($0.int(2))) }
  }

  /// Policies in force that members of staff serve.
  static func loads(_ staff: [ID<StaffMember>]) -> Query<[ID<StaffMember>: Int]> {
    Query<[(ID<StaffMember>, Int)]>.all(
      """
      SELECT p.servicing_agent_id, COUNT(*) FROM policies p
      WHERE p.servicing_agent_id IN \(list: staff) AND p.status = 'in_force' GROUP BY p.servicing_agent_id
      """
    ) { ($0.id(0), Int($0.int(1))) }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  /// Who served the orphaned policies of chosen customers that the viewer may see: nil for nobody.
  static func agents(of chosen: [ID<Customer>], on today: Day) -> Query<[(customer: Int64, agent: ID<StaffMember>?)]> {
    .all(
      """
      SELECT DISTINCT p.customer_id, p.servicing_agent_id FROM policies p
      WHERE p.customer_id IN \(list: chosen) AND p.status <> 'terminated'
        AND \(held(nil, isChosen: true, on: today)) AND \(visible: .policy, "p")
      """
    ) { ($0.int(0), $0.idOrNil(1)) }
  }

  // MARK: What was given

  struct Line: Sendable {
    let customer: ID<Customer>
    let to: ID<StaffMember>
    let policies: Int
    /// `owner`, `adviser`, `application`.
    let parts: Set<String>
    let mark: Int64
  }

  static func insert(_ lines: [Line], of handover: ID<Handover>, in tx: Tx) throws {
    for line in lines {
      // Customers who came back to somebody who left are given once more by the same hand-over: the last counts.
      try tx.run(
        """
        INSERT INTO handover_lines (handover_id, customer_id, to_staff_id, policies, parts, mark, state)
        VALUES (\(handover), \(line.customer), \(line.to), \(line.policies),
          \(line.parts.sorted().joined(separator: "|")), \(line.mark), 'given')
        ON CONFLICT (handover_id, customer_id) DO UPDATE SET mark = excluded.mark, state = excluded.state
        """)
    }
  }

  static func lines(of handover: ID<Handover>, after customer: Int64, limit: Int) -> Query<[Line]> {
    .all(
      """
      SELECT l.customer_id, l.to_staff_id, l.policies, l.parts, l.mark FROM handover_lines l
      WHERE l.handover_id = \(handover) AND l.customer_id > \(customer) AND l.state = 'given'
      ORDER BY l.customer_id LIMIT \(limit)
      """
    ) { row in
      Line(
        customer: row.id(0), to: row.id(1), policies: Int(row.int(2)),
        parts: Set(row.text(3).split(separator: "|").map(String.init)), mark: row.int(4))
    }
  }

  static func setState(
    _ state: StaticString, _ customers: [ID<Customer>], of handover: ID<Handover>, in tx: Tx
  ) throws {
    guard !customers.isEmpty else { return }
    try tx.run(
      """
      UPDATE handover_lines SET state = \(state.description)
      WHERE handover_id = \(handover) AND customer_id IN \(list: customers)
      """)
  }

  static func shares(of handover: ID<Handover>) -> Query<[HandoverShare]> {
    .all(
      """
      SELECT l.to_staff_id, COUNT(*), SUM(l.policies), SUM(CASE WHEN l.state = 'kept' THEN 1 ELSE 0 END),
        SUM(CASE WHEN l.state = 'undone' THEN 1 ELSE 0 END)
      FROM handover_lines l WHERE l.handover_id = \(handover) GROUP BY l.to_staff_id ORDER BY l.to_staff_id
      """
    ) { row in
      HandoverShare(
        receiver: row.id(0), customers: Int(row.int(1)), policies: Int(row.int(2)), kept: Int(row.int(3)),
        undone: Int(row.int(4)))
    }
  }

  /// The newest event of each customer, by id.
  static func newest(of customers: [ID<Customer>]) -> Query<[Int64: Int64]> {
    Query<[(Int64, Int64)]>.all(
      "SELECT e.customer_id, MAX(e.id) FROM events e WHERE e.customer_id IN \(list: customers) GROUP BY e.customer_id"
    ) { ($0.int(0), $0.int(1)) }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  // MARK: Who served what

  static func insert(
    _ servings: [PolicyServing], why: String, of handover: ID<Handover>, in tx: Tx
  ) throws {
    try tx.insert(
      into: "policy_servings",
      columns: ["customer_id", "policy_id", "id", "from_staff_id", "to_staff_id", "at", "actor", "handover_id", "why"],
      rows: servings.map { serving in
        [
          serving.customer.sqlValue, serving.policy.sqlValue, tx.newID(PolicyServingSpan.self).sqlValue,
          serving.from.sqlValue, serving.to.sqlValue, tx.now.sqlValue, tx.access.actor.sqlValue, handover.sqlValue,
          .text(why),
        ]
      })
  }

  /// Whose the policies of some customers were before a hand-over, as far as they are still where it put them.
  static func before(
    _ handover: ID<Handover>, of customers: [ID<Customer>]
  ) -> Query<[(serving: PolicyServing, from: ID<StaffMember>?)]> {
    .all(
      """
      SELECT p.customer_id, p.id, p.policy_no, p.servicing_agent_id, p.status, s.from_staff_id
      FROM policy_servings s JOIN policies p ON p.customer_id = s.customer_id AND p.id = s.policy_id
      WHERE s.handover_id = \(handover) AND s.customer_id IN \(list: customers) AND s.why = 'departure'
        AND p.servicing_agent_id = s.to_staff_id
      ORDER BY p.customer_id, p.id
      """
    ) { row in
      let serving = PolicyServing(
        customer: row.id(0), policy: row.id(1), policyNo: row.text(2), from: row.idOrNil(3),
        isInForce: row.text(4) == PolicyStatus.inForce.code)
      return (serving, row.idOrNil(5))
    }
  }

  static func spans(of policy: ID<Policy>, customer: ID<Customer>) -> Query<[PolicyServingSpan]> {
    .all(
      """
      SELECT s.from_staff_id, s.to_staff_id, s.at, s.actor, s.why, s.handover_id FROM policy_servings s
      WHERE s.customer_id = \(customer) AND s.policy_id = \(policy) ORDER BY s.id DESC LIMIT 50
      """
    ) { row in
      PolicyServingSpan(
        from: row.idOrNil(0), to: row.idOrNil(1), at: row.instant(2), actor: Actor(stored: row.text(3)),
        why: row.text(4), handover: row.id(5))
    }
  }
}
