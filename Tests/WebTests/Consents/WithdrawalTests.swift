import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

/// Two sessions at once: one withdraws while the other has everything open. The clock stands still: what the first
/// commits is gone from the very next answer of the second, whatever was asked before and kept.
@Suite struct WithdrawalTests {
  private static func answer(_ world: APIWorld, _ decision: String, _ browser: WebWorld.Browser) async throws {
    let path = "/customers/\(world.lan)/consents"
    var fields = ["purpose": "marketing", "category": "none", "text_version": "1"]
    if decision == "given" { fields.merge(["decision": "given", "agrees": "1"]) { $1 } }
    let address = decision == "given" ? path : "\(path)/withdrawal"
    #expect(try await browser.post(address, fields, from: path).status == .seeOther)
  }

  /// Where the second session shows her, of the surfaces by which she can be come at.
  private static func surfaces(
    _ world: APIWorld, _ agent: WebWorld.Browser, _ token: String
  ) async throws -> [String: Bool] {
    let id = "\(world.lan)"
    var shown: [String: Bool] = [:]
    for path in ["/customers", "/customers?q=李岚", "/customers?q=0001", "/customers?line=life"] {
      let mark = path.contains("?") ? "&" : "?"
      let address = "\(path.replacing("李岚", with: "%E6%9D%8E%E5%B2%9A"))\(mark)purpose=marketing"
      shown["page \(path)"] = try await agent.get(address).text.contains(id)
      shown["fragment \(path)"] = try await agent.get(address, [.fragment: "true"]).text.contains(id)
      let answer = try await world.ask(.get, address, token)
      shown["api \(path)"] = answer.items.contains { $0["id"]?.text == id }
      #expect(answer.json["count"] == .number("\(answer.items.count)"), "\(path)")
    }
    let file = try await agent.get("/customers/export.csv?purpose=marketing")
    #expect(file.status == .ok)
    shown["export"] = file.text.contains(id)
    for part in ["", "/timeline", "/corrections", "/access"] {
      shown["page\(part)"] = try await agent.get("/customers/\(id)\(part)?purpose=marketing").status == .ok
    }
    for part in ["", "/overview", "/timeline", "/changes", "/access"] {
      shown["api\(part)"] = try await world.ask(.get, "/customers/\(id)\(part)?purpose=marketing", token).status == 200
    }
    return shown
  }

  @Test(arguments: TestDatabase.engines) func whoWithdrawsIsGone(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let service = try await world.browser(.service)
      let agent = try await world.browser(.agent, staff: "A1")
      let token = try await world.token(.agent, staff: "A1")
      for _ in 0..<2 {
        try await Self.answer(world, "given", service)
        let before = try await Self.surfaces(world, agent, token)
        #expect(before.values.allSatisfy { $0 }, "\(before.filter { !$0.value }.keys.sorted())")
        try await Self.answer(world, "withdrawn", service)
        let after = try await Self.surfaces(world, agent, token)
        #expect(after.values.allSatisfy { !$0 }, "\(after.filter(\.value).keys.sorted())")
        #expect(try await agent.page("/customers/\(world.lan)").contains("李岚"), "one's own work goes on")
      }
    }
  }

  /// An export goes page by page: whoever withdraws while it runs is not on the pages still to come.
  @Test(arguments: TestDatabase.engines) func anExportThatRunsHearsIt(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let db = world.web.site.database
      let ids = try await db.act(as: .system(purpose: .intake)) { tx in
        try (1...6).map { number in
          let id = try Customers.create(["name": "客户\(["一", "二", "三", "四", "五", "六"][number - 1])"], in: tx).id
          _ = try Consents.give(ConsentInput(.marketing, .none, textVersion: 1), for: id, in: tx)
          return id
        }
      }
      let access = Access.system(purpose: .marketing).narrowed
      var shown: [ID<Customer>] = []
      var after: String?
      repeat {
        let place = after
        let page = try await db.read(as: access) { tx in try Customers.export(after: place, limit: 2, in: tx) }
        shown += page.map(\.id)
        after = page.count < 2 ? nil : page.last?.key
        guard shown.count == 2 else { continue }
        let gone = ids.filter { !shown.contains($0) }.prefix(3)
        try await db.act(as: .system(purpose: .intake)) { tx in
          for id in gone { _ = try Consents.withdraw(.marketing, .none, for: id, in: tx) }
        }
      } while after != nil
      #expect(shown.count == 3 && Set(shown).isSubset(of: ids))
    }
  }

  /// A file withdraws for many at once: one statement writes what holds of all of them.
  @Test(arguments: TestDatabase.engines) func manyWithdrawAtOnce(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let db = world.web.site.database
      let ids = try await db.act(as: .system(purpose: .intake)) { tx in
        try (0..<300).map { _ in try Customers.create(["name": "张敏"], in: tx).id }
      }
      func tell(_ withdrawnAt: Instant?) async throws {
        let at = TestDatabase.clock.now() + -86_400
        let items = ids.map { id in
          Consents.Incoming(
            customer: id, purpose: .marketing, category: .none, isRefusal: false, decidedAt: at,
            withdrawnAt: withdrawnAt, textVersion: 1, guardian: nil, evidence: "批量")
        }
        try await db.act(as: .system(purpose: .intake)) { tx in _ = try Consents.takeIn(items, source: "core", in: tx) }
      }
      func count() async throws -> Int {
        try await db.read(as: Access.system(purpose: .marketing).narrowed) { try Customers.count(.none, in: $0).value }
      }
      try await tell(nil)
      #expect(try await count() == 300)
      try await tell(TestDatabase.clock.now() + -3_600)
      #expect(try await count() == 0)
    }
  }
}
