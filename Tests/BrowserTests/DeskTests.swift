import Foundation
import Testing

/// The renewal desk and the complaints, in a real browser, on a phone and on a desk, in both languages.
@Suite(.serialized) struct DeskTests {
  @Test(arguments: [(1280, 900, "zh-Hans"), (390, 844, "zh-Hans"), (1280, 900, "en"), (390, 844, "en")])
  func desksAreFitToWorkAt(width: Int, height: Int, language: String) async throws {
    try await Browser.signedIn(as: "service", width: width, height: height, language: language) { browser, server in
      for path in ["/premiums", "/premiums?list=second_month&show=failed", "/complaints", "/complaints/new"] {
        try await browser.go(to: server.address + path + (path.contains("?") ? "&" : "?") + "lang=\(language)")
        try await browser.look("desk\(path)-\(width)-\(language)")
      }
      for list in ["/premiums?list=second_month&show=failed", "/complaints"] {
        try await browser.go(to: server.address + list)
        #expect(try await browser.has("a[data-row]"), "\(list) has stories")
        let first = try await browser.script("return document.querySelector('a[data-row]').getAttribute('href')")
        try await browser.go(to: server.address + (first.text ?? ""))
        try await browser.wait(for: "dl.highlights")
        try await browser.look("desk-one\(list)-\(width)-\(language)")
      }
    }
  }
}
