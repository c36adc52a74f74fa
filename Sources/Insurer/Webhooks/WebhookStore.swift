import Kernel
import Storage

/// All statements on `webhooks`.
enum WebhookStore {
  private static let columns: SQL = """
    w.id, w.account_id, w.url, w.description, w.kinds, w.scopes, w.purpose, w.state, w.reason, w.old_secret_until,
    w.failures, w.failing_since, w.created_at, w.created_by, w.version
    """

  @Sendable private static func decode(_ row: Row) throws -> Webhook {
    Webhook(
      id: row.id(0), accountID: row.id(1), url: row.text(2), description: row.text(3),
      kinds: row.text(4).split(separator: ",").map { EventKind(rawValue: String($0)) },
      scopes: Set(row.text(5).split(separator: ",").compactMap { Permission(rawValue: String($0)) }),
      purpose: try row.code(6), state: try row.code(7), reason: row.isNull(8) ? nil : try row.code(8),
      oldSecretUntil: row.instantOrNil(9), failures: Int(row.int(10)), failingSince: row.instantOrNil(11),
      createdAt: row.instant(12), createdBy: Actor(stored: row.text(13)), version: row.int(14))
  }

  private static func list(_ kinds: [EventKind]) -> String { kinds.map(\.rawValue).joined(separator: ",") }

  // MARK: Reading

  static func list(after: ID<Webhook>?, limit: Int) -> Query<[Webhook]> {
    .all(
      """
      SELECT \(columns) FROM webhooks w WHERE w.state <> 'removed' AND w.id < \(after?.raw ?? Int64.max)
      ORDER BY w.id DESC LIMIT \(limit)
      """, decode)
  }

  static func find(_ id: ID<Webhook>) -> Query<Webhook?> {
    .first("SELECT \(columns) FROM webhooks w WHERE w.id = \(id) AND w.state <> 'removed'", decode)
  }

  static func count() -> Query<Int> { .count("SELECT COUNT(*) FROM webhooks WHERE state <> 'removed'") }

  /// Those that are told of what happens, with the place in the log up to which each was told.
  static func following() -> Query<[(webhook: Webhook, cursor: String)]> {
    .all("SELECT \(columns), w.cursor FROM webhooks w WHERE w.state = 'active' ORDER BY w.id") {
      (try decode($0), $0.text(15))
    }
  }

  /// The sealed secrets, the newest first.
  static func secrets(of id: ID<Webhook>, now: Instant) -> Query<[[UInt8]]> {
    Query<[[[UInt8]]]>.all(
      """
      SELECT w.secret, CASE WHEN w.old_secret_until > \(now) THEN w.old_secret END FROM webhooks w WHERE w.id = \(id)
      """
    ) { row in [row.blob(0)] + (row.blobOrNil(1).map { [$0] } ?? []) }
    .map { $0.first ?? [] }
  }

  /// Those that have something to send now.
  static func due(_ now: Instant, limit: Int) -> Query<[ID<Webhook>]> {
    .all(
      """
      SELECT w.id FROM webhooks w WHERE w.state = 'active' AND w.blocked_until <= \(now) AND EXISTS (
        SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.next_at <= \(now)
          AND d.state IN ('waiting', 'sending') AND (d.state = 'waiting' OR d.lease_until < \(now)))
      ORDER BY w.blocked_until, w.id LIMIT \(limit)
      """
    ) { $0.id(0) }
  }

  /// The webhook, when it may be sent to now.
  static func sendable(_ id: ID<Webhook>, _ now: Instant) -> Query<Webhook?> {
    .first(
      "SELECT \(columns) FROM webhooks w WHERE w.id = \(id) AND w.state = 'active' AND w.blocked_until <= \(now)",
      decode)
  }

  // MARK: Writing

  static func lock(_ id: ID<Webhook>, in tx: Tx) throws { try tx.lock("SELECT 1 FROM webhooks WHERE id = \(id)") }

  static func insert(_ webhook: Webhook, secret: [UInt8], cursor: EventCursor, in tx: Tx) throws {
    let scopes = webhook.scopes.map(\.rawValue).sorted().joined(separator: ",")
    try tx.run(
      """
      INSERT INTO webhooks (id, account_id, url, description, kinds, scopes, purpose, state, secret, cursor, failures,
        blocked_until, created_at, created_by, version)
      VALUES (\(webhook.id), \(webhook.accountID), \(webhook.url), \(webhook.description), \(list(webhook.kinds)),
        \(scopes), \(webhook.purpose.rawValue), \(webhook.state.rawValue), \(secret), \(cursor.description), 0, 0,
        \(webhook.createdAt), \(webhook.createdBy), 1)
      """)
  }

  /// A change by a person; what failed is forgotten, so that it is tried at once.
  static func update(_ webhook: Webhook, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE webhooks SET url = \(webhook.url), description = \(webhook.description), kinds = \(list(webhook.kinds)),
        state = \(webhook.state.rawValue), reason = \(webhook.reason?.rawValue), failures = 0, failing_since = NULL,
        blocked_until = 0, version = \(webhook.version) WHERE id = \(webhook.id)
      """)
  }

  static func rotate(_ id: ID<Webhook>, to secret: [UInt8], oldUntil: Instant, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE webhooks SET old_secret = secret, secret = \(secret), old_secret_until = \(oldUntil),
        version = version + 1 WHERE id = \(id)
      """)
  }

  static func move(_ ids: [ID<Webhook>], to cursor: EventCursor, in tx: Tx) throws {
    try tx.run("UPDATE webhooks SET cursor = \(cursor.description) WHERE id IN \(list: ids)")
  }

  /// Something has arrived.
  static func succeeded(_ id: ID<Webhook>, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE webhooks SET failures = 0, failing_since = NULL, blocked_until = 0
      WHERE id = \(id) AND (failures > 0 OR failing_since IS NOT NULL)
      """)
  }

  static func failed(_ id: ID<Webhook>, blockedUntil: Instant, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE webhooks SET failures = failures + 1, failing_since = COALESCE(failing_since, \(tx.now)),
        blocked_until = \(blockedUntil) WHERE id = \(id)
      """)
  }

  static func disable(_ id: ID<Webhook>, _ reason: Webhook.Reason, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE webhooks SET state = 'disabled', reason = \(reason.rawValue), version = version + 1
      WHERE id = \(id) AND state = 'active'
      """)
  }

  /// Its address and secrets are gone at once, its deliveries by and by.
  static func remove(_ id: ID<Webhook>, in tx: Tx) throws {
    let none: [UInt8] = []
    try tx.run(
      """
      UPDATE webhooks SET state = 'removed', url = '', description = '', secret = \(none), old_secret = NULL,
        old_secret_until = NULL, version = version + 1 WHERE id = \(id)
      """)
  }

  static func forgetRemoved(in tx: Tx) throws {
    try tx.run(
      """
      DELETE FROM webhooks WHERE state = 'removed'
        AND NOT EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.webhook_id = webhooks.id)
      """)
  }
}
