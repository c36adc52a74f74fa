import Foundation
import Kernel
@testable import Storage
import Synchronization
import TestKit
import Testing

/// The logs prove themselves, and tampering is named.
@Suite struct AuditTests {
  private static let access = Access.system(purpose: .administration)

  /// A database with rows in all three logs, sealed in the middle, and a file of seals.
  private func logged(
    on engine: TestDatabase.Engine, _ body: (Database, String) async throws -> Void
  ) async throws {
    try await TestDatabase.open(on: engine, boringIDs: false) { db in
      let seals = NSTemporaryDirectory() + "/anban-seals-\(UInt64.random(in: 0...UInt64.max)).log"
      defer { try? FileManager.default.removeItem(atPath: seals) }
      for half in 0..<2 {
        for number in 1...10 {
          try await db.act(as: Self.access) { tx in
            tx.record(EventKind("tested"), customer: Int64(number), amountFen: 4_00, facts: ["name": "王敏𠮷"])
            tx.recordSystem(EventKind("tested"))
            tx.logAccess(AccessRecord(.view, subjects: [Int64(number)], what: "overview"))
          }
        }
        if half == 0 { try await Seals.write(db, file: seals) }
      }
      try await body(db, seals)
    }
  }

  private func tamper(_ db: Database, _ sql: SQL) async throws {
    try await db.exclusive { connection in
      try connection.begin(readOnly: false)
      try connection.run(sql)
      try connection.commit()
    }
  }

  @Test(arguments: TestDatabase.engines)
  func untouchedLogsAreWhole(_ engine: TestDatabase.Engine) async throws {
    try await logged(on: engine) { db, seals in
      let report = try await AuditVerify.run(db, sealsFile: seals)
      #expect(report.broken == nil)
      #expect(report.rows == [.events: 20, .systemEvents: 20, .accessLog: 20])
      #expect(report.seals == 1)
      #expect(report.younger == 30, "what is younger than the seal is reported as such")
      // Nothing moved but the younger rows: the second seal names those, and the file has both.
      try await Seals.write(db, file: seals)
      try await Seals.write(db, file: seals)
      let sealed = try await AuditVerify.run(db, sealsFile: seals)
      #expect(sealed.seals == 2)
      #expect(sealed.younger == 0)
      #expect(try String(contentsOfFile: seals, encoding: .utf8).split(separator: "\n").count == 2)
    }
  }

  @Test(arguments: TestDatabase.engines, LogTable.allCases)
  func aChangedRowIsNamed(_ engine: TestDatabase.Engine, _ log: LogTable) async throws {
    try await logged(on: engine) { db, seals in
      let id = try await self.someRow(db, log)
      try await self.tamper(db, "UPDATE \(SQL(own: log.rawValue)) SET actor = 'staff:9' WHERE id = \(id)")
      let broken = try await AuditVerify.run(db, sealsFile: seals).broken
      #expect(broken?.reason == .changed)
      #expect(broken?.log == log.rawValue)
      #expect(broken?.id == id)
    }
  }

  private func someRow(_ db: Database, _ log: LogTable) async throws -> Int64 {
    try await db.exclusive { connection in
      let ids = try connection.rows("SELECT id FROM \(SQL(own: log.rawValue)) WHERE n = 2 ORDER BY id") { $0.int(0) }
      return ids.first ?? 0
    }
  }

  @Test(arguments: TestDatabase.engines, LogTable.allCases)
  func aRemovedRowIsNamed(_ engine: TestDatabase.Engine, _ log: LogTable) async throws {
    try await logged(on: engine) { db, seals in
      let id = try await self.someRow(db, log)
      try await self.tamper(db, "DELETE FROM \(SQL(own: log.rawValue)) WHERE id = \(id)")
      let broken = try await AuditVerify.run(db, sealsFile: seals).broken
      #expect(broken?.reason == .removed || broken?.reason == .truncated)
      #expect(broken?.log == log.rawValue)
      #expect(broken?.n == 2)
    }
  }

  /// The rows behind some point are cut off: the seal knows how many there were.
  @Test(arguments: TestDatabase.engines, LogTable.allCases)
  func aTruncatedLogIsNamed(_ engine: TestDatabase.Engine, _ log: LogTable) async throws {
    try await logged(on: engine) { db, seals in
      try await Seals.write(db, file: seals)
      let table = SQL(own: log.rawValue)
      try await self.tamper(db, "DELETE FROM \(table) WHERE n = (SELECT MAX(n) FROM \(table))")
      let broken = try await AuditVerify.run(db, sealsFile: seals).broken
      #expect(broken?.reason == .truncated)
      #expect(broken?.log == log.rawValue)
      // The whole of the log is gone: known from outside even when the seals inside went with it.
      try await self.tamper(db, "DELETE FROM \(table)")
      #expect(try await AuditVerify.run(db, sealsFile: seals).broken?.reason == .truncated)
      try await self.tamper(db, "DELETE FROM seals")
      #expect(try await AuditVerify.run(db, sealsFile: seals).broken?.reason == .seal)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anAddedRowAndAChangedSealAreNamed(_ engine: TestDatabase.Engine) async throws {
    try await logged(on: engine) { db, seals in
      try await self.tamper(
        db,
        """
        INSERT INTO system_events (id, kind, subject, recorded_at, actor, facts, writer, n, mac)
        SELECT 9000000000000000000, kind, subject, recorded_at, actor, facts, writer, n, mac FROM system_events
        WHERE n = 1 LIMIT 1
        """)
      #expect(try await AuditVerify.run(db, sealsFile: seals).broken?.reason == .added)
      try await self.tamper(db, "DELETE FROM system_events WHERE id = 9000000000000000000")
      #expect(try await AuditVerify.run(db, sealsFile: seals).broken == nil)
      try await self.tamper(db, "UPDATE seals SET at = at + 1")
      #expect(try await AuditVerify.run(db, sealsFile: seals).broken?.reason == .seal)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func anExportedLogProvesItself(_ engine: TestDatabase.Engine) async throws {
    try await logged(on: engine) { db, seals in
      let path = seals + ".export"
      defer { try? FileManager.default.removeItem(atPath: path) }
      let text = Mutex(Data())
      try await AuditExport.run(db, .events) { piece in text.withLock { $0.append(piece) } }
      let export = String(decoding: text.withLock { $0 }, as: UTF8.self)
      try export.write(toFile: path, atomically: true, encoding: .utf8)
      let whole = try await AuditVerify.run(db, export: path, sealsFile: seals)
      #expect(whole.broken == nil)
      #expect(whole.rows == [.events: 20])

      var lines = export.split(separator: "\n").map(String.init)
      lines[3] = lines[3].replacingOccurrences(of: "王敏", with: "王明")
      try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try await AuditVerify.run(db, export: path, sealsFile: seals).broken?.reason == .changed)
      lines.remove(at: 3)
      try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let removed = try await AuditVerify.run(db, export: path, sealsFile: seals).broken
      #expect(removed?.reason == .removed || removed?.reason == .truncated)
      try "nothing".write(toFile: path, atomically: true, encoding: .utf8)
      await #expect(throws: AppError.self) { try await AuditVerify.run(db, export: path, sealsFile: seals) }
    }
  }
}
