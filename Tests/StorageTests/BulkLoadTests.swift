import Kernel
import Storage
import TestKit
import Testing

@testable import Storage

struct BulkLoadTests {
  static let access = Access.system(purpose: .administration)

  /// The indexes are away while the body runs, and back afterwards, also when it fails.
  @Test(arguments: TestDatabase.engines)
  func indexesComeBack(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      let before = try await indexes(db)
      #expect(before.contains("book_by_pinyin"))
      let during = try await db.loading(without: ["book_by_pinyin", "no_such_index"]) { try await indexes(db) }
      #expect(!during.contains("book_by_pinyin"))
      #expect(try await indexes(db) == before)
      await #expect(throws: AppError.self) {
        try await db.loading(without: ["book_by_pinyin"]) { throw AppError.broken("on purpose") }
      }
      #expect(try await indexes(db) == before)
    }
  }

  /// What a killed load left out is found by comparing with the migrations, and built.
  @Test(arguments: TestDatabase.engines)
  func missingIndexesAreFoundAndBuilt(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      let before = try await indexes(db)
      #expect(try await db.missingIndexes() == [])
      let names = ["book_by_due", "book_by_pinyin", "events_of_customer", "jobs_once"]
      try await db.exclusive { connection in for name in names { try connection.script("DROP INDEX \(name)") } }
      #expect(try await db.missingIndexes().sorted() == names)
      #expect(try await db.buildMissingIndexes() == names)
      #expect(try await db.missingIndexes() == [])
      #expect(try await indexes(db) == before)
    }
  }

  /// A table that grew is known to the planner at once; an engine without such a daemon is left alone.
  @Test(arguments: TestDatabase.engines)
  func statisticsOfGrownTablesAreRenewed(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      try await db.act(as: Self.access) { tx in
        try tx.insert(
          into: "settings", columns: ["name", "value"], rows: (0..<2_000).map { [.text("s\($0)"), .text("v")] })
        // What a transaction wrote is reported when it ends, at most once a second.
        if tx.isPostgres { try tx.run("SELECT pg_stat_force_next_flush()") }
      }
      try await db.renewStatistics(as: Self.access)
      guard engine == .postgres else { return }
      let known = try await db.read(as: Self.access) { tx in
        try tx.fetch(Query<Int>.count("SELECT CAST(reltuples AS bigint) FROM pg_class WHERE relname = 'settings'"))
      }
      #expect(known >= 2_000)
    }
  }

  @Test("what the migrations make", arguments: [Dialect.sqlite, .postgres])
  func indexesOfMigrations(_ dialect: Dialect) {
    let first = """
      -- A table.
      CREATE TABLE t (a BIGINT);

      -- Why it is there: by a.
      CREATE INDEX t_by_a ON t (a);

      -- postgres:
      CREATE UNIQUE INDEX t_once ON t (a)
      WHERE a > 0;

      CREATE INDEX u_by_b ON u (b);
      CREATE INDEX t_by_b ON t (b);
      """
    let second = "DROP INDEX t_by_b;\n\nDROP TABLE u;\n"
    let migrations = [Migration(name: "0002", text: second), Migration(name: "0001", text: first + "\n")]
    let indexes = BulkLoad.indexes(of: migrations, dialect)
    #expect(indexes.map(\.name) == (dialect == .sqlite ? ["t_by_a"] : ["t_by_a", "t_once"]))
    #expect(indexes.allSatisfy { $0.table == "t" && $0.statement.hasPrefix("CREATE") })
  }

  private func indexes(_ db: Database) async throws -> [String] {
    try await db.read(as: Self.access) { tx in
      let sql: SQL =
        tx.isPostgres
        ? "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'book%' ORDER BY indexname"
        : "SELECT name FROM sqlite_master WHERE type = 'index' AND name LIKE 'book%' ORDER BY name"
      return try tx.fetch(Query<[String]>.all(sql) { $0.text(0) })
    }
  }
}
