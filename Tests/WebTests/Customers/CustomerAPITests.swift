import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import TestKit
import Testing

@testable import Web

@Suite struct CustomerAPITests {
  @Test(arguments: TestDatabase.engines) func listsTheViewersBookByKey(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let all = try await world.token(.service)
      let first = try await world.ask(.get, "/customers?limit=1", all)
      #expect(first.items.map { $0["name"]?.text } == ["李岚"])
      #expect(first.json["count"] == .number("2"))
      let next = try #require(first.json["next"]?.text)
      let second = try await world.ask(.get, "/customers?limit=1&after=\(next)", all)
      #expect(second.items.map { $0["name"]?.text } == ["王敏"])
      #expect(second.json["next"] == nil)
      let own = try await world.token(.agent, staff: "A1")
      #expect(try await world.ask(.get, "/customers", own).items.count == 1)
      let line = try await world.ask(.get, "/customers?line=life&relation=active&stage=claim", own)
      #expect(line.items.map { $0["name"]?.text } == ["李岚"])
      #expect(try await world.ask(.get, "/customers?line=annuity", all).items.isEmpty)
    }
  }

  @Test func searchesByNameInitialsAndNumbers() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service)
      for text in ["%E6%9D%8E%E5%B2%9A", "lilan", "ll", "0001", "13812340001", "110105199104170025", "P0001", "K0001"] {
        let found = try await world.ask(.get, "/customers?q=\(text)", token)
        #expect(found.items.map { $0["name"]?.text } == ["李岚"], "\(text)")
      }
    }
  }

  @Test func theAgentFilterTakesAStaffNumber() async throws {
    try await APIWorld.open { world in
      let service = try await world.token(.service)
      let found = try await world.ask(.get, "/customers?agent=A2", service)
      #expect(found.items.map { $0["name"]?.text } == ["王敏"])
      #expect(try await world.ask(.get, "/customers?agent=NOBODY", service).fields == ["agent REFERENCE_UNKNOWN"])
      let agent = try await world.token(.agent, staff: "A1")
      #expect(try await world.ask(.get, "/customers?agent=A2", agent).status == 403)
    }
  }

  private struct Sight: Sendable {
    let role: Role
    let staff: String?
    let nationalID, mobile: String
    let address: String?
  }

  private static let sights = [
    Sight(
      role: .agent, staff: "A1", nationalID: "110***********0025", mobile: "13812340001", address: "上海市浦东新区科技路1号"),
    Sight(
      role: .service, staff: nil, nationalID: "110***********0025", mobile: "13812340001", address: "上海市浦东新区科技路1号"),
    Sight(
      role: .steward, staff: nil, nationalID: "110105199104170025", mobile: "13812340001", address: "上海市浦东新区科技路1号"),
    Sight(role: .claims, staff: "C1", nationalID: "110105199104170025", mobile: "138****0001", address: nil),
    Sight(role: .admin, staff: nil, nationalID: "110***********0025", mobile: "138****0001", address: nil),
    Sight(role: .analyst, staff: nil, nationalID: "110***********0025", mobile: "138****0001", address: nil),
  ]

  @Test(arguments: sights) private func eachRoleSeesItsOwnWhole(_ sight: Sight) async throws {
    try await APIWorld.open { world in
      let token = try await world.token(sight.role, staff: sight.staff)
      let answer = try await world.ask(.get, "/customers/\(world.lan)", token)
      #expect(answer.status == 200)
      #expect(answer.json["national_id"]?.text == sight.nationalID)
      #expect(answer.json["mobile"]?.text == sight.mobile)
      if let address = sight.address {
        #expect(answer.json["address"]?.text == address)
      } else {
        #expect(answer.json["address"]?.text?.contains("科技路1号") != true)
      }
      #expect(answer.json["owner"]?.text == "A1")
      #expect(answer.response.headers[.eTag] != nil)
      #expect(try await world.looks(world.lan) == ["view customer"])
    }
  }

  @Test func whatIsNotInTheBookIsNotFoundAndLogged() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.agent, staff: "A1")
      for part in ["", "/timeline", "/changes", "/access"] {
        let answer = try await world.ask(.get, "/customers/\(world.min)\(part)", token)
        #expect(answer.status == 404, "\(part)")
        #expect(answer.code == "NOT_FOUND")
      }
      let edit = try await world.ask(.patch, "/customers/\(world.min)", token, body: #"{"occupation": "教师"}"#)
      #expect(edit.status == 404)
      #expect(
        try await world.looks(world.min) == [
          "denied GET /api/v1/customers/{id}", "denied GET /api/v1/customers/{id}/timeline",
          "denied GET /api/v1/customers/{id}/changes", "denied GET /api/v1/customers/{id}/access",
          "denied PATCH /api/v1/customers/{id}",
        ])
      #expect(try await world.ask(.get, "/customers/CU-0000", token).status == 404)
    }
  }

  @Test func aMissingScopeIsForbiddenAndLogged() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service, scopes: [.read(.product)])
      #expect(try await world.ask(.get, "/customers/\(world.lan)", token).status == 403)
      #expect(try await world.ask(.post, "/customers", token, body: "{}").status == 403)
      #expect(try await world.looks(world.lan) == ["denied GET /api/v1/customers/{id}"])
    }
  }

  @Test(arguments: TestDatabase.engines) func entersOnceForAKey(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.agent, staff: "A1")
      let body = #"{"name": "赵\ud842\udfb7", "mobile": "13912345678", "income": {"fen": 1250050, "currency": "CNY"}}"#
      let key: HTTPFields = [.idempotencyKey: "7f3c"]
      let first = try await world.ask(.post, "/customers", token, body: body, key)
      #expect(first.status == 201)
      let location = try #require(first.response.headers[.location])
      let again = try await world.ask(.post, "/customers", token, body: body, key)
      #expect(again.response.body == first.response.body)
      #expect(again.response.headers[.location] == location)
      #expect(again.response.headers[.eTag] == first.response.headers[.eTag])
      let other = try await world.ask(.post, "/customers", token, body: #"{"name": "赵强"}"#, key)
      #expect(other.status == 422)
      #expect(other.code == "IDEMPOTENCY_KEY_REUSED")
      let read = try await world.ask(.get, String(location.dropFirst(7)), token)
      #expect(read.json["name"]?.text == "赵\u{20BB7}")
      #expect(read.json["income"]?["fen"] == .number("1250050"))
      #expect(read.json["owner"]?.text == "A1", "an agent's own entry is the agent's relation")
      #expect(read.json["source"]?.text == "api")
    }
  }

  @Test func saysWhoIsHereAlready() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service)
      let body = #"{"name": "李岚", "birth_date": "1991-04-17", "national_id": "110105199104170025"}"#
      let refused = try await world.ask(.post, "/customers", token, body: body)
      #expect(refused.status == 409)
      #expect(refused.code == "DUPLICATE")
      #expect(refused.fields.contains("national_id DUPLICATE_ID"))
      let distinct = body.replacing("{\"name", with: "{\"distinct\": true, \"name")
      let made = try await world.ask(.post, "/customers", token, body: distinct)
      #expect(made.status == 201)
      #expect(made.json["duplicates"]?.elements.first?["customer"]?.text == "\(world.lan)")
    }
  }

  @Test func keepsWhatBreaksARuleOnlyForAReason() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.steward)
      let body = #"{"name": "钱进", "national_id": "110105199104170026"}"#
      #expect(try await world.ask(.post, "/customers", token, body: body).fields == ["national_id ID_CHECKSUM"])
      let confirmed = body.replacing("}", with: #", "confirm": {"national_id": "证件原件如此"}}"#)
      let made = try await world.ask(.post, "/customers", token, body: confirmed)
      #expect(made.status == 201)
      #expect(made.json["unverified"]?.elements.first?["code"]?.text == "ID_CHECKSUM")
      let id = try #require(made.json["id"]?.text)
      let read = try await world.ask(.get, "/customers/\(id)", token)
      #expect(read.json["unverified"]?.elements.first?["field"]?.text == "national_id")
    }
  }

  @Test(arguments: TestDatabase.engines) func correctsWhatWasRead(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.steward)
      let read = try await world.ask(.get, "/customers/\(world.lan)", token)
      let tag = try #require(read.response.headers[.eTag])
      let edit = try await world.ask(
        .patch, "/customers/\(world.lan)", token, body: #"{"occupation": "教师", "address": null}"#, [.ifMatch: tag])
      #expect(edit.status == 200)
      #expect(edit.json["occupation"]?.text == "教师")
      #expect(edit.json["address"] == nil)
      let stale = try await world.ask(
        .patch, "/customers/\(world.lan)", token, body: #"{"occupation": "医生"}"#, [.ifMatch: tag])
      #expect(stale.status == 412)
      #expect(stale.json["sent_version"] == read.json["version"])
      #expect(stale.json["current_version"] == edit.json["version"])
      #expect(stale.json["current"]?["occupation"]?.text == "教师")
      var paged: [String] = []
      var next: String? = ""
      while let after = next {
        let page = try await world.ask(.get, "/customers/\(world.lan)/changes?limit=1\(after)", token)
        #expect(page.items.count <= 1)
        paged += page.items.compactMap { $0["field"]?.text }
        next = page.json["next"]?.text.map { "&after=\($0)" }
      }
      #expect(Set(paged) == ["occupation", "address"] && paged.count == 2)
      #expect(try await world.ask(.get, "/customers/\(world.lan)/changes?after=x", token).status == 422)
      let changes = try await world.ask(.get, "/customers/\(world.lan)/changes", token)
      #expect(Set(changes.items.compactMap { $0["field"]?.text }) == ["occupation", "address"])
      let bad = try await world.ask(
        .patch, "/customers/\(world.lan)", token, body: "{}", [.ifMatch: "W/\"1\""])
      #expect(bad.fields == ["If-Match ETAG_INVALID"])
    }
  }

  /// ADR 9: two writers who did not read lose nothing that they did not name, and nothing silently.
  @Test(arguments: TestDatabase.engines) func aChangeWithoutIfMatchIsTaken(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.steward)
      let path = "/customers/\(world.lan)"
      let old = try #require(try await world.ask(.get, path, token).response.headers[.eTag])
      let first = try await world.ask(.patch, path, token, body: #"{"occupation": "教师"}"#)
      let second = try await world.ask(.patch, path, token, body: #"{"channel": "online"}"#, [.ifMatch: "*"])
      #expect((first.status, second.status) == (200, 200))
      #expect(second.json["occupation"]?.text == "教师" && second.json["channel"]?.text == "online")
      let tags = [old, first.response.headers[.eTag], second.response.headers[.eTag]]
      #expect(Set(tags.compactMap { $0 }).count == 3, "each change has its version")
      let third = try await world.ask(.patch, path, token, body: #"{"occupation": "医生"}"#)
      #expect(third.status == 200)
      let changes = try await world.ask(.get, path + "/changes", token).items
      #expect(changes.first?["before"]?.text == "教师" && changes.first?["after"]?.text == "医生")
      #expect(try await world.ask(.patch, path, token, body: "{}", [.ifMatch: old]).status == 412)
    }
  }

  @Test func nothingElseCanBeSet() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service)
      for field in [
        "id", "relation", "version", "stages", "owner_id", "wrapped_key", "created_at", "source", "__proto__",
      ] {
        let body = "{\"name\": \"周周\", \"\(field)\": \"x\"}"
        #expect(try await world.ask(.post, "/customers", token, body: body).fields == ["\(field) UNKNOWN_FIELD"])
        let edit = try await world.ask(.patch, "/customers/\(world.lan)", token, body: "{\"\(field)\": 1}")
        #expect(edit.fields == ["\(field) UNKNOWN_FIELD"])
      }
    }
  }

  @Test func wrongTypesNameTheirField() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.service)
      let body = #"{"name": 7, "income": "120000", "mobile": ["1"], "gender": true, "confirm": [], "distinct": "yes"}"#
      let answer = try await world.ask(.post, "/customers", token, body: body)
      #expect(answer.status == 422)
      #expect(
        Set(answer.fields) == [
          "name TYPE", "income TYPE", "mobile TYPE", "gender TYPE", "confirm TYPE", "distinct TYPE",
        ])
      #expect(try await world.ask(.post, "/customers", token, body: "[]").status == 422)
    }
  }

  @Test(arguments: TestDatabase.engines) func relationsStandAtBothEnds(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.service)
      let path = "/customers/\(world.lan)/relationships"
      let body = "{\"to\": \"\(world.min)\", \"kind\": \"child\", \"since\": \"1991-04-17\"}"
      let made = try await world.ask(.post, path, token, body: body)
      #expect(made.status == 201)
      #expect(made.json["outcome"]?.text == "created")
      #expect(try await world.ask(.post, path, token, body: body).json["outcome"]?.text == "unchanged")
      let own = try await world.ask(.get, path, token).items.first
      #expect(own?["other_is_kind"] == .bool(false))
      let other = try await world.ask(.get, "/customers/\(world.min)/relationships", token).items.first
      #expect(other?["other_is_kind"] == .bool(true))
      #expect(other?["customer"]?.text == "\(world.lan)")
      let agent = try await world.token(.agent, staff: "A1")
      let hidden = try await world.ask(.get, path, agent).items.first
      #expect(hidden?["name"]?.text == "王*")
      #expect(hidden?["customer"] == nil)
      let toSelf = body.replacing("\(world.min)", with: "\(world.lan)")
      #expect(try await world.ask(.post, path, token, body: toSelf).fields == ["to RELATION_TO_SELF"])
      #expect(try await world.ask(.delete, "\(path)/\(world.min)/child", token).status == 204)
      #expect(try await world.ask(.delete, "\(path)/\(world.min)/child", token).status == 404)
      #expect(try await world.ask(.get, path, token).items.isEmpty)
    }
  }
}
