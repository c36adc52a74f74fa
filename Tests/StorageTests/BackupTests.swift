import Foundation
import Kernel
@testable import Storage
import TestKit
import Testing

@Suite struct BackupTests {
  private static let access = Access.system(purpose: .administration)

  /// A few customers with keys, sealed contacts and index rows, and what acts leave in the logs.
  static func fill(_ db: Database, customers: ClosedRange<Int64> = 1...30) async throws {
    for id in customers {
      try await db.act(as: access) { tx in
        let (key, wrapped) = try tx.vault.newCustomerKey()
        let sealed = try tx.vault.seal("1381234\(1000 + id)", with: key)
        try tx.run(
          """
          INSERT INTO customers (id, kind, name, pinyin, initials, source, relation, wrapped_key, lines, stages,
            latest_at, version, created_at, updated_at)
          VALUES (\(id), 'person', '王敏𠮷', 'wangmin', 'wm', 'test', 'prospect', \(wrapped), 0, 0, 0, 1, 0, 0)
          """)
        try tx.run(
          """
          INSERT INTO contact_points (customer_id, id, kind, sealed, is_primary, since_at, source)
          VALUES (\(id), \(id), 'mobile', \(sealed), 1, 0, 'test')
          """)
        try tx.run(
          """
          INSERT INTO blind_index (kind, value, customer_id, version)
          VALUES ('mobile', \(tx.vault.index(.mobile, "1381234\(1000 + id)")), \(id), \(tx.vault.indexVersion))
          """)
        try tx.run(
          "INSERT INTO search_docs (customer_id, tokens, version) VALUES (\(id), \("tok\(id % 3) wang min"), 1)")
        tx.record(EventKind("customer_created"), customer: id, facts: ["source": "测试"])
        tx.recordSystem(EventKind("tested"))
        tx.logAccess(AccessRecord(.view, subjects: [id], what: "overview"))
      }
    }
  }

  /// All rows of all tables, but those that opening a database writes.
  static func content(_ db: Database) async throws -> [String: [[SQLValue]]] {
    try await db.exclusive { connection in
      let catalog = Catalog(connection: connection)
      var content: [String: [[SQLValue]]] = [:]
      let ownToAServer = ["id_nodes", "log_writers", "access_writers", "system_events"]
      for table in try catalog.tables() where !ownToAServer.contains(table) {
        try catalog.beginSnapshot()
        defer { catalog.endSnapshot() }
        var rows: [[SQLValue]] = []
        try catalog.eachRow(of: table, catalog.columns(of: table).sorted()) { rows.append($0) }
        content[table] = rows.sorted { "\($0)" < "\($1)" }
      }
      return content
    }
  }

  private static let pairs: [(TestDatabase.Engine, TestDatabase.Engine)] = [
    (.sqlite, .sqlite), (.sqlite, .postgres), (.postgres, .sqlite), (.postgres, .postgres),
  ]

  private func options(_ place: TestDatabase.Place, _ key: MasterKey? = nil) throws -> DatabaseOptions {
    var options = try place.options(boringIDs: false)
    if let key { options.masterKey = key }
    return options
  }

