import Kernel
import Storage

/// Departures, what was taken from whom, and what somebody serves.
enum DepartureStore {
  static let columns: SQL = """
    d.id, d.staff_id, d.left_on, d.source, d.recorded_at, d.recorded_by, d.effective_at, d.listed_to, d.listed_at
    """

  @Sendable static func decode(_ row: Row) throws -> Departure {
    Departure(
      id: row.id(0), staffID: row.id(1), leftOn: row.day(2), source: row.text(3), recordedAt: row.instant(4),
      recordedBy: Actor(stored: row.text(5)), effectiveAt: row.instantOrNil(6), listedTo: row.int(7),
      listedAt: row.instantOrNil(8))
  }

  /// Raw ids of who is gone: whose day has passed, or whose departure has taken effect.
  static func gone(on today: Day) -> SQL {
    """
    SELECT g.id FROM staff g WHERE g.left_on < \(today)
    UNION SELECT g.staff_id FROM departures g WHERE g.effective_at IS NOT NULL AND g.withdrawn_at IS NULL
    """
  }

  /// A manager's are those of his team or branch.
  static func visible(to access: Access) -> SQL {
    switch access.scope {
    case .all: "1 = 1"
    case .book(let group) where access.role == .manager:
      "d.staff_id IN (SELECT v.id FROM staff v WHERE v.team_id = \(group) OR v.branch_id = \(group))"
    default: "1 = 0"
    }
  }

  static func find(_ id: ID<Departure>, for access: Access) -> Query<Departure?> {
    .first(
      """
      SELECT \(columns) FROM departures d WHERE d.id = \(id) AND d.withdrawn_at IS NULL AND \(visible(to: access))
      """, decode)
  }

  static func find(of staff: ID<StaffMember>) -> Query<Departure?> {
    .first("SELECT \(columns) FROM departures d WHERE d.staff_id = \(staff) AND d.withdrawn_at IS NULL", decode)
  }

  /// Latest first.
  static func page(after: DuePlace?, limit: Int, for access: Access) -> Query<[Departure]> {
    let place: SQL = after.map { "AND (d.left_on, d.id) < (\($0.day), \($0.id))" } ?? ""
    return .all(
      """
      SELECT \(columns) FROM departures d WHERE d.withdrawn_at IS NULL AND \(visible(to: access)) \(place)
      ORDER BY d.left_on DESC, d.id DESC LIMIT \(limit)
      """, decode)
  }

  /// Announced ones whose day has passed.
  static func toTakeEffect(on today: Day, limit: Int) -> Query<[Departure]> {
    .all(
      """
      SELECT \(columns) FROM departures d
      WHERE d.withdrawn_at IS NULL AND d.effective_at IS NULL AND d.left_on < \(today) ORDER BY d.left_on LIMIT \(limit)
      """, decode)
  }

  /// In effect, and not looked through for notices.
  static func toList(limit: Int) -> Query<[Departure]> {
    .all(
      """
      SELECT \(columns) FROM departures d
      WHERE d.withdrawn_at IS NULL AND d.listed_at IS NULL AND d.effective_at IS NOT NULL ORDER BY d.id LIMIT \(limit)
      """, decode)
  }

  /// In effect, of somebody who has something in hand.
  static func toRelease(limit: Int) -> Query<[Departure]> {
    .all(
      """
      SELECT \(columns) FROM departures d
      WHERE d.withdrawn_at IS NULL AND d.effective_at IS NOT NULL AND (
        EXISTS (SELECT 1 FROM tasks t WHERE t.assignee_id = d.staff_id AND t.state = 'open')
        OR EXISTS (SELECT 1 FROM leads l WHERE l.owner_id = d.staff_id AND l.state NOT IN ('won', 'lost', 'blocked'))
        OR EXISTS (SELECT 1 FROM complaints x WHERE x.replied_at IS NULL AND x.handler_id = d.staff_id))
      ORDER BY d.id LIMIT \(limit)
      """, decode)
  }

