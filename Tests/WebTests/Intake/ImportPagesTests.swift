import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct ImportPagesTests {
  private static let file = "客户号,姓名,手机,备注\nX1,周一,13812349991,a\nX2,周二,12345,b\nX3,,13812349993,c\n"

  private func send(_ browser: WebWorld.Browser, _ text: String, csrf: String? = nil) async throws -> TestResponse {
    let token = try await browser.get("/imports/new").hidden("csrf")
    return try await browser.upload(
      "/imports", fields: [("csrf", csrf ?? token), ("kind", "customers"), ("source", "crm")], fileName: "新客户.csv",
      Array(text.utf8))
  }

  @Test(arguments: TestDatabase.engines) func uploadMapPreviewRunReport(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let browser = try await world.browser(.steward)
      let sent = try await send(browser, Self.file)
      let mapping = try #require(sent.headers[.location])
      let map = try await browser.page(mapping)
      #expect(map.contains("新客户.csv") && map.contains("13812349991"), "a steward sees mobiles whole")
      #expect(map.contains("<option value=\"mobile\" selected>"))
      let hidden = try ["csrf", "file", "size", "name", "kind", "source"].map { name in
        (name, try value(map, name))
      }
      var fields = Dictionary(uniqueKeysWithValues: hidden)
      for (place, field) in ["source_id", "name", "mobile", ""].enumerated() { fields["column-\(place)"] = field }
      fields["save_as"] = "月度"
      let preview = try await world.web.post("/imports/preview", fields, [.cookie: browser.cookies])
      #expect(preview.status == .ok)
      #expect(preview.text.contains("周一") && preview.text.contains("MOBILE_INVALID") == false)
      fields["yaml"] = try value(preview.text, "yaml").replacing("&quot;", with: "\"")
      let started = try await world.web.post("/imports/run", fields, [.cookie: browser.cookies])
      let page = try #require(started.headers[.location])
      #expect(try await browser.page(page).contains("data-poll"))
      let id = try #require(ID<Import>(String(page.split(separator: "/")[1])))
      let run = ImportRun(
        db: world.web.site.database, access: .system(purpose: .intake), holder: "test", sharesWriter: true)
      _ = try await run.run(id)
      let done = try await browser.page(page)
      #expect(!done.contains("data-poll") && done.contains("MOBILE_INVALID") && done.contains("NAME_MISSING"))
      let report = try await browser.get("\(page)/report.csv")
      #expect(report.text.contains("1,created,,,") && report.text.contains("3,rejected,"))
      #expect(try await browser.page("/imports").contains("新客户.csv"))
      #expect(try await browser.page(mapping).contains("月度"))
    }
  }

  private func value(_ page: String, _ name: String) throws -> String {
    let start = try #require(page.firstRange(of: "name=\"\(name)\" value=\""))
    return String(page[start.upperBound...].prefix { $0 != "\"" })
  }

  @Test func aFileNeedsAFormOfOurs() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.steward)
      #expect(try await send(browser, Self.file, csrf: "guess").status == .forbidden)
      #expect(try await send(browser, "").status == .unprocessableContent)
      let agent = try await world.browser(.agent, staff: "A1")
      #expect(try await agent.get("/imports/new").status == .forbidden)
    }
  }

  @Test func filesBeyondTheLimitAreRefused() async throws {
    var limits = Site.Limits()
    limits.uploadBytes = 1_000
    try await APIWorld.open(limits: limits) { world in
      let browser = try await world.browser(.steward)
      let text = Self.file + String(repeating: "X9,周九,13812349999,d\n", count: 200)
      #expect(try await send(browser, text).status == .contentTooLarge)
    }
  }

  @Test func whoDoesNotSeeNumbersSeesThemMasked() async throws {
    try await APIWorld.open { world in
      try await world.web.account("root", .admin)
      let browser = try await world.web.signIn("root")
      let map = try await browser.page(try #require(try await send(browser, Self.file).headers[.location]))
      #expect(map.contains("138****9991") && !map.contains("13812349991"))
    }
  }
}
