import Foundation
import Kernel
import Storage
import TestKit
import Testing

/// What a transaction promises, on both engines.
@Suite struct ActsTests {
  private static let access = Access.system(purpose: .administration)

  private static func put(_ name: String, _ value: String, in tx: Tx) throws {
    try tx.run("INSERT INTO settings (name, value) VALUES (\(name), \(value))")
  }

  private static func count(_ db: Database) async throws -> Int {
    try await db.read(as: access) { tx in try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM settings")) }
  }

  @Test(arguments: TestDatabase.engines)
  func aUniqueViolationIsAConflict(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      try await db.act(as: Self.access) { try Self.put("a", "1", in: $0) }
      do {
        try await db.act(as: Self.access) { try Self.put("a", "2", in: $0) }
        Issue.record("the second value was taken")
      } catch let error as AppError {
        #expect(error.kind == .conflict)
        #expect(error.code == "DUPLICATE")
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func oneFailingActOfManyUndoesItselfAlone(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      let failed = await withTaskGroup(of: Bool.self) { group in
        for number in 0..<60 {
          group.addTask {
            do {
              try await db.act(as: Self.access) { tx in
                try Self.put("n\(number)", "", in: tx)
                tx.recordSystem(EventKind("tested"))
                if number % 3 == 0 { throw AppError.conflict("TEST", "undone") }
              }
              return false
            } catch {
              return true
            }
          }
        }
        return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(failed == 20)
      let kept = try await Self.count(db)
      #expect(kept == 40)
      let broken = try await db.read(as: Self.access) { tx in
        try tx.fetch(
          Query<Int>.count(
            """
            SELECT COUNT(*) FROM (
              SELECT writer, COUNT(*) AS rows, MAX(n) AS last FROM system_events GROUP BY writer) AS w
            WHERE w.rows <> w.last
            """))
      }
      #expect(broken == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aSwallowedFailureDoesNotPassForACommit(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      await #expect(throws: AppError.self) {
        try await db.act(as: Self.access) { tx in
          try Self.put("a", "", in: tx)
          _ = try? tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM no_such_table"))
          if !tx.isPostgres { throw AppError.broken("SQLite would go on") }
        }
      }
      let kept = try await Self.count(db)
      #expect(kept == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aFailureNamesItsStatementAndNoValue(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      do {
        try await db.act(as: Self.access) { tx in
          try tx.run("UPDATE settings SET value = \("secret-4711")")
          try tx.run("UPDATE no_such_table SET value = \("secret-4711")")
        }
        Issue.record("there is no such table")
      } catch let error as AppError {
        #expect(error.kind == .broken)
        #expect(error.detail.contains("UPDATE no_such_table"))
        #expect(!error.detail.contains("4711"))
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func accessRecordsAreDurableBeforeTheAnswer(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for customer in 1...50 {
          group.addTask {
            let early = AccessRecord(.view, subjects: [Int64(customer)], what: "overview")
            try await db.read(as: Self.access, logging: early) { tx in
              tx.logAccess(AccessRecord(.view, subjects: [Int64(customer), 0], what: "claims"))
            }
          }
        }
        try await group.waitForAll()
      }
      let (rows, gaps) = try await db.read(as: Self.access) { tx in
        try tx.fetch(
          Query<Int>.count("SELECT COUNT(*) FROM access_log"),
          Query<Int>.count(
            "SELECT COUNT(*) FROM (SELECT writer FROM access_log GROUP BY writer HAVING COUNT(*) <> MAX(n)) AS w"))
      }
      #expect(rows == 100)
      #expect(gaps == 0)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func idsOfTwoProcessesDiffer(_ engine: TestDatabase.Engine) async throws {
    let place = try TestDatabase.Place(engine)
    defer { place.remove() }
    var all: Set<Int64> = []
    for _ in 0..<3 {
      let db = try Database.open(place.options(boringIDs: false))
      for _ in 0..<10_000 { all.insert(db.ids.next()) }
      await db.close()
    }
    #expect(all.count == 30_000)
  }

  @Test(arguments: TestDatabase.engines)
  func closingFinishesWhatWasAccepted(_ engine: TestDatabase.Engine) async throws {
    let place = try TestDatabase.Place(engine)
    defer { place.remove() }
    let db = try Database.open(place.options())
    let done = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<40 {
        group.addTask {
          do {
            try await db.act(as: Self.access) { try Self.put("n\(number)", "", in: $0) }
            return true
          } catch {
            return false
          }
        }
      }
      group.addTask {
        await db.close()
        return false
      }
      return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    let again = try Database.open(place.options())
    let kept = try await Self.count(again)
    #expect(kept == done)
    await again.close()
  }

  @Test(arguments: TestDatabase.engines)
  func appliedMigrationsAreAppendOnly(_ engine: TestDatabase.Engine) async throws {
    let place = try TestDatabase.Place(engine)
    defer { place.remove() }
    let first = Migration(name: "9001_a", text: "CREATE TABLE aa (id BIGINT PRIMARY KEY);\n")
    var options = try place.options()
    options.migrations.append(first)
    await (try Database.open(options)).close()
    await (try Database.open(options)).close()

    var edited = options
    edited.migrations[edited.migrations.count - 1] = Migration(name: "9001_a", text: first.text + "-- later\n")
    #expect(throws: AppError.self) { try Database.open(edited) }
    var older = options
    older.migrations.removeLast()
    #expect(throws: AppError.self) { try Database.open(older) }
    var newer = options
    newer.migrations.append(Migration(name: "9002_b", text: "CREATE TABLE bb (id BIGINT PRIMARY KEY);\n"))
    newer.migrates = false
    #expect(throws: AppError.self) { try Database.open(newer) }
    newer.migrates = true
    await (try Database.open(newer)).close()
  }

  @Test(arguments: TestDatabase.engines)
  func aFailingMigrationLeavesNothing(_ engine: TestDatabase.Engine) async throws {
    let place = try TestDatabase.Place(engine)
    defer { place.remove() }
    var options = try place.options()
    await (try Database.open(options)).close()
    options.migrations.append(
      Migration(name: "9001_a", text: "CREATE TABLE aa (id BIGINT PRIMARY KEY);\nCREATE TABLE aa (id BIGINT);\n"))
    #expect(throws: AppError.self) { try Database.open(options) }
    options.migrations[options.migrations.count - 1] = Migration(
      name: "9001_a", text: "CREATE TABLE aa (id BIGINT PRIMARY KEY);\n")
    await (try Database.open(options)).close()
  }
}
