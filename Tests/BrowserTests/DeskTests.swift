import Foundation
import Testing

/// The renewal desk and the complaints, in a real browser, on a phone and on a desk, in both languages.
@Suite(.serialized) struct DeskTests {
  @Test(arguments: [(1280, 900, "zh-Hans"), (390, 844, "zh-Hans"), (1280, 900, "en"), (390, 844, "en")])
  func desksAreFitToWorkAt(width: Int, height: Int, language: String) async throws {
    let server = try await Demo.shared.server()
    let password = try await Demo.shared.password(of: "service")
    try await Browser.with(width: width, height: height) { browser in
      try await browser.go(to: server.address + "/login?lang=\(language)")
      try await browser.fill("input[name=name]", "service")
      try await browser.fill("input[name=password]", password)
      try await browser.click("form[action='/login'] button")
      try await browser.wait(for: "body.app")
      for path in ["/premiums", "/premiums?list=second_month&show=failed", "/complaints", "/complaints/new"] {
        try await browser.go(to: server.address + path + (path.contains("?") ? "&" : "?") + "lang=\(language)")
        try await look(browser, "desk\(path)-\(width)-\(language)")
      }
      for list in ["/premiums?list=second_month&show=failed", "/complaints"] {
        try await browser.go(to: server.address + list)
        #expect(try await browser.has("a[data-row]"), "\(list) has stories")
        let first = try await browser.script("return document.querySelector('a[data-row]').getAttribute('href')")
        try await browser.go(to: server.address + (first.text ?? ""))
        try await browser.wait(for: "dl.highlights")
        try await look(browser, "desk-one\(list)-\(width)-\(language)")
      }
    }
  }

  private func look(_ browser: Browser, _ name: String) async throws {
    let file = String(name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" })
    let overflow =
      try await browser.script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
      ).int ?? 0
    #expect(overflow <= 0, "\(name) is \(overflow) px too wide")
    let findings = try await Axe.findings(browser)
    #expect(findings.isEmpty, "\(name): \(findings.joined(separator: "\n"))")
    try await browser.screenshot(file)
  }
}
