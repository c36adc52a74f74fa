import Kernel

/// What a fact is for one person, as a viewer may know it.
package enum FactValue: Hashable, Sendable {
  /// A number, fen, a day's number, bits, 0 or 1, month and day: by the fact's type.
  case int(Int64)
  case text(String)
  /// Nothing is known.
  case unknown
  /// The person has not agreed to what it is for.
  case withheld(Purpose)
  /// Not kept for this viewer: others serve this person too, or it is still being computed.
  case absent
}

/// Everything that is known of one person.
package struct FactRow: Sendable {
  enum Cell: Hashable, Sendable {
    case int(Int64)
    case text(String)
  }

  let basis: Int64
  let basisUntil: Instant
  /// When the kept facts were computed; nil when they are not yet.
  package let computedAt: Instant?
  let hasPerson: Bool
  let hasContract: Bool
  let cells: [String: Cell]

  /// - Parameter source: the viewer and the moment, which is today for what is counted in days.
  package func value(_ fact: Fact, _ source: FactSource) -> FactValue {
    if fact.mask != 0, !source.has(fact.mask, basis: basis, until: basisUntil) { return .withheld(fact.purpose) }
    if case .person = fact.table, !hasPerson { return .absent }
    if case .contract = fact.table, !hasContract { return .absent }
    if case .basis(let mask) = fact.reading {
      return .int(source.has(mask, basis: basis, until: basisUntil) ? 1 : 0)
    }
    switch cells[fact.key] {
    case nil: return .unknown
    case .text(let text): return .text(text)
    case .int(let stored): return .int(fact.reading.value(stored, on: source.now.day))
    }
  }
}

extension Fact.Reading {
  /// What the fact is today, from what is stored.
  func value(_ stored: Int64, on today: Day) -> Int64 {
    switch self {
    case .plain, .basis: stored
    case .years: Int64(Day(number: stored).age(on: today))
    case .daysSince: today.number - stored
    case .daysUntil: stored - today.number
    }
  }

  /// The stored values of which today's lie in a range: the bound is moved, not the column (decision 21).
  func stored(_ range: ClosedRange<Int64>, on today: Day) -> ClosedRange<Int64>? {
    switch self {
    case .plain, .basis: return range
    case .daysSince: return (today.number - range.upperBound)...(today.number - range.lowerBound)
    case .daysUntil: return (today.number + range.lowerBound)...(today.number + range.upperBound)
    case .years:
      // Nobody is older than the calendar; younger than nothing are those born after today.
      let (low, high) = (max(range.lowerBound, -3_000), min(range.upperBound, 1_500))
      guard low <= high else { return nil }
      let last = Self.lastBorn(years: low, today)
      let first = Self.lastBorn(years: high + 1, today) + 1
      return first.number <= last.number ? first.number...last.number : nil
    }
  }

  /// The latest day from which so many whole years have passed by today.
  private static func lastBorn(years: Int64, _ today: Day) -> Day {
    var day = today.adding(years: -Int(years))
    while (day + 1).age(on: today) >= years { day = day + 1 }
    return day
  }
}
