import Foundation
import Testing

@Suite struct ResourceTests {
  private static let languages = ["zh-Hans", "en"]

  /// `claims.title` → the words, of one language.
  private static func words(_ language: String) throws -> [String: String] {
    var words: [String: String] = [:]
    for file in Tree.strings where file.path.contains("/strings/\(language)/") {
      let feature = file.name.replacing(".json", with: "")
      for (key, text) in try JSONDecoder().decode([String: String].self, from: Data(file.text.utf8)) {
        words["\(feature).\(key)"] = text
      }
    }
    return words
  }

  @Test func everyWordExistsInEveryLanguage() throws {
    let (chinese, english) = (try Self.words("zh-Hans"), try Self.words("en"))
    var problems = Problems()
    for key in Set(chinese.keys).symmetricDifference(english.keys).sorted() {
      problems.add("\(key) is missing in \(chinese[key] == nil ? "zh-Hans" : "en")")
    }
    for (key, text) in chinese {
      let holes = { (text: String) in Set(text.matches(of: /\{\d\}/).map { String($0.output) }) }
      if let other = english[key], holes(text) != holes(other) { problems.add("\(key) has other holes in en") }
      if text.isEmpty || english[key] == "" { problems.add("\(key) is empty") }
    }
    problems.expectNone("every word exists in every language")
  }

  @Test func noFileRepeatsAKey() {
    var problems = Problems()
    for file in Tree.strings {
      var seen: Set<Substring> = []
      for match in file.text.matches(of: /(?m)^\s*"((?:[^"\\]|\\.)+)"\s*:/)
      where !seen.insert(match.output.1).inserted {
        problems.add(file, "repeats \(match.output.1)")
      }
    }
    problems.expectNone("a key stands once in a file")
  }

  @Test func everyWordIsUsed() throws {
    let web = Tree.sources.filter { $0.path.hasPrefix("Sources/Web/") }
    var exact: Set<String> = []
    var prefixes: Set<String> = []
    for literal in web.flatMap(\.literals).map(\.text) {
      exact.insert(literal)
      if let hole = literal.firstRange(of: "\\(") { prefixes.insert(String(literal[..<hole.lowerBound])) }
    }
    for template in Tree.templates {
      for match in template.text.matches(of: /\bt\.([\w.-]+)/) { exact.insert(String(match.output.1)) }
    }
    prefixes = prefixes.filter { $0.contains(".") && $0.contains(/^[a-z_-]+\.\w*/) }
    var problems = Problems()
    for key in try Self.words("en").keys.sorted() where !exact.contains(key) {
      let parts = key.split(separator: ".")
      let families = (1..<parts.count).map { parts[..<$0].joined(separator: ".") }
      let used = families.contains { exact.contains($0) } || prefixes.contains { key.hasPrefix($0) }
      if !used { problems.add("\(key) is used nowhere") }
    }
    problems.expectNone("a word that no page says is taken out")
  }

  @Test func everyTemplateIsUsed() {
    let literals = Set(Tree.sources.filter { $0.path.hasPrefix("Sources/Web/") }.flatMap(\.literals).map(\.text))
    let partials = Set(
      Tree.templates.flatMap { $0.text.matches(of: /\{\{>\s*([\w\/-]+)\s*\}\}/).map { String($0.output.1) } })
    var problems = Problems()
    for file in Tree.templates {
      let name = file.path.replacing("Sources/Web/Resources/templates/", with: "").replacing(".mustache", with: "")
      if !literals.contains(name), !partials.contains(name) { problems.add(file, "is used nowhere") }
    }
    problems.expectNone("every template is a page's or another template's part")
  }

  @Test func pagesHoldNoWordsScriptsOrStyles() {
    var problems = Problems()
    for file in Tree.templates {
      for (index, line) in file.lines.enumerated() {
        if line.contains(#/\sstyle=|<style|\son[a-z]+=|javascript:/#) {
          problems.add(file, line: index + 1, "has a style or script of its own; the CSP forbids it")
        }
        if line.contains(/[\u{3400}-\u{9FFF}]/) {
          problems.add(file, line: index + 1, "has words; they belong to strings/")
        }
        if line.contains("{{{") { problems.add(file, line: index + 1, "prints unescaped") }
      }
    }
    problems.expectNone("templates hold tags; words, styles and scripts have their files")
  }

  @Test func ourScriptsAndStylesStaySmall() {
    let scripts = Tree.files(in: ["Sources/Web/Resources/public/js"], endings: ["js"]).map(\.text.utf8.count)
    let styles = Tree.files(in: ["Sources/Web/Resources/public/css"], endings: ["css"]).map(\.text.utf8.count)
    #expect(scripts.reduce(0, +) <= 25_000, "25 kB of our own JavaScript")
    #expect(styles.reduce(0, +) <= 40_000, "40 kB of CSS")
  }

  /// The insurer's words in Chinese are data and belong to enumerations' labels and to tables, not to pages' code.
  @Test func pagesCodeHoldsNoChinese() {
    var problems = Problems()
    for file in Tree.sources where file.path.hasPrefix("Sources/Web/") && !file.path.contains("/Resources/") {
      guard !file.isTable else { continue }
      for literal in file.literals
      where literal.text.contains(/[\u{3400}-\u{9FFF}]/) && !Self.isSample(literal, in: file) {
        problems.add(file, line: literal.line, "holds words that a user sees; they belong to strings/")
      }
    }
    problems.expectNone("every word a user sees lies in strings/")
  }

  /// A page's `sample` shows it filled, with names as they are.
  private static func isSample(_ literal: (line: Int, text: String), in file: SourceFile) -> Bool {
    let before = file.codeLines.prefix(literal.line).reversed()
    for line in before {
      if line.contains(/\bstatic (?:let|var|func) \w*[sS]ample/) { return true }
      if line.contains(#/^\s{0,2}(?:package |private |fileprivate |static )*(?:func|init|struct|enum) /#) {
        return false
      }
    }
    return false
  }
}
