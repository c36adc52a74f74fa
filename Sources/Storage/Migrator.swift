import Crypto
import Foundation
import Kernel

/// One numbered file of schema statements. Once shipped it is never edited: its checksum is kept.
package struct Migration: Sendable {
  package let name: String
  package let text: String

  package init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  /// Marked `-- repeatable`: on SQLite, where it writes two files, it is recorded after its own commit, and a crash
  /// between the two runs it again.
  var isRepeatable: Bool { text.contains("\n-- repeatable\n") }

  var checksum: String { SHA256.hash(data: Data(text.utf8)).map { String($0, radix: 16) }.joined() }

  /// The statements for one engine. A statement preceded by a line `-- sqlite:` or `-- postgres:` is for that
  /// engine alone; `WITHOUT ROWID` is SQLite's word for a table that lies in key order and is left out elsewhere.
  func script(for dialect: Dialect) -> String { statements(for: dialect).joined(separator: ";\n") + ";\n" }

  /// The same one by one, without the lines of comment before each.
  func statements(for dialect: Dialect) -> [String] {
    text.components(separatedBy: ";\n").compactMap { statement -> String? in
      if statement.contains("-- sqlite:") && dialect != .sqlite { return nil }
      if statement.contains("-- postgres:") && dialect != .postgres { return nil }
      let lines = statement.components(separatedBy: "\n").filter { !$0.hasPrefix("--") }
      let bare = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
      if bare.isEmpty { return nil }
      return dialect == .sqlite ? bare : bare.replacingOccurrences(of: ") WITHOUT ROWID", with: ")")
    }
  }
}

/// Brings a database to this version, one migration a transaction, in order of name.
struct Migrator {
  let connection: any Connection
  let now: Instant

  /// - Throws: `conflict` when an applied migration was edited or is newer than this program; `unavailable` when
  ///   migrations wait and `allowed` is false.
  func run(_ migrations: [Migration], allowed: Bool) throws {
    try connection.script(
      """
      CREATE TABLE IF NOT EXISTS schema_migrations (
        name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)
      """)
    let applied = try appliedChecksums()
    let known = Set(migrations.map(\.name))
    if let newer = applied.keys.sorted().first(where: { !known.contains($0) }) {
      throw AppError.conflict("SCHEMA_NEWER", "the database has migration \(newer), which this program does not know")
    }
    for migration in migrations.sorted(by: { $0.name < $1.name }) {
      if let checksum = applied[migration.name] {
        guard checksum == migration.checksum else {
          throw AppError.conflict("MIGRATION_EDITED", "migration \(migration.name) was edited after it was applied")
        }
        continue
      }
      guard allowed else {
        throw AppError.unavailable("migration \(migration.name) has not been applied: run `anban migrate`")
      }
      try apply(migration)
    }
  }

  private func appliedChecksums() throws -> [String: String] {
    var applied: [String: String] = [:]
    let statement = Rendered(text: "SELECT name, checksum FROM schema_migrations", values: [])
    try connection.fetch([statement]) { _, rows in
      while let row = try rows.next() { applied[row.text(0)] = row.text(1) }
    }
    return applied
  }

  private func apply(_ migration: Migration) throws {
    try connection.begin(readOnly: false)
    do {
      try connection.flush()
      try connection.script(migration.script(for: connection.dialect))
      if migration.isRepeatable && connection.dialect == .sqlite {
        try connection.commit()
        try connection.begin(readOnly: false)
      }
      try connection.insert(
        into: "schema_migrations", columns: ["name", "checksum", "applied_at"],
        rows: [[.text(migration.name), .text(migration.checksum), now.sqlValue]])
      try connection.commit()
    } catch {
      connection.rollback()
      throw error
    }
  }
}
