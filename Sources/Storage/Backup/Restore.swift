import Foundation
import Kernel

/// Puts a backup into an empty database.
package enum Restore {
  package struct Outcome: Sendable {
    package let rows: Int
    package let madeAt: Instant
    package let report: AuditReport
    /// Where seals of a database that was here before have been put.
    package let olderSeals: String?
  }

  /// Tables that a fresh `anban migrate` fills by itself; they are emptied first.
  private static let seeded: Set<String> = ["keys", "id_nodes", "legal_rules", "settings"]
  private static let batchRows = 2_000

  /// Loads, proves the logs, replays erasures, and only then lets the database be used.
  /// - Parameters:
  ///   - options: where to; the master key that the backup's keys are wrapped by.
  ///   - sealsFile: seals of a former database there are put aside, for they are not this one's.
  ///   - replayErasures: destroys again the keys of those who were erased after the backup was made (decision 17).
  /// - Throws: `conflict` when the target is not empty; `invalid` when the file was cut off or changed, or its logs do
  ///   not prove themselves; `unavailable` when the master key is another one. Nothing is left in the target then.
  package static func run(
    from path: String, _ options: DatabaseOptions, sealsFile: String,
    replayErasures: @Sendable (Database) async throws -> Void,
    progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> Outcome {
    let loaded: (rows: Int, madeAt: Instant)
    do {
      loaded = try load(path, options, progress)
    } catch let error as EngineError {
      throw error.appError
    }
    let olderSeals = try putAside(sealsFile, options.clock.now())
    var options = options
    options.migrates = true
    let database = try Database.open(options)
    do {
      try await replayErasures(database)
      let report = try await AuditVerify.run(database, sealsFile: nil)
      try await database.act(as: .system(purpose: .administration, surface: "cli")) { tx in
        tx.recordSystem(EventKind("backup_restored"), facts: ["made_at": loaded.madeAt.description])
      }
      await database.close()
      return Outcome(rows: loaded.rows, madeAt: loaded.madeAt, report: report, olderSeals: olderSeals)
    } catch {
      await database.close()
      throw error
    }
  }

  /// In one transaction: killed at any moment, the target is as empty as before.
  private static func load(
    _ path: String, _ options: DatabaseOptions, _ progress: (Int) -> Void
  ) throws -> (rows: Int, madeAt: Instant) {
    var reader = try BackupReader(path)
    guard case .header(let header) = try reader.next() else { throw BackupFile.broken("the backup has no header") }
    let connection = try Database.connect(options.address)
    let known = Dictionary(options.migrations.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
    let migrations = try header.migrations.map { pair -> Migration in
      guard pair.count == 2, let migration = known[pair[0]], migration.checksum == pair[1] else {
        throw AppError.conflict("SCHEMA_NEWER", "the backup has migration \(pair.first ?? ""), unknown to this program")
      }
      return migration
    }
    try refuseUnlessEmpty(connection)
    try Migrator(connection: connection, now: options.clock.now()).run(migrations, allowed: true)
    let catalog = Catalog(connection: connection)
    try connection.begin(readOnly: false)
    do {
      for table in try catalog.tables() where seeded.contains(table) {
        try connection.run(Rendered(text: "DELETE FROM \(table)", values: []))
      }
      let rows = try loadTables(&reader, catalog, progress)
      try checkKeys(connection, options.masterKey)
      try connection.commit()
      try catalog.refresh()
      return (rows, Instant(microseconds: header.madeAt))
    } catch {
      connection.rollback()
      throw error
    }
  }

  private static func loadTables(
    _ reader: inout BackupReader, _ catalog: Catalog, _ progress: (Int) -> Void
  ) throws -> Int {
    let tables = Set(try catalog.tables())
    var table: BackupFile.Table?
    var rows = 0
    while true {
      switch try reader.next() {
      case .header: throw BackupFile.broken("the backup has two headers")
      case .table(let next):
        guard tables.contains(next.name), Set(next.columns).isSubset(of: try catalog.columns(of: next.name)) else {
          throw BackupFile.broken("the backup has a table \(next.name) that this schema does not know")
        }
        table = next
      case .rows(let values):
        guard let table, !table.columns.isEmpty, values.count.isMultiple(of: table.columns.count) else {
          throw BackupFile.broken("rows without their table")
        }
        let width = table.columns.count
        var batch: [[SQLValue]] = []
        for start in stride(from: 0, to: values.count, by: width) {
          batch.append(Array(values[start..<start + width]))
          if batch.count == batchRows { try flush(&batch, table, catalog) }
        }
        try flush(&batch, table, catalog)
        rows += values.count / width
        progress(rows)
      case .footer(let footer):
        guard footer.rows == rows else { throw BackupFile.broken("the backup lacks rows") }
        return rows
      }
    }
  }

  private static func flush(_ batch: inout [[SQLValue]], _ table: BackupFile.Table, _ catalog: Catalog) throws {
    try catalog.connection.insert(into: table.name, columns: table.columns, rows: batch)
    batch.removeAll(keepingCapacity: true)
  }

  private static func refuseUnlessEmpty(_ connection: any Connection) throws {
    for table in try Catalog(connection: connection).tables() where !seeded.contains(table) {
      let rows = try connection.rows("SELECT 1 FROM \(SQL(own: table)) LIMIT 1") { $0.int(0) }
      guard rows.isEmpty else {
        throw AppError.conflict("NOT_EMPTY", "the database has rows in \(table): restore into an empty one")
      }
    }
  }

  private static func checkKeys(_ connection: any Connection, _ masterKey: MasterKey) throws {
    let vault = Vault(keys: Vault.Keys(masters: masterKey.versions))
    for key in try KeyStore.rows(connection) {
      guard (try? vault.unwrap(key.wrapped)) != nil else {
        throw AppError.unavailable("the backup's keys are wrapped by another master key")
      }
    }
  }

  private static func putAside(_ sealsFile: String, _ now: Instant) throws -> String? {
    guard FileManager.default.fileExists(atPath: sealsFile) else { return nil }
    let aside = "\(sealsFile).before-restore-\(now.microseconds / 1_000_000)"
    try FileManager.default.moveItem(atPath: sealsFile, toPath: aside)
    return aside
  }
}
