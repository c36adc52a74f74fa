import Kernel
import Storage

/// SQL of `import_files`.
enum ImportFileStore {
  static func put(sha256: [UInt8], part: Int64, sealed: [UInt8], in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO import_files (sha256, part, sealed, created_at)
      VALUES (\(sha256), \(part), \(sealed), \(tx.now))
      ON CONFLICT (sha256, part) DO NOTHING
      """)
  }

  static func part(_ sha256: [UInt8], _ part: Int64) -> Query<[UInt8]?> {
    .first("SELECT sealed FROM import_files WHERE sha256 = \(sha256) AND part = \(part)") { $0.blob(0) }
  }

  static func partCount(_ sha256: [UInt8]) -> Query<Int> {
    .count("SELECT COUNT(*) FROM import_files WHERE sha256 = \(sha256)")
  }

  static func rename(_ provisional: [UInt8], to sha256: [UInt8], in tx: Tx) throws {
    try tx.run("UPDATE import_files SET sha256 = \(sha256) WHERE sha256 = \(provisional)")
  }

  static func delete(_ sha256: [UInt8], in tx: Tx) throws {
    try tx.run("DELETE FROM import_files WHERE sha256 = \(sha256)")
  }

  /// Deletes what is older than a moment and no unfinished import needs.
  static func deleteOld(before: Instant, in tx: Tx) throws {
    try tx.run(
      """
      DELETE FROM import_files
      WHERE created_at < \(before) AND sha256 NOT IN (SELECT sha256 FROM imports WHERE finished_at IS NULL)
      """)
  }
}
