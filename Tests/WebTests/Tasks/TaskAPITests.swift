import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct TaskAPITests {
  @Test(arguments: TestDatabase.engines) func aTaskFromOpeningToDone(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let agent = try await world.token(.agent, staff: "A1")
      let body = """
        {"title": "问候李岚", "customer": "\(world.lan)", "due_on": "2026-11-25", "steps": ["打电话", "记录"], "key": "k1"}
        """
      let made = try await world.ask(.post, "/tasks", agent, body: body)
      #expect(made.status == 201 && made.json["assignee"]?.text == "A1" && made.json["state"]?.text == "open")
      let id = try #require(made.json["id"]?.text)
      let again = try await world.ask(.post, "/tasks", agent, body: body)
      #expect(again.json["id"]?.text == id, "one task a key")
      let listed = try await world.ask(.get, "/tasks?customer=\(world.lan)&sort=priority&limit=5", agent)
      #expect(listed.items.map { $0["id"]?.text } == [id])
      #expect(try await world.ask(.get, "/tasks?whose=mine&due=overdue", agent).items.isEmpty)
      let ticked = try await world.ask(.post, "/tasks/\(id)/steps", agent, body: #"{"step": 1}"#)
      #expect(ticked.status == 200 && ticked.json["steps_done"] == .number("1"))
      #expect(try await world.ask(.post, "/tasks/\(id)/steps", agent, body: #"{"step": 9}"#).status == 404)
      let tag = try #require(ticked.response.headers[.eTag])
      let edit = #"{"priority": "high", "due_on": null}"#
      let edited = try await world.ask(.patch, "/tasks/\(id)", agent, body: edit, [.ifMatch: tag])
      #expect(edited.status == 200 && edited.json["due_on"] == nil && edited.json["priority"]?.text == "high")
      #expect(try await world.ask(.patch, "/tasks/\(id)", agent, body: edit, [.ifMatch: tag]).status == 412)
      let other = try await world.token(.agent, staff: "A2")
      #expect(try await world.ask(.get, "/tasks/\(id)", other).status == 404)
      #expect(try await world.ask(.post, "/tasks/\(id)/completion", other, body: "{}").status == 404)
      let refused = try await world.ask(
        .post, "/tasks/\(id)/assignment", agent, body: #"{"assignee": "A2", "reason": "请跟进"}"#)
      #expect(refused.status == 403 && refused.code == "ASSIGNEE_CANNOT_SEE")
      let handed = try await world.ask(
        .post, "/tasks/\(id)/assignment", agent, body: #"{"assignee": "M1", "reason": "请主管出面"}"#)
      #expect(handed.json["assignee"]?.text == "M1")
      let said = try await world.ask(.post, "/tasks/\(id)/comments", agent, body: #"{"text": "@陈刚 客户在等"}"#)
      #expect(said.status == 200)
      let cannot = try await world.ask(.post, "/tasks/\(id)/comments", agent, body: #"{"text": "@赵磊 看看"}"#)
      #expect(cannot.fields == ["text MENTION_CANNOT_SEE"])
      let manager = try await world.token(.manager, staff: "M1")
      let notices = try await world.ask(.get, "/notices", manager)
      #expect(notices.items.map { $0["kind"]?.text } == ["mentioned", "handed_to_you"])
      #expect(try await world.ask(.post, "/notices/seen", manager).status == 200)
      #expect(try await world.ask(.get, "/notices", manager).items.isEmpty)
      let done = try await world.ask(.post, "/tasks/\(id)/completion", manager, body: #"{"note": "已问候"}"#)
      #expect(done.json["state"]?.text == "done")
      #expect(
        try await world.ask(.post, "/tasks/\(id)/cancellation", manager, body: #"{"reason": "重复"}"#).status == 409)
      let open = try await world.ask(.post, "/tasks/\(id)/reopening", manager, body: #"{"reason": "还要回访"}"#)
      #expect(open.json["state"]?.text == "open")
    }
  }

  @Test func whatIsWrongIsSaid() async throws {
    try await APIWorld.open { world in
      let agent = try await world.token(.agent, staff: "A1")
      func faults(_ body: String) async throws -> [String] {
        try await world.ask(.post, "/tasks", agent, body: body).fields
      }
      #expect(try await faults("{}") == ["title REQUIRED"])
      #expect(try await faults(#"{"title": "x", "assignee": "ZZ"}"#) == ["assignee REFERENCE_UNKNOWN"])
      #expect(try await faults(#"{"title": "x", "due_on": "2020-01-01"}"#) == ["due_on DATE_ORDER"])
      #expect(try await faults(#"{"title": "x", "kind": "nope"}"#) == ["kind ENUM_UNKNOWN"])
      #expect(try await faults(#"{"title": "x", "owner": "A1"}"#) == ["owner UNKNOWN_FIELD"])
      let stranger = #"{"title": "x", "customer": "\#(world.min)"}"#
      #expect(try await world.ask(.post, "/tasks", agent, body: stranger).status == 404)
      let analyst = try await world.token(.analyst)
      #expect(try await world.ask(.post, "/tasks", analyst, body: #"{"title": "x"}"#).status == 403)
    }
  }
}
