import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct OverviewAPITests {
  @Test(arguments: TestDatabase.engines) func holdsTheWholePerson(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.service)
      let answer = try await world.ask(.get, "/customers/\(world.lan)/overview", token)
      #expect(answer.status == 200)
      let json = answer.json
      #expect(json["customer"]?["name"]?.text == "李岚")
      #expect(json["customer"]?["national_id"]?.text == "110***********0025")
      #expect(json["policies"]?.elements.map { $0["policy_no"]?.text } == ["P0001"])
      #expect(json["lines"]?.elements.first?["sum_insured"]?["fen"] == .number("50000000"))
      #expect(json["claims"]?.elements.first?["due_kind"]?.text == "determination")
      #expect(json["interactions"]?.elements.count == 3)
      #expect((json["timeline"]?.elements.count ?? 0) == 12)
      #expect(json["open_stages"]?.elements.map { $0["stage"]?.text } == ["claim"])
      #expect(try await world.looks(world.lan) == ["view overview"])
    }
  }

  @Test func partsWithoutTheirScopeAreLeftOut() async throws {
    try await APIWorld.open { world in
      let parts: [(Permission, [String])] = [
        (.read(.policy), ["policies", "lines"]), (.read(.claim), ["claims", "claims_on_policies"]),
        (.read(.interaction), ["interactions"]),
      ]
      for (scope, _) in parts {
        let token = try await world.token(.service, scopes: [.read(.customer), scope])
        let json = try await world.ask(.get, "/customers/\(world.lan)/overview", token).json
        for (other, others) in parts {
          for name in others { #expect((json[name] != nil) == (other == scope), "\(name) with \(scope)") }
        }
        #expect(json["timeline"] != nil)
      }
      let bare = try await world.token(.service, scopes: [.read(.customer)])
      let json = try await world.ask(.get, "/customers/\(world.lan)/overview", bare).json
      for name in parts.flatMap(\.1) { #expect(json[name] == nil, "\(name)") }
      let groups = Set((json["timeline"]?.elements ?? []).compactMap { $0["group"]?.text })
      #expect(groups == ["customer"])
    }
  }

  @Test func aStrangersPersonIsNotFoundAndTheLookIsLogged() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.agent, staff: "A2")
      #expect(try await world.ask(.get, "/customers/\(world.lan)/overview", token).status == 404)
      #expect(try await world.looks(world.lan) == ["denied GET /api/v1/customers/{id}/overview"])
    }
  }
}
