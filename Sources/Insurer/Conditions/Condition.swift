import Kernel

/// What is asked of a fact.
package enum ConditionOperator: String, CaseIterable, Sendable {
  case equal = "eq"
  case less = "lt"
  case lessOrEqual = "lte"
  case greater = "gt"
  case greaterOrEqual = "gte"
  case between
  /// A day before, after or on another; relative days count from today.
  case before, after, on
  /// Within the next or the last so many days, today among them.
  case within
  /// Differs from the person's own baseline by at least so many percent; below zero: has fallen by so many.
  case changedBy = "changed_by"
  case isTrue = "is"
  case oneOf = "in"
  case noneOf = "not_in"
  case anyOf = "any_of"
  case allOf = "all_of"
  /// Something is known, or nothing.
  case known, unknown

  /// Those that a type of fact bears.
  package static func of(_ fact: Fact) -> [ConditionOperator] {
    switch fact.type {
    case .number, .money:
      [.equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .between] + (fact.change == nil ? [] : [.changedBy])
        + [.known, .unknown]
    case .day: [.before, .after, .on, .between, .within, .known, .unknown]
    case .birthday: [.within, .known, .unknown]
    case .flag: [.isTrue]
    case .code: [.oneOf, .noneOf, .known, .unknown]
    case .set: [.anyOf, .allOf, .noneOf]
    }
  }
}

/// A day that is written down, or one that moves with today.
package enum ConditionDay: Hashable, Sendable {
  case fixed(Day)
  case today(Int)

  package func day(on today: Day) -> Day {
    switch self {
    case .fixed(let day): day
    case .today(let days): today + days
    }
  }
}

/// What a fact is compared with.
package enum ConditionValue: Hashable, Sendable {
  case none
  /// In the fact's unit; fen of money.
  case number(Int64)
  case numbers(Int64, Int64)
  case flag(Bool)
  case codes([String])
  case day(ConditionDay)
  case days(ConditionDay, ConditionDay)
  case next(Int)
  case last(Int)
  case percent(Int64)
}

/// A condition on a person: data, never code (idea 5). Stored and sent as JSON:
/// `{"all": [{"fact": "person.age", "op": "gte", "value": 60}, {"any": […]}]}`.
package indirect enum Condition: Hashable, Sendable {
  case all([Condition])
  case any([Condition])
  case part(ConditionPart)
}

package struct ConditionPart: Hashable, Sendable {
  package let fact: String
  package let op: ConditionOperator
  package let value: ConditionValue

  package init(_ fact: String, _ op: ConditionOperator, _ value: ConditionValue = .none) {
    self.fact = fact
    self.op = op
    self.value = value
  }
}

/// Bounds on what may be asked, so that no condition can be made to be slow.
package enum ConditionBounds {
  package static let depth = 4
  package static let parts = 24
  package static let codes = 50
  /// An address of more than 16 kB is refused before anybody reads it, and each of these may be written as three.
  package static let bytes = 2_500
  /// Days and numbers stay within what 64 bits can add up.
  package static let number: ClosedRange<Int64> = -9_000_000_000_000_000...9_000_000_000_000_000
  package static let days = -36_525...36_525
}
