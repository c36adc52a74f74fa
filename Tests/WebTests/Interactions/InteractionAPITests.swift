import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct InteractionAPITests {
  @Test(arguments: TestDatabase.engines) func pagesNewestFirst(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.agent, staff: "A1")
      let first = try await world.ask(.get, "/interactions?customer=\(world.lan)&limit=2", token)
      #expect(first.items.map { $0["source_id"]?.text } == ["I3", "I2"])
      #expect(first.items.first?["summary"]?.text == "少儿医保如何衔接")
      #expect(first.items.first?["staff"]?.text == "A1")
      let next = try #require(first.json["next"]?.text)
      let rest = try await world.ask(.get, "/interactions?customer=\(world.lan)&limit=2&after=\(next)", token)
      #expect(rest.items.map { $0["source_id"]?.text } == ["I1"])
      #expect(try await world.ask(.get, "/interactions", token).fields == ["customer REQUIRED"])
      #expect(try await world.ask(.get, "/interactions?customer=\(world.min)", token).status == 404)
    }
  }

  @Test func whoReadsNoNotesSeesNoSummary() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.analyst)
      let list = try await world.ask(.get, "/interactions?customer=\(world.lan)", token)
      #expect(list.items.count == 3)
      #expect(list.items.allSatisfy { $0["summary"] == nil })
    }
  }

  @Test func recordsOnce() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.agent, staff: "A1")
      let body = #"{"customer": "\#(world.lan)", "channel": "phone", "direction": "out", "topic": "续期提醒"}"#
      let key: HTTPFields = [.idempotencyKey: "contact-1"]
      let made = try await world.ask(.post, "/interactions", token, body: body, key)
      #expect(made.status == 201)
      #expect(made.json["staff"]?.text == "A1")
      #expect(try await world.ask(.post, "/interactions", token, body: body, key).response.body == made.response.body)
      #expect(try await world.ask(.get, "/interactions?customer=\(world.lan)", token).items.count == 4)
      let foreign = body.replacing("\(world.lan)", with: "\(world.min)")
      #expect(try await world.ask(.post, "/interactions", token, body: foreign).status == 404)
      let wrong = #"{"customer": "CU-1", "channel": "smoke", "direction": "out", "staff": "A2"}"#
      let fields = try await world.ask(.post, "/interactions", token, body: wrong).fields
      #expect(fields.contains("customer ID_INVALID") && fields.contains("staff UNKNOWN_FIELD"))
    }
  }
}
