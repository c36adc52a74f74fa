import Kernel
import Storage

/// Whom the law wants told, and that they were.
enum DepartureNoticeStore {
  private static let columns: SQL = """
    n.customer_id, n.id, n.departure_id, n.old_staff_id, n.new_staff_id, n.policies, n.due_on, d.left_on, n.told_on,
    n.way, n.proof_kind, n.told_by, n.told_at, n.interaction_id
    """

  @Sendable private static func decode(_ row: Row) throws -> DepartureNotice {
    DepartureNotice(
      id: row.id(1), customerID: row.id(0), departureID: row.id(2), oldID: row.id(3), newID: row.idOrNil(4),
      policies: row.text(5).split(separator: "|").compactMap { Int64($0).map { ID($0) } }, dueOn: row.day(6),
      leftOn: row.day(7), toldOn: row.dayOrNil(8), way: row.textOrNil(9).flatMap(NoticeWay.init(rawValue:)),
      proofKind: row.textOrNil(10).flatMap(DeliveryProof.init(rawValue:)),
      toldBy: row.textOrNil(11).map { Actor(stored: $0) }, toldAt: row.instantOrNil(12),
      interactionID: row.idOrNil(13))
  }

  /// Who sells is told of the notices of customers given to him, a manager of his group's; the desks that see
  /// everybody of all.
  static func visible(to access: Access) -> SQL {
    switch access.scope {
    case .all: return "\(visible: .customer, "n")"
    case .book(let group) where access.role == .manager:
      let members: SQL = "SELECT v.id FROM staff v WHERE v.team_id = \(group) OR v.branch_id = \(group)"
      return "((n.old_staff_id IN (\(members)) OR n.new_staff_id IN (\(members))) AND \(visible: .customer, "n"))"
    case .book where access.role == .agent || access.role == .adviser:
      return "(n.new_staff_id = \(access.staffID) AND \(visible: .customer, "n"))"
    default: return "1 = 0"
    }
  }

  private static func conditions(_ filter: DepartureNoticeFilter, _ access: Access, _ today: Day) -> [SQL] {
    var all: [SQL] = [visible(to: access)]
    switch filter.show {
    case .open: all.append("n.told_on IS NULL")
    case .overdue: all.append("n.told_on IS NULL AND n.due_on < \(today)")
    case .soon: all.append("n.told_on IS NULL AND n.due_on BETWEEN \(today) AND \(today + 7)")
    case .told: all.append("n.told_on IS NOT NULL")
    }
    if let departure = filter.departure { all.append("n.departure_id = \(departure)") }
    if let agent = filter.agent { all.append("n.new_staff_id = \(agent)") }
    if filter.isUnassigned { all.append("n.new_staff_id IS NULL") }
    return all
  }

  /// Those whose day comes first on top: the overdue ones.
  static func page(
    _ filter: DepartureNoticeFilter, after: DuePlace?, limit: Int, for access: Access, on today: Day
  ) -> Query<[DepartureNotice]> {
    var all = conditions(filter, access, today)
    if let after { all.append("(n.due_on, n.id) > (\(after.day), \(after.id))") }
    return .all(
      """
      SELECT \(columns) FROM departure_notices n JOIN departures d ON d.id = n.departure_id
      WHERE \(SQL.join(all, " AND ")) ORDER BY n.due_on, n.id LIMIT \(limit)
      """, decode)
  }

  static func count(_ filter: DepartureNoticeFilter, bound: Int, for access: Access, on today: Day) -> Query<Int> {
    let all = SQL.join(conditions(filter, access, today), " AND ")
    return .count("SELECT COUNT(*) FROM (SELECT 1 FROM departure_notices n WHERE \(all) LIMIT \(bound + 1)) w")
  }

  static func some(_ ids: [ID<DepartureNotice>], for access: Access) -> Query<[DepartureNotice]> {
    .all(
      """
      SELECT \(columns) FROM departure_notices n JOIN departures d ON d.id = n.departure_id
      WHERE n.id IN \(list: ids) AND \(visible(to: access)) ORDER BY n.due_on, n.id
      """, decode)
  }

  static func counts(
    of departures: [ID<Departure>], on today: Day
  ) -> Query<[Int64: (open: Int, overdue: Int, told: Int)]> {
    Query<[(Int64, Int, Int, Int)]>.all(
      """
      SELECT n.departure_id, SUM(CASE WHEN n.told_on IS NULL THEN 1 ELSE 0 END),
        SUM(CASE WHEN n.told_on IS NULL AND n.due_on < \(today) THEN 1 ELSE 0 END), COUNT(n.told_on)
      FROM departure_notices n WHERE n.departure_id IN \(list: departures) GROUP BY n.departure_id
      """
    ) { ($0.int(0), Int($0.int(1)), Int($0.int(2)), Int($0.int(3))) }
    .map { rows in Dictionary(uniqueKeysWithValues: rows.map { ($0.0, (open: $0.1, overdue: $0.2, told: $0.3)) }) }
  }

