import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct ProductAPITests {
  @Test func listsByCodeAndFindsOne() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.agent, staff: "A1")
      #expect(try await world.ask(.get, "/products", token).items.map { $0["code"]?.text } == ["L1", "M1"])
      #expect(try await world.ask(.get, "/products?line=life", token).items.map { $0["code"]?.text } == ["L1"])
      #expect(try await world.ask(.get, "/products/M1", token).json["waiting_days"] == .number("30"))
      #expect(try await world.ask(.get, "/products/XX", token).status == 404)
    }
  }
}
