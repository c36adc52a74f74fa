import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct JobAPITests {
  private struct Nothing: Job {
    static let name = "tests.nothing"
    let number: Int
    func run(_ app: Int) async throws -> JobResult { .done }
  }

  @Test func jobsAreListedAndRetried() async throws {
    try await APIWorld.open { world in
      try await world.web.site.database.act(as: .system(purpose: .administration)) { tx in
        for number in 1...3 { try tx.enqueue(Nothing(number: number)) }
      }
      let token = try await world.token(.admin)
      let first = try await world.ask(.get, "/jobs?state=waiting&limit=2", token)
      #expect(first.items.count == 2)
      let next = try #require(first.json["next"]?.text)
      #expect(try await world.ask(.get, "/jobs?state=waiting&limit=2&after=\(next)", token).items.count == 1)
      let id = try #require(first.items.first?["id"]?.text)
      #expect(try await world.ask(.post, "/jobs/\(id)/retries", token).status == 202)
      #expect(try await world.ask(.get, "/jobs/\(id)", token).json["state"]?.text == "waiting")
      let reader = try await world.token(.compliance)
      #expect(try await world.ask(.post, "/jobs/\(id)/retries", reader).status == 403)
    }
  }
}
