import Kernel
import Storage

/// A condition as a predicate: one text for both engines, for a population and for one person.
///
/// What is not known, not kept for the viewer or not agreed to compares as NULL, which is no match: there is no
/// operator that turns it round, so that SQL's three values come to the two of `holds`.
struct ConditionSQL {
  let source: FactSource
  let today: Day

  init(_ source: FactSource) {
    self.source = source
    today = source.now.day
  }

  /// - Parameter person: the column that names the person.
  func predicate(_ condition: BoundCondition, person: SQL) -> SQL {
    source.passes(text(condition), on: condition.parts.map(\.fact), person: person)
  }

  private func text(_ condition: BoundCondition) -> SQL {
    switch condition {
    case .all(let items): items.isEmpty ? "1 = 1" : "(\(SQL.join(items.map(text), " AND ")))"
    case .any(let items): items.isEmpty ? "1 = 0" : "(\(SQL.join(items.map(text), " OR ")))"
    case .part(let part): gated(part.fact, text(part))
    }
  }

  private func gated(_ fact: Fact, _ text: SQL) -> SQL {
    guard let gate = source.gate(fact) else { return text }
    return "(\(gate) AND \(text))"
  }

  private func text(_ part: BoundPart) -> SQL {
    let column = FactSource.column(part.fact)
    if case .basis(let mask) = part.fact.reading { return basis(mask, part.test) }
    switch part.test {
    case .ranges(let ranges): return within(ranges, column, part.fact)
    case .codes(let codes, let isIn):
      return isIn ? "\(column) IN \(list: codes)" : "\(column) NOT IN \(list: codes)"
    case .bits(let bits, .any): return "(\(column) & \(bits)) <> 0"
    case .bits(let bits, .all): return "(\(column) & \(bits)) = \(bits)"
    case .bits(let bits, .none): return "(\(column) & \(bits)) = 0"
    case .flag(let flag): return flag ? "\(column) = 1" : "\(column) = 0"
    case .known(true): return "\(column) IS NOT NULL"
    case .known(false): return "(\(isKept(part.fact)) AND \(column) IS NULL)"
    }
  }

  private func within(_ ranges: [ClosedRange<Int64>], _ column: SQL, _ fact: Fact) -> SQL {
    let stored = ranges.compactMap { fact.reading.stored($0, on: today) }
    guard !stored.isEmpty else { return "1 = 0" }
    return "(\(SQL.join(stored.map { "\(column) BETWEEN \($0.lowerBound) AND \($0.upperBound)" as SQL }, " OR ")))"
  }

  private func basis(_ mask: Int64, _ test: ConditionTest) -> SQL {
    let holds: SQL = "(c.basis & \(mask)) = \(mask) AND c.basis_until > \(source.now)"
    return test == .flag(true) ? "(\(holds))" : "NOT (\(holds))"
  }

  /// That nothing is known is said only of a row that is kept.
  private func isKept(_ fact: Fact) -> SQL {
    switch fact.table {
    case .contract: "fk.customer_id IS NOT NULL"
    case .person: "fp.customer_id IS NOT NULL"
    case .book: "fb.customer_id IS NOT NULL"
    case .customer, .none: "1 = 1"
    }
  }
}
