import Kernel
import TestKit
import Testing

@testable import Storage

/// A question that was made to be slow is ended, and its connection goes on.
@Suite struct ReadWatchTests {
  private static func access(_ surface: String, _ actor: Actor = .staff(1)) -> Access {
    Access(
      actor: actor, role: .service, purpose: .service, scope: .all, permissions: Permission.all, sees: [], staffID: 1,
      surface: surface)
  }

  private static func counted(to last: Int) -> Query<Int> {
    .count(
      """
      WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < \(last))
      SELECT COUNT(*) FROM n
      """)
  }

  @Test(arguments: TestDatabase.engines) func aSlowQuestionIsEnded(_ engine: TestDatabase.Engine) async throws {
    let place = try TestDatabase.Place(engine)
    defer { place.remove() }
    var options = try place.options()
    options.connections = 1
    options.readSeconds = 0
    let db = try Database.open(options)
    for surface in ["page", "api"] {
      let error = await #expect(throws: AppError.self) {
        try await db.read(as: Self.access(surface)) { tx in try tx.fetch(Self.counted(to: 1 << 40)) }
      }
      #expect(error?.kind == .unavailable && error?.code == "TOO_SLOW")
      #expect(try await db.read(as: Self.access(surface)) { tx in try tx.fetch(Self.counted(to: 10)) } == 10)
    }
    // What the program and its commands ask takes the time that it takes.
    let rows = 300_000
    #expect(try await db.read(as: Self.access("cli")) { tx in try tx.fetch(Self.counted(to: rows)) } == rows)
    let system = Access.system(purpose: .administration, surface: "page")
    #expect(try await db.read(as: system) { tx in try tx.fetch(Self.counted(to: rows)) } == rows)
    await db.close()
  }
}
