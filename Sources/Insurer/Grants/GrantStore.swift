import Kernel
import Storage

enum GrantStore {
  /// A grant as it rests: its reason sealed.
  struct Sealed: Sendable {
    var grant: Grant
    let reason: [UInt8]
  }

  /// What is asked about a person before a grant is given, whoever may see him.
  struct Subject: Sendable {
    let birthDate: Day?
    let ownerID: ID<StaffMember>?
  }

  static func subject(_ id: ID<Customer>) -> Query<Subject?> {
    .first("SELECT birth_date, owner_id FROM customers WHERE id = \(id)") {
      Subject(birthDate: $0.dayOrNil(0), ownerID: $0.idOrNil(1))
    }
  }

  private static let columns: SQL = """
    g.id, g.customer_id, g.kind, g.account_id, g.actor, g.role, g.reason, g.asked_at, g.minutes, g.granted_at,
    g.granted_by, g.until_at, g.refused_at, g.ended_at, g.owner_id, g.reviewed_at, g.reviewed_by, g.finding
    """

  @Sendable private static func decode(_ row: Row) throws -> Sealed {
    let grant = Grant(
      id: row.id(0), customerID: row.id(1), kind: try row.code(2), accountID: row.id(3),
      actor: Actor(stored: row.text(4)), role: try row.code(5), askedAt: row.instant(7), minutes: Int(row.int(8)),
      grantedAt: row.instantOrNil(9), grantedBy: row.textOrNil(10).map { Actor(stored: $0) },
      untilAt: row.instantOrNil(11), refusedAt: row.instantOrNil(12), endedAt: row.instantOrNil(13),
      ownerID: row.idOrNil(14), reviewedAt: row.instantOrNil(15),
      reviewedBy: row.textOrNil(16).map { Actor(stored: $0) },
      review: row.textOrNil(17).flatMap { GrantReview(rawValue: $0) })
    return Sealed(grant: grant, reason: row.blob(6))
  }

  static func find(_ id: ID<Grant>, of customer: ID<Customer>) -> Query<Sealed?> {
    .first("SELECT \(columns) FROM grants g WHERE g.customer_id = \(customer) AND g.id = \(id)", decode)
  }

  /// The newest requests first, behind a place.
  static func page(before place: (at: Instant, id: Int64)?, limit: Int) -> Query<[Sealed]> {
    let behind: SQL = place.map { "WHERE (g.asked_at, g.id) < (\($0.at), \($0.id))" } ?? ""
    return .all(
      "SELECT \(columns) FROM grants g \(behind) ORDER BY g.asked_at DESC, g.id DESC LIMIT \(limit)", decode)
  }

  /// What an account holds now, the latest to end first.
  static func held(by account: ID<Account>, at now: Instant) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM grants g
      WHERE g.account_id = \(account) AND g.until_at > \(now) AND g.ended_at IS NULL ORDER BY g.until_at DESC LIMIT 100
      """, decode)
  }

  static func isHeld(by account: ID<Account>, at now: Instant) -> Query<Bool> {
    Query<Int>.count(
      """
      SELECT COUNT(*) FROM grants g
      WHERE g.account_id = \(account) AND g.until_at > \(now) AND g.ended_at IS NULL
      """
    ).map { $0 > 0 }
  }

  /// How many wait for compliance, up to `bound` and one.
  static func openCount(bound: Int) -> Query<Int> {
    .count(
      """
      SELECT COUNT(*) FROM (
        SELECT 1 FROM grants g WHERE g.reviewed_at IS NULL AND g.refused_at IS NULL LIMIT \(bound + 1)) w
      """)
  }

  /// Of whom an owner has not been told yet.
  static func unseen(by owner: ID<StaffMember>) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns) FROM grants g
      WHERE g.owner_id = \(owner) AND g.granted_at IS NOT NULL AND g.owner_seen_at IS NULL
      ORDER BY g.granted_at DESC, g.id DESC LIMIT 20
      """, decode)
  }

  static func markSeen(by owner: ID<StaffMember>, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE grants SET owner_seen_at = \(tx.now)
      WHERE owner_id = \(owner) AND granted_at IS NOT NULL AND owner_seen_at IS NULL
      """)
  }

  static func insert(_ grant: Grant, reason: [UInt8], in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO grants (customer_id, id, kind, account_id, actor, role, reason, asked_at, minutes, granted_at,
        granted_by, until_at, owner_id)
      VALUES (\(grant.customerID), \(grant.id), \(grant.kind.rawValue), \(grant.accountID), \(grant.actor),
        \(grant.role.rawValue), \(reason), \(grant.askedAt), \(grant.minutes), \(grant.grantedAt), \(grant.grantedBy),
        \(grant.untilAt), \(grant.ownerID))
      """)
  }

  static func update(_ grant: Grant, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE grants SET granted_at = \(grant.grantedAt), granted_by = \(grant.grantedBy), until_at = \(grant.untilAt),
        refused_at = \(grant.refusedAt), ended_at = \(grant.endedAt), reviewed_at = \(grant.reviewedAt),
        reviewed_by = \(grant.reviewedBy), finding = \(grant.review?.rawValue)
      WHERE customer_id = \(grant.customerID) AND id = \(grant.id)
      """)
  }
}