  /// Policies of more than a year that somebody serves and that are in force, behind one; riders go with their bases.
  static func longTerm(
    of staff: ID<StaffMember>, after policy: Int64, limit: Int
  ) -> Query<[(customer: ID<Customer>, policy: ID<Policy>)]> {
    .all(
      """
      SELECT p.customer_id, p.id FROM policies p
      WHERE p.servicing_agent_id = \(staff) AND p.id > \(policy) AND p.status = 'in_force'
        AND p.base_policy_id IS NULL
        AND (p.expires_on IS NULL OR p.effective_on IS NULL
          OR p.expires_on - p.effective_on > \(DepartureRules.yearDays))
      ORDER BY p.id LIMIT \(limit)
      """
    ) { ($0.id(0), $0.id(1)) }
  }

  static func customerCounts(of staff: [ID<StaffMember>]) -> Query<[ID<StaffMember>: Int]> {
    Query<[(ID<StaffMember>, Int)]>.all(
      """
      SELECT p.servicing_agent_id, COUNT(DISTINCT p.customer_id) FROM policies p
      WHERE p.servicing_agent_id IN \(list: staff) AND p.status = 'in_force' AND p.base_policy_id IS NULL
        AND (p.expires_on IS NULL OR p.effective_on IS NULL
          OR p.expires_on - p.effective_on > \(DepartureRules.yearDays))
      GROUP BY p.servicing_agent_id
      """
    ) { ($0.id(0), Int($0.int(1))) }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  /// A customer already listed of this departure has more policies.
  static func add(_ notices: [DepartureNotice], in tx: Tx) throws {
    for notice in notices {
      let policies = notice.policies.map { "\($0.raw)" }.joined(separator: "|")
      try tx.run(
        """
        INSERT INTO departure_notices (customer_id, id, departure_id, old_staff_id, policies, due_on)
        VALUES (\(notice.customerID), \(notice.id), \(notice.departureID), \(notice.oldID), \(policies),
          \(notice.dueOn))
        ON CONFLICT (customer_id, departure_id)
        DO UPDATE SET policies = departure_notices.policies || '|' || excluded.policies
        """)
    }
  }

  static func move(_ departure: ID<Departure>, to day: Day, in tx: Tx) throws {
    try tx.run(
      "UPDATE departure_notices SET due_on = \(day) WHERE departure_id = \(departure) AND told_on IS NULL")
  }

  static func forgetOpen(of departure: ID<Departure>, in tx: Tx) throws {
    try tx.run("DELETE FROM departure_notices WHERE departure_id = \(departure) AND told_on IS NULL")
  }

  /// Who serves some customers of somebody who is gone; of anybody gone when `old` is nil.
  static func assign(
    _ customers: [ID<Customer>], from old: ID<StaffMember>?, to new: ID<StaffMember>?, in tx: Tx
  ) throws {
    let whose: SQL = old.map { "AND old_staff_id = \($0)" } ?? ""
    try tx.run(
      "UPDATE departure_notices SET new_staff_id = \(new) WHERE customer_id IN \(list: customers) \(whose)")
  }

  static func tell(_ notice: DepartureNotice, proof: [UInt8], in tx: Tx) throws {
    try tx.run(
      """
      UPDATE departure_notices SET told_on = \(notice.toldOn), way = \(notice.way?.code),
        proof_kind = \(notice.proofKind?.code), proof = \(proof), told_by = \(notice.toldBy),
        told_at = \(notice.toldAt), interaction_id = \(notice.interactionID)
      WHERE customer_id = \(notice.customerID) AND id = \(notice.id)
      """)
  }

  static func proofs(of notices: [DepartureNotice]) -> Query<[Int64: [UInt8]]> {
    Query<[(Int64, [UInt8])]>.all(
      """
      SELECT n.id, n.proof FROM departure_notices n
      WHERE n.customer_id IN \(list: notices.map(\.customerID)) AND n.id IN \(list: notices.map(\.id))
        AND n.proof IS NOT NULL
      """
    ) { ($0.int(0), $0.blob(1)) }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  // MARK: Telling those above

  struct Due: Sendable {
    let departure: ID<Departure>
    let staff: ID<StaffMember>
    let count: Int
    let first: Day
  }

  /// Departures with open notices whose last day comes by a day and of which nobody above was told.
  static func toEscalate(by day: Day, limit: Int) -> Query<[Due]> {
    .all(
      """
      SELECT n.departure_id, n.old_staff_id, COUNT(*), MIN(n.due_on) FROM departure_notices n
      WHERE n.told_on IS NULL AND n.escalated_at IS NULL AND n.due_on <= \(day)
      GROUP BY n.departure_id, n.old_staff_id ORDER BY MIN(n.due_on), n.departure_id LIMIT \(limit)
      """
    ) { Due(departure: $0.id(0), staff: $0.id(1), count: Int($0.int(2)), first: $0.day(3)) }
  }

  static func setEscalated(_ departure: ID<Departure>, in tx: Tx) throws {
    try tx.run(
      "UPDATE departure_notices SET escalated_at = \(tx.now) WHERE departure_id = \(departure) AND told_on IS NULL")
  }
}
