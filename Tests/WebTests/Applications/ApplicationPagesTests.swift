import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct ApplicationPagesTests {
  /// A letter comes in: the agent sees what is asked and by when.
  @Test(arguments: TestDatabase.engines) func aLetterIsShown(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let browser = try await world.browser(.agent, staff: "A1")
      let core = try await world.token(.admin)
      func tell(_ stage: String, _ at: String, _ more: String = "") async throws -> APIWorld.Answer {
        try await world.ask(
          .post, "/applications", core,
          body: #"{"application_no": "TB1", "stage": "\#(stage)", "at": "\#(at)"\#(more)}"#)
      }
      let first = """
        , "customer": "\(world.lan)", "product": "L1", "servicing_agent": "A1",
        "sum_insured": {"fen": 30000000, "currency": "CNY"}, "premium": {"fen": 680000}
        """
      let made = try await tell("entered", "2026-11-15T09:00:00+08:00", first)
      #expect(made.status == 201 && made.json["stage"]?.text == "entered")
      let letter = #", "asked": "请补充近一年体检报告", "due_on": "2026-11-26""#
      let asked = try await tell("requirement", "2026-11-20T09:00:00+08:00", letter)
      #expect(asked.json["outstanding"]?.text == "requirement" && asked.json["due_on"]?.text == "2026-11-26")
      #expect(try await tell("moon", "2026-11-20T09:00:00+08:00").fields == ["stage ENUM_UNKNOWN"])
      let agent = try await world.token(.agent, staff: "A1")
      let open = try await world.ask(.get, "/applications?outstanding=requirement&whose=mine&limit=2", agent)
      #expect(open.items.count == 1)
      #expect(try await world.ask(.post, "/applications", agent, body: "{}").status == 403)
      let id = try #require(asked.json["id"]?.text)
      let page = try await browser.page("/applications/\(id)")
      #expect(page.contains("请补充近一年体检报告") && page.contains("2026-11-26") && page.contains("Requirement letter"))
      #expect(try await browser.page("/applications?desk=requirement").contains("TB1"))
      #expect(try await browser.page("/applications?overdue=1").contains("No applications"))
      #expect(try await browser.page("/customers/\(world.lan)").contains("/applications/\(id)"))
      let day = try await browser.page("/")
      #expect(day.contains("Answer the requirement letter on TB1 by 2026-11-26"))
      #expect(day.contains("/applications?desk=requirement"))
      let timeline = try await world.ask(.get, "/customers/\(world.lan)/timeline?limit=5", core)
      #expect(timeline.status == 200)
      let stranger = try await world.browser(.agent, staff: "A2")
      #expect(try await stranger.get("/applications/\(id)").status == .notFound)
    }
  }
}
