import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct PolicyAPITests {
  @Test(arguments: TestDatabase.engines) func listsWhatTheViewerServices(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let service = try await world.token(.service)
      #expect(try await world.ask(.get, "/policies", service).items.count == 2)
      let first = try await world.ask(.get, "/policies?limit=1", service)
      let next = try #require(first.json["next"]?.text)
      let second = try await world.ask(.get, "/policies?limit=1&after=\(next)", service)
      #expect((first.items + second.items).map { $0["policy_no"]?.text } == ["P0002", "P0001"])
      let agent = try await world.token(.agent, staff: "A1")
      #expect(try await world.ask(.get, "/policies", agent).items.map { $0["policy_no"]?.text } == ["P0001"])
      #expect(try await world.ask(.get, "/policies?policy_no=P0001", agent).items.count == 1)
      #expect(try await world.ask(.get, "/policies?policy_no=P0002", agent).items.isEmpty)
      #expect(try await world.ask(.get, "/policies?status=suspended&line=life", service).items.isEmpty)
    }
  }

  @Test func eachPartySeesItsPart() async throws {
    try await APIWorld.open { world in
      let service = try await world.token(.service)
      let holder = try await world.ask(.get, "/policies?customer=\(world.lan)", service).items
      #expect(holder.map { $0["policy_no"]?.text } == ["P0001"])
      #expect(holder.first?["premium"]?["fen"] == .number("860000"))
      #expect(holder.first?["roles"] == .array([.string("policyholder"), .string("insured")]))
      #expect(holder.first?["product"]?.text == "L1")
      #expect(holder.first?["servicing_agent"]?.text == "A1")
      let agent = try await world.token(.agent, staff: "A2")
      #expect(try await world.ask(.get, "/policies?customer=\(world.lan)", agent).status == 404)
      let mixed = try await world.ask(.get, "/policies?customer=\(world.lan)&line=life", service)
      #expect(mixed.fields == ["customer NOT_COMBINED"])
    }
  }

  @Test(arguments: TestDatabase.engines) func showsOneWhole(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let agent = try await world.token(.agent, staff: "A1")
      let id = try #require(try await world.ask(.get, "/policies", agent).items.first?["id"]?.text)
      let policy = try await world.ask(.get, "/policies/\(id)", agent)
      #expect(policy.status == 200)
      #expect(policy.json["premiums"]?.elements.count == 3)
      #expect(policy.json["parties"]?.elements.count == 3)
      let beneficiary = policy.json["parties"]?.elements.last
      #expect(beneficiary?["name"]?.text == "王*", "somebody whom the agent may not see is masked")
      #expect(beneficiary?["customer"] == nil, "and not linked")
      #expect(policy.json["projection"]?["status"]?.text == "in_force")
      let other = try await world.token(.agent, staff: "A2")
      #expect(try await world.ask(.get, "/policies/\(id)", other).status == 404)
      let blind = try await world.token(.service, scopes: [.read(.customer)])
      #expect(try await world.ask(.get, "/policies/\(id)", blind).status == 403)
    }
  }
}
