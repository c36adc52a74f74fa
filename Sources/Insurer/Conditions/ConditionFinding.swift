import Kernel

/// Which part of a condition holds for one person, and by what.
package indirect enum ConditionFinding: Sendable {
  case all([ConditionFinding])
  case any([ConditionFinding])
  case part(ConditionPart, fact: Fact, value: FactValue, holds: Bool)

  package var holds: Bool {
    switch self {
    case .all(let items): items.allSatisfy(\.holds)
    case .any(let items): items.contains(where: \.holds)
    case .part(_, _, _, let holds): holds
    }
  }
}

/// A condition for one person, in plain Swift over his row: it shares the tests with the SQL, not how they are asked.
extension BoundCondition {
  func finding(_ row: FactRow, _ source: FactSource) -> ConditionFinding {
    switch self {
    case .all(let items): return .all(items.map { $0.finding(row, source) })
    case .any(let items): return .any(items.map { $0.finding(row, source) })
    case .part(let part):
      let value = row.value(part.fact, source)
      return .part(part.part, fact: part.fact, value: value, holds: part.test.holds(value))
    }
  }
}

extension ConditionTest {
  func holds(_ value: FactValue) -> Bool {
    switch (self, value) {
    case (_, .withheld), (_, .absent): false
    case (.known(let isKnown), .unknown): !isKnown
    case (.known(let isKnown), _): isKnown
    case (_, .unknown): false
    case (.ranges(let ranges), .int(let value)): ranges.contains { $0.contains(value) }
    case (.codes(let codes, let isIn), .text(let text)): codes.contains(text) == isIn
    case (.bits(let bits, .any), .int(let value)): value & bits != 0
    case (.bits(let bits, .all), .int(let value)): value & bits == bits
    case (.bits(let bits, .none), .int(let value)): value & bits == 0
    case (.flag(let flag), .int(let value)): (value != 0) == flag
    default: false
    }
  }
}
