import Kernel
import Storage
import TestKit
import Testing

@Suite struct KeptAnswersTests {
  private let system = Access.system(purpose: .service)
  private let first = KeptAnswer(status: 201, location: "/a/1", version: "\"1\"", body: Array("one\n\ntwo".utf8))

  @Test(arguments: TestDatabase.engines) func theSameKeyIsDoneOnce(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { database in
      let first = first
      let made = try await database.act(as: system) { tx in
        try KeptAnswers.once("k", request: [1], in: tx) { first }
      }
      #expect(made == first)
      let again = try await database.act(as: system) { tx in
        try KeptAnswers.once("k", request: [1], in: tx) { throw AppError.broken("done twice") }
      }
      #expect(again == first)
      await #expect(throws: AppError.self) {
        try await database.act(as: system) { tx in try KeptAnswers.once("k", request: [2], in: tx) { first } }
      }
      let other = Access(
        actor: .staff(7), role: .agent, purpose: .service, scope: .none, permissions: [], sees: [], staffID: 7,
        surface: "api")
      let second = KeptAnswer(status: 200, body: [])
      let theirs = try await database.act(as: other) { tx in
        try KeptAnswers.once("k", request: [2], in: tx) { second }
      }
      #expect(theirs == second, "another actor's key is another key")
    }
  }

  @Test(arguments: TestDatabase.engines) func aFailedActKeepsNothing(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { database in
      let first = first
      await #expect(throws: AppError.self) {
        try await database.act(as: system) { tx in
          try KeptAnswers.once("k", request: [1], in: tx) { throw AppError.conflict("DUPLICATE", "") }
        }
      }
      let made = try await database.act(as: system) { tx in
        try KeptAnswers.once("k", request: [1], in: tx) { first }
      }
      #expect(made == first)
    }
  }
}
