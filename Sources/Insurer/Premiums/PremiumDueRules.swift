import Kernel

/// The renewal desk's own rules: pure. When cover ends is `PolicyRules.suspension`.
package enum PremiumDueRules {
  /// How far back an open premium is looked for: a contract's own grace is no longer.
  package static let lookBackDays = 400
  /// The same for premiums past their grace.
  package static let pastGraceDays = 760

  /// Between which days a list's premiums are due, and in which month their grace ends; both ends included.
  package struct Bounds: Hashable, Sendable {
    package let due: ClosedRange<Day>
    /// The last day of cover.
    package var coveredUntil: ClosedRange<Day>?
    /// Whose grace does not end before or in this month: on `secondMonth` alone.
    package var coveredAfter: Day?
    package var isPastGrace = false
  }

  package static func bounds(_ list: DueList, on today: Day) -> Bounds {
    let first = Day(number: today.number - Int64(today.day - 1))
    let next = first.adding(months: 1)
    switch list {
    case .thisMonth: return Bounds(due: first...(next - 1))
    case .nextMonth: return Bounds(due: next...(next.adding(months: 1) - 1))
    case .secondMonth: return Bounds(due: (today - lookBackDays)...(first - 1), coveredAfter: next - 1)
    case .graceEnd: return Bounds(due: (today - lookBackDays)...(first - 1), coveredUntil: first...(next - 1))
    case .pastGrace: return Bounds(due: (today - pastGraceDays)...(today - 1), isPastGrace: true)
    }
  }

  /// Days from effect in which the premiums of a year of the contract are due: 12 months are 365 or 366 days.
  package static func days(ofYear year: Int) -> ClosedRange<Int> { (year - 1) * 365...(year * 365 - 1) }

  /// Which year of the contract a premium belongs to, counted from 1.
  package static func contractYear(dueOn: Day, effectiveOn: Day?) -> Int? {
    guard let effectiveOn, dueOn >= effectiveOn else { return nil }
    let months = (dueOn.year - effectiveOn.year) * 12 + dueOn.month - effectiveOn.month
    let whole = effectiveOn.adding(months: months) <= dueOn ? months : months - 1
    return whole / 12 + 1
  }

  /// Kept when the premium came by the day promised, broken when that day has passed without it; nil until then.
  package static func outcome(payBy: Day, receivedOn: Day?, on today: Day) -> PromiseOutcome? {
    if let receivedOn { return receivedOn <= payBy ? .kept : .broken }
    return today > payBy ? .broken : nil
  }

  /// What stands against a promise; nil when nothing does. One after the cover's end keeps nothing.
  package static func fault(payBy: Day, coveredUntil: Day?, on today: Day) -> ValidationCode? {
    if payBy < today { return .promisePast }
    if let coveredUntil, today <= coveredUntil, payBy > coveredUntil { return .promiseAfterGrace }
    return nil
  }

  /// What stands against the proof that a demand reached the person.
  package static func fault(reachedOn: Day, sentOn: Day, dueOn: Day, on today: Day) -> ValidationCode? {
    if reachedOn > today { return .dateFuture }
    return reachedOn < sentOn || reachedOn < dueOn ? .dateOrder : nil
  }

  /// Who collects premiums.
  package static func collects(_ role: Role) -> Bool {
    switch role {
    case .agent, .adviser, .manager, .service, .admin: true
    case .claims, .underwriter, .steward, .analyst, .compliance: false
    }
  }
}