  static func insert(_ departure: Departure, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO departures (id, staff_id, left_on, source, recorded_at, recorded_by, effective_at, listed_to)
      VALUES (\(departure.id), \(departure.staffID), \(departure.leftOn), \(departure.source),
        \(departure.recordedAt), \(departure.recordedBy), \(departure.effectiveAt), 0)
      """)
  }

  static func move(_ id: ID<Departure>, to day: Day, in tx: Tx) throws {
    try tx.run("UPDATE departures SET left_on = \(day) WHERE id = \(id)")
  }

  static func withdraw(_ id: ID<Departure>, in tx: Tx) throws {
    try tx.run("UPDATE departures SET withdrawn_at = \(tx.now) WHERE id = \(id)")
  }

  static func setEffective(_ id: ID<Departure>, in tx: Tx) throws {
    try tx.run("UPDATE departures SET effective_at = \(tx.now) WHERE id = \(id) AND effective_at IS NULL")
  }

  /// - Parameter isDone: whether no policy is left to be looked at.
  static func setListed(_ id: ID<Departure>, to policy: Int64, isDone: Bool, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE departures SET listed_to = \(policy), listed_at = \(isDone ? tx.now : nil) WHERE id = \(id)
      """)
  }

  // MARK: What somebody serves

  static func served(_ staff: ID<StaffMember>) -> Query<ServedCounts> {
    Query<[ServedCounts]>.all(
      """
      SELECT
        (SELECT COUNT(*) FROM policies p WHERE p.servicing_agent_id = \(staff) AND p.status = 'in_force'),
        (SELECT COUNT(*) FROM policies p
          WHERE p.servicing_agent_id = \(staff) AND p.status IN ('not_yet_effective', 'suspended')),
        (SELECT COUNT(*) FROM book b WHERE b.scope = \(staff)),
        (SELECT COUNT(*) FROM book b JOIN customers c ON c.id = b.customer_id
          WHERE b.scope = \(staff) AND c.owner_id = \(staff)),
        (SELECT COUNT(*) FROM tasks t WHERE t.assignee_id = \(staff) AND t.state = 'open'),
        (SELECT COUNT(*) FROM leads l WHERE l.owner_id = \(staff) AND l.state NOT IN ('won', 'lost', 'blocked')),
        (SELECT COUNT(*) FROM leads l WHERE l.owner_id = \(staff) AND l.state = 'appointment'),
        (SELECT COUNT(*) FROM book b JOIN applications a ON a.customer_id = b.customer_id
          WHERE b.scope = \(staff) AND a.servicing_agent_id = \(staff)
            AND a.stage NOT IN ('post_sale_call', 'postponed', 'declined', 'withdrawn')),
        (SELECT COUNT(*) FROM premium_promises m JOIN policies p ON p.customer_id = m.customer_id AND p.id = m.policy_id
          WHERE m.outcome IS NULL AND p.servicing_agent_id = \(staff)),
        (SELECT COUNT(*) FROM claims k WHERE (k.servicing_agent_id = \(staff) OR k.handler_id = \(staff))
          AND k.status NOT IN ('paid', 'closed', 'withdrawn')),
        (SELECT COUNT(*) FROM complaints x WHERE x.handler_id = \(staff) AND x.replied_at IS NULL)
      """
    ) { row in
      func count(_ place: Int) -> Int { Int(row.int(place)) }
      return ServedCounts(
        policiesInForce: count(0), policiesOther: count(1), customers: count(2), owned: count(3), tasks: count(4),
        leads: count(5), visits: count(6), applications: count(7), promises: count(8), claims: count(9),
        complaints: count(10))
    }.map { $0.first ?? ServedCounts() }
  }

  /// Policies that are not ended, by who services them.
  static func orphans(of staff: [ID<StaffMember>]) -> Query<[Int64: Int]> {
    Query<[(Int64, Int)]>.all(
      """
      SELECT p.servicing_agent_id, COUNT(*) FROM policies p
      WHERE p.servicing_agent_id IN \(list: staff) AND p.status <> 'terminated' AND p.base_policy_id IS NULL
      GROUP BY p.servicing_agent_id
      """
    ) { ($0.int(0), Int($0.int(1))) }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  // MARK: What was taken

  static func insert(
    _ items: [(kind: DepartureItemKind, subject: Int64, customer: Int64)], of departure: ID<Departure>, in tx: Tx
  ) throws {
    for item in items {
      try tx.run(
        """
        INSERT INTO departure_items (departure_id, kind, subject_id, customer_id, taken_at)
        VALUES (\(departure), \(item.kind.code), \(item.subject), \(item.customer), \(tx.now))
        ON CONFLICT (departure_id, kind, subject_id)
        DO UPDATE SET taken_at = excluded.taken_at, given_to = NULL, handover_id = NULL
        """)
    }
  }

  struct Item: Sendable {
    let departure: ID<Departure>
    let kind: DepartureItemKind
    let subject, customer: Int64
  }

  /// What was taken from somebody about some customers and is given to nobody yet; of anybody when nil.
  static func taken(from staff: ID<StaffMember>?, about customers: [ID<Customer>]) -> Query<[Item]> {
    let whose: SQL = staff.map { "AND d.staff_id = \($0)" } ?? ""
    return .all(
      """
      SELECT i.departure_id, i.kind, i.subject_id, i.customer_id FROM departure_items i
      JOIN departures d ON d.id = i.departure_id
      WHERE i.customer_id IN \(list: customers) AND i.given_to IS NULL AND d.withdrawn_at IS NULL \(whose)
      ORDER BY i.kind, i.subject_id
      """
    ) { Item(departure: $0.id(0), kind: try $0.code(1), subject: $0.int(2), customer: $0.int(3)) }
  }

  static func given(in handover: ID<Handover>, about customers: [Int64]) -> Query<[(item: Item, to: Int64)]> {
    .all(
      """
      SELECT i.departure_id, i.kind, i.subject_id, i.customer_id, i.given_to FROM departure_items i
      WHERE i.customer_id IN \(list: customers) AND i.handover_id = \(handover) AND i.given_to IS NOT NULL
      """
    ) { (Item(departure: $0.id(0), kind: try $0.code(1), subject: $0.int(2), customer: $0.int(3)), $0.int(4)) }
  }

  static func setGiven(_ item: Item, to staff: ID<StaffMember>?, in handover: ID<Handover>, tx: Tx) throws {
    try tx.run(
      """
      UPDATE departure_items SET given_to = \(staff), handover_id = \(handover)
      WHERE departure_id = \(item.departure) AND kind = \(item.kind.code) AND subject_id = \(item.subject)
      """)
  }

  static func takenCounts(_ departure: ID<Departure>) -> Query<[(kind: DepartureItemKind, all: Int, given: Int)]> {
    .all(
      """
      SELECT i.kind, COUNT(*), COUNT(i.given_to) FROM departure_items i WHERE i.departure_id = \(departure)
      GROUP BY i.kind ORDER BY i.kind
      """
    ) { (try $0.code(0), Int($0.int(1)), Int($0.int(2))) }
  }
}
