import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct LeadPagesTests {
  @Test(arguments: TestDatabase.engines) func fromIntakeToCustomer(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let agent = try await world.browser(.agent, staff: "A1")
      let bad = try await agent.post("/leads", ["name": "周", "mobile": "", "origin": "web"], from: "/leads/new")
      #expect(bad.status == .unprocessableContent)
      let asked = ["name": "周晓", "mobile": "13812340077", "origin": "web", "line": "medical", "note": "问医疗险"]
      let made = try await agent.post("/leads", asked, from: "/leads/new")
      let path = try #require(made.headers[.location])
      #expect(try await agent.page("/leads").contains("周晓"))
      #expect(try await agent.page("/").contains("My leads"))
      // Two taps: the button of the row, and what came of it.
      #expect(try await agent.page("\(path)/visit").contains("Not in"))
      #expect(try await agent.post("\(path)/visit", ["outcome": "not_in"], from: "\(path)/visit").status == .seeOther)
      let follow = ["kind": "appointment", "note": "周五下午", "next_at": "2026-11-27T15:00"]
      #expect(try await agent.post("\(path)/contacts", follow, from: path).status == .seeOther)
      let page = try await agent.page(path)
      #expect(page.contains("周五下午") && page.contains("2026-11-27 15:00") && page.contains("Not in"))
      let form = "/customers/new?lead=\(path.dropFirst("/leads/".count))"
      #expect(try await agent.page(form).contains("13812340077"))
      let lead = String(path.dropFirst("/leads/".count))
      let created = try await agent.post(
        "/customers", ["name": "周晓", "mobile": "13812340077", "lead": lead], from: form)
      #expect(created.status == .seeOther)
      #expect(try await agent.page(path).contains("Became a customer"))
      let stranger = try await world.browser(.agent, staff: "A2")
      #expect(try await stranger.get(path).status == .notFound)
      #expect(try await stranger.get("/customers/\(world.lan)/visit").status == .notFound)
      let visit = "/customers/\(world.lan)/visit"
      #expect(try await agent.post(visit, ["outcome": "met"], from: visit).status == .seeOther)
      #expect(try await agent.page("/customers/\(world.lan)/interactions").contains("Visit: met"))
    }
  }

  @Test(arguments: TestDatabase.engines) func byTheAPI(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let manager = try await world.token(.manager, staff: "M1")
      let body = #"{"name": "周晓", "mobile": "13812340077", "origin": "web", "line": "medical"}"#
      let made = try await world.ask(.post, "/leads", manager, body: body)
      #expect(made.status == 201 && made.json["state"]?.text == "new")
      let id = try #require(made.json["id"]?.text)
      let given = try await world.ask(.post, "/leads/\(id)/assignment", manager, body: #"{"assignee": "A1"}"#)
      #expect(given.json["assignee"]?.text == "A1")
      let agent = try await world.token(.agent, staff: "A1")
      #expect(try await world.ask(.get, "/leads?whose=mine&open=true&limit=3", agent).items.count == 1)
      let next = #"{"kind": "appointment", "next_at": "2026-11-27T15:00:00+08:00", "note": "见面"}"#
      #expect(
        try await world.ask(.post, "/leads/\(id)/contacts", agent, body: next).json["state"]?.text == "appointment")
      #expect(try await world.ask(.post, "/leads/\(id)/visits", agent, body: #"{"outcome": "met"}"#).status == 200)
      #expect(try await world.ask(.post, "/leads/\(id)/visits", agent, body: #"{"outcome": "fun"}"#).status == 422)
      let won = try await world.ask(.post, "/leads/\(id)/customer", agent, body: #"{"customer": "\#(world.lan)"}"#)
      #expect(won.json["state"]?.text == "won" && won.json["customer"]?.text == "\(world.lan)")
      #expect(try await world.ask(.post, "/leads/\(id)/loss", agent, body: #"{"reason": "no_need"}"#).status == 409)
      let campaign = #"{"name": "王敏", "mobile": "13812340002", "origin": "campaign", "agreed": true}"#
      let blocked = try await world.ask(.post, "/leads", agent, body: campaign)
      #expect(blocked.json["state"]?.text == "blocked" && blocked.json["customer"] == nil)
      let other = try await world.token(.agent, staff: "A2")
      #expect(try await world.ask(.get, "/leads/\(id)", other).status == 404)
    }
  }
}
