import Kernel
import Storage

enum ComplaintStore {
  struct Sealed: Sendable {
    let complaint: Complaint
    let said: [UInt8]
    let termReason, determination, replyProof, causeNote: [UInt8]?
  }

  private static let columns: SQL = """
    x.id, x.customer_id, x.channel, x.topic, x.said, x.received_at, x.reference, x.policy_id, x.about_staff_id,
    x.about_group_id, x.handler_id, x.acknowledged_at, x.acknowledged_way, x.term, x.term_reason, x.term_by, x.due_on,
    x.escalate_on, x.escalated_at, x.finding, x.determination, x.determined_at, x.determined_by, x.replied_at,
    x.reply_way, x.reply_proof, x.cause, x.cause_note, x.improvement_id, x.source, x.version, x.created_by
    """

  @Sendable private static func decode(_ row: Row) throws -> Sealed {
    let complaint = Complaint(
      id: row.id(0), customerID: row.id(1), channel: try row.code(2), topic: try row.code(3),
      receivedAt: row.instant(5), reference: row.textOrNil(6), policyID: row.idOrNil(7), aboutStaffID: row.idOrNil(8),
      aboutGroupID: row.intOrNil(9), handlerID: row.idOrNil(10), acknowledgedAt: row.instantOrNil(11),
      acknowledgedWay: row.textOrNil(12).flatMap(NoticeWay.init(rawValue:)), term: try row.code(13),
      termBy: row.textOrNil(15).map { Actor(stored: $0) }, dueOn: row.day(16), escalateOn: row.day(17),
      escalatedAt: row.instantOrNil(18), finding: row.textOrNil(19).flatMap(ComplaintFinding.init(rawValue:)),
      determinedAt: row.instantOrNil(21), determinedBy: row.textOrNil(22).map { Actor(stored: $0) },
      repliedAt: row.instantOrNil(23), replyWay: row.textOrNil(24).flatMap(NoticeWay.init(rawValue:)),
      cause: row.textOrNil(26).flatMap(RootCause.init(rawValue:)), improvementID: row.idOrNil(28),
      source: row.text(29), version: row.int(30), createdBy: Actor(stored: row.text(31)))
    return Sealed(
      complaint: complaint, said: row.blob(4), termReason: row.blobOrNil(14), determination: row.blobOrNil(20),
      replyProof: row.blobOrNil(25), causeNote: row.blobOrNil(27))
  }

  /// To who may see the person, but never to the one complained about, nor to those of a unit complained about who
  /// handle none.
  static func visible(to access: Access) -> SQL {
    """
    (\(visible: .customer, "x") AND (x.about_staff_id IS NULL OR x.about_staff_id <> \(access.staffID)
      OR \(access.staffID) = 0))
    """
  }

  static func find(_ id: ID<Complaint>, for access: Access) -> Query<Sealed?> {
    .first("SELECT \(columns) FROM complaints x WHERE x.id = \(id) AND \(visible(to: access))", decode)
  }

  static func find(reference: String, source: String, of customer: ID<Customer>) -> Query<Sealed?> {
    .first(
      """
      SELECT \(columns) FROM complaints x
      WHERE x.customer_id = \(customer) AND x.source = \(source) AND x.reference = \(reference)
      """, decode)
  }

  private static func conditions(_ filter: ComplaintFilter, _ access: Access, _ today: Day) -> [SQL] {
    var all: [SQL] = [visible(to: access)]
    switch filter.show {
    case .open: all.append("x.replied_at IS NULL")
    case .mine: all.append("x.replied_at IS NULL AND x.handler_id = \(access.staffID)")
    case .escalated: all.append("x.replied_at IS NULL AND x.escalated_at IS NOT NULL")
    case .overdue: all.append("x.replied_at IS NULL AND x.due_on < \(today)")
    case .unexplained: all.append("x.replied_at IS NOT NULL AND x.cause IS NULL")
    case .closed: all.append("x.replied_at IS NOT NULL")
    }
    if !filter.customers.isEmpty { all.append("x.customer_id IN \(list: filter.customers)") }
    return all
  }

  /// Nearest their end first.
  static func page(
    _ filter: ComplaintFilter, after: DuePlace?, limit: Int, for access: Access, on today: Day
  ) -> Query<[Sealed]> {
    var all = conditions(filter, access, today)
    if let after { all.append("(x.due_on, x.id) > (\(after.day), \(after.id))") }
    return .all(
      """
      SELECT \(columns) FROM complaints x WHERE \(SQL.join(all, " AND ")) ORDER BY x.due_on, x.id LIMIT \(limit)
      """, decode)
  }

