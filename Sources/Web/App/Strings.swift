import Foundation
import Kernel

/// The languages of the pages; the first is the one for whoever has not chosen.
package enum Language: String, CaseIterable, Sendable {
  case zhHans = "zh-Hans"
  case en

  /// Reads `?lang=`, a cookie, or one tag of Accept-Language.
  package init?(tag: some StringProtocol) {
    let tag = tag.lowercased()
    if tag.hasPrefix("zh") {
      self = .zhHans
    } else if tag.hasPrefix("en") {
      self = .en
    } else {
      return nil
    }
  }

  /// The best of an Accept-Language header, Chinese when it names none of ours.
  package static func best(of header: String) -> Language {
    var best: (Language, Double) = (.zhHans, 0)
    for item in header.split(separator: ",").prefix(10) {
      let parts = item.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      guard let tag = parts.first, let language = Language(tag: tag) else { continue }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
      if weight > best.1 { best = (language, weight) }
    }
    return best.0
  }
}

/// The words of one language, read once from `strings/<lang>/<feature>.json`. A key is the feature and a name:
/// `customers.title`. Words may have holes: `{0}`, `{1}`.
package struct Words: Sendable {
  package let language: Language
  package let table: [String: String]

  package init(language: Language, table: [String: String]) {
    self.language = language
    self.table = table
  }

  func find(_ key: String) -> String? { table[key] }

  /// The word; a missing one shows its key, and a test says so before anybody sees it.
  package subscript(_ key: String) -> String { table[key] ?? key }

  /// The word of one of several: an error's code, a kind of event. Nil when it is not there.
  package func of(_ family: String, _ name: String) -> String? { table["\(family).\(name)"] }

  /// The word with its holes filled, `{0}` by the first value.
  package func fill(_ key: String, _ values: String...) -> String {
    Words.fill(self[key]) { name in Int(name).flatMap { values.indices.contains($0) ? values[$0] : nil } }
  }

  /// The text with `{name}` replaced by what `value` says for the name; a hole without a value becomes nothing.
  static func fill(_ text: String, _ value: (String) -> String?) -> String {
    guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
    var filled = ""
    filled.reserveCapacity(text.utf8.count + 32)
    var rest = text[...]
    while let open = rest.utf8.firstIndex(of: UInt8(ascii: "{")) {
      filled += rest[..<open]
      guard let close = rest[open...].utf8.firstIndex(of: UInt8(ascii: "}")) else { break }
      filled += value(String(rest[rest.utf8.index(after: open)..<close])) ?? ""
      rest = rest[rest.utf8.index(after: close)...]
    }
    return filled + rest
  }

  /// Reads every language below `directory`.
  /// - Throws: when a file is not a flat object of strings.
  package static func load(from directory: URL) throws -> [Language: Words] {
    var all: [Language: Words] = [:]
    for language in Language.allCases {
      var table: [String: String] = [:]
      let folder = directory.appendingPathComponent(language.rawValue)
      for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      where file.pathExtension == "json" {
        let feature = file.deletingPathExtension().lastPathComponent
        let entries = try JSONDecoder().decode([String: String].self, from: Data(contentsOf: file))
        for (key, value) in entries { table["\(feature).\(key)"] = value }
      }
      all[language] = Words(language: language, table: table)
    }
    return all
  }
}
