import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct StaffAPITests {
  @Test func listsByNumberAndFindsOne() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service)
      let first = try await world.ask(.get, "/staff?limit=3", token)
      #expect(first.items.map { $0["staff_no"]?.text } == ["A1", "A2", "C1"])
      let next = try #require(first.json["next"]?.text)
      #expect(try await world.ask(.get, "/staff?after=\(next)", token).items.map { $0["staff_no"]?.text } == ["M1"])
      #expect(try await world.ask(.get, "/staff?role=claims", token).items.map { $0["name"]?.text } == ["孙丽"])
      let one = try await world.ask(.get, "/staff/A1", token)
      #expect(one.json["team"]?.text == "一组")
      #expect(try await world.ask(.get, "/staff/NOBODY", token).status == 404)
      #expect(try await world.ask(.get, "/staff?role=boss", token).fields == ["role ENUM_UNKNOWN"])
    }
  }
}
