import Kernel
import Storage

/// SQL of senders, the inbox, what senders have said, and the figures.
enum FeedStore {
  // MARK: Senders

  static func senders(_ sources: [String]) -> Query<[FeedSender]> {
    .all("SELECT id, source, feed, account_id FROM feed_senders WHERE source IN \(list: sources)", sender)
  }

  static func senders(limit: Int) -> Query<[FeedSender]> {
    .all("SELECT id, source, feed, account_id FROM feed_senders ORDER BY source LIMIT \(limit)", sender)
  }

  static func sender(_ id: ID<FeedSender>) -> Query<FeedSender?> {
    .first("SELECT id, source, feed, account_id FROM feed_senders WHERE id = \(id)", sender)
  }

  private static func sender(_ row: Row) -> FeedSender {
    FeedSender(id: row.id(0), source: row.text(1), feed: row.text(2), accountID: row.int(3))
  }

  static func count() -> Query<Int> { .count("SELECT COUNT(*) FROM feed_senders") }

  static func insert(_ sender: FeedSender, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO feed_senders (id, source, feed, account_id, created_at)
      VALUES (\(sender.id), \(sender.source), \(sender.feed), \(sender.accountID), \(tx.now))
      """)
  }

  static func update(_ sender: FeedSender, in tx: Tx) throws {
    try tx.run(
      "UPDATE feed_senders SET feed = \(sender.feed), account_id = \(sender.accountID) WHERE id = \(sender.id)")
  }

  // MARK: Inbox

  static func known(_ sender: ID<FeedSender>, _ ids: [String]) -> Query<[(id: String, digest: [UInt8])]> {
    .all(
      "SELECT event_id, digest FROM feed_inbox WHERE sender_id = \(sender) AND event_id IN \(list: ids)"
    ) { ($0.text(0), $0.blob(1)) }
  }

  struct Arrival: Sendable {
    let sender: ID<FeedSender>
    let eventID: String
    let type: String
    let digest: [UInt8]
    let occurredAt: Instant
  }

  static func insert(_ arrivals: [Arrival], in tx: Tx) throws {
    guard !arrivals.isEmpty else { return }
    try tx.insert(
      into: "feed_inbox", columns: ["sender_id", "event_id", "type", "digest", "occurred_at", "received_at"],
      rows: arrivals.map { row in
        [
          .int(row.sender.raw), .text(row.eventID), .text(row.type), .blob(row.digest), row.occurredAt.sqlValue,
          tx.now.sqlValue,
        ]
      })
  }

  static func renew(_ arrival: Arrival, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE feed_inbox SET digest = \(arrival.digest), type = \(arrival.type), occurred_at = \(arrival.occurredAt)
      WHERE sender_id = \(arrival.sender) AND event_id = \(arrival.eventID)
      """)
  }

  // MARK: What senders have said

  static func records(_ feed: String, _ kind: String, _ keys: [String]) -> Query<[(key: String, said: [UInt8])]> {
    .all(
      """
      SELECT external_id, said FROM feed_records
      WHERE feed = \(feed) AND kind = \(kind) AND external_id IN \(list: keys)
      """
    ) { ($0.text(0), $0.blob(1)) }
  }

  /// What a sender has now said of one key, sealed.
  struct Said {
    let key: String
    let bytes: [UInt8]
    let isNew: Bool
  }

  static func put(_ said: [Said], _ feed: String, _ kind: String, in tx: Tx) throws {
    let new = said.filter(\.isNew)
    if !new.isEmpty {
      try tx.insert(
        into: "feed_records", columns: ["feed", "kind", "external_id", "said", "updated_at"],
        rows: new.map { [.text(feed), .text(kind), .text($0.key), .blob($0.bytes), tx.now.sqlValue] })
    }
    for one in said where !one.isNew {
      try tx.run(
        """
        UPDATE feed_records SET said = \(one.bytes), updated_at = \(tx.now)
        WHERE feed = \(feed) AND kind = \(kind) AND external_id = \(one.key)
        """)
    }
  }

  // MARK: Figures

  static func counts(limit: Int) -> Query<[FeedCount]> {
    .all(
      """
      SELECT s.id, s.source, s.feed, s.account_id, c.type, c.received, c.applied, c.stale, c.duplicate, c.waiting,
        c.dead, c.discarded, c.newest_at, c.received_at, c.lag_seconds
      FROM feed_counts c JOIN feed_senders s ON s.id = c.sender_id ORDER BY s.source, c.type LIMIT \(limit)
      """
    ) { row in
      FeedCount(
        sender: sender(row), type: row.text(4), received: Int(row.int(5)), applied: Int(row.int(6)),
        stale: Int(row.int(7)), duplicate: Int(row.int(8)), waiting: Int(row.int(9)), dead: Int(row.int(10)),
        discarded: Int(row.int(11)), newestAt: row.instant(12), receivedAt: row.instant(13),
        lagSeconds: Int(row.int(14)))
    }
  }

  /// Adds what came; figures that a letter's end moves are negative on one side.
  static func add(_ count: FeedCount, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO feed_counts (sender_id, type, received, applied, stale, duplicate, waiting, dead, discarded,
        newest_at, received_at, lag_seconds)
      VALUES (\(count.sender.id), \(count.type), \(count.received), \(count.applied), \(count.stale),
        \(count.duplicate), \(count.waiting), \(count.dead), \(count.discarded), \(count.newestAt),
        \(count.receivedAt), \(count.lagSeconds))
      ON CONFLICT (sender_id, type) DO UPDATE SET received = feed_counts.received + excluded.received,
        applied = feed_counts.applied + excluded.applied, stale = feed_counts.stale + excluded.stale,
        duplicate = feed_counts.duplicate + excluded.duplicate, waiting = feed_counts.waiting + excluded.waiting,
        dead = feed_counts.dead + excluded.dead, discarded = feed_counts.discarded + excluded.discarded,
        newest_at = CASE WHEN excluded.newest_at > feed_counts.newest_at THEN excluded.newest_at
          ELSE feed_counts.newest_at END,
        lag_seconds = CASE WHEN excluded.newest_at > feed_counts.newest_at THEN excluded.lag_seconds
          ELSE feed_counts.lag_seconds END,
        received_at = CASE WHEN excluded.received > 0 THEN excluded.received_at ELSE feed_counts.received_at END
      """)
  }

  // MARK: What senders count themselves

  static func put(_ tally: FeedTally, of sender: ID<FeedSender>, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO feed_tallies (id, sender_id, type, from_at, to_at, sent, reported_at)
      VALUES (\(tx.newID(FeedTally.self)), \(sender), \(tally.type), \(tally.from), \(tally.to), \(tally.sent),
        \(tx.now))
      ON CONFLICT (sender_id, type, from_at, to_at) DO UPDATE SET sent = excluded.sent,
        reported_at = excluded.reported_at
      """)
  }

  private static let tallyColumns: SQL = """
    s.source, t.type, t.from_at, t.to_at, t.sent, t.reported_at, t.pruned + (SELECT COUNT(*) FROM feed_inbox i
      WHERE i.sender_id = t.sender_id AND i.type = t.type AND i.occurred_at >= t.from_at AND i.occurred_at < t.to_at)
    """

  static func tallies(limit: Int) -> Query<[FeedTally]> {
    .all(
      """
      SELECT \(tallyColumns) FROM feed_tallies t JOIN feed_senders s ON s.id = t.sender_id
      ORDER BY t.to_at DESC, t.id DESC LIMIT \(limit)
      """, tally)
  }

  static func tally(of sender: ID<FeedSender>, _ type: String, from: Instant, to: Instant) -> Query<FeedTally?> {
    .first(
      """
      SELECT \(tallyColumns) FROM feed_tallies t JOIN feed_senders s ON s.id = t.sender_id
      WHERE t.sender_id = \(sender) AND t.type = \(type) AND t.from_at = \(from) AND t.to_at = \(to)
      """, tally)
  }

  private static func tally(_ row: Row) -> FeedTally {
    FeedTally(
      source: row.text(0), type: row.text(1), from: row.instant(2), to: row.instant(3), sent: Int(row.int(4)),
      here: Int(row.int(6)), reportedAt: row.instant(5))
  }
}
