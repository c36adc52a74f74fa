import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct ConsentPagesTests {
  @Test(arguments: TestDatabase.engines) func askedGivenAndTakenBack(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      let browser = try await world.browser(.agent, staff: "A1")
      let path = "/customers/\(world.lan)/consents"
      let page = try await browser.page(path)
      #expect(page.contains("We would like to use your name") && page.contains("name=\"agrees\" value=\"1\">"))
      #expect(page.contains("Not asked") && !page.contains("Said no"))
      var answer = ["purpose": "marketing", "category": "none", "text_version": "1", "decision": "given"]
      let unticked = try await browser.post(path, answer, from: path)
      #expect(unticked.status == .unprocessableContent)
      answer["agrees"] = "1"
      #expect(try await browser.post(path, answer, from: path).status == .seeOther)
      let given = try await browser.page(path)
      #expect(given.contains("Withdraw now") && given.contains("Agreed"))
      let file = try await browser.get("/customers/export.csv?purpose=marketing").text
      #expect(file.contains("李岚"))
      let back = ["purpose": "marketing", "category": "none"]
      #expect(try await browser.post("\(path)/withdrawal", back, from: path).status == .seeOther)
      #expect(try await browser.page(path).contains("not to be asked before"))
      #expect(try await !browser.get("/customers/export.csv?purpose=marketing").text.contains("李岚"))
      let timeline = try await browser.page("/customers/\(world.lan)/timeline")
      #expect(timeline.contains("Agreed: Marketing") && timeline.contains("Consent withdrawn: Marketing"))
    }
  }

  @Test func anExportIsForSomething() async throws {
    try await APIWorld.open { world in
      let browser = try await world.browser(.analyst)
      let asked = try await browser.get("/customers/export.csv?line=life")
      #expect(asked.status == .seeOther && asked.headers[.location] == "/customers/export?line=life")
      let page = try await browser.page("/customers/export?line=life")
      #expect(page.contains("name=\"line\" value=\"life\"") && page.contains("value=\"marketing\" required>"))
      #expect(try await browser.get("/customers/export.csv?purpose=audit").status == .forbidden)
      let claims = try await world.browser(.claims, staff: "C1")
      #expect(try await claims.get("/customers/export.csv?purpose=marketing").status == .forbidden)
    }
  }
}
