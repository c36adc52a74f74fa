import Synchronization

/// An enumeration of the glossary: its raw value is the snake_case code that files, API and database carry.
///
/// Files may write it as the code, as the Chinese or English label, or as a known synonym; `read` takes all of them.
/// What a user sees comes from the string files, never from `labels`: those are for reading and for exports' notes.
package protocol Coded: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
  var labels: Labels { get }
}

/// How an enumerated value may be written, beside its code.
package struct Labels: Sendable {
  package let zh: String
  package let en: String
  package let synonyms: [String]

  package init(_ zh: String, _ en: String, _ synonyms: [String] = []) {
    self.zh = zh
    self.en = en
    self.synonyms = synonyms
  }
}

extension Coded {
  package var code: String { rawValue }

  /// The value that `text` names, whatever its case and the blanks, hyphens and underscores in it; nil if none.
  package static func read(_ text: String) -> Self? {
    if let value = Self(rawValue: text) { return value }
    let spellings = spellings()
    return (spellings[text] ?? spellings[comparable(text)]).flatMap(Self.init(rawValue:))
  }

  /// The code that each comparable spelling stands for: made once a type, for files ask it of every row.
  private static func spellings() -> [String: String] {
    let type = ObjectIdentifier(Self.self)
    if let known = Spellings.known.withLock({ $0[type] }) { return known }
    var codes: [String: String] = [:]
    for value in allCases {
      let labels = value.labels
      for name in [value.rawValue, labels.zh, labels.en] + labels.synonyms where !comparable(name).isEmpty {
        if codes[comparable(name)] == nil { codes[comparable(name)] = value.rawValue }
      }
    }
    Spellings.known.withLock { $0[type] = codes }
    return codes
  }
}

private enum Spellings {
  static let known = Mutex<[ObjectIdentifier: [String: String]]>([:])
}

/// `In Force`, `in-force`, `IN_FORCE` → `inforce`.
private func comparable(_ text: String) -> String {
  let ignored: Set<Character> = [" ", "-", "_", "　", "\t"]
  return text.lowercased().filter { !ignored.contains($0) }
}
