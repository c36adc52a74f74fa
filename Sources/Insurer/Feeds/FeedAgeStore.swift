import Kernel
import Storage

/// SQL of forgetting.
enum FeedAgeStore {
  struct Old: Sendable {
    let sender: ID<FeedSender>
    let source: String
    let eventID: String
    let type: String
    let occurredAt: Instant
  }

  /// Oldest first; an event whose letter is open, or was settled only lately, is not among them.
  static func inbox(before border: Instant, limit: Int) -> Query<[Old]> {
    .all(
      """
      SELECT i.sender_id, s.source, i.event_id, i.type, i.occurred_at
      FROM feed_inbox i JOIN feed_senders s ON s.id = i.sender_id
      WHERE i.received_at < \(border) AND NOT EXISTS (
        SELECT 1 FROM feed_letters l WHERE l.sender_id = i.sender_id AND l.event_id = i.event_id
          AND (l.settled_at IS NULL OR l.settled_at >= \(border)))
      ORDER BY i.received_at LIMIT \(limit)
      """
    ) { row in
      Old(
        sender: row.id(0), source: row.text(1), eventID: row.text(2), type: row.text(3), occurredAt: row.instant(4))
    }
  }

  static func forget(_ rows: [Old], of sender: ID<FeedSender>, in tx: Tx) throws {
    let ids = rows.map(\.eventID)
    let times = rows.map(\.occurredAt)
    guard let first = times.min(), let last = times.max() else { return }
    try tx.run(
      """
      UPDATE feed_tallies SET pruned = pruned + (SELECT COUNT(*) FROM feed_inbox i
        WHERE i.sender_id = feed_tallies.sender_id AND i.type = feed_tallies.type AND i.event_id IN \(list: ids)
          AND i.occurred_at >= feed_tallies.from_at AND i.occurred_at < feed_tallies.to_at)
      WHERE sender_id = \(sender) AND type IN \(list: Set(rows.map(\.type)).sorted()) AND from_at <= \(last)
        AND to_at > \(first)
      """)
    try tx.run(
      """
      UPDATE feed_senders SET pruned_to = \(last)
      WHERE id = \(sender) AND (pruned_to IS NULL OR pruned_to < \(last))
      """)
    try tx.run("DELETE FROM feed_inbox WHERE sender_id = \(sender) AND event_id IN \(list: ids)")
  }

  static func forgetLetters(before border: Instant, limit: Int, in tx: Tx) throws -> Int {
    try tx.runCounting(
      """
      DELETE FROM feed_letters WHERE id IN (
        SELECT id FROM feed_letters WHERE state IN ('applied', 'discarded') AND settled_at < \(border)
        ORDER BY id LIMIT \(limit))
      """)
  }

  /// Whether some of a period's events may have been forgotten, and no count of it was kept before they were.
  static func isForgotten(_ tally: FeedTally, of sender: ID<FeedSender>) -> Query<Int> {
    .count(
      """
      SELECT COUNT(*) FROM feed_senders s WHERE s.id = \(sender) AND s.pruned_to >= \(tally.from)
        AND NOT EXISTS (SELECT 1 FROM feed_tallies t WHERE t.sender_id = s.id AND t.type = \(tally.type)
          AND t.from_at = \(tally.from) AND t.to_at = \(tally.to))
      """)
  }
}
