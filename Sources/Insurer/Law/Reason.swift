import Kernel

/// Why a rule said so: its key (words are in `strings/`), the article or clause, and the facts it used.
package struct Reason: Hashable, Sendable {
  package let rule: String
  package let citation: Citation?
  package let facts: [Fact]

  package init(_ rule: String, _ citation: Citation? = nil, _ facts: [Fact] = []) {
    self.rule = rule
    self.citation = citation
    self.facts = facts
  }

  /// A named value that a rule used.
  package struct Fact: Hashable, Sendable {
    package let key: String
    package let value: Value

    package init(_ key: String, _ value: Value) {
      self.key = key
      self.value = value
    }
  }

  package enum Value: Hashable, Sendable {
    case day(Day)
    case number(Int)
    case money(Money)
    /// An enumeration's code.
    case code(String)
  }
}

extension Reason.Fact {
  package static func day(_ key: String, _ day: Day) -> Self { Self(key, .day(day)) }
  package static func number(_ key: String, _ number: Int) -> Self { Self(key, .number(number)) }
  package static func money(_ key: String, _ money: Money) -> Self { Self(key, .money(money)) }
  package static func code(_ key: String, _ code: String) -> Self { Self(key, .code(code)) }
}
