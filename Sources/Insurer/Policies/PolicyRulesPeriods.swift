import Kernel

/// The periods that run from a policy's days: cooling-off, waiting, contestability.
struct PolicyPeriods {
  let today: Day
  let facts: PolicyFacts
  let contestability: Citation
  /// The last day of the cooling-off period; it starts the day after the policy was signed for.
  let coolingOffUntil: Day?
  /// The last day of the waiting period, whose first is the day of effect or of reinstatement. Accident is exempt.
  let waitingUntil: Day?
  let contestableUntil: Day?

  init(_ facts: PolicyFacts, on today: Day, law: Law) {
    self.today = today
    self.facts = facts
    contestability = law.citation(of: .contestabilityYears)
    let product = facts.product
    coolingOffUntil = product.coolingOffDays > 0 ? facts.deliveredOn.map { $0 + product.coolingOffDays } : nil
    let reinstated = facts.reinstatedOn.flatMap { $0 <= today ? $0 : nil }
    let start = reinstated ?? facts.effectiveOn
    let waits = product.waitingDays > 0 && product.line != .accident
    waitingUntil = waits ? start.map { $0 + (product.waitingDays - 1) } : nil
    contestableUntil = facts.formedOn.map { $0.adding(years: law[.contestabilityYears]) }
  }

  var isCoolingOff: Bool {
    guard let signed = facts.deliveredOn, let until = coolingOffUntil else { return false }
    return signed < today && today <= until
  }

  /// Why each period that still matters runs as it does.
  func reasons(for status: PolicyStatus) -> [Reason] {
    guard status != .terminated else { return [] }
    var reasons: [Reason] = []
    if facts.product.coolingOffDays > 0, facts.deliveredOn == nil {
      reasons.append(Reason("receipt_missing", .contract))
    }
    if let signed = facts.deliveredOn, let until = coolingOffUntil, today <= until {
      reasons.append(
        Reason(
          "cooling_off", .contract,
          [.day("delivered_on", signed), .number("days", facts.product.coolingOffDays), .day("until", until)]))
    }
    if let until = waitingUntil, today <= until {
      reasons.append(
        Reason("waiting", .contract, [.number("days", facts.product.waitingDays), .day("until", until)]))
    }
    if let formed = facts.formedOn, let until = contestableUntil {
      reasons.append(
        Reason(
          today <= until ? "contestable" : "incontestable", contestability,
          [.day("formed_on", formed), .day("until", until)]))
    }
    return reasons
  }
}
