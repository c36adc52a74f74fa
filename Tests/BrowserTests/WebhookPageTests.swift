import Foundation
import Testing

/// Webhooks in a real browser: registered, tried, looked into, sent again, removed.
@Suite(.serialized) struct WebhookPageTests {
  @Test(arguments: [(1280, 900, "zh-Hans"), (390, 844, "zh-Hans"), (1280, 900, "en"), (390, 844, "en")])
  func aWebhookIsLookedAfter(width: Int, height: Int, language: String) async throws {
    try await Browser.signedIn(as: "admin", width: width, height: height, language: language) { browser, server in
      func look(_ name: String) async throws { try await browser.look("webhooks-\(name)-\(width)-\(language)") }
      // On a phone the bar below may lie over what is to be pressed.
      func press(_ css: String) async throws {
        try await browser.wait(for: css)
        try await browser.script("document.querySelector(arguments[0]).click()", [.text(css)])
      }
      let home = server.address + "/settings/webhooks"
      try await browser.go(to: "\(home)?lang=\(language)")
      try await look("none")
      try await browser.go(to: "\(home)/new")
      try await browser.fill("[name=url]", "https://evil.example/")
      try await press("main form button.primary")
      try await browser.wait(for: ".faults")
      try await look("refused")
      // A port where nobody listens.
      try await browser.fill("[name=url]", "http://127.0.0.1:9/in")
      try await press("main form button.primary")
      try await browser.wait(for: "code.secret")
      try await look("made")
      try await press("button[formaction$='/test']")
      try await browser.wait(for: "a[data-row]")
      for _ in 0..<100 {
        try await browser.go(to: try await browser.address())
        if try await browser.has(".badge.warn") { break }
        try await Task.sleep(for: .milliseconds(100))
      }
      try await look("one")
      let first = try await browser.script("return document.querySelector('a[data-row]').getAttribute('href')")
      try await browser.go(to: server.address + (first.text ?? ""))
      try await browser.wait(text: "anban.webhook_test")
      try await look("message")
      try await press("main header form button")
      try await browser.wait(for: "header form button")
      try await press(".crumb a")
      try await press("details:has(form[action$='/remove']) summary")
      try await press("form[action$='/remove'] button")
      try await browser.wait(for: ".empty")
    }
  }
}
