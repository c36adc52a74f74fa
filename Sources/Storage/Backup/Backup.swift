import Foundation
import Kernel

/// One consistent file with everything but the master key, made while others read and write.
package enum Backup {
  /// - Parameter progress: rows written so far.
  /// - Returns: the number of rows.
  /// - Throws: `conflict` when the file is there already; what was written of a failed one is removed.
  package static func write(
    _ database: Database, to path: String, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> Int {
    let now = database.clock.now()
    return try await database.exclusive { connection in
      var writer = try BackupWriter(path)
      do {
        try copy(connection, into: &writer, now: now, progress)
        try writer.finish()
      } catch {
        try? FileManager.default.removeItem(atPath: path)
        throw error
      }
      return writer.rows
    }
  }

  private static func copy(
    _ connection: any Connection, into writer: inout BackupWriter, now: Instant, _ progress: (Int) -> Void
  ) throws {
    let catalog = Catalog(connection: connection)
    try catalog.beginSnapshot()
    defer { catalog.endSnapshot() }
    let migrations = try connection.rows("SELECT name, checksum FROM schema_migrations ORDER BY name") {
      [$0.text(0), $0.text(1)]
    }
    try writer.header(BackupFile.Header(madeAt: now.microseconds, migrations: migrations))
    for table in try catalog.tables() {
      let columns = try catalog.columns(of: table)
      try writer.table(BackupFile.Table(name: table, columns: columns))
      try catalog.eachRow(of: table, columns) { values in
        try writer.row(values)
        if writer.rows.isMultiple(of: 50_000) { progress(writer.rows) }
      }
    }
  }
}
