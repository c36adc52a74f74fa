import Kernel
import Storage

/// All statements on `webhook_deliveries` and `webhook_attempts`.
enum WebhookDeliveryStore {
  private static let columns: SQL = """
    d.id, d.webhook_id, d.customer_id, d.event_id, d.kind, d.happened_at, d.created_at, d.state, d.attempts,
    d.attempts_before, d.next_at, d.finished_at, d.code, d.status
    """

  @Sendable private static func decode(_ row: Row) throws -> WebhookDelivery {
    WebhookDelivery(
      id: row.id(0), webhookID: row.id(1), customerID: row.id(2), eventID: row.int(3),
      kind: EventKind(rawValue: row.text(4)), happenedAt: row.instant(5), createdAt: row.instant(6),
      state: try row.code(7), attempts: Int(row.int(8)), attemptsBefore: Int(row.int(9)), nextAt: row.instant(10),
      finishedAt: row.instantOrNil(11), code: row.isNull(12) ? nil : try row.code(12),
      status: row.intOrNil(13).map { Int($0) })
  }

  // MARK: Reading

  static func list(
    of id: ID<Webhook>, _ state: WebhookDelivery.State?, after: ID<WebhookDelivery>?, limit: Int
  ) -> Query<[WebhookDelivery]> {
    let wanted: SQL = state.map { "AND d.state = \($0.rawValue)" } ?? .empty
    return .all(
      """
      SELECT \(columns) FROM webhook_deliveries d
      WHERE d.webhook_id = \(id) AND d.id < \(after?.raw ?? Int64.max) \(wanted) ORDER BY d.id DESC LIMIT \(limit)
      """, decode)
  }

  static func find(_ id: ID<WebhookDelivery>, of webhook: ID<Webhook>) -> Query<WebhookDelivery?> {
    .first("SELECT \(columns) FROM webhook_deliveries d WHERE d.id = \(id) AND d.webhook_id = \(webhook)", decode)
  }

  static func counts(of ids: [ID<Webhook>]) -> Query<[(webhook: ID<Webhook>, state: String, count: Int)]> {
    .all(
      """
      SELECT d.webhook_id, d.state, COUNT(*) FROM webhook_deliveries d WHERE d.webhook_id IN \(list: ids)
      GROUP BY d.webhook_id, d.state
      """
    ) { ($0.id(0), $0.text(1), Int($0.int(2))) }
  }

  struct SealedAttempt: Sendable {
    let number: Int
    let startedAt: Instant
    let duration: Int?
    let code: WebhookFailure.Code?
    let status: Int?
    let answer: [UInt8]?
  }

  static func attempts(of id: ID<WebhookDelivery>) -> Query<[SealedAttempt]> {
    .all(
      """
      SELECT n, started_at, duration_ms, code, status, answer FROM webhook_attempts WHERE delivery_id = \(id)
      ORDER BY n DESC LIMIT 100
      """
    ) { row in
      SealedAttempt(
        number: Int(row.int(0)), startedAt: row.instant(1), duration: row.intOrNil(2).map { Int($0) },
        code: row.isNull(3) ? nil : try row.code(3), status: row.intOrNil(4).map { Int($0) },
        answer: row.blobOrNil(5))
    }
  }

  // MARK: Writing

  static func insert(_ deliveries: [WebhookDelivery], in tx: Tx) throws {
    try tx.insert(
      into: "webhook_deliveries",
      columns: [
        "id", "webhook_id", "customer_id", "event_id", "kind", "happened_at", "created_at", "state", "attempts",
        "attempts_before", "next_at", "lease_until",
      ],
      rows: deliveries.map { item in
        [
          item.id.sqlValue, item.webhookID.sqlValue, item.customerID.sqlValue, item.eventID.sqlValue,
          item.kind.rawValue.sqlValue, item.happenedAt.sqlValue, item.createdAt.sqlValue,
          item.state.rawValue.sqlValue, item.attempts.sqlValue, item.attemptsBefore.sqlValue, item.nextAt.sqlValue,
          0.sqlValue,
        ]
      })
  }

