import Foundation
import Kernel
import Testing

@testable import Web

/// Renders every page's sample in both languages, checks that its elements close, and leaves the files under
/// `.build/samples` to be looked at (`bin/samples` serves them to a browser).
@Suite struct SamplePagesTests {
  let renderer: Renderer
  init() throws { renderer = try Renderer() }

  @Test func everySampleIsWellFormed() throws {
    for page in Pages.all {
      for language in Language.allCases {
        let html = try render(page, language)
        #expect(unclosed(html) == [], "\(page) in \(language.rawValue)")
        #expect(!html.contains("style=\""), "\(page) has a style attribute, which our policy forbids")
        #expect(!html.contains("<script>"), "\(page) has an inline script, which our policy forbids")
        try write(html, name: "\(page)-\(language.rawValue)")
      }
    }
  }

  private func render<P: Page>(_ type: P.Type, _ language: Language) throws -> String {
    let words = try #require(renderer.words[language])
    let isFragment =
      [ObjectIdentifier(CustomerResults.self), ObjectIdentifier(ImportProgress.self)]
      .contains(ObjectIdentifier(type)) || type == CustomerTimelineRows.self
    let bytes =
      isFragment
      ? try renderer.render(P.sample, in: language)
      : try renderer.render(P.sample, in: Self.shell(words, signedIn: type != LoginPage.self), language: language)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func shell(_ words: Words, signedIn: Bool) -> Shell {
    Shell(
      title: "样例", language: words.language.rawValue, theme: "auto", mode: "normal", density: "comfortable",
      user: signedIn ? ShellUser(name: "何静", role: "代理人", initial: "何") : nil,
      navigation: Section.navigation(Section.allCases, current: .customers, words: words),
      tabs: Section.tabs(Section.allCases, current: .customers, words: words), query: "",
      otherLanguageHref: "?lang=\(words.language == .en ? "zh-Hans" : "en")", csrf: "token", notice: nil, purpose: nil)
  }

  private func write(_ html: String, name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(".build/samples")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(html.utf8).write(to: folder.appendingPathComponent("\(name).html"))
  }

  /// Elements opened and not closed, in order; void elements and self-closed ones need not be.
  private func unclosed(_ html: String) -> [String] {
    let void: Set = ["meta", "link", "input", "img", "br", "hr"]
    var open: [String] = []
    for match in html.matches(of: /<(\/?)([a-z][a-z0-9]*)((?:"[^"]*"|'[^']*'|[^<>"'])*)>/) {
      let name = String(match.2)
      if void.contains(name) || match.3.hasSuffix("/") { continue }
      if match.1.isEmpty {
        open.append(name)
      } else if open.last == name {
        open.removeLast()
      } else {
        return open + ["/\(name)"]
      }
    }
    return open
  }
}
