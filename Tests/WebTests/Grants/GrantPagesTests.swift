import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct GrantPagesTests {
  @Test(arguments: TestDatabase.engines) func askedToldAndReviewed(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let path = "/customers/\(world.min)"
      let handler = try await world.browser(.claims, staff: "C1")
      let refused = try await handler.get(path)
      #expect(refused.status == .notFound && refused.text.contains("\(path)/grant"))
      let form = try await handler.page("\(path)/grant")
      #expect(form.contains("Break-glass") && !form.contains("王敏"))
      let short = ["kind": "broken_glass", "reason": "急", "minutes": "15"]
      #expect(try await handler.post("\(path)/grant", short, from: "\(path)/grant").status == .unprocessableContent)
      let asked = ["kind": "broken_glass", "reason": "急诊垫付，需核对既往理赔", "minutes": "15"]
      let opened = try await handler.post("\(path)/grant", asked, from: "\(path)/grant")
      #expect(opened.status == .seeOther && opened.headers[.location] == path)
      #expect(try await handler.page(path).contains("王敏"))
      for tab in ["policies", "claims", "timeline", "interactions", "access"] {
        #expect(try await handler.get("\(path)/\(tab)").status == .ok, "\(tab)")
      }
      #expect(try await !handler.page("/customers").contains("王敏"))

      let owner = try await world.browser(.agent, staff: "A2")
      let told = try await owner.page("/")
      #expect(told.contains("孙丽") && told.contains("looked at 王敏: Break-glass") && !told.contains("急诊"))
      #expect(try await owner.post("/grants/seen", [:], from: "/").status == .seeOther)
      #expect(try await !owner.page("/").contains("looked at 王敏"))

      let compliance = try await world.browser(.compliance)
      #expect(try await compliance.page("/").contains("Looks to approve or review"))
      let list = try await compliance.page("/compliance/grants")
      #expect(list.contains("急诊垫付，需核对既往理赔") && list.contains("Take back"))
      var decision = ["customer": "\(world.min)", "grant": try Self.grant(in: list), "decision": "unjustified"]
      #expect(try await compliance.post("/compliance/grants", decision, from: "/compliance/grants").status == .seeOther)
      decision["decision"] = "end"
      #expect(try await compliance.post("/compliance/grants", decision, from: "/compliance/grants").status == .seeOther)
      #expect(try await handler.get(path).status == .notFound, "taken back, it is closed at once")
      #expect(try await compliance.page("/compliance/grants").contains("Not justified"))
      #expect(try await !compliance.page("/").contains("Looks to approve or review"))
      let looks = try await world.looks(world.min)
      #expect(looks.contains("view overview") && looks.contains { $0.hasPrefix("denied") })
    }
  }

  private static func grant(in page: String) throws -> String {
    let start = try #require(page.firstRange(of: "name=\"grant\" value=\""))
    return String(page[start.upperBound...].prefix { $0 != "\"" })
  }

  /// An agent is offered nothing and given nothing; nor does anybody learn whether somebody is there.
  @Test func agentsBreakNoGlass() async throws {
    try await APIWorld.open { world in
      let agent = try await world.browser(.agent, staff: "A1")
      for id in ["\(world.min)", "\(ID<Customer>(987_654_321))"] {
        let refused = try await agent.get("/customers/\(id)")
        #expect(refused.status == .notFound && !refused.text.contains("/grant"))
        #expect(try await agent.page("/customers/\(id)/grant").contains("Your role cannot"))
        let asked = ["kind": "broken_glass", "reason": "想看看这位客户", "minutes": "15"]
        let answer = try await agent.post("/customers/\(id)/grant", asked, from: "/customers")
        #expect(answer.status == .forbidden)
      }
      #expect(try await agent.get("/compliance/grants").status == .forbidden)
    }
  }

  @Test func aChildOpensByAVerifiedCall() async throws {
    try await APIWorld.open { world in
      let child = try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
        try Customers.create(["name": "李小岚", "birth_date": "2018-03-02", "owner": "A1"], in: tx).id
      }
      let service = try await world.browser(.service)
      let path = "/customers/\(child)"
      let token = try await world.token(.service)
      for part in ["", "/overview", "/timeline", "/relationships", "/changes", "/consents"] {
        let answer = try await world.ask(.get, path + part, token)
        #expect(answer.status == 403 && answer.code == "MINOR_APPROVAL_REQUIRED", "\(part)")
      }
      let program = try await world.token(.admin)
      #expect(try await world.ask(.get, "\(path)/overview", program).status == 200, "a connected program")
      let admin = try await world.browser(.admin)
      #expect(try await admin.get(path).status == .forbidden)
      let refused = try await service.get(path)
      #expect(refused.status == .forbidden && refused.text.contains("\(path)/grant"))
      let asked = ["kind": "verified_call", "reason": "已核对母亲证件", "minutes": "15"]
      #expect(try await service.post("\(path)/grant", asked, from: "\(path)/grant").status == .seeOther)
      #expect(try await service.page(path).contains("李小岚"))
      #expect(try await world.ask(.get, path, token).status == 403, "the call was another account's")
      let agent = try await world.browser(.agent, staff: "A1")
      #expect(try await agent.page(path).contains("李小岚"))
    }
  }

  /// Another role's view tells how fields are seen, and of nobody anything.
  @Test func anotherRolesViewOpensNothing() async throws {
    try await APIWorld.open { world in
      let agent = try await world.browser(.agent, staff: "A1")
      let page = try await agent.page("/settings/view-as?role=claims")
      #expect(page.contains("View as another role") && page.contains("Break-glass"))
      #expect(page.contains("Health data is kept to its three purposes") && !page.contains("李岚"))
      #expect(try await agent.page("/customers").contains("李岚"))
      let marketing = try await agent.page("/settings/view-as?role=service&purpose=marketing")
      #expect(marketing.contains("Only people who agreed to this purpose") && marketing.contains("By approval"))
      #expect(try await agent.page("/settings/view-as?role=none&purpose=none").contains("View as"))
    }
  }
}
