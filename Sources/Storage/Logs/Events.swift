import Kernel

/// Where a consumer of events stands; an opaque text outside.
package struct EventCursor: Hashable, Comparable, Sendable, CustomStringConvertible {
  let position: Int64
  let id: Int64

  package static let start = EventCursor(position: 0, id: 0)

  init(position: Int64, id: Int64) {
    self.position = position
    self.id = id
  }

  /// Reads what `description` wrote.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".")
    guard parts.count == 2, let position = Int64(parts[0]), let id = Int64(parts[1]) else { return nil }
    self.init(position: position, id: id)
  }

  package var description: String { "\(position).\(id)" }

  package static func < (a: EventCursor, b: EventCursor) -> Bool { (a.position, a.id) < (b.position, b.id) }
}

/// The one way to follow the event log (decision 8): by id or time a late commit would be skipped.
package enum Events {
  package struct Logged: Sendable {
    package let event: Event
    /// Where to go on behind this event.
    package let cursor: EventCursor
  }

  /// Events behind the cursor in an order that never changes, at most `limit`. What another transaction may still put
  /// before them is held back until it has ended.
  package static func after(_ cursor: EventCursor, limit: Int, in tx: ReadTx) throws -> [Logged] {
    try tx.fetch(tx.isPostgres ? afterOnPostgres(cursor, limit) : afterOnSQLite(cursor, limit))
  }

  /// The cursor that has everything behind it: for one who only wants what comes.
  package static func end(in tx: ReadTx) throws -> EventCursor {
    let newest: SQL =
      tx.isPostgres
      ? "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) - 1"
      : "SELECT MAX(rowid) FROM events"
    let position = try tx.fetch(Query<Int64?>.first(newest) { $0.int(0) }) ?? 0
    return EventCursor(position: position, id: .max)
  }

  /// Whether no event is held back any more by a transaction still open on the server.
  package static func isSettled(in tx: ReadTx) throws -> Bool {
    guard tx.isPostgres else { return true }
    let held: SQL = "SELECT COUNT(*) FROM events WHERE xact >= pg_snapshot_xmin(pg_current_snapshot())"
    return try tx.fetch(Query<Int>.count(held)) == 0
  }

  /// SQLite has one writer: rows are numbered in the order of their commits.
  private static func afterOnSQLite(_ cursor: EventCursor, _ limit: Int) -> Query<[Logged]> {
    .all(
      """
      SELECT customer_id, id, kind, subject, happened_at, recorded_at, amount_fen, actor, source, facts, rowid
      FROM events WHERE rowid > \(cursor.position) ORDER BY rowid LIMIT \(limit)
      """, logged)
  }

  /// Transactions end in another order than they began: only those older than every running one are complete.
  private static func afterOnPostgres(_ cursor: EventCursor, _ limit: Int) -> Query<[Logged]> {
    .all(
      """
      SELECT customer_id, id, kind, subject, happened_at, recorded_at, amount_fen, actor, source, facts, xact
      FROM events WHERE (xact, id) > (CAST(\(String(cursor.position)) AS xid8), \(cursor.id))
        AND xact < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY xact, id LIMIT \(limit)
      """, logged)
  }

  private static func logged(_ row: Row) -> Logged {
    let event = Event(
      customerID: row.int(0), id: row.int(1), kind: EventKind(rawValue: row.text(2)), subject: row.int(3),
      happenedAt: row.instant(4), recordedAt: row.instant(5), amountFen: row.intOrNil(6),
      actor: Actor(stored: row.text(7)), source: row.text(8), facts: row.textOrNil(9))
    return Logged(event: event, cursor: EventCursor(position: row.int(10), id: event.id))
  }
}
