import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct FeedAPITests {
  static let batch: HTTPFields = [.contentType: CloudEvents.batched]
  static let single: HTTPFields = [.contentType: CloudEvents.structured]

  static func event(
    _ id: String, _ type: String, _ data: String, source: String = "/core", time: String = "2026-11-22T00:00:00Z"
  ) -> String {
    """
    {"specversion":"1.0","id":"\(id)","source":"\(source)","type":"anban.\(type)","time":"\(time)","data":\(data)}
    """
  }

  static func customer(_ number: Int, id: String? = nil) -> String {
    event(
      id ?? "c\(number)", "customer.changed",
      #"{"source_id":"E\#(number)","name":"王敏","gender":"male","birth_date":"1980-01-02"}"#)
  }

  private func send(
    _ world: APIWorld, _ token: String, _ body: String, _ headers: HTTPFields = Self.single
  ) async throws -> APIWorld.Answer {
    try await world.ask(.post, "/events", token, body: body, headers)
  }

  @Test(arguments: TestDatabase.engines) func threeModesOfOneContract(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.steward)
      let one = try await send(world, token, Self.customer(1))
      #expect(one.status == 200 && one.json["applied"]?.text == nil)
      #expect(one.json["items"]?.elements.first?["outcome"]?.text == "applied")
      let many = try await send(world, token, "[\(Self.customer(1)),\(Self.customer(2)),{\"id\":\"x\"},7]", Self.batch)
      #expect(
        (many.json["items"]?.elements ?? []).map { $0["outcome"]?.text }
          == ["duplicate", "applied", "dead_letter", "dead_letter"])
      let binary: HTTPFields = [
        .ceSpecVersion: "1.0", .ceID: "b%201", .ceSource: "/core", .ceType: "anban.customer.changed",
        .ceTime: "2026-11-22T00:00:00Z",
      ]
      let third = try await send(world, token, #"{"source_id":"E3","name":"赵磊"}"#, binary)
      #expect(third.json["items"]?.elements.first?["outcome"]?.text == "applied")
      #expect(third.json["items"]?.elements.first?["id"]?.text == "b 1")
      let counts = try await world.ask(.get, "/events/counts", token)
      #expect(counts.items.count == 2)
      #expect(try await world.ask(.get, "/events/types", token).items.count == FeedTypes.all.count)
    }
  }

  @Test func whatIsNoEventIsRefusedOrKept() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.steward)
      #expect(try await send(world, token, "[]").json["items"]?.elements.first?["errors"] != nil)
      #expect(try await send(world, token, "{").status == 400)
      let deep = String(repeating: "[", count: 200) + String(repeating: "]", count: 200)
      #expect(try await send(world, token, deep, Self.batch).code == "JSON_TOO_DEEP")
      #expect(try await send(world, token, Self.customer(1), Self.batch).status == 422)
      #expect(try await send(world, token, Self.customer(1), [.contentType: "text/plain"]).status == 415)
      let huge = String(repeating: " ", count: world.web.site.limits.bodyBytes + 1)
      #expect(try await send(world, token, huge).status == 413)
      let many = "[\(Array(repeating: "1", count: Feeds.eventsAtOnce + 1).joined(separator: ","))]"
      #expect(try await send(world, token, many, Self.batch).fields == [" EVENTS_TOO_MANY"])
      let agent = try await world.token(.agent, staff: "A1")
      #expect(try await send(world, agent, Self.customer(1)).status == 403)
      #expect(try await world.web.api(.post, "/events", token: nil, body: "{}").status == .unauthorized)
      // Another's source.
      _ = try await send(world, token, Self.customer(1))
      let admin = try await world.token(.admin)
      let stolen = try await send(world, admin, Self.customer(2))
      #expect(stolen.status == 403 && stolen.code == "SOURCE_FORBIDDEN")
    }
  }

  @Test func lettersAreMendedAndPutAway() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.steward)
      let bad = Self.event("c1", "customer.changed", #"{"source_id":"E1","name":""}"#)
      _ = try await send(world, token, "[\(bad),7]", Self.batch)
      let letters = try await world.ask(.get, "/events/letters?state=dead", token).items
      #expect(letters.count == 2)
      let named = try #require(letters.first { $0["event_id"]?.text == "c1" }?["id"]?.text)
      let nameless = try #require(letters.first { $0["event_id"]?.text != "c1" }?["id"]?.text)
      let again = try await world.ask(.post, "/events/letters/\(named)/retries", token)
      #expect(again.json["outcome"]?.text == "dead_letter")
      let mended = try await world.ask(
        .post, "/events/letters/\(named)/retries", token, body: Self.customer(1), Self.single)
      #expect(mended.json["outcome"]?.text == "applied")
      #expect(try await world.ask(.post, "/events/letters/\(named)/retries", token).status == 409)
      let away = try await world.ask(
        .post, "/events/letters/\(nameless)/discards", token, body: #"{"reason":"测试"}"#)
      #expect(away.status == 200)
      #expect(try await world.ask(.get, "/events/letters/\(nameless)", token).json["state"]?.text == "discarded")
      let tally = try await world.ask(
        .put, "/events/tallies", token,
        body: #"{"source":"/core","type":"anban.customer.changed","from":"2026-11-21T00:00:00Z","#
          + #""to":"2026-11-23T00:00:00Z","sent":3}"#)
      #expect(tally.status == 200 && tally.json["missing"] == .number("2"))
    }
  }

  @Test func thePagesShowAndMend() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.steward)
      let bad = Self.event(
        "c1", "customer.changed", #"{"source_id":"E1","name":"","mobile":"13812340077","note":"<script>"}"#)
      _ = try await send(world, token, "[\(bad),\(Self.customer(2)),7]", Self.batch)
      let browser = try await world.web.signIn("steward-none")
      #expect(try await browser.get("/settings/events").text.contains("anban.customer.changed"))
      let letters = try await world.ask(.get, "/events/letters", token).items
      func page(_ isNamed: Bool) throws -> String {
        let letter = letters.first { ($0["event_id"]?.text == "c1") == isNamed }
        return "/settings/events/letters/\(try #require(letter?["id"]?.text))"
      }
      #expect(try await browser.get("/settings/events/letters").text.contains("/retry"))
      let away = try page(false)
      #expect(try await browser.post("\(away)/discard", ["reason": "测试"], from: away).status == .seeOther)
      #expect(try await browser.get("/settings/events/letters?state=discarded").text.contains(away))
      let other = try page(true)
      let form = try await browser.get(other).text
      #expect(form.contains("name=\"data.name\"") && !form.contains("<script>"))
      let done = try await browser.post(
        "\(other)/retry", ["mended": "1", "data.name": "王敏", "data.note": ""], from: other)
      #expect(done.headers[.location] == "/settings/events/letters")
    }
  }
}
