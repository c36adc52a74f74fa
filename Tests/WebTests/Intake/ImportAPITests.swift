import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct ImportAPITests {
  private static let file = "客户号,姓名,手机\nX1,周一,13812349991\nX2,周二,12345\nX3,,13812349993\n"

  private func send(
    _ world: APIWorld, _ query: String, _ token: String, _ text: String = file, type: String = "text/csv"
  ) async throws -> APIWorld.Answer {
    let answer = try await world.web.client.execute(
      uri: "/api/v1/imports\(query)", method: .post, headers: [.authorization: "Bearer \(token)", .contentType: type],
      body: ByteBuffer(string: text))
    for fault in world.check.faults("POST", "/api/v1/imports", answer) { Issue.record("\(fault)") }
    return APIWorld.Answer(response: answer)
  }

  @Test(arguments: TestDatabase.engines) func aFileIsTakenInAndReported(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.steward)
      let sent = try await send(world, "?kind=customers&source=crm&file_name=new.csv", token)
      #expect(sent.status == 202)
      let id = try #require(sent.json["id"]?.text)
      #expect(sent.response.headers[.location] == "/api/v1/imports/\(id)")
      #expect(sent.json["state"]?.text == "queued")
      let again = try await send(world, "?kind=customers&source=crm&file_name=new.csv", token)
      #expect(again.json["id"]?.text == id, "the same file, not yet taken in, is the same import")
      let run = ImportRun(
        db: world.web.site.database, access: .system(purpose: .intake), holder: "test", sharesWriter: true)
      _ = try await run.run(try #require(ID<Import>(id)))
      let done = try await world.ask(.get, "/imports/\(id)", token).json
      #expect(done["state"]?.text == "done")
      #expect(done["rows"] == .number("3"))
      #expect(done["created"] == .number("2"))
      #expect(done["rejected"] == .number("1"))
      let findings = try await world.ask(.get, "/imports/\(id)/findings?limit=1", token)
      #expect(findings.items.map { $0["code"]?.text } == ["MOBILE_INVALID"])
      #expect(!findings.response.text.contains("12345"), "a report never holds a sealed value")
      let next = try #require(findings.json["next"]?.text)
      let rest = try await world.ask(.get, "/imports/\(id)/findings?after=\(next)", token)
      #expect(rest.items.map { $0["row"] } == [.number("3")])
      #expect(try await world.ask(.get, "/imports?limit=5", token).items.count == 1)
    }
  }

  @Test(arguments: TestDatabase.engines) func aDryRunSaysAndKeepsNothing(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let token = try await world.token(.steward)
      let told = try await send(world, "?kind=customers&source=crm&dry_run=true", token)
      #expect(told.status == 200 && told.json["complete"] == .bool(true))
      let counts = ["rows", "created", "updated", "unchanged", "waiting", "rejected", "flagged"].map { told.json[$0] }
      #expect(counts == ["3", "2", "0", "0", "0", "1", "1"].map { .number($0) })
      let findings = told.json["findings"]?.elements ?? []
      #expect(findings.map { $0["code"]?.text } == ["MOBILE_INVALID", "NAME_MISSING"])
      #expect(findings.map { $0["row"] } == [.number("2"), .number("3")])
      #expect(!told.response.text.contains("12345"))
      #expect(try await world.ask(.get, "/imports", token).items.isEmpty)
      #expect(try await world.ask(.get, "/customers?q=周一", token).items.isEmpty)
      let agent = try await world.token(.agent, staff: "A1")
      #expect(try await send(world, "?kind=customers&dry_run=true", agent).status == 403)
    }
  }

  @Test func whatCannotBeMappedIsRefused() async throws {
    try await APIWorld.open { world in
      let token = try await world.token(.steward)
      #expect(try await send(world, "?kind=staff", token, "foo,bar\n1,2\n").status == 422)
      #expect(try await send(world, "?kind=novels", token).fields == ["kind ENUM_UNKNOWN"])
      #expect(try await send(world, "", token).fields == ["kind REQUIRED"])
      #expect(try await send(world, "?kind=customers&mapping=none", token).fields == ["mapping REFERENCE_UNKNOWN"])
      #expect(try await send(world, "?kind=customers", token, "").status == 422)
      #expect(try await send(world, "?kind=customers", token, type: "image/png").status == 415)
      let agent = try await world.token(.agent, staff: "A1")
      #expect(try await send(world, "?kind=customers", agent).status == 403)
    }
  }

  @Test func uploadsAreLimited() async throws {
    var limits = Site.Limits()
    limits.uploadBytes = 100
    try await APIWorld.open(limits: limits) { world in
      let token = try await world.token(.steward)
      let text = Self.file + String(repeating: "X9,周九,13812349999\n", count: 100)
      #expect(try await send(world, "?kind=customers", token, text).status == 413)
    }
  }
}
