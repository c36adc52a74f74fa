import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct DeparturePagesTests {
  /// A colleague of A1's, to whom his customers go.
  private static func colleague(_ world: APIWorld) async throws {
    let values = ["staff_no": "A9", "name": "新人", "team": "一组", "branch": "东区", "role": "agent"]
    let draft = try #require(StaffDraft.read(values, admitsDemo: true).draft)
    try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
      _ = try Staff.upsert([draft], source: "core", in: tx)
    }
  }

  /// What the workers do meanwhile.
  private static func work(_ world: APIWorld) async throws {
    let database = world.web.site.database
    var registry = JobRegistry<Database>()
    registry.add(RunHandover.self)
    try await Worker(database: database, app: database, registry: registry).runDue()
  }

  private static func location(_ answer: TestResponse) throws -> String {
    #expect(answer.status == .seeOther)
    return try #require(answer.headers[.location])
  }

  /// Noted, signed out at once, looked at, handed over, told, exported, undone.
  @Test(arguments: TestDatabase.engines) func fromLeavingToTold(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      try await Self.colleague(world)
      let agent = try await world.browser(.agent, staff: "A1")
      #expect(try await agent.page("/customers").contains("李岚"))
      let desk = try await world.browser(.manager, staff: "M1")
      #expect(try await desk.page("/departures").contains("Nobody has left"))
      let wrong = ["staff_no": "A2", "left_on": "2026-11-20"]
      #expect(try await desk.post("/departures", wrong, from: "/departures/new").status == .unprocessableContent)
      let fields = ["staff_no": "A1", "left_on": "2026-11-20"]
      let path = try Self.location(try await desk.post("/departures", fields, from: "/departures/new"))
      #expect(try await agent.get("/customers").status == .seeOther, "he is signed out")
      let page = try await desk.page(path)
      #expect(page.contains("2026-12-20") && page.contains("Rules on insurance sales conduct"))
      #expect(try await desk.page("/departures").contains("To hand over"))
      let orphans = try await desk.page("/departures/orphans")
      #expect(orphans.contains("P0001") && orphans.contains("李岚"))
      #expect(try await desk.get("/departures/orphans/export.csv").text.contains("P0001"))
      #expect(try await desk.page("/").contains("Orphan policies"))
      let preview = try await desk.page(path + "/handover?rule=team")
      #expect(preview.contains("A9") && preview.contains("who serves fewest first"))
      let outside = try await desk.get(path + "/handover?rule=one&receiver=A2", [.acceptLanguage: "en"])
      #expect(outside.status == .unprocessableContent && outside.text.contains("of another branch"))
      let handover = try Self.location(
        try await desk.post(
          path + "/handover", ["rule": "team", "reason": "离职交接"], from: path + "/handover?rule=team"))
      #expect(try await desk.page(handover).contains("data-poll"))
      try await Self.work(world)
      let done = try await desk.page(handover)
      #expect(!done.contains("data-poll") && done.contains("Undo the hand-over") && done.contains("离职交接"))
      let undone = try await desk.post(handover + "/undo", [:], from: handover)
      #expect(undone.status == .seeOther)
      try await Self.work(world)
      #expect(try await desk.page(handover).contains("Undone"))
    }
  }

  @Test(arguments: TestDatabase.engines) func customersAreTold(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      try await Self.colleague(world)
      let desk = try await world.browser(.service)
      let steward = try await world.browser(.steward)
      let path = try Self.location(
        try await steward.post("/departures", ["staff_no": "A1", "left_on": "2026-10-01"], from: "/departures/new"))
      let list = try await desk.page("/departures/notices?show=overdue")
      #expect(list.contains("李岚") && list.contains("P0001") && list.contains("Overdue"))
      #expect(list.contains("name=\"notice\"") && list.contains("Everybody on this list"))
      var fields = ["all": "1", "told_on": "2026-11-22", "way": "phone", "proof": ""]
      let from = "/departures/notices"
      #expect(try await desk.post(from, fields, from: from).status == .unprocessableContent)
      fields["proof"] = "录音 12"
      #expect(try await desk.post(from, fields, from: from).status == .seeOther)
      #expect(try await desk.page("/departures/notices?show=told").contains("2026-11-22 · Phone"))
      let file = try await desk.get("/departures/notices/export.csv?show=told").text
      #expect(file.contains("A1") && file.contains("2026-10-31"))
      let timeline = try await desk.page("/customers/\(world.lan)/timeline")
      #expect(timeline.contains("Told of the agent’s leaving"))
      #expect(timeline.contains("Told that the agent has left"))
      #expect(try await steward.page(path).contains("Told already"))
      let chosen = try await steward.page("/departures/orphans/handover?customer=\(world.lan)")
      #expect(chosen.contains("\(world.lan)"))
      let order = ["customer": "\(world.lan)", "rule": "one", "receiver": "A9", "reason": "分派"]
      let handover = try Self.location(
        try await steward.post("/departures/orphans/handover", order, from: "/departures/orphans"))
      try await Self.work(world)
      #expect(try await steward.page(handover).contains("A9"))
    }
  }

  @Test(arguments: TestDatabase.engines) func asAProgramSeesIt(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      try await Self.colleague(world)
      let agent = try await world.token(.agent, staff: "A1")
      let token = try await world.token(.steward)
      #expect(try await world.ask(.get, "/departures", agent).status == 403)
      #expect(try await world.ask(.get, "/departure-notices", agent).status == 200)
      let body = #"{"staff_no":"A1","left_on":"2026-11-20"}"#
      let left = try await world.ask(.post, "/departures", token, body: body)
      let id = try #require(left.json["id"]?.text)
      #expect(left.status == 201 && left.json["tell_by"]?.text == "2026-12-20")
      #expect(try await world.ask(.post, "/departures", token, body: body).json["id"]?.text == id)
      #expect(try await world.ask(.get, "/departures", agent).status == 401, "his token is closed")
      #expect(try await world.ask(.get, "/departures", token).items.count == 1)
      #expect(try await world.ask(.get, "/departures/\(id)", token).json["served"]?["policies_in_force"] != nil)
      #expect(try await world.ask(.get, "/orphans?sort=due&agent=A1", token).items.count == 1)
      let preview = try await world.ask(.get, "/departures/\(id)/preview?rule=one&receiver=A9", token)
      #expect(preview.json["shares"]?.elements.count == 1 && preview.status == 200)
      #expect(try await world.ask(.get, "/departures/\(id)/preview?rule=one", token).status == 422)
      let order = #"{"rule":"branch","reason":"离职交接"}"#
      let ordered = try await world.ask(.post, "/departures/\(id)/handovers", token, body: order)
      let handover = try #require(ordered.json["id"]?.text)
      #expect(ordered.status == 201 && ordered.json["state"]?.text == "waiting")
      #expect(try await world.ask(.post, "/departures/\(id)/handovers", token, body: order).status == 409)
      #expect(try await world.ask(.post, "/handovers/\(handover)/reversal", token).status == 409)
      try await Self.work(world)
      let done = try await world.ask(.get, "/handovers/\(handover)", token)
      #expect(done.json["state"]?.text == "done" && done.json["shares"]?.elements.count == 1)
      let receiver = try await world.token(.service)
      let notices = try await world.ask(.get, "/departure-notices?agent=A9&departure=\(id)", receiver)
      let notice = try #require(notices.items.first?["id"]?.text)
      let telling = #"{"way":"registered_mail","proof":"XA1","told_on":"2026-11-21","proof_kind":"mail_trace"}"#
      let told = try await world.ask(.post, "/departure-notices/\(notice)/telling", receiver, body: telling)
      #expect(told.status == 200 && told.json["told_on"]?.text == "2026-11-21")
      let many = #"{"notices":["\#(notice)"],"way":"sms","proof":"B1"}"#
      let again = try await world.ask(.post, "/departure-notices/tellings", receiver, body: many)
      #expect(again.status == 200 && again.json["told"] == .number("0"))
      #expect(try await world.ask(.post, "/handovers/\(handover)/reversal", token).status == 200)
      try await Self.work(world)
      let undone = try await world.ask(.get, "/handovers/\(handover)", token)
      #expect(undone.json["state"]?.text == "undone" && undone.json["customers_kept"] == .number("1"))
      let chosen = #"{"customers":["\#(world.lan)"],"rule":"one","receiver":"A9","reason":"分派"}"#
      #expect(try await world.ask(.post, "/handovers", token, body: chosen).status == 404, "it is no orphan")
    }
  }
}
