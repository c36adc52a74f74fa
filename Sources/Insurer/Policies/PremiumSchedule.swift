import Kernel

/// When premiums fall due: every `months` from the effective date. The day of the month stays that of the effective
/// date; a month that is too short has its last day, the next one the full day again.
package struct PremiumSchedule: Sendable {
  package let first: Day
  package let months: Int
  /// No premium is due on or after this day.
  package let end: Day?

  /// Nil for a single premium, or where the effective date is not known.
  package init?(mode: PremiumMode, effectiveOn: Day?, paymentYears: Int?, expiresOn: Day?) {
    guard let months = mode.months, let effectiveOn else { return nil }
    first = effectiveOn
    self.months = months
    let ends = [paymentYears.map { effectiveOn.adding(years: $0) }, expiresOn.map { $0 + 1 }]
    end = ends.compactMap { $0 }.min()
  }

  /// The due date of a number, counted from 0; nil beyond the end.
  package func due(_ number: Int) -> Day? {
    let day = first.adding(months: number * months)
    guard let end else { return day }
    return day < end ? day : nil
  }

  /// The first due date later than `day`.
  package func next(after day: Day) -> Day? {
    guard day >= first else { return due(0) }
    let elapsed = (day.year - first.year) * 12 + day.month - first.month
    var number = elapsed / months
    while let candidate = due(number) {
      if candidate > day { return candidate }
      number += 1
    }
    return nil
  }
}
