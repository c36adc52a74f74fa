import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct ClaimAPITests {
  @Test(arguments: TestDatabase.engines) func showsProgressAndClock(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.claims, staff: "C1")
      let list = try await world.ask(.get, "/claims?open=true&status=registered", token)
      #expect(list.items.map { $0["claim_no"]?.text } == ["K0001"])
      let id = try #require(list.items.first?["id"]?.text)
      let claim = try await world.ask(.get, "/claims/\(id)", token)
      #expect(claim.json["diagnosis"]?.text == "急性阑尾炎")
      #expect(claim.json["handler"]?.text == "C1")
      #expect(claim.json["progress"]?.elements.count == 4)
      #expect(claim.json["due_kind"]?.text == "determination")
      #expect(claim.json["claimed"]?["fen"] == .number("860000"))
    }
  }

  @Test func healthIsAbsentForOthers() async throws {
    try await APIWorld.open { world in
      for (role, staff) in [(Role.agent, "A1" as String?), (.service, nil), (.admin, nil), (.steward, nil)] {
        let token = try await world.token(role, staff: staff)
        let list = try await world.ask(.get, "/claims?customer=\(world.lan)", token)
        let id = try #require(list.items.first?["id"]?.text)
        let claim = try await world.ask(.get, "/claims/\(id)", token)
        #expect(claim.status == 200)
        #expect(claim.json["diagnosis"] == nil, "\(role)")
        #expect(!claim.response.text.contains("阑尾"), "\(role)")
        #expect(!list.response.text.contains("阑尾"), "\(role)")
      }
    }
  }

  @Test func anothersClaimIsNotFound() async throws {
    try await APIWorld.open { world in
      let claims = try await world.token(.claims, staff: "C1")
      let id = try #require(try await world.ask(.get, "/claims", claims).items.first?["id"]?.text)
      let agent = try await world.token(.agent, staff: "A2")
      #expect(try await world.ask(.get, "/claims/\(id)", agent).status == 404)
      #expect(try await world.ask(.get, "/claims", agent).items.isEmpty)
      #expect(try await world.ask(.get, "/claims?customer=\(world.lan)", agent).status == 404)
      let blind = try await world.token(.claims, staff: "C1", scopes: [.read(.policy)])
      #expect(try await world.ask(.get, "/claims", blind).status == 403)
    }
  }
}
