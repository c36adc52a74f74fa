import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct ComplaintPagesTests {
  @Test(arguments: TestDatabase.engines) func takenDownAndAnswered(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let desk = try await world.browser(.service)
      let form = try await desk.page("/complaints/new?customer=\(world.lan)")
      #expect(form.contains("\(world.lan)"))
      var fields = ["customer": "CU-1", "channel": "phone", "topic": "service", "said": "<b>没人回电</b>"]
      #expect(try await desk.post("/complaints", fields, from: "/complaints/new").status == .unprocessableContent)
      fields["customer"] = "\(world.lan)"
      fields["about"] = "A1"
      let opened = try await desk.post("/complaints", fields, from: "/complaints/new")
      let path = try #require(opened.headers[.location])
      let page = try await desk.page(path)
      #expect(page.contains("&lt;b&gt;没人回电") && page.contains("15 days") && page.contains("Determine"))
      #expect(try await desk.page("/complaints").contains("李岚"))
      #expect(try await desk.page("/customers/\(world.lan)").contains(path))
      #expect(try await desk.page("/customers/\(world.lan)/timeline").contains("Complaint received"))
      let short = ["act": "determine", "finding": "upheld", "determination": "是"]
      #expect(try await desk.post(path, short, from: path).status == .unprocessableContent)
      let found = ["act": "determine", "finding": "upheld", "determination": "确实没有回电"]
      #expect(try await desk.post(path, found, from: path).status == .seeOther)
      let answered = ["act": "reply", "reply_way": "phone", "proof": "录音 12"]
      #expect(try await desk.post(path, answered, from: path).status == .seeOther)
      #expect(try await desk.page("/complaints?show=unexplained").contains("李岚"))
      let agent = try await world.browser(.agent, staff: "A1")
      #expect(try await agent.get(path).status == .notFound)
      #expect(try await !agent.page("/customers/\(world.lan)").contains(path))
      #expect(try await !agent.page("/customers/\(world.lan)/timeline").contains("Complaint received"))
    }
  }

  @Test(arguments: TestDatabase.engines) func asAProgramSeesIt(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.service)
      let body =
        #"{"customer":"\#(world.min)","channel":"regulator","topic":"claims","said":"超过时限未答复","reference":"R-1"}"#
      let opened = try await world.ask(.post, "/complaints", token, body: body)
      let id = try #require(opened.json["id"]?.text)
      #expect(opened.status == 201 && opened.json["due_on"]?.text == "2026-12-07")
      #expect(try await world.ask(.post, "/complaints", token, body: body).json["id"]?.text == id)
      let steps = [
        ("assignment", #"{"handler":"M1"}"#, 200), ("acknowledgement", #"{"way":"phone"}"#, 200),
        ("extension", #"{"reason":"需要核对病历"}"#, 200), ("reply", #"{"way":"phone","proof":"录音 1"}"#, 409),
        ("determination", #"{"finding":"rejected","determination":"材料不齐，已一次告知"}"#, 200),
        ("reply", #"{"way":"phone","proof":"录音 1"}"#, 200),
        ("explanation", #"{"cause":"communication","cause_note":"告知不清","opening":"修订告知书"}"#, 200),
        ("extension", #"{"reason":"再来一次"}"#, 409), ("assignment", #"{"handler":"NOBODY"}"#, 422),
      ]
      for (act, body, status) in steps {
        let answer = try await world.ask(.post, "/complaints/\(id)/\(act)", token, body: body)
        #expect(answer.status == status || act == "assignment" && answer.status == 409, "\(act) \(answer.status)")
      }
      let done = try await world.ask(.get, "/complaints/\(id)", token)
      #expect(done.json["stage"]?.text == "closed" && done.json["improvement"] != nil)
      #expect(try await world.ask(.get, "/complaints?show=closed&customer=\(world.min)", token).items.count == 1)
      #expect(try await world.ask(.get, "/complaints?show=every", token).status == 422)
      let analyst = try await world.token(.analyst)
      #expect(try await world.ask(.get, "/complaints", analyst).status == 403)
    }
  }
}
