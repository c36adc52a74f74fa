import Kernel

/// What a search text asks for, told from its form: one box for names, pinyin, initials, numbers.
package enum SearchQuery: Hashable, Sendable {
  /// An id as people see it, `CU-…`.
  case customerID(Int64)
  /// One Han character: names that begin with it.
  case hanCharacter(String)
  /// Words of a name: two or more Han characters, or mixed text.
  case name(String)
  /// Letters: pinyin, initials, or a name in letters.
  case letters(String)
  case lastFour(String)
  /// Digits, or letters and digits: a mobile, an ID number, another document, a policy or a claim number.
  case number(String)

  /// Nil when there is nothing to look for, or more than a search box takes.
  package init?(_ text: String) {
    let folded = PersonName.fold(text)
    guard !folded.isEmpty, folded.count <= 100 else { return nil }
    if let id = ID<Customer>(folded) {
      self = .customerID(id.raw)
      return
    }
    let compact = folded.filter { $0 != " " && $0 != "-" }
    let hasDigit = compact.contains { $0.isASCII && $0.isNumber }
    if hasDigit, compact.allSatisfy({ $0.isASCII }) {
      self = compact.count == 4 && compact.allSatisfy(\.isNumber) ? .lastFour(compact) : .number(folded)
    } else if let letters = Pinyin.query(folded), !letters.isEmpty {
      self = .letters(letters)
    } else if compact.count == 1, compact.allSatisfy(PersonName.isHan) {
      self = .hanCharacter(compact)
    } else if folded.contains(where: PersonName.isHan) && hasDigit {
      // «京字第1234号» and the like: a document's or a contract's number.
      self = .number(folded)
    } else {
      self = .name(folded)
    }
  }

  /// The least text that sorts behind every text beginning with `prefix`, by code points.
  package static func end(of prefix: String) -> String { prefix + "\u{10FFFF}" }
}
