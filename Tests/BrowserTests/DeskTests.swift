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

  /// Departures, orphans and notices: each list opens, a hand-over is looked at, and nothing is out of its frame.
  @Test(arguments: [(1280, 900, "zh-Hans"), (390, 844, "zh-Hans"), (1280, 900, "en"), (390, 844, "en")])
  func departuresAreLookedAfter(width: Int, height: Int, language: String) async throws {
    try await Browser.signedIn(as: "admin", width: width, height: height, language: language) { browser, server in
      for path in [
        "/departures", "/departures/new", "/departures/orphans", "/departures/notices", "/departures/notices?show=told",
      ] {
        try await browser.go(to: server.address + path + (path.contains("?") ? "&" : "?") + "lang=\(language)")
        try await browser.look("desk\(path)-\(width)-\(language)")
      }
      try await browser.go(to: server.address + "/departures")
      #expect(try await browser.has("a[data-row]"), "somebody has left")
      let script = "return [...document.querySelectorAll('a[data-row]')].map(a => a.getAttribute('href')).join(' ')"
      let all = try await browser.script(script).text ?? ""
      for (place, href) in all.split(separator: " ").enumerated() {
        try await browser.go(to: server.address + href)
        try await browser.look("desk-departure-\(place)-\(width)-\(language)")
        if try await browser.has("table a[data-row]") {
          _ = try await browser.script("document.querySelector('table a[data-row]').click()")
          try await browser.wait(for: "progress")
          try await browser.look("desk-handover-\(width)-\(language)")
        } else if try await browser.has("form.card button.primary") {
          _ = try await browser.script("document.querySelector('form.card button.primary').click()")
          try await Wait.until("the preview") { try await browser.address().contains("/handover?") }
          try await browser.look("desk-preview-\(width)-\(language)")
        }
      }
    }
  }
}
