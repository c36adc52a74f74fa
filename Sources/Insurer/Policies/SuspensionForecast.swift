import Kernel

/// When a policy will be suspended if the next premium stays unpaid, or why it will not: our projection, which states
/// nothing in law.
package struct SuspensionForecast: Hashable, Sendable {
  /// The first day without cover; nil where unpaid premiums suspend nothing, or only the core can tell when.
  package let day: Day?
  package let reasons: [Reason]

  /// The last day on which a premium still keeps the cover.
  package var coveredUntil: Day? { day.map { $0 - 1 } }
}

extension PolicyRules {
  /// 60 days after the due date, or 30 after a formal demand that reached the person, whichever is earlier; the
  /// contract's own term before both (保险法 36). Waiver, reduced paid-up and the cash value come before any of them.
  /// A reminder is no demand, and a promise moves nothing: neither is asked for.
  package static func suspension(_ facts: PolicyFacts, on today: Day, law: Law) -> SuspensionForecast {
    let projection = project(facts, on: today, law: law)
    guard projection.status == .inForce else {
      let isSuspended = projection.status == .suspended
      let reasons = projection.reasons.filter { !ofPeriods.contains($0.rule) }
      return SuspensionForecast(day: isSuspended ? projection.since : nil, reasons: reasons)
    }
    if let day = facts.reducedOn, day <= today {
      return SuspensionForecast(day: nil, reasons: [Reason("reduced_paid_up", .contract, [.day("reduced_on", day)])])
    }
    if let day = facts.waivedFrom, day <= today {
      return SuspensionForecast(day: nil, reasons: [Reason("waived", .contract, [.day("waived_from", day)])])
    }
    if let day = facts.automaticLoanFrom, day <= today {
      return SuspensionForecast(day: nil, reasons: [Reason("automatic_premium_loan", .contract, [.day("from", day)])])
    }
    let dues = PremiumDues(facts, on: today, law: law)
    guard let grace = dues.grace else {
      return SuspensionForecast(day: nil, reasons: [Reason("all_premiums_paid", .contract)])
    }
    return SuspensionForecast(day: grace.lastDay + 1, reasons: [grace.why] + asides(facts, grace, law))
  }

  private static let ofPeriods: Set = ["waiting", "receipt_missing", "cooling_off", "contestable", "incontestable"]

  /// What does not move the day, said all the same.
  private static func asides(_ facts: PolicyFacts, _ grace: PremiumDues.Grace, _ law: Law) -> [Reason] {
    var asides: [Reason] = []
    let demand = facts.demands.filter { $0 >= grace.premium.dueOn }.min()
    if let demand, grace.why.rule != "grace_demand" {
      asides.append(
        Reason(
          "demand_no_earlier", law.citation(of: .demandDays),
          [.day("demanded_on", demand), .day("until", demand + law[.demandDays])]))
    }
    if facts.loan.fen > 0 { asides.append(Reason("loan", .contract, [.money("loan", facts.loan)])) }
    return asides
  }
}