  /// Takes the one that has waited longest until `lease`. Whoever calls holds the webhook's lock, so that nobody
  /// takes the same.
  static func claim(of id: ID<Webhook>, lease: Instant, in tx: Tx) throws -> WebhookDelivery? {
    let due = try tx.fetch(
      Query<ID<WebhookDelivery>?>.first(
        """
        SELECT d.id FROM webhook_deliveries d WHERE d.webhook_id = \(id) AND d.next_at <= \(tx.now)
          AND d.state IN ('waiting', 'sending') AND (d.state = 'waiting' OR d.lease_until < \(tx.now))
        ORDER BY d.next_at, d.id LIMIT 1
        """
      ) { $0.id(0) })
    guard let due else { return nil }
    try tx.run(
      """
      UPDATE webhook_deliveries SET state = 'sending', attempts = attempts + 1, lease_until = \(lease)
      WHERE id = \(due)
      """)
    return try tx.fetch(
      Query<WebhookDelivery?>.first("SELECT \(columns) FROM webhook_deliveries d WHERE d.id = \(due)", decode))
  }

  /// Written before the call: should nobody come back from it, it says so.
  static func insertAttempt(of delivery: WebhookDelivery, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO webhook_attempts (delivery_id, n, started_at, code)
      VALUES (\(delivery.id), \(delivery.attempts), \(tx.now), \(WebhookFailure.Code.interrupted.rawValue))
      """)
  }

  static func finishAttempt(
    of delivery: WebhookDelivery, duration: Int, _ code: WebhookFailure.Code?, status: Int?, answer: [UInt8]?,
    in tx: Tx
  ) throws {
    try tx.run(
      """
      UPDATE webhook_attempts SET duration_ms = \(duration), code = \(code?.rawValue), status = \(status),
        answer = \(answer) WHERE delivery_id = \(delivery.id) AND n = \(delivery.attempts)
      """)
  }

  static func forgetAttempt(of delivery: WebhookDelivery, in tx: Tx) throws {
    try tx.run("DELETE FROM webhook_attempts WHERE delivery_id = \(delivery.id) AND n = \(delivery.attempts)")
  }

  /// - Returns: false when it is not this attempt's any more: its lease ran out.
  static func settle(
    _ delivery: WebhookDelivery, as state: WebhookDelivery.State, _ code: WebhookFailure.Code?, status: Int?,
    nextAt: Instant?, in tx: Tx
  ) throws -> Bool {
    let isOver = state != .waiting
    return try tx.runCounting(
      """
      UPDATE webhook_deliveries SET state = \(state.rawValue), code = \(code?.rawValue), status = \(status),
        next_at = \(nextAt ?? tx.now), finished_at = \(isOver ? tx.now : nil)
      WHERE id = \(delivery.id) AND state = 'sending' AND attempts = \(delivery.attempts)
      """) == 1
  }

  /// Sends anew what is over.
  static func replay(_ id: ID<WebhookDelivery>, in tx: Tx) throws {
    try tx.run("UPDATE webhook_deliveries SET \(anew(tx.now)) WHERE id = \(id) AND state <> 'sending'")
  }

  static func replay(of id: ID<Webhook>, since: Instant, in tx: Tx) throws -> Int {
    try tx.runCounting(
      """
      UPDATE webhook_deliveries SET \(anew(tx.now))
      WHERE webhook_id = \(id) AND created_at >= \(since) AND state IN ('delivered', 'failed', 'withheld')
      """)
  }

  private static func anew(_ now: Instant) -> SQL {
    "state = 'waiting', attempts_before = attempts, next_at = \(now), finished_at = NULL"
  }

  // MARK: Deleting by age

  static func old(before: Instant, limit: Int) -> Query<[ID<WebhookDelivery>]> {
    .all(
      """
      SELECT d.id FROM webhook_deliveries d WHERE d.created_at < \(before) ORDER BY d.created_at LIMIT \(limit)
      """
    ) { $0.id(0) }
  }

  static func ofRemoved(limit: Int) -> Query<[ID<WebhookDelivery>]> {
    .all(
      """
      SELECT d.id FROM webhooks w JOIN webhook_deliveries d ON d.webhook_id = w.id
      WHERE w.state = 'removed' LIMIT \(limit)
      """
    ) { $0.id(0) }
  }

  static func delete(_ ids: [ID<WebhookDelivery>], in tx: Tx) throws {
    try tx.run("DELETE FROM webhook_attempts WHERE delivery_id IN \(list: ids)")
    try tx.run("DELETE FROM webhook_deliveries WHERE id IN \(list: ids)")
  }
}
