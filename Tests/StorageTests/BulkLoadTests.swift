import Kernel
import Storage
import TestKit
import Testing

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
