import Kernel
import Storage

/// SQL of `waiting_rows`.
enum WaitingStore {
  static func put(_ row: WaitingRow, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO waiting_rows (id, kind, source, external_id, wait_kind, wait_key, import_id, row_no, sealed,
        created_at)
      VALUES (\(row.id), \(row.kind), \(row.source), \(row.key), \(row.waitKind), \(row.waitKey), \(row.importID),
        \(row.number), \(row.sealed), \(tx.now))
      ON CONFLICT (source, kind, external_id) DO UPDATE SET wait_kind = excluded.wait_kind,
        wait_key = excluded.wait_key, import_id = excluded.import_id, row_no = excluded.row_no,
        sealed = excluded.sealed
      """)
  }

  static func delete(kind: String, source: String, keys: [String], in tx: Tx) throws {
    try tx.run(
      """
      DELETE FROM waiting_rows WHERE source = \(source) AND kind = \(kind) AND external_id IN \(list: keys)
      """)
  }

  /// Whether any row of a kind and source waits.
  static func anyOf(kind: String, source: String) -> Query<Int> {
    .count("SELECT 1 FROM waiting_rows WHERE source = \(source) AND kind = \(kind) LIMIT 1")
  }

  static func delete(_ id: Int64, in tx: Tx) throws {
    try tx.run("DELETE FROM waiting_rows WHERE id = \(id)")
  }

  private static let columns: SQL = """
    w.id, w.kind, w.source, w.external_id, w.wait_kind, w.wait_key, w.import_id, w.row_no, w.sealed
    """

  /// Rows whose reference has come from a source, in order of `id`. A customer's key is its source's own; the numbers
  /// of policies, products and staff are everybody's.
  static func due(for kind: String, source: String, after id: Int64, limit: Int) -> Query<[WaitingRow]> {
    .all(
      """
      SELECT \(columns) FROM waiting_rows w
      JOIN sources s ON s.source = \(source) AND s.kind = w.wait_kind AND s.external_id = w.wait_key
      WHERE w.wait_kind = \(kind) AND w.id > \(id) AND (w.source = \(source) OR w.wait_kind <> 'customers')
      ORDER BY w.id LIMIT \(limit)
      """, read)
  }

  /// Rows that one import left waiting.
  static func of(_ id: ID<Import>, after row: Int64, limit: Int) -> Query<[WaitingRow]> {
    .all(
      """
      SELECT \(columns) FROM waiting_rows w WHERE w.import_id = \(id) AND w.id > \(row) ORDER BY w.id LIMIT \(limit)
      """, read)
  }

  static func count() -> Query<Int> { .count("SELECT COUNT(*) FROM waiting_rows") }

  private static func read(_ row: Row) -> WaitingRow {
    WaitingRow(
      id: row.int(0), kind: row.text(1), source: row.text(2), key: row.text(3), waitKind: row.text(4),
      waitKey: row.text(5), importID: row.id(6), number: Int(row.int(7)), sealed: row.blob(8))
  }
}
