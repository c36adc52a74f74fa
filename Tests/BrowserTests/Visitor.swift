import Foundation
import Testing

/// What the walks through the demo insurer have in common.
extension Browser {
  /// Opens a browser that is signed in at the demo's server.
  static func signedIn<T>(
    as name: String, width: Int = 1440, height: Int = 900, language: String? = nil, test: String = #function,
    _ body: (Browser, Anban.Server) async throws -> T
  ) async throws -> T {
    let server = try await Demo.shared.server()
    let password = try await Demo.shared.password(of: name)
    return try await Browser.with(width: width, height: height, test: test) { browser in
      try await browser.signIn(at: server, as: name, password: password, language: language)
      return try await body(browser, server)
    }
  }

  func signIn(at server: Anban.Server, as name: String, password: String, language: String? = nil) async throws {
    try await go(to: server.address + "/login" + (language.map { "?lang=\($0)" } ?? ""))
    try await fill("input[name=name]", name)
    try await fill("input[name=password]", password)
    try await click("form[action='/login'] button")
    try await wait(for: "body.app")
  }

  /// The page that is open fits its width, is accessible and leaves a picture.
  func look(_ name: String) async throws {
    let overflow =
      try await script("return document.documentElement.scrollWidth - document.documentElement.clientWidth").int ?? 0
    #expect(overflow <= 0, "\(name) is \(overflow) px too wide")
    let findings = try await Axe.findings(self)
    #expect(findings.isEmpty, "\(name): \(findings.joined(separator: "\n"))")
    try await screenshot(String(name.map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "-" }))
  }
}
