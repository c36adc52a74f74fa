import Kernel
import Storage

/// SQL of `imports` and `import_batches`.
enum ImportStore {
  static func insert(_ id: ID<Import>, _ request: ImportRequest, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO imports (id, kind, source, mapping, file_name, sha256, size, state, dry_run, requested_by,
        requested_at, position, rows_read, created, updated, unchanged, waiting, rejected, flagged)
      VALUES (\(id), \(request.kind), \(request.source), \(request.mapping), \(request.fileName),
        \(request.file.sha256), \(request.file.size), 'queued', 0, \(tx.access.actor), \(tx.now), 0, 0, 0, 0, 0, 0, 0,
        0)
      """)
  }

  private static let columns: SQL = """
    id, kind, source, mapping, file_name, sha256, size, state, requested_by, requested_at, started_at, finished_at,
    position, rows_read, created, updated, unchanged, waiting, rejected, flagged, holder, heartbeat_at, error
    """

  static func find(_ id: ID<Import>) -> Query<Import?> {
    .first("SELECT \(columns) FROM imports WHERE id = \(id)", read)
  }

  /// Newest first.
  static func list(before id: ID<Import>?, limit: Int) -> Query<[Import]> {
    .all(
      "SELECT \(columns) FROM imports WHERE id < \(id ?? ID(Int64.max)) ORDER BY id DESC LIMIT \(limit)", read)
  }

  /// An unfinished import of the same file, kind, source and mapping.
  static func unfinished(_ request: ImportRequest) -> Query<Import?> {
    .first(
      """
      SELECT \(columns) FROM imports
      WHERE state IN ('queued', 'running', 'stopped') AND sha256 = \(request.file.sha256) AND kind = \(request.kind)
        AND source = \(request.source) AND mapping = \(request.mapping)
      ORDER BY id LIMIT 1
      """, read)
  }

  /// What waits for somebody to run it or is being run, oldest first.
  static func open() -> Query<[Import]> {
    .all(
      "SELECT \(columns) FROM imports WHERE state IN ('queued', 'running') ORDER BY requested_at, id LIMIT 100", read)
  }

  /// Takes an import over from nobody, from `previous`, or from a holder that has been silent since `silentSince`;
  /// false when somebody else has it.
  static func claim(
    _ id: ID<Import>, holder: String, previous: String, silentSince: Instant, in tx: Tx
  ) throws -> Bool {
    try tx.runCounting(
      """
      UPDATE imports SET state = 'running', holder = \(holder), heartbeat_at = \(tx.now),
        started_at = COALESCE(started_at, \(tx.now)), error = NULL
      WHERE id = \(id) AND (state = 'queued'
        OR (state = 'running' AND (heartbeat_at < \(silentSince) OR holder = \(previous) OR holder = \(holder))))
      """) == 1
  }

  static func beat(_ id: ID<Import>, holder: String, in tx: Tx) throws {
    try tx.run(
      "UPDATE imports SET heartbeat_at = \(tx.now) WHERE id = \(id) AND holder = \(holder) AND state = 'running'")
  }

  /// Moves a running import on over one batch; false when it was stopped or somebody else holds it.
  static func advance(
    _ id: ID<Import>, holder: String, from: Int64, to: Int64, counts: ImportCounts, in tx: Tx
  ) throws -> Bool {
    try tx.runCounting(
      """
      UPDATE imports SET position = \(to), heartbeat_at = \(tx.now), rows_read = rows_read + \(counts.rows),
        created = created + \(counts.created), updated = updated + \(counts.updated),
        unchanged = unchanged + \(counts.unchanged), waiting = waiting + \(counts.waiting),
        rejected = rejected + \(counts.rejected), flagged = flagged + \(counts.flagged)
      WHERE id = \(id) AND holder = \(holder) AND state = 'running' AND position = \(from)
      """) == 1
  }

  static func insertBatch(
    _ id: ID<Import>, _ batch: PreparedBatch, _ counts: ImportCounts, outcomes: String, in tx: Tx
  ) throws {
    try tx.run(
      """
      INSERT INTO import_batches (import_id, from_byte, to_byte, first_row, rows_read, created, updated, unchanged,
        waiting, rejected, flagged, outcomes, committed_at)
      VALUES (\(id), \(batch.fromByte), \(batch.toByte), \(batch.firstRow), \(counts.rows), \(counts.created),
        \(counts.updated), \(counts.unchanged), \(counts.waiting), \(counts.rejected), \(counts.flagged),
        \(outcomes), \(tx.now))
      """)
  }

  typealias Batch = (fromByte: Int64, firstRow: Int, rows: Int, outcomes: String)

  /// Batches with rows after one, in the order of the file.
  static func batches(of id: ID<Import>, afterRow row: Int, limit: Int) -> Query<[Batch]> {
    .all(
      """
      SELECT from_byte, first_row, rows_read, outcomes FROM import_batches
      WHERE import_id = \(id) AND rows_read > 0 AND first_row + rows_read - 1 > \(row)
      ORDER BY from_byte LIMIT \(limit)
      """
    ) { (fromByte: $0.int(0), firstRow: Int($0.int(1)), rows: Int($0.int(2)), outcomes: $0.text(3)) }
  }

  /// Batches in the order of the file.
  static func batches(of id: ID<Import>, after: Int64, limit: Int) -> Query<[Batch]> {
    .all(
      """
      SELECT from_byte, first_row, rows_read, outcomes FROM import_batches
      WHERE import_id = \(id) AND from_byte > \(after) ORDER BY from_byte LIMIT \(limit)
      """
    ) { (fromByte: $0.int(0), firstRow: Int($0.int(1)), rows: Int($0.int(2)), outcomes: $0.text(3)) }
  }

  static func finish(
    _ id: ID<Import>, _ state: Import.State, error: String?, holder: String, in tx: Tx
  ) throws -> Bool {
    try tx.runCounting(
      """
      UPDATE imports SET state = \(state.rawValue), finished_at = \(tx.now), error = \(error)
      WHERE id = \(id) AND holder = \(holder) AND state = 'running'
      """) == 1
  }

  static func setState(_ id: ID<Import>, from: [String], to state: Import.State, in tx: Tx) throws -> Bool {
    try tx.runCounting(
      "UPDATE imports SET state = \(state.rawValue) WHERE id = \(id) AND state IN \(list: from)") == 1
  }

  /// A row that waited has come to something.
  static func resolve(_ id: ID<Import>, _ counts: ImportCounts, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE imports SET waiting = waiting - \(counts.rows - counts.waiting), created = created + \(counts.created),
        updated = updated + \(counts.updated), unchanged = unchanged + \(counts.unchanged),
        rejected = rejected + \(counts.rejected), flagged = flagged + \(counts.flagged)
      WHERE id = \(id)
      """)
  }

  private static func read(_ row: Row) throws -> Import {
    var counts = ImportCounts()
    counts.rows = Int(row.int(13))
    counts.created = Int(row.int(14))
    counts.updated = Int(row.int(15))
    counts.unchanged = Int(row.int(16))
    counts.waiting = Int(row.int(17))
    counts.rejected = Int(row.int(18))
    counts.flagged = Int(row.int(19))
    return Import(
      id: row.id(0), kind: row.text(1), source: row.text(2), mapping: row.text(3), fileName: row.text(4),
      sha256: row.blob(5), size: row.int(6), state: try row.code(7), requestedBy: row.text(8),
      requestedAt: row.instant(9), startedAt: row.instantOrNil(10), finishedAt: row.instantOrNil(11),
      position: row.int(12), counts: counts, holder: row.textOrNil(20), heartbeatAt: row.instantOrNil(21),
      error: row.textOrNil(22))
  }
}
