import Foundation
import Testing

/// The harness itself: it drives a browser, and it notices what it is there to notice.
@Suite struct HarnessTests {
  @Test func drivesABrowserAndSeesFaults() async throws {
    let good = "<html lang=en><title>T</title><main><h1>安伴</h1><label>A <input id=a></label></main></html>"
    let bad = "<html lang=en><title>T</title><main><h1>安伴</h1><img src='data:,'><input></main></html>"
    try await Browser.with { browser in
      try await browser.go(to: page(good))
      try await browser.fill("#a", "王敏")
      #expect(try await browser.value("#a") == "王敏")
      #expect(try await browser.text().contains("安伴"))
      #expect(try await Axe.findings(browser).isEmpty)
      try await browser.go(to: page(bad))
      #expect(try await Axe.findings(browser).count == 2)
    }
  }

  private func page(_ html: String) -> String {
    "data:text/html;charset=utf-8;base64," + Data(html.utf8).base64EncodedString()
  }
}
