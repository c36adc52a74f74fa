import Foundation
import Testing

@testable import Web

/// Every word exists in every language, and is used.
@Suite struct StringsTests {
  let renderer: Renderer
  init() throws { renderer = try Renderer() }

  @Test func languagesHaveTheSameKeysAndHoles() throws {
    let chinese = try #require(renderer.words[.zhHans]).table
    let english = try #require(renderer.words[.en]).table
    #expect(Set(chinese.keys).symmetricDifference(english.keys).sorted() == [])
    for (key, text) in chinese {
      #expect(holes(text) == holes(english[key] ?? ""), "\(key) has other holes in English")
      #expect(!text.isEmpty)
    }
    func holes(_ text: String) -> [String] { text.matches(of: /\{[0-9]\}/).map { String($0.0) }.sorted() }
  }

  /// English text has no Chinese in it but the switch's own name, so that nothing was forgotten in translation.
  @Test func englishIsEnglish() throws {
    for (key, text) in try #require(renderer.words[.en]).table where key != "shell.otherLanguage" {
      #expect(!text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }, "\(key): \(text)")
    }
  }

  @Test func everyWordIsUsedAndEveryNamedWordExists() throws {
    let table = try #require(renderer.words[.zhHans]).table
    let sources = try Self.sources()
    var used = Set(renderer.used.filter { $0.hasPrefix("t.") }.map { String($0.dropFirst(2)) })
    for match in sources.matches(of: /(?:words|w|self)(?:\[|\.fill\(\s*)"([a-zA-Z]+\.[A-Za-z_.]+)"/) {
      used.insert(String(match.1))
    }
    for key in used { #expect(table[key] != nil, "\(key) is not in strings/") }
    for match in sources.matches(of: /"([a-zA-Z]+\.[A-Za-z_.]+)"/) { used.insert(String(match.1)) }
    let families = Set(
      sources.matches(of: /"([a-z]+\.[A-Za-z_.]*)\\\(/).map { String($0.1) }
        + sources.matches(of: /[. (]of\(\s*"([a-zA-Z.]+)"/).map { $0.1 + "." })
    let unused = table.keys.filter { key in !used.contains(key) && !families.contains { key.hasPrefix($0) } }
    #expect(unused.sorted() == [])
  }

  /// What somebody looked at is written as a code and read as a word.
  @Test func everyLookHasAWord() throws {
    let words = try #require(renderer.words[.en])
    let sources = try Self.sources() + Self.sources("Sources/Insurer")
    let looks = sources.matches(of: /(?:AccessRecord|logView)\([^\n]*what: "([a-z ]+)"/).map { String($0.1) }
    #expect(looks.count > 20)
    #expect(Set(looks).filter { words.of("seen", $0) == nil } == [])
  }

  static func sources(_ folder: String = "Sources/Web") throws -> String {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(folder)
    let files = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
    return try files.filter { $0.hasSuffix(".swift") }
      .map { try String(contentsOf: root.appendingPathComponent($0), encoding: .utf8) }.joined(separator: "\n")
  }

  @Test(
    "the language is chosen",
    arguments: [
      ("", Language.zhHans), ("en-GB,en;q=0.9", .en), ("fr, zh-CN;q=0.5, en;q=0.4", .zhHans), ("de", .zhHans),
      ("zh;q=0.1,en;q=0.2", .en),
    ])
  func best(header: String, expected: Language) { #expect(Language.best(of: header) == expected) }
}
