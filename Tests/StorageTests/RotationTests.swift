import Foundation
import Kernel
@testable import Storage
import TestKit
import Testing

@Suite struct RotationTests {
  private static let access = Access.system(purpose: .administration)
  private static let columns = [WrappedColumn(table: "customers", id: "id", column: "wrapped_key")]
  private struct Killed: Error {}

  private func open(
    on engine: TestDatabase.Engine, _ body: (Database, String, DatabaseOptions) async throws -> Void
  ) async throws {
    let place = try TestDatabase.Place(engine)
    defer { place.remove() }
    let file = place.directory + "/master.key"
    try place.masterKey.save(file)
    var options = try place.options(boringIDs: false)
    options.masterKeyFile = file
    let db = try Database.open(options)
    try await BackupTests.fill(db)
    do { try await body(db, file, options) } catch { Issue.record(error) }
    await db.close()
  }

  private func rotation(_ db: Database, killedAfter count: Int = .max) -> Rotation {
    var rotation = Rotation(db)
    rotation.graceSeconds = 0
    rotation.batch = 7
    rotation.progress = { if $0 >= count { throw Killed() } }
    return rotation
  }

  private func mobiles(_ db: Database) async throws -> [String] {
    try await db.read(as: Self.access) { tx in
      try tx.fetch(
        Query.all(
          """
          SELECT c.wrapped_key, p.sealed FROM customers AS c JOIN contact_points AS p ON p.customer_id = c.id
          ORDER BY c.id
          """
        ) { ($0.blob(0), $0.blob(1)) }
      ).map { try tx.vault.open($1, with: tx.vault.unwrap($0)) }
    }
  }

  private static let expected = (1...30).map { "1381234\(1000 + $0)" }

  @Test(arguments: TestDatabase.engines)
  func theMasterKeyIsRenewedAndGoesOnAfterAKill(_ engine: TestDatabase.Engine) async throws {
    try await open(on: engine) { db, file, options in
      await #expect(throws: Killed.self) {
        try await self.rotation(db, killedAfter: 14).renewMaster(file: file, columns: Self.columns)
      }
      // Half of the keys are wrapped by one, half by the other: everything opens, also for one who starts now.
      #expect(try MasterKey.load(file).versions.count == 2)
      #expect(try await self.mobiles(db) == Self.expected)
      var again = options
      again.masterKey = try MasterKey.load(file)
      let other = try Database.open(again)
      #expect(try await self.mobiles(other) == Self.expected)

      let (keys, old) = try await self.rotation(other).renewMaster(file: file, columns: Self.columns)
      #expect(keys == 16 + 3)
      #expect(try MasterKey.load(file).versions.keys.sorted() == [2])
      #expect(try MasterKey.load(old).versions.keys.sorted() == [1, 2])
      #expect(try await self.mobiles(other) == Self.expected)
      let events = try await other.read(as: Self.access) { tx in
        try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM system_events WHERE kind = 'master_key_renewed'"))
      }
      #expect(events == 1)
      await other.close()
      // The first process reads the file anew and lives on.
      try await db.readKeys()
      #expect(try await self.mobiles(db) == Self.expected)
      again.masterKey = try MasterKey.load(file)
      let last = try Database.open(again)
      #expect(try await self.mobiles(last) == Self.expected)
      await last.close()
    }
  }

  /// Replaces the index rows of these customers, as the customers' feature does.
  @Sendable private static func renew(_ customers: [Int64], _ tx: Tx) throws {
    for id in customers {
      try tx.run("DELETE FROM blind_index WHERE customer_id = \(id)")
      try tx.run(
        """
        INSERT INTO blind_index (kind, value, customer_id, version)
        VALUES ('mobile', \(tx.vault.index(.mobile, "1381234\(1000 + id)")), \(id), \(tx.vault.indexVersion))
        """)
    }
  }

  private func found(_ db: Database) async throws -> [Int64] {
    try await db.read(as: Self.access) { tx in
      try (1...30).map { id in
        let values = tx.vault.indexes(.mobile, "1381234\(1000 + id)")
        return Int64(
          try tx.fetch(
            Query<Int>.count("SELECT customer_id FROM blind_index WHERE kind = 'mobile' AND value IN \(list: values)")))
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func theBlindIndexIsRenewedWhileItIsAsked(_ engine: TestDatabase.Engine) async throws {
    try await open(on: engine) { db, _, options in
      let old = db.vault.index(.mobile, "13812341001")
      let second = try Database.open(options)
      await #expect(throws: Killed.self) { try await self.rotation(db, killedAfter: 7).renewIndex(Self.renew) }
      try await second.readKeys()
      #expect(try await self.found(db) == Array(1...30))
      #expect(try await self.found(second) == Array(1...30))
      #expect(db.vault.indexes(.mobile, "1").count == 2)
      let renewed = try await self.rotation(second).renewIndex(Self.renew)
      #expect(renewed == 23)
      try await db.readKeys()
      #expect(db.vault.indexes(.mobile, "1").count == 1)
      #expect(try await self.found(db) == Array(1...30))
      #expect(db.vault.index(.mobile, "13812341001") != old)
      await second.close()
    }
  }
}
