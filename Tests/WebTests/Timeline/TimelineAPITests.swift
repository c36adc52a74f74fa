import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct TimelineAPITests {
  @Test(arguments: TestDatabase.engines) func tellsEverythingOnceByPages(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.service)
      let whole = try await world.ask(.get, "/customers/\(world.lan)/timeline?limit=100", token).items
      let groups = Set(whole.compactMap { $0["group"]?.text })
      #expect(groups == ["policy", "claim", "contact", "customer"])
      var paged: [JSONValue] = []
      var after = ""
      repeat {
        let page = try await world.ask(.get, "/customers/\(world.lan)/timeline?limit=3\(after)", token)
        paged += page.items
        after = page.json["next"]?.text.map { "&after=\($0)" } ?? ""
      } while !after.isEmpty
      #expect(paged == whole)
      let claims = try await world.ask(.get, "/customers/\(world.lan)/timeline?group=claim", token).items
      #expect(claims == whole.filter { $0["group"]?.text == "claim" })
    }
  }

  @Test func leavesOutWhatTheScopesDoNotName() async throws {
    try await APIWorld.open { world in
      let bare = try await world.token(.service, scopes: [.read(.customer)])
      let entries = try await world.ask(.get, "/customers/\(world.lan)/timeline?limit=100", bare).items
      #expect(Set(entries.compactMap { $0["group"]?.text }) == ["customer"])
      let some = try await world.token(.service, scopes: [.read(.customer), .read(.claim)])
      let claims = try await world.ask(.get, "/customers/\(world.lan)/timeline?limit=100", some).items
      #expect(Set(claims.compactMap { $0["group"]?.text }) == ["customer", "claim"])
    }
  }
}
