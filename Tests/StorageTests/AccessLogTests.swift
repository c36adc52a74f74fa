import Dispatch
import Kernel
import Storage
import TestKit
import Testing

@Suite struct AccessLogTests {
  @Test(arguments: TestDatabase.engines) func looksAreListedNewestFirst(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { database in
      let system = Access.system(purpose: .service)
      let clerk = Access(
        actor: .staff(7), role: .compliance, purpose: .audit, scope: .all, permissions: [], sees: [], staffID: 7,
        surface: "page")
      try await database.read(as: system) { tx in tx.logAccess(AccessRecord(.view, subjects: [1], what: "overview")) }
      try await database.read(as: clerk) { tx in tx.logAccess(AccessRecord(.list, subjects: [1, 2], what: "list")) }
      try await database.read(as: clerk) { tx in tx.logAccess(AccessRecord(.denied, subjects: [1], what: "claims")) }
      let all = try await database.read(as: system) { try AccessLog.list(limit: 10, in: $0) }
      #expect(all.map(\.kind) == [.denied, .list, .view])
      #expect(all.map(\.subjects) == [[1], [1, 2], [1]])
      let looks = try await database.read(as: clerk) { try $0.fetch(AccessLog.looks(at: 1, limit: 10)) }
      #expect(looks.map(\.what) == ["claims", "overview"])
      let rest = try await database.read(as: system) { tx in
        try AccessLog.list(before: (all[0].at, all[0].id), limit: 10, in: tx)
      }
      #expect(rest.map(\.id) == all.dropFirst().map(\.id))
      let theirs = try await database.read(as: system) { tx in
        try AccessLog.list(AccessLog.Filter(actor: "staff:7", kind: .list), limit: 10, in: tx)
      }
      #expect(theirs.map(\.subjects) == [[1, 2]])
      await #expect(throws: AppError.self) {
        try await database.read(as: clerk) { try AccessLog.list(limit: 1, in: $0) }
      }
    }
  }

  /// The record of a look is written beside what others write (decision 5), also on the engine with one writer.
  @Test(arguments: TestDatabase.engines) func aLookWaitsForNoAct(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { database in
      let system = Access.system(purpose: .service)
      let (begun, beginning) = AsyncStream<Void>.makeStream()
      let hold = DispatchSemaphore(value: 0)
      async let act: Void = database.act(as: system) { tx in
        try tx.run("INSERT INTO settings (name, value) VALUES ('held', '')")
        try tx.flush()
        beginning.finish()
        #expect(hold.wait(timeout: .now() + 60) == .success)
      }
      for await _ in begun {}
      try await database.read(as: system) { tx in tx.logAccess(AccessRecord(.view, subjects: [1], what: "overview")) }
      hold.signal()
      try await act
      #expect(try await database.read(as: system) { try AccessLog.list(limit: 10, in: $0) }.count == 1)
    }
  }
}
