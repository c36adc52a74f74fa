import Kernel
import Storage

/// SQL of `feed_letters`.
enum LetterStore {
  static func insert(_ letter: FeedLetter, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO feed_letters (id, sender_id, event_id, type, state, findings, wait_kind, wait_key, sealed,
        received_at, attempts)
      VALUES (\(letter.id), \(letter.senderID), \(letter.eventID), \(letter.type), \(letter.state.rawValue),
        \(FindingText.of(letter.findings)), \(letter.waitKind), \(letter.waitKey), \(letter.sealed), \(tx.now),
        \(letter.attempts))
      """)
  }

  /// What one more try, or its sender, has made of it.
  static func update(_ letter: FeedLetter, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE feed_letters SET state = \(letter.state.rawValue), findings = \(FindingText.of(letter.findings)),
        wait_kind = \(letter.waitKind), wait_key = \(letter.waitKey), sealed = \(letter.sealed),
        type = \(letter.type), attempts = \(letter.attempts)
      WHERE id = \(letter.id)
      """)
  }

  static func settle(_ id: ID<FeedLetter>, as state: FeedLetter.State, reason: String?, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE feed_letters SET state = \(state.rawValue), settled_at = \(tx.now), settled_by = \(tx.access.actor),
        reason = \(reason) WHERE id = \(id)
      """)
  }

  private static let columns: SQL = """
    l.id, l.sender_id, s.source, l.event_id, l.type, l.state, l.findings, l.wait_kind, l.wait_key, l.received_at,
    l.attempts, l.settled_at, l.reason, l.sealed
    """

  static func list(_ state: FeedLetter.State?, after: ID<FeedLetter>?, limit: Int) -> Query<[FeedLetter]> {
    let wanted: SQL = state.map { "AND l.state = \($0.rawValue)" } ?? .empty
    return .all(
      """
      SELECT \(columns) FROM feed_letters l JOIN feed_senders s ON s.id = l.sender_id
      WHERE l.id < \(after?.raw ?? Int64.max) \(wanted) ORDER BY l.id DESC LIMIT \(limit)
      """, read)
  }

  static func find(_ id: ID<FeedLetter>) -> Query<FeedLetter?> {
    .first(
      "SELECT \(columns) FROM feed_letters l JOIN feed_senders s ON s.id = l.sender_id WHERE l.id = \(id)", read)
  }

  /// The open letters of events that are sent again, mended.
  static func open(_ sender: ID<FeedSender>, _ ids: [String]) -> Query<[FeedLetter]> {
    .all(
      """
      SELECT \(columns) FROM feed_letters l JOIN feed_senders s ON s.id = l.sender_id
      WHERE l.sender_id = \(sender) AND l.event_id IN \(list: ids) AND l.state IN ('dead', 'waiting')
      """, read)
  }

  static func isAnyWaiting() -> Query<Int> {
    .count("SELECT 1 WHERE EXISTS (SELECT 1 FROM feed_letters WHERE state = 'waiting')")
  }

  /// Letters whose reference has come, the oldest first. The keys of customers and applications are their feed's own;
  /// the numbers of policies, products and staff are everybody's.
  static func due(after id: ID<FeedLetter>, limit: Int) -> Query<[FeedLetter]> {
    .all(
      """
      SELECT \(columns) FROM feed_letters l JOIN feed_senders s ON s.id = l.sender_id
      WHERE l.state = 'waiting' AND l.id > \(id) AND (
        EXISTS (SELECT 1 FROM sources k WHERE k.kind = l.wait_kind AND k.external_id = l.wait_key
          AND (k.source = s.feed OR l.wait_kind <> 'customers'))
        OR l.wait_kind = 'applications' AND \(Applications.isKnown(number: "l.wait_key", source: "s.feed")))
      ORDER BY l.id LIMIT \(limit)
      """, read)
  }

  static func counts() -> Query<[(state: String, count: Int)]> {
    .all("SELECT state, COUNT(*) FROM feed_letters GROUP BY state") { ($0.text(0), Int($0.int(1))) }
  }

  private static func read(_ row: Row) throws -> FeedLetter {
    FeedLetter(
      id: row.id(0), senderID: row.int(1), source: row.text(2), eventID: row.text(3), type: row.text(4),
      state: try row.code(5), findings: FindingText.read(row.text(6)), waitKind: row.text(7), waitKey: row.text(8),
      receivedAt: row.instant(9), attempts: Int(row.int(10)), settledAt: row.instantOrNil(11),
      reason: row.textOrNil(12), sealed: row.blob(13))
  }
}

/// Findings in one column: field and code, the message follows from the code or stands behind.
enum FindingText {
  static func of(_ findings: [FieldError]) -> String {
    findings.map { "\($0.field)\u{1F}\($0.code)\u{1F}\($0.message)" }.joined(separator: "\u{1E}")
  }

  static func read(_ text: String) -> [FieldError] {
    text.split(separator: "\u{1E}").compactMap { part in
      let parts = part.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
      return parts.count == 3 ? FieldError(parts[0], parts[1], parts[2]) : nil
    }
  }
}