  @Test(arguments: pairs)
  func aBackupRestoresWholeAndProvesItself(
    _ from: TestDatabase.Engine, _ to: TestDatabase.Engine
  ) async throws {
    let source = try TestDatabase.Place(from)
    let target = try TestDatabase.Place(to)
    defer {
      source.remove()
      target.remove()
    }
    let file = source.directory + "/backup.anban"
    let db = try Database.open(options(source))
    try await Self.fill(db)
    let rows = try await Backup.write(db, to: file)
    let before = try await Self.content(db)
    await #expect(throws: AppError.self, "a backup is not overwritten") { try await Backup.write(db, to: file) }
    await db.close()

    let outcome = try await Restore.run(
      from: file, options(target, source.masterKey), sealsFile: target.directory + "/seals.log",
      replayErasures: { _ in })
    #expect(outcome.rows == rows)
    #expect(outcome.report.isWhole)
    #expect(outcome.report.rows == [.events: 30, .systemEvents: 30, .accessLog: 30])
    let restored = try Database.open(options(target, source.masterKey))
    let after = try await Self.content(restored)
    #expect(after == before)
    let report = try await AuditVerify.run(restored, sealsFile: nil)
    #expect(report.isWhole)
    try await Self.opens(restored)
    await restored.close()
    await #expect(throws: AppError.self, "a target with rows is refused") {
      try await Restore.run(
        from: file, options(target, source.masterKey), sealsFile: "none", replayErasures: { _ in })
    }
  }

  /// Sealed values open, the index finds, the search index is there, events are followed.
  private static func opens(_ db: Database) async throws {
    try await TestDatabase.settle(db)
    let (mobile, found, hits, events) = try await db.read(as: access) { tx in
      let (wrapped, sealed) = try tx.fetch(
        Query<[UInt8]?>.first("SELECT wrapped_key FROM customers WHERE id = 7") { $0.blob(0) },
        Query<[UInt8]?>.first("SELECT sealed FROM contact_points WHERE customer_id = 7") { $0.blob(0) })
      let mobile = try tx.vault.open(sealed ?? [], with: tx.vault.unwrap(wrapped ?? []))
      let values = tx.vault.indexes(.mobile, "13812341007")
      let hits: SQL =
        tx.isPostgres
        ? "SELECT COUNT(*) FROM search_docs WHERE document @@ to_tsquery('simple', 'tok1')"
        : "SELECT COUNT(*) FROM search_index WHERE search_index MATCH 'tok1'"
      let (found, count) = try tx.fetch(
        Query<Int>.count("SELECT customer_id FROM blind_index WHERE kind = 'mobile' AND value IN \(list: values)"),
        Query<Int>.count(hits))
      return (mobile, found, count, try Events.after(.start, limit: 100, in: tx).map(\.event.customerID))
    }
    #expect(mobile == "13812341007")
    #expect(found == 7)
    #expect(hits == 10)
    #expect(events == Array(1...30))
  }

  @Test(arguments: TestDatabase.engines)
  func aBrokenBackupIsRefusedAndLeavesNothing(_ engine: TestDatabase.Engine) async throws {
    let source = try TestDatabase.Place(.sqlite)
    let target = try TestDatabase.Place(engine)
    defer {
      source.remove()
      target.remove()
    }
    let file = source.directory + "/backup.anban"
    let db = try Database.open(options(source))
    try await Self.fill(db)
    _ = try await Backup.write(db, to: file)
    await db.close()
    let whole = try Data(contentsOf: URL(fileURLWithPath: file))
    func refused(_ data: Data, _ key: MasterKey) async throws {
      try data.write(to: URL(fileURLWithPath: file))
      await #expect(throws: AppError.self) {
        try await Restore.run(from: file, options(target, key), sealsFile: "none", replayErasures: { _ in })
      }
    }
    try await refused(whole.dropLast(40), source.masterKey)
    try await refused(whole.prefix(whole.count / 2), source.masterKey)
    try await refused(Data("something else".utf8), source.masterKey)
    var changed = whole
    changed[changed.count / 2] ^= 1
    try await refused(changed, source.masterKey)
    try await refused(whole, MasterKey.ephemeral())

    try whole.write(to: URL(fileURLWithPath: file))
    let outcome = try await Restore.run(
      from: file, options(target, source.masterKey), sealsFile: "none", replayErasures: { _ in })
    #expect(outcome.report.isWhole)
  }

  @Test func sealsOfAFormerDatabaseArePutAside() async throws {
    let source = try TestDatabase.Place(.sqlite)
    let target = try TestDatabase.Place(.sqlite)
    defer {
      source.remove()
      target.remove()
    }
    let seals = target.directory + "/seals.log"
    let db = try Database.open(options(source))
    try await Self.fill(db)
    try await Seals.write(db, file: source.directory + "/seals.log")
    _ = try await Backup.write(db, to: source.directory + "/b")
    await db.close()
    try "1 1 whole 00\n".write(toFile: seals, atomically: true, encoding: .utf8)
    let outcome = try await Restore.run(
      from: source.directory + "/b", options(target, source.masterKey), sealsFile: seals, replayErasures: { _ in })
    #expect(outcome.olderSeals != nil)
    let restored = try Database.open(options(target, source.masterKey))
    try await Seals.write(restored, file: seals)
    let report = try await AuditVerify.run(restored, sealsFile: seals)
    #expect(report.isWhole)
    #expect(report.younger == 0)
    await restored.close()
  }

  /// A tampered backup is restored, but its logs do not prove themselves: the report says where.
  @Test func tamperingBeforeTheBackupIsNamedAfterTheRestore() async throws {
    let source = try TestDatabase.Place(.sqlite)
    let target = try TestDatabase.Place(.sqlite)
    defer {
      source.remove()
      target.remove()
    }
    let db = try Database.open(options(source))
    try await Self.fill(db)
    try await db.exclusive { try $0.run("UPDATE access_log SET actor = 'nobody' WHERE n = 5") }
    _ = try await Backup.write(db, to: source.directory + "/b")
    await db.close()
    let outcome = try await Restore.run(
      from: source.directory + "/b", options(target, source.masterKey), sealsFile: "none", replayErasures: { _ in })
    #expect(outcome.report.broken?.reason == .changed)
    #expect(outcome.report.broken?.n == 5)
  }
}
