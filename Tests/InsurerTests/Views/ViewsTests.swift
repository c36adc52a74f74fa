import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct ViewsTests {
  private let mine = CustomerCast.access(.service, staff: 1)
  private let theirs = CustomerCast.access(.service, staff: 2)

  @Test(arguments: TestDatabase.engines) func oneKeepsSharesAndRemovesOnesOwn(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await CustomerCast.open(engine) { db in
      let condition = try Condition.read(#"{"fact":"policies.in_force","op":"gte","value":1}"#)
      let own = try await db.act(as: mine) { tx in
        try Views.save(" 我的 ", query: "sort=due", condition: condition, isShared: false, in: tx)
      }
      let shared = try await db.act(as: theirs) { tx in
        try Views.save("共享", query: "", condition: nil, isShared: true, in: tx)
      }
      func names(_ access: Access) async throws -> [String] {
        try await db.read(as: access) { tx in try Views.all(in: tx).map(\.name) }
      }
      #expect(try await names(mine) == ["我的", "共享"])
      #expect(try await names(theirs) == ["共享"])
      await #expect(throws: AppError.self) {
        try await db.act(as: mine) { tx in try Views.remove(shared.id, in: tx) }
      }
      try await db.act(as: mine) { tx in try Views.remove(own.id, in: tx) }
      #expect(try await names(mine) == ["共享"])
      let kinds = try await db.read(as: mine) { tx in
        try tx.fetch(Query<[String]>.all("SELECT kind FROM system_events ORDER BY id") { $0.text(0) })
      }
      #expect(kinds == ["view_saved", "view_saved", "view_removed"])
    }
  }

  @Test func whatCannotBeAskedIsNotKept() async throws {
    try await CustomerCast.open(.sqlite) { db in
      func code(_ name: String, _ condition: Condition?) async -> [String] {
        do {
          try await db.act(as: mine) { tx in
            _ = try Views.save(name, query: "", condition: condition, isShared: false, in: tx)
          }
          return []
        } catch let error as AppError { return error.fields.map(\.code) } catch { return ["\(error)"] }
      }
      #expect(await code(" ", nil) == ["VIEW_NAME"])
      #expect(await code(String(repeating: "长", count: 61), nil) == ["VIEW_NAME"])
      let walled = Condition.part(ConditionPart("claims.critical_illness", .greater, .number(0)))
      #expect(await code("重疾", walled) == ["FACT_PURPOSE"])
      for number in 0..<Views.ownMost { #expect(await code("v\(number)", nil) == []) }
      #expect(await code("多", nil) == ["VIEW_LIMIT"])
    }
  }
}
