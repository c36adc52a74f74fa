import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct TaskPagesTests {
  @Test(arguments: TestDatabase.engines) func madeWorkedAndClosed(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let agent = try await world.browser(.agent, staff: "A1")
      let new = "/tasks/new?customer=\(world.lan)"
      #expect(try await agent.page("/customers/\(world.lan)").contains(new))
      #expect(try await agent.page(new).contains("李岚"))
      let empty = try await agent.post("/tasks", ["customer": "\(world.lan)", "title": ""], from: new)
      #expect(empty.status == .unprocessableContent)
      let asked = [
        "customer": "\(world.lan)", "title": "问候 <b>李岚</b> 🎂", "due_on": "2026-11-22", "steps": "打电话\n记录",
        "owner": "me",
        "priority": "high", "remind_at": "2026-11-22T15:00",
      ]
      let made = try await agent.post("/tasks", asked, from: new)
      #expect(made.status == .seeOther)
      let path = try #require(made.headers[.location])
      let page = try await agent.page(path)
      #expect(page.contains("问候 &lt;b&gt;李岚&lt;/b&gt; 🎂") && page.contains("打电话") && page.contains("2026-11-22 15:00"))
      for list in ["/tasks", "/tasks?due=today", "/tasks?whose=all&sort=priority", "/customers/\(world.lan)", "/"] {
        #expect(try await agent.page(list).contains("问候 &lt;b&gt;"), "\(list)")
      }
      #expect(try await !agent.page("/tasks?due=overdue").contains("问候"))
      let file = try await agent.get("/tasks/export.csv")
      #expect(file.status == .ok && file.text.contains("问候") && file.text.contains("2026-11-22"))
      func act(_ part: String, _ fields: [String: String]) async throws -> Int {
        try await agent.post("\(path)/\(part)", fields, from: path).status.code
      }
      #expect(try await act("steps", ["step": "0", "done": "1"]) == 303)
      #expect(try await act("comments", ["text": "@赵磊 看看"]) == 422)
      #expect(try await act("comments", ["text": "@陈刚 看看"]) == 303)
      #expect(try await act("assignment", ["assignee": "A2", "reason": "请跟进"]) == 422)
      #expect(try await act("completion", ["note": "聊了十分钟"]) == 303)
      let closed = try await agent.page(path)
      #expect(closed.contains("聊了十分钟") && closed.contains("Open again"))
      #expect(try await act("reopening", ["reason": "还要回访"]) == 303)
      let edit = ["title": "再联系", "details": "", "due_on": "2026-11-30", "remind_at": "", "priority": "normal"]
      #expect(try await agent.post(path, edit, from: path).status == .seeOther)
      #expect(try await agent.page(path).contains("再联系"))
      #expect(try await act("cancellation", ["reason": "客户不需要"]) == 303)
      #expect(try await agent.page("/tasks?state=cancelled").contains("再联系"))
      let manager = try await world.browser(.manager, staff: "M1")
      #expect(try await manager.page("/").contains("Mentioned you"))
      #expect(try await manager.post("/notices/seen", [:], from: "/").status == .seeOther)
      #expect(try await !manager.page("/").contains("Mentioned you"))
      let other = try await world.browser(.agent, staff: "A2")
      #expect(try await other.get(path).status == .notFound)
    }
  }

  /// Nobody's yet: taken in one tap from the list.
  @Test func takenFromThePool() async throws {
    try await APIWorld.open { world in
      let id = try await world.web.site.database.act(as: .system(purpose: .service)) { tx in
        var new = NewTask(.premiumCall, customer: world.lan, owner: .role(.service), dueOn: tx.today)
        (new.args, new.source) = (["P0001", "2026-11-10"], "premium.debit_failed/1")
        return try Tasks.open(new, key: "premium/1", in: tx)
      }
      let staff = try await world.web.site.database.act(as: .system(purpose: .administration)) { tx in
        let row = ["staff_no": "S1", "name": "周敏", "team": "客服", "branch": "东区", "role": "service"]
        _ = try Staff.upsert([StaffDraft.read(row, admitsDemo: true).draft].compactMap { $0 }, source: "core", in: tx)
        return try tx.fetch(Staff.byNumbers(["S1"]))[0].id
      }
      try await world.web.account("zhou", .service, staff: staff)
      let service = try await world.web.signIn("zhou")
      #expect(try await service.page("/").contains("To take"))
      let pool = try await service.page("/tasks?whose=pool")
      #expect(pool.contains("Call about the premium of P0001, due on 2026-11-10"))
      let taken = try await service.post("/tasks/\(id)/assignment", ["to": "me"], from: "/tasks?whose=pool")
      #expect(taken.headers[.location] == "/tasks/\(id)")
      let page = try await service.page("/tasks/\(id)")
      #expect(page.contains("周敏") && page.contains("Rule premium.debit_failed/1"))
      #expect(try await !service.page("/tasks?whose=pool").contains("P0001"))
    }
  }
}
