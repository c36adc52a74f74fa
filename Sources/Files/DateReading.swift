import Kernel

/// Which comes first in dates like `02/12/2010`: decided over a whole column, never for one value.
package enum DateOrder: String, Sendable, Codable {
  case dayFirst = "day_first"
  case monthFirst = "month_first"

  /// The order that the column's unambiguous dates show; nil when none does or they contradict each other.
  package static func decide(_ samples: some Sequence<String>) -> DateOrder? {
    var dayFirst = 0
    var monthFirst = 0
    for sample in samples {
      guard let (first, second, _) = DateReading.yearLast(sample) else { continue }
      if first > 12 && second <= 12 { dayFirst += 1 }
      if second > 12 && first <= 12 { monthFirst += 1 }
    }
    if dayFirst > 0 && monthFirst == 0 { return .dayFirst }
    if monthFirst > 0 && dayFirst == 0 { return .monthFirst }
    return nil
  }
}

/// Why a text is no date.
package enum DateFault: String, Error, Sendable {
  case invalid = "DATE_INVALID"
  /// Its day and month could be either, and its column does not tell.
  case ambiguous = "DATE_AMBIGUOUS"
}

/// Reads days in the forms of decision 26: `2010-12-02`, `20101202`, `2010/12/2`, `2010.12.2`, `1990年7月8日`, and
/// `02/12/2010` in the order of its column. A time of day behind a blank or `T` is passed over.
package enum DateReading {
  package static func read(_ text: String, order: DateOrder? = nil) -> Result<Day, DateFault> {
    guard let numbers = numbers(of: text) else { return .failure(.invalid) }
    if numbers.count == 1 {
      guard numbers[0].digits == 8 else { return .failure(.invalid) }
      let packed = numbers[0].value
      return day(packed / 10_000, packed / 100 % 100, packed % 100)
    }
    guard numbers.count == 3 else { return .failure(.invalid) }
    if numbers[0].digits == 4 { return day(numbers[0].value, numbers[1].value, numbers[2].value) }
    guard let (first, second, year) = yearLast(text) else { return .failure(.invalid) }
    if first > 12 || first == second { return day(year, second, first) }
    if second > 12 { return day(year, first, second) }
    switch order {
    case .dayFirst: return day(year, second, first)
    case .monthFirst: return day(year, first, second)
    case nil: return .failure(.ambiguous)
    }
  }

  private static func day(_ year: Int, _ month: Int, _ day: Int) -> Result<Day, DateFault> {
    Day(year: year, month: month, day: day).map { .success($0) } ?? .failure(.invalid)
  }

  /// The numbers of a date that ends in its four-digit year.
  static func yearLast(_ text: String) -> (first: Int, second: Int, year: Int)? {
    guard let numbers = numbers(of: text), numbers.count == 3, numbers[2].digits == 4, numbers[0].digits <= 2,
      numbers[1].digits <= 2
    else { return nil }
    return (numbers[0].value, numbers[1].value, numbers[2].value)
  }

  /// The runs of digits before a time of day; nil when anything but digits and a date's separators stands there.
  private static func numbers(of text: String) -> [(value: Int, digits: Int)]? {
    var numbers: [(value: Int, digits: Int)] = []
    var value = 0
    var digits = 0
    var previousSeparated = true
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 48...57:
        value = value * 10 + Int(scalar.value - 48)
        digits += 1
        previousSeparated = false
        guard digits <= 8 else { return nil }
      case 0x2D, 0x2E, 0x2F, 0x5E74, 0x6708, 0x65E5, 0x53F7:
        guard !previousSeparated else { return nil }
        numbers.append((value, digits))
        (value, digits, previousSeparated) = (0, 0, true)
      case 0x20, 0x54:
        guard isClock(text.unicodeScalars.drop { $0 != scalar }.dropFirst()) else { return nil }
        if digits > 0 { numbers.append((value, digits)) }
        return numbers
      default: return nil
      }
    }
    if digits > 0 { numbers.append((value, digits)) }
    return numbers
  }

  private static func isClock(_ scalars: Substring.UnicodeScalarView.SubSequence) -> Bool {
    scalars.allSatisfy { (48...57).contains($0.value) || ":.+-Z".unicodeScalars.contains($0) }
  }
}
