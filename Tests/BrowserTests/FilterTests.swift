import Foundation
import Testing

/// A filter as a person builds it, in a real browser.
@Suite(.serialized) struct FilterTests {
  @Test(arguments: [(1440, 900), (390, 844)]) func aFilterIsBuiltInTwoStepsAndKept(width: Int, height: Int) async throws
  {
    try await Browser.signedIn(as: "service", width: width, height: height) { browser, server in
      try await browser.go(to: server.address + "/customers?sort=due")
      try await add("person.age", value: "60", browser)
      #expect(try await browser.text(".chips").contains("年龄 至少 60"))
      try await add("policies.in_force", value: "2", browser)
      #expect(try await browser.address().contains("sort=due"))
      #expect(try await browser.count(".chips .chip") == 2)
      #expect(try await browser.has("a[data-row]"))
      try await browser.look("filter-\(width)")
      try await browser.go(to: server.address + "/customers?pick=policies.lines")
      try await browser.look("filter-lines-\(width)")
      try await browser.click("input[name=code][value=annuity]")
      try await browser.click("form:has([name=op]) button")
      try await browser.wait(for: ".chips .chip")
      #expect(try await browser.text(".chips").contains("年金"))
      // Kept under a name, found again, and taken away: another test's list has no view of ours.
      try await browser.click("details:has([name=shared]) > summary")
      try await browser.fill("details input[name=name]", "有年金的")
      try await browser.click("details form[action='/views'] button")
      try await browser.wait(for: "form[action$='/removal']")
      #expect(try await browser.text("main").contains("有年金的"))
      try await browser.look("filter-view-\(width)")
      try await browser.click("form[action$='/removal'] button")
      try await Wait.until("the view to be gone") { try await !browser.has("form[action$='/removal']") }
    }
  }

  private func add(_ fact: String, value: String, _ browser: Browser) async throws {
    try await browser.choose("select[name=pick]", value: fact)
    try await browser.click("form:has([name=pick]) button")
    try await browser.wait(for: "select[name=op]")
    try await browser.choose("select[name=op]", value: "gte")
    try await browser.fill("input[name=value]", value)
    try await browser.click("form:has([name=op]) button")
    try await browser.wait(for: "select[name=pick]")
  }
}
