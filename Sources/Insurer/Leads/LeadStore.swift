import Kernel
import Storage

enum LeadStore {
  struct Sealed: Sendable {
    var lead: Lead
    let mobile: [UInt8]?
  }

  private static let columns: SQL = """
    l.id, l.customer_id, l.name, l.mobile, l.origin, l.line, l.agreed, l.state, l.owner_id, l.group_id, l.next_at,
    l.return_at, l.lost_reason, l.returned, l.source, l.created_at, l.created_by, l.touched_at, l.closed_at, l.version
    """

  @Sendable private static func decode(_ row: Row) throws -> Sealed {
    let lead = Lead(
      id: row.id(0), customerID: row.int(1) == 0 ? nil : row.id(1), name: row.text(2), origin: try row.code(4),
      line: row.textOrNil(5).flatMap { Line(rawValue: $0) }, agreed: row.bool(6), state: try row.code(7),
      ownerID: row.idOrNil(8), groupID: row.int(9), nextAt: row.instantOrNil(10), returnAt: row.instantOrNil(11),
      loss: row.textOrNil(12).flatMap { LeadLoss(rawValue: $0) }, returned: Int(row.int(13)), source: row.text(14),
      createdAt: row.instant(15), createdBy: Actor(stored: row.text(16)), touchedAt: row.instant(17),
      closedAt: row.instantOrNil(18), version: row.int(19))
    return Sealed(lead: lead, mobile: row.blobOrNil(3))
  }

  /// Who sells sees his own leads, those that he entered, and the pools of his team and branch; a manager those of his
  /// group. For a purpose that rests on consent only leads of customers who have agreed.
  static func visible(to access: Access) -> SQL {
    let agreed: SQL =
      access.restsOnConsent ? "AND l.customer_id <> 0 AND \(visible: .customer, "l")" : ""
    let mine: SQL = """
      l.owner_id = \(access.staffID) AND l.owner_id <> 0 OR l.created_by = \(access.actor)
        OR l.owner_id IS NULL AND l.group_id IN (
          SELECT m.team_id FROM staff m WHERE m.id = \(access.staffID)
          UNION SELECT m.branch_id FROM staff m WHERE m.id = \(access.staffID))
      """
    switch access.scope {
    case .all: return "(1 = 1 \(agreed))"
    case .none: return "1 = 0"
    case .book(let group) where access.role == .manager:
      return """
        (\(mine) OR l.group_id = \(group) OR l.owner_id IN (
          SELECT s.id FROM staff s WHERE s.team_id = \(group) OR s.branch_id = \(group))) \(agreed)
        """
    case .book: return "(\(mine)) \(agreed)"
    }
  }

  static func find(_ id: ID<Lead>, for access: Access) -> Query<Sealed?> {
    .first("SELECT \(columns) FROM leads l WHERE l.id = \(id) AND \(visible(to: access))", decode)
  }

  private static func conditions(_ filter: LeadFilter, _ access: Access) -> [SQL] {
    var all: [SQL] = [visible(to: access)]
    switch filter.whose {
    case .mine: all.append("l.owner_id = \(access.staffID)")
    case .pool: all.append("l.owner_id IS NULL AND l.state = 'new'")
    case .all: break
    }
    if let state = filter.state { all.append("l.state = \(state.rawValue)") }
    if filter.isOpen { all.append("l.state NOT IN ('won', 'lost', 'blocked')") }
    if !filter.customers.isEmpty { all.append("l.customer_id IN \(list: filter.customers)") }
    return all
  }

  /// The longest untouched first.
  static func page(
    _ filter: LeadFilter, after place: (at: Instant, id: Int64)?, limit: Int, for access: Access
  ) -> Query<[Sealed]> {
    var all = conditions(filter, access)
    if let place { all.append("(l.touched_at, l.id) > (\(place.at), \(place.id))") }
    return .all(
      "SELECT \(columns) FROM leads l WHERE \(SQL.join(all, " AND ")) ORDER BY l.touched_at, l.id LIMIT \(limit)",
      decode)
  }

  static func count(_ filter: LeadFilter, bound: Int, for access: Access) -> Query<Int> {
    let all = conditions(filter, access)
    return .count(
      "SELECT COUNT(*) FROM (SELECT 1 FROM leads l WHERE \(SQL.join(all, " AND ")) LIMIT \(bound + 1)) w")
  }

  static func toReturn(at now: Instant, limit: Int) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM leads l WHERE l.return_at IS NOT NULL AND l.return_at <= \(now)
      ORDER BY l.return_at LIMIT \(limit)
      """, decode)
  }

  /// Open leads of a member of staff, whoever looks.
  static func open(of staff: ID<StaffMember>, limit: Int) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM leads l
      WHERE l.owner_id = \(staff) AND l.state NOT IN ('won', 'lost', 'blocked')
      ORDER BY l.touched_at, l.id LIMIT \(limit)
      """, decode)
  }

  static func lock(_ id: ID<Lead>, in tx: Tx) throws { try tx.lock("SELECT 1 FROM leads WHERE id = \(id)") }

  static func insert(_ lead: Lead, mobile: [UInt8]?, index: [UInt8]?, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO leads (id, customer_id, name, mobile, mobile_index, origin, line, agreed, state, owner_id, group_id,
        next_at, return_at, returned, source, created_at, created_by, touched_at, closed_at, version)
      VALUES (\(lead.id), \(lead.customerID?.raw ?? 0), \(lead.name), \(mobile), \(index), \(lead.origin.rawValue),
        \(lead.line?.rawValue), \(lead.agreed), \(lead.state.rawValue), \(lead.ownerID), \(lead.groupID),
        \(lead.nextAt), \(lead.returnAt), 0, \(lead.source), \(lead.createdAt), \(lead.createdBy), \(lead.touchedAt),
        \(lead.closedAt), \(lead.version))
      """)
  }

  static func update(_ lead: Lead, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE leads SET customer_id = \(lead.customerID?.raw ?? 0), state = \(lead.state.rawValue),
        owner_id = \(lead.ownerID), group_id = \(lead.groupID), next_at = \(lead.nextAt), return_at = \(lead.returnAt),
        lost_reason = \(lead.loss?.rawValue), returned = \(lead.returned), touched_at = \(lead.touchedAt),
        closed_at = \(lead.closedAt), version = \(lead.version)
      WHERE id = \(lead.id)
      """)
  }

  static func insert(
    _ kind: LeadStepKind, _ words: [UInt8]?, staff: ID<StaffMember>?, of lead: ID<Lead>, in tx: Tx
  ) throws {
    try tx.run(
      """
      INSERT INTO lead_steps (lead_id, id, kind, words, staff_id, actor, at)
      VALUES (\(lead), \(tx.newID(LeadStep.self)), \(kind.rawValue), \(words), \(staff), \(tx.access.actor), \(tx.now))
      """)
  }

  static func steps(of lead: ID<Lead>) -> Query<[(step: LeadStep, words: [UInt8]?)]> {
    .all(
      "SELECT kind, words, staff_id, actor, at FROM lead_steps WHERE lead_id = \(lead) ORDER BY id LIMIT 500"
    ) { row in
      let step = LeadStep(
        kind: try row.code(0), words: nil, staff: row.idOrNil(2), actor: Actor(stored: row.text(3)), at: row.instant(4))
      return (step, row.blobOrNil(1))
    }
  }
}
