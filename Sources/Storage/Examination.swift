import Kernel

/// What `anban doctor` asks of an open database. Nothing is changed.
package struct Examination: Sendable {
  package let version: String
  /// Jobs that failed for good or whose outcome is uncertain.
  package let troubledJobs: Int
  package let sealsAgree: Bool

  package static func run(_ database: Database, sealsFile: String) async throws -> Examination {
    try await database.exclusive { connection in
      let troubled = try connection.rows(
        "SELECT COUNT(*) FROM jobs WHERE state IN ('failed', 'uncertain')"
      ) { $0.int(0) }
      let version: SQL =
        connection.dialect == .postgres
        ? "SELECT 'PostgreSQL ' || current_setting('server_version')" : "SELECT 'SQLite ' || sqlite_version()"
      var report = AuditReport()
      _ = try SealCheck.read(connection, database.vault, file: sealsFile, &report)
      return Examination(
        version: try connection.rows(version) { $0.text(0) }.first ?? "",
        troubledJobs: Int(troubled.first ?? 0),
        sealsAgree: report.isWhole)
    }
  }
}
