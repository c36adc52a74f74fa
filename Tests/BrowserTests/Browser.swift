import Foundation
import Testing

/// A tab of a real Chromium, driven over the WebDriver protocol.
struct Browser: Sendable {
  private let session: String

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// A fresh browser: no cookies, no history.
  static func open(width: Int = 1440, height: Int = 900, language: String = "zh-CN") async throws -> Browser {
    let driver = try await Driver.shared.address()
    let arguments: JSON = [
      "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
      "--force-device-scale-factor=1", .text("--lang=\(language)"), .text("--window-size=\(width),\(height)"),
    ]
    let options: JSON = [
      "args": arguments, "prefs": ["intl.accept_languages": .text(language)],
      "mobileEmulation": width < 600
        ? ["deviceMetrics": ["width": .number(Double(width)), "height": .number(Double(height)), "pixelRatio": 1]]
        : .null,
    ]
    let answer = try await command(
      "POST", driver + "/session",
      ["capabilities": ["alwaysMatch": ["browserName": "chrome", "goog:chromeOptions": options.withoutNulls]]])
    guard let id = answer["sessionId"].text else { throw Failed(description: "no session: \(answer)") }
    return Browser(session: driver + "/session/" + id)
  }

  /// Opens a browser for the length of `body`.
  static func with<T>(
    width: Int = 1440, height: Int = 900, language: String = "zh-CN", test: String = #function,
    _ body: (Browser) async throws -> T
  ) async throws -> T {
    let browser = try await open(width: width, height: height, language: language)
    do {
      let value = try await body(browser)
      try await browser.close()
      return value
    } catch {
      try? await browser.screenshot("failed-" + test.prefix { $0.isLetter })
      try? await browser.close()
      throw error
    }
  }

  func close() async throws { _ = try await Browser.command("DELETE", session, nil) }

  private static func command(_ method: String, _ address: String, _ body: JSON?) async throws -> JSON {
    let answer = try await HTTP.send(method, address, body: body ?? (method == "POST" ? [:] : nil), seconds: 120)
    let value = try answer.json()["value"]
    guard answer.status == 200 else {
      throw Failed(description: "\(value["error"].text ?? "error"): \(value["message"].text ?? answer.body)")
    }
    return value
  }

  private func command(_ method: String, _ path: String, _ body: JSON? = nil) async throws -> JSON {
    try await Browser.command(method, session + path, body)
  }

  func go(to address: String) async throws { _ = try await command("POST", "/url", ["url": .text(address)]) }
  func address() async throws -> String { try await command("GET", "/url").text ?? "" }
  func title() async throws -> String { try await command("GET", "/title").text ?? "" }

  @discardableResult
  func script(_ text: String, _ arguments: [JSON] = []) async throws -> JSON {
    try await command("POST", "/execute/sync", ["script": .text(text), "args": .list(arguments)])
  }

  /// Runs a script whose last argument is called with its result.
  func asyncScript(_ text: String) async throws -> JSON {
    try await command("POST", "/execute/async", ["script": .text(text), "args": []])
  }

  private func element(_ css: String) async throws -> String {
    let found = try await command("POST", "/element", ["using": "css selector", "value": .text(css)])
    guard case .object(let members) = found, let id = members.values.first?.text else {
      throw Failed(description: "no element \(css)")
    }
    return id
  }

  func click(_ css: String) async throws {
    _ = try await command("POST", "/element/\(try await element(css))/click")
  }

  /// Clicks the first link or button that shows `text`.
  func click(text: String) async throws {
    let found = try await script(
      """
      const all = [...document.querySelectorAll('a, button, summary, [role=tab]')];
      const one = all.find(e => e.offsetParent !== null && e.textContent.trim().includes(arguments[0]));
      if (one) one.click();
      return one !== undefined;
      """, [.text(text)])
    guard found == true else { throw Failed(description: "nothing to click says \(text)") }
  }

  /// Replaces what a field holds.
  func fill(_ css: String, _ text: String) async throws {
    let id = try await element(css)
    _ = try await command("POST", "/element/\(id)/clear")
    _ = try await command("POST", "/element/\(id)/value", ["text": .text(text)])
  }

  /// Types into a field: for files, the path of the file.
  func type(_ css: String, _ text: String) async throws {
    _ = try await command("POST", "/element/\(try await element(css))/value", ["text": .text(text)])
  }

  func choose(_ css: String, value: String) async throws {
    let set = try await script(
      """
      const e = document.querySelector(arguments[0]);
      if (!e) return false;
      e.value = arguments[1];
      e.dispatchEvent(new Event('input', { bubbles: true }));
      e.dispatchEvent(new Event('change', { bubbles: true }));
      return e.value === arguments[1];
      """, [.text(css), .text(value)])
    guard set == true else { throw Failed(description: "\(css) has no option \(value)") }
  }

  func has(_ css: String) async throws -> Bool {
    try await script("return document.querySelector(arguments[0]) !== null", [.text(css)]) == true
  }

  func count(_ css: String) async throws -> Int {
    try await script("return document.querySelectorAll(arguments[0]).length", [.text(css)]).int ?? 0
  }

  /// What a reader sees of an element.
  func text(_ css: String = "body") async throws -> String {
    try await command("GET", "/element/\(try await element(css))/text").text ?? ""
  }

  func value(_ css: String) async throws -> String {
    try await command("GET", "/element/\(try await element(css))/property/value").text ?? ""
  }

  func wait(for css: String, seconds: Int = 20) async throws {
    try await Wait.until("\(css) at \(try await address())", seconds: seconds) { try await has(css) }
  }

  func wait(text: String, seconds: Int = 20) async throws {
    try await Wait.until("«\(text)» at \(try await address())", seconds: seconds) {
      try await self.text().contains(text)
    }
  }

  /// A picture of the whole page in var/screenshots, to be looked at.
  func screenshot(_ name: String) async throws {
    let height = try await script("return Math.min(4000, document.documentElement.scrollHeight)").int ?? 900
    let picture = try await command(
      "POST", "/goog/cdp/execute",
      [
        "cmd": "Page.captureScreenshot",
        "params": [
          "captureBeyondViewport": true,
          "clip": [
            "x": 0, "y": 0, "scale": 1, "height": .number(Double(height)),
            "width": try await script("return document.documentElement.clientWidth"),
          ],
        ],
      ])
    guard let text = picture["data"].text, let data = Data(base64Encoded: text) else { return }
    let folder = Anban.root.appending(path: "var/screenshots")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try data.write(to: folder.appending(path: name + ".png"))
  }

  /// Errors and warnings that the page wrote to the browser's console since the last call.
  func complaints() async throws -> [String] {
    try await command("POST", "/se/log", ["type": "browser"]).list
      .filter { $0["level"].text == "SEVERE" || $0["level"].text == "WARNING" }
      .compactMap { $0["message"].text }
  }
}

extension JSON {
  fileprivate var withoutNulls: JSON {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.value != .null })
  }
}