  static func count(_ filter: ComplaintFilter, bound: Int, for access: Access, on today: Day) -> Query<Int> {
    let all = SQL.join(conditions(filter, access, today), " AND ")
    return .count("SELECT COUNT(*) FROM (SELECT 1 FROM complaints x WHERE \(all) LIMIT \(bound + 1)) w")
  }

  /// All of a person, whatever became of them.
  static func all(of customers: [ID<Customer>], for access: Access) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM complaints x WHERE x.customer_id IN \(list: customers) AND \(visible(to: access))
      ORDER BY x.received_at DESC, x.id DESC LIMIT 20
      """, decode)
  }

  /// Whose day to be told above has come.
  static func toEscalate(on today: Day, limit: Int) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM complaints x
      WHERE x.replied_at IS NULL AND x.escalated_at IS NULL AND x.escalate_on <= \(today)
      ORDER BY x.escalate_on, x.id LIMIT \(limit)
      """, decode)
  }

  /// Open complaints that a member of staff handles, whoever looks.
  static func open(of staff: ID<StaffMember>, limit: Int) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM complaints x
      WHERE x.replied_at IS NULL AND x.handler_id = \(staff) ORDER BY x.due_on, x.id LIMIT \(limit)
      """, decode)
  }

  static func insert(_ complaint: Complaint, said: [UInt8], in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO complaints (customer_id, id, channel, topic, said, received_at, reference, policy_id, about_staff_id,
        about_group_id, handler_id, term, due_on, escalate_on, source, version, created_by, updated_at)
      VALUES (\(complaint.customerID), \(complaint.id), \(complaint.channel.code), \(complaint.topic.code), \(said),
        \(complaint.receivedAt), \(complaint.reference), \(complaint.policyID), \(complaint.aboutStaffID),
        \(complaint.aboutGroupID), \(complaint.handlerID), \(complaint.term.code), \(complaint.dueOn),
        \(complaint.escalateOn), \(complaint.source), \(complaint.version), \(complaint.createdBy), \(tx.now))
      """)
  }

  static func update(_ complaint: Complaint, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE complaints SET handler_id = \(complaint.handlerID), acknowledged_at = \(complaint.acknowledgedAt),
        acknowledged_way = \(complaint.acknowledgedWay?.code), term = \(complaint.term.code),
        term_by = \(complaint.termBy), due_on = \(complaint.dueOn), escalate_on = \(complaint.escalateOn),
        escalated_at = \(complaint.escalatedAt), finding = \(complaint.finding?.code),
        determined_at = \(complaint.determinedAt), determined_by = \(complaint.determinedBy),
        replied_at = \(complaint.repliedAt), reply_way = \(complaint.replyWay?.code), cause = \(complaint.cause?.code),
        improvement_id = \(complaint.improvementID), version = \(complaint.version + 1), updated_at = \(tx.now)
      WHERE customer_id = \(complaint.customerID) AND id = \(complaint.id)
      """)
  }

  enum Text: Sendable { case termReason, determination, replyProof, causeNote }

  static func write(_ text: Text, _ sealed: [UInt8]?, of complaint: Complaint, in tx: Tx) throws {
    let column: SQL =
      switch text {
      case .termReason: "term_reason"
      case .determination: "determination"
      case .replyProof: "reply_proof"
      case .causeNote: "cause_note"
      }
    try tx.run(
      """
      UPDATE complaints SET \(column) = \(sealed)
      WHERE customer_id = \(complaint.customerID) AND id = \(complaint.id)
      """)
  }

  // MARK: Improvements

  @Sendable private static func improvement(_ row: Row) throws -> Improvement {
    Improvement(
      id: row.id(0), title: row.text(1), cause: try row.code(2), dueOn: row.dayOrNil(3), openedAt: row.instant(4),
      doneOn: row.dayOrNil(5))
  }

  static func improvement(_ id: ID<Improvement>) -> Query<Improvement?> {
    .first(
      "SELECT i.id, i.title, i.cause, i.due_on, i.opened_at, i.done_on FROM improvements i WHERE i.id = \(id)",
      improvement)
  }

  /// Those that are not done yet, newest first.
  static let openImprovements: Query<[Improvement]> = .all(
    """
    SELECT i.id, i.title, i.cause, i.due_on, i.opened_at, i.done_on FROM improvements i
    WHERE i.done_on IS NULL ORDER BY i.id DESC LIMIT 100
    """, improvement)

  static func insert(_ improvement: Improvement, by actor: Actor, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO improvements (id, title, cause, due_on, opened_at, opened_by)
      VALUES (\(improvement.id), \(improvement.title), \(improvement.cause.code), \(improvement.dueOn),
        \(improvement.openedAt), \(actor))
      """)
  }
}
