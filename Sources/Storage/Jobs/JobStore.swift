import Kernel

/// All statements on `jobs`.
enum JobStore {
  struct Claimed: Sendable {
    let id: ID<JobRow>
    let name: String
    let payload: [UInt8]
    let attempts: Int
  }

  static func insert(
    _ id: ID<JobRow>, name: String, payload: [UInt8], uniqueKey: String?, runAt: Instant, in tx: Tx
  ) throws {
    try tx.run(
      """
      INSERT INTO jobs (id, name, payload, unique_key, state, run_at, attempts, created_at)
      VALUES (\(id), \(name), \(payload), \(uniqueKey), 'waiting', \(runAt), 0, \(tx.now))
      ON CONFLICT DO NOTHING
      """)
  }

  /// Whether a job waits or was left by a worker that died; asked before a writer is troubled.
  static func isOneDue(_ now: Instant) -> Query<Int> {
    .count(
      """
      SELECT 1 WHERE EXISTS (SELECT 1 FROM jobs WHERE state = 'waiting' AND run_at <= \(now))
        OR EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND lease_until < \(now))
      """)
  }

  /// The one that has waited longest, taken by `holder` until `lease`.
  static func claim(holder: String, lease: Instant, in tx: Tx) throws -> Claimed? {
    let due = tx.isPostgres ? dueOnPostgres(tx.now) : dueOnSQLite(tx.now)
    return try tx.fetch(
      Query<Claimed?>.first(
        """
        UPDATE jobs SET state = 'running', holder = \(holder), lease_until = \(lease), attempts = attempts + 1
        WHERE id = (\(due)) RETURNING id, name, payload, attempts
        """
      ) { Claimed(id: $0.id(0), name: $0.text(1), payload: $0.blob(2), attempts: Int($0.int(3))) })
  }

  /// SQLite has one writer: nobody else looks at the same row.
  private static func dueOnSQLite(_ now: Instant) -> SQL {
    """
    SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= \(now) OR state = 'running' AND lease_until < \(now)
    ORDER BY run_at, id LIMIT 1
    """
  }

  /// Many workers at once: each takes a row that nobody is taking.
  private static func dueOnPostgres(_ now: Instant) -> SQL {
    """
    SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= \(now) OR state = 'running' AND lease_until < \(now)
    ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
    """
  }

  /// - Returns: false when the job is no longer this holder's: its lease ran out, or it was cancelled.
  static func extend(_ id: ID<JobRow>, holder: String, lease: Instant, in tx: Tx) throws -> Bool {
    try tx.runCounting(
      "UPDATE jobs SET lease_until = \(lease) WHERE id = \(id) AND holder = \(holder) AND state = 'running'") == 1
  }

  static func finish(
    _ id: ID<JobRow>, holder: String, as state: JobRow.State, error: String?, in tx: Tx
  ) throws {
    try tx.run(
      """
      UPDATE jobs SET state = \(state.rawValue), last_error = \(error), finished_at = \(tx.now), lease_until = NULL
      WHERE id = \(id) AND holder = \(holder) AND state = 'running'
      """)
  }

  static func putBack(
    _ id: ID<JobRow>, holder: String, until: Instant, attempts: Int, error: String?, in tx: Tx
  ) throws {
    try tx.run(
      """
      UPDATE jobs SET state = 'waiting', run_at = \(until), attempts = \(attempts), last_error = \(error),
        holder = NULL, lease_until = NULL
      WHERE id = \(id) AND holder = \(holder) AND state = 'running'
      """)
  }

  static func list(_ state: JobRow.State?, after: ID<JobRow>?, limit: Int) -> Query<[JobRow]> {
    let wanted: SQL = state.map { "AND state = \($0.rawValue)" } ?? .empty
    return .all(
      """
      SELECT id, name, state, unique_key, run_at, attempts, holder, last_error, created_at, finished_at FROM jobs
      WHERE id < \(after?.raw ?? Int64.max) \(wanted) ORDER BY id DESC LIMIT \(limit)
      """, row)
  }

  static func find(_ id: ID<JobRow>) -> Query<JobRow?> {
    .first(
      """
      SELECT id, name, state, unique_key, run_at, attempts, holder, last_error, created_at, finished_at FROM jobs
      WHERE id = \(id)
      """, row)
  }

  static func counts() -> Query<[(state: String, count: Int)]> {
    .all("SELECT state, COUNT(*) FROM jobs GROUP BY state") { ($0.text(0), Int($0.int(1))) }
  }

  static func payloads(of name: String) -> Query<[[UInt8]]> {
    .all("SELECT payload FROM jobs WHERE name = \(name) ORDER BY id") { $0.blob(0) }
  }

  static func setWaiting(_ id: ID<JobRow>, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE jobs SET state = 'waiting', run_at = \(tx.now), attempts = 0, holder = NULL, lease_until = NULL,
        finished_at = NULL WHERE id = \(id)
      """)
  }

  static func cancel(_ id: ID<JobRow>, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE jobs SET state = 'cancelled', holder = NULL, lease_until = NULL, finished_at = \(tx.now)
      WHERE id = \(id)
      """)
  }

  /// Finished jobs go by age; the failed and uncertain ones wait for a person.
  static func deleteFinished(before: Instant, in tx: Tx) throws {
    try tx.run("DELETE FROM jobs WHERE state IN ('done', 'cancelled') AND finished_at < \(before)")
  }

  private static func row(_ row: Row) throws -> JobRow {
    JobRow(
      id: row.id(0), name: row.text(1), state: try row.code(2), uniqueKey: row.textOrNil(3), runAt: row.instant(4),
      attempts: Int(row.int(5)), holder: row.textOrNil(6), lastError: row.textOrNil(7), createdAt: row.instant(8),
      finishedAt: row.instantOrNil(9))
  }
}
