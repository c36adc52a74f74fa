import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct ConsentAPITests {
  private let yes =
    #"{"purpose":"marketing","category":"none","decision":"given","text_version":1,"evidence":"授权书 7"}"#

  @Test func theRegisterIsRead() async throws {
    try await APIWorld.open { world in
      let items = try await world.ask(.get, "/purposes", try await world.token(.agent, staff: "A1")).items
      #expect(items.count == Purposes.all.count)
      let marketing = items.first { $0["purpose"]?.text == "marketing" }
      #expect(marketing?["legal_basis"]?.text == "consent")
      #expect(marketing?["text"]?["zh-Hans"]?.text?.contains("撤回") == true)
      let health = items.first { $0["purpose"]?.text == "health_service" }
      #expect(health?["necessity"]?["en"]?.text?.isEmpty == false)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aPurposeShowsWhoAgreedAndAWithdrawalIsSeenAtOnce(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let agent = try await world.token(.agent, staff: "A1")
      let path = "/customers/\(world.lan)"
      func shown() async throws -> [Int] {
        let list = try await world.ask(.get, "/customers?purpose=marketing", agent)
        #expect(list.json["count"] == .number("\(list.items.count)"))
        let search = try await world.ask(.get, "/customers?q=%E6%9D%8E%E5%B2%9A&purpose=marketing", agent)
        var codes = [list.items.count, search.items.count]
        for part in ["", "/overview", "/timeline"] {
          codes.append(try await world.ask(.get, "\(path)\(part)?purpose=marketing", agent).status)
        }
        return codes
      }
      #expect(try await shown() == [0, 0, 404, 404, 404])
      #expect(try await world.ask(.get, "/customers", agent).items.count == 1)
      let made = try await world.ask(.post, "\(path)/consents", agent, body: yes)
      #expect(made.status == 201 && made.json["state"]?.text == "given")
      #expect(try await shown() == [1, 1, 200, 200, 200])
      let sheet = try await world.ask(.get, "\(path)/consents", agent)
      #expect(sheet.items.first { $0["purpose"]?.text == "marketing" }?["holds"] == .bool(true))
      #expect(sheet.json["history"]?.elements.first?["evidence"]?.text == "授权书 7")
      let back = #"{"purpose":"marketing","category":"none"}"#
      #expect(try await world.ask(.post, "\(path)/consents/withdrawal", agent, body: back).status == 200)
      #expect(try await world.ask(.post, "\(path)/consents/withdrawal", agent, body: back).status == 200)
      #expect(try await shown() == [0, 0, 404, 404, 404])
      let purposes = try await world.web.site.database.read(as: .system(purpose: .audit)) { tx in
        try tx.fetch(AccessLog.looks(at: world.lan.raw, limit: 100)).map(\.purpose)
      }
      #expect(purposes.contains("marketing") && purposes.contains("contract"))
    }
  }

  @Test func whatIsNotOnesOwnIsRefused() async throws {
    try await APIWorld.open { world in
      let agent = try await world.token(.agent, staff: "A1")
      let path = "/customers/\(world.lan)/consents"
      #expect(try await world.ask(.post, "/customers/\(world.min)/consents", agent, body: yes).status == 404)
      let analyst = try await world.token(.analyst)
      #expect(try await world.ask(.post, path, analyst, body: yes).status == 403)
      let claims = try await world.token(.claims, staff: "C1")
      #expect(try await world.ask(.get, "/customers?purpose=marketing", claims).code == "PURPOSE_FORBIDDEN")
      #expect(try await world.ask(.get, "/customers?purpose=fun", agent).fields == ["purpose ENUM_UNKNOWN"])
      let faults = [
        (#""marketing","category":"none","decision":"given","text_version":2"#, "text_version WORDS_CHANGED"),
        (#""contract","category":"none","decision":"given","text_version":1"#, "purpose CONSENT_NOT_NEEDED"),
        (#""marketing","category":"health","decision":"given","text_version":1"#, "purpose CONSENT_NOT_NEEDED"),
        (#""marketing","category":"none","decision":"given""#, "text_version REQUIRED"),
        (
          #""marketing","category":"none","decision":"given","text_version":1,"guardian":"\#(world.min)""#,
          "guardian OWN_CONSENT_REQUIRED"
        ),
      ]
      for (body, fault) in faults {
        #expect(try await world.ask(.post, path, agent, body: #"{"purpose":\#(body)}"#).fields == [fault])
      }
      let back = #"{"purpose":"marketing","category":"none"}"#
      #expect(try await world.ask(.post, "\(path)/withdrawal", agent, body: back).code == "CONSENT_NOT_GIVEN")
    }
  }
}
