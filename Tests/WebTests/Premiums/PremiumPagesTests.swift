import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct PremiumPagesTests {
  /// Li Lan's premium was due on 2026-11-06; the bank did not pay.
  private static func open(
    _ engine: TestDatabase.Engine = .sqlite, _ body: @escaping @Sendable (APIWorld, String) async throws -> Void
  ) async throws {
    try await APIWorld.open(on: engine) { world in
      let lan = world.lan
      try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
        let policy = [
          "policy_no": "P0009", "product": "L1", "policyholder": "\(lan)", "insured": "\(lan)", "channel": "agency",
          "writing_agent": "A1", "servicing_agent": "A1", "formed_on": "2024-11-05", "effective_on": "2024-11-06",
          "premium_mode": "annual", "premium": "5200", "sum_insured": "300000", "status": "in_force",
          "status_as_of": "2026-11-20T06:00:00+08:00",
        ]
        _ = try PoliciesKind.apply(
          [ImportRow(number: 1, key: "P0009", values: policy, digest: [], changed: nil)], source: "core", in: tx)
        let premiums = [
          ["policy_no": "P0009", "due_on": "2025-11-06", "amount": "5200", "received_on": "2025-11-06"],
          [
            "policy_no": "P0009", "due_on": "2026-11-06", "amount": "5200", "method": "debit", "result": "failed",
            "failure_reason": "insufficient_funds",
          ],
        ]
        _ = try PremiumsKind.apply(
          premiums.enumerated().map { place, row in
            ImportRow(
              number: place, key: "P0009|\(row["due_on"] ?? "")", values: row, digest: [], changed: nil)
          }, source: "core", in: tx)
      }
      let admin = try await world.token(.admin)
      let found = try await world.ask(.get, "/policies?policy_no=P0009", admin)
      try await body(world, try #require(found.items.first?["id"]?.text))
    }
  }

  @Test(arguments: TestDatabase.engines) func theDeskOfAnAgent(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { world, policy in
      let agent = try await world.browser(.agent, staff: "A1")
      let list = try await agent.page("/premiums")
      #expect(list.contains("李岚") && list.contains("Insufficient funds") && list.contains("2027-01-06"))
      #expect(try await agent.page("/premiums?show=failed").contains("李岚"))
      #expect(try await !agent.page("/premiums?list=grace_end").contains("李岚"))
      #expect(try await !agent.page("/premiums?line=accident").contains("李岚"))
      #expect(try await agent.page("/premiums?sort=suspension").contains("李岚"))
      let other = try await world.browser(.agent, staff: "A2")
      #expect(try await !other.page("/premiums").contains("李岚"))
      #expect(try await other.get("/premiums/\(policy)").status == .notFound)
      let claims = try await world.browser(.claims, staff: "C1")
      #expect(try await claims.get("/premiums").status == .forbidden)
      let page = try await agent.page("/premiums/\(policy)")
      #expect(page.contains("60 days") && !page.contains("Demand sent"))
      let promise = ["due_on": "2026-11-06", "pay_by": "2026-11-30", "promised_by": "policyholder", "channel": "phone"]
      let path = "/premiums/\(policy)"
      var past = promise
      past["pay_by"] = "2026-11-01"
      #expect(try await agent.post("\(path)/promise", past, from: path).status == .unprocessableContent)
      #expect(try await agent.post("\(path)/promise", promise, from: path).status == .seeOther)
      #expect(try await agent.page("/premiums?show=promised").contains("Promised by 2026-11-30"))
      let reminder = ["due_on": "2026-11-06", "way": "wechat"]
      #expect(try await agent.post("\(path)/reminder", reminder, from: path).status == .seeOther)
      #expect(try await agent.post("\(path)/demand", reminder, from: path).status == .forbidden)
      let file = try await agent.get("/premiums/export.csv?list=this_month")
      #expect(file.status == .ok && file.text.contains("P0009") && file.text.contains("2027-01-06"))
      #expect(try await agent.page("/customers/\(world.lan)/timeline").contains("promised to pay by 2026-11-30"))
    }
  }

  @Test func aDemandIsProved() async throws {
    try await Self.open { world, policy in
      let desk = try await world.browser(.service)
      let path = "/premiums/\(policy)"
      let sent = ["due_on": "2026-11-06", "demand_way": "registered_mail"]
      #expect(try await desk.post("\(path)/demand", sent, from: path).status == .seeOther)
      let page = try await desk.page(path)
      #expect(page.contains("not reached yet") && page.contains("2027-01-06"))
      let start = try #require(page.firstRange(of: "name=\"demand\" value=\""))
      let demand = String(page[start.upperBound...].prefix { $0 != "\"" })
      var proof = [
        "due_on": "2026-11-06", "demand": demand, "reached_on": "2026-11-22", "proof_kind": "mail_trace", "proof": "",
      ]
      #expect(try await desk.post("\(path)/proof", proof, from: path).status == .unprocessableContent)
      proof["proof"] = "XA1234"
      #expect(try await desk.post("\(path)/proof", proof, from: path).status == .seeOther)
      let after = try await desk.page(path)
      #expect(after.contains("2026-12-23") && after.contains("30 days") && !after.contains("XA1234"))
    }
  }

  @Test(arguments: TestDatabase.engines) func asAProgramSeesIt(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { world, policy in
      let agent = try await world.token(.agent, staff: "A1")
      let service = try await world.token(.service)
      let list = try await world.ask(.get, "/premiums?list=this_month&show=failed&agent=A1&sort=suspension", agent)
      #expect(list.items.count == 1 && list.items[0]["failure_reason"]?.text == "insufficient_funds")
      #expect(list.items[0]["suspends_on"]?.text == "2027-01-06")
      #expect(try await world.ask(.get, "/premiums?agent=NOBODY", agent).items.isEmpty)
      #expect(try await world.ask(.get, "/premiums?list=never", agent).status == 422)
      let promise = #"{"due_on":"2026-11-06","pay_by":"2026-12-01","promised_by":"family","channel":"visit"}"#
      #expect(try await world.ask(.post, "/policies/\(policy)/promises", agent, body: promise).status == 201)
      let reminder = #"{"due_on":"2026-11-06","way":"sms"}"#
      #expect(try await world.ask(.post, "/policies/\(policy)/reminders", agent, body: reminder).status == 201)
      let demand = #"{"due_on":"2026-11-06","way":"registered_mail"}"#
      #expect(try await world.ask(.post, "/policies/\(policy)/demands", agent, body: demand).status == 403)
      let sent = try await world.ask(.post, "/policies/\(policy)/demands", service, body: demand)
      let id = try #require(sent.json["id"]?.text)
      let proof = #"{"reached_on":"2026-11-22","proof_kind":"recording","proof":"R-77"}"#
      let reached = try await world.ask(.post, "/policies/\(policy)/demands/\(id)/proof", service, body: proof)
      #expect(reached.status == 201 && reached.json["reached_on"]?.text == "2026-11-22")
      #expect(
        try await world.ask(.post, "/policies/\(policy)/demands/\(id)/proof", service, body: proof).status == 409)
      let failed = #"{"due_on":"2026-11-06","failure_reason":"mandate_ended"}"#
      let keyed: HTTPFields = [.idempotencyKey: "d-1"]
      for _ in 0..<2 {
        let answer = try await world.ask(.post, "/policies/\(policy)/debits", service, body: failed, keyed)
        #expect(answer.status == 201 && answer.json["result"]?.text == "failed")
      }
      let row = try await world.ask(.get, "/premiums", agent).items[0]
      #expect(row["suspends_on"]?.text == "2026-12-23" && row["failure_reason"]?.text == "mandate_ended")
      let received = #"{"due_on":"2026-11-06","received_on":"2026-11-22"}"#
      #expect(try await world.ask(.post, "/policies/\(policy)/debits", service, body: received).status == 201)
      #expect(try await world.ask(.get, "/premiums", agent).items.isEmpty)
      let bad = #"{"due_on":"2026-11-06","received_on":"2026-11-22","failure_reason":"other"}"#
      #expect(try await world.ask(.post, "/policies/\(policy)/debits", service, body: bad).status == 422)
      #expect(try await world.ask(.post, "/policies/\(policy)/promises", agent, body: "{}").status == 422)
    }
  }

  /// A past date says that it is past.
  @Test func aPastDateSaysSo() throws {
    let words = try #require(try Renderer().words[.en])
    let today = try #require(Day("2026-11-22"))
    let format = Format(words: words, now: Instant(today, secondOfDay: 32_400))
    #expect(format.overdue(today - 3)?.contains("3") == true)
    #expect(format.overdue(today) == nil)
  }
}
