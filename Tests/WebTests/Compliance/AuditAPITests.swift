import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct AuditAPITests {
  @Test func whoLookedIsTold() async throws {
    try await APIWorld.open { world in
      let agent = try await world.token(.agent, staff: "A1")
      try await world.ask(.get, "/customers/\(world.lan)", agent)
      try await world.ask(.get, "/customers/\(world.lan)/timeline", agent)
      let looks = try await world.ask(.get, "/customers/\(world.lan)/access", agent)
      #expect(looks.items.map { $0["what"]?.text } == ["timeline", "customer"])
      #expect(looks.items.allSatisfy { $0["role"]?.text == "agent" && $0["surface"]?.text == "api" })
      let compliance = try await world.token(.compliance)
      let all = try await world.ask(.get, "/audit?kind=view&limit=1", compliance)
      #expect(all.items.count == 1)
      let next = try #require(all.json["next"]?.text)
      #expect(try await world.ask(.get, "/audit?kind=view&limit=1&after=\(next)", compliance).items.count == 1)
      let one = try await world.ask(.get, "/audit?customer=\(world.min)", compliance)
      #expect(one.items.isEmpty)
      #expect(try await world.ask(.get, "/audit", agent).status == 403)
    }
  }
}
