import Kernel

/// The state of a policy out of its facts: pure, with reasons. Sources: 保险法 16, 36, 37 by `Law`; the product's own
/// cooling-off, waiting and grace days.
package enum PolicyRules {
  /// Our projection of the policy on `today`.
  package static func project(_ facts: PolicyFacts, on today: Day, law: Law) -> PolicyProjection {
    var projection = PolicyProjection(day: today, status: .inForce)
    projection.flags = flags(facts)
    let dues = PremiumDues(facts, on: today, law: law)
    let periods = PolicyPeriods(facts, on: today, law: law)
    settle(&projection, facts, dues, periods, law)
    projection.waitingUntil = periods.waitingUntil
    projection.contestableUntil = periods.contestableUntil
    projection.coolingOffUntil = periods.coolingOffUntil
    projection.reasons += periods.reasons(for: projection.status)
    projection.changesOn = boundaries(facts, projection, dues, periods).filter { $0 > today }.min()
    return projection
  }

  /// Terminated, not yet effective, suspended, in force: the first that applies.
  private static func settle(
    _ projection: inout PolicyProjection, _ facts: PolicyFacts, _ dues: PremiumDues, _ periods: PolicyPeriods,
    _ law: Law
  ) {
    if let end = PolicyEnding.of(facts, on: projection.day) {
      projection.status = .terminated
      projection.reason = end.reason
      projection.since = end.since
      projection.reasons.append(end.why)
      return
    }
    if let why = notYetEffective(facts, dues, on: projection.day) {
      projection.status = .notYetEffective
      projection.reasons.append(why)
      projection.nextPremium = dues.next
      return
    }
    projection.nextPremium = dues.next
    projection.overdue = dues.overdue
    if facts.loan.fen > 0 { projection.reasons.append(Reason("loan", .contract, [.money("loan", facts.loan)])) }
    if let suspension = PolicySuspension.of(facts, dues, on: projection.day, law: law) {
      projection.status = .suspended
      projection.since = suspension.since
      projection.reasons.append(suspension.why)
      guard let since = suspension.since else { return }
      let until = since.adding(years: law[.reinstatementYears])
      projection.reinstatementUntil = until
      projection.reasons.append(
        Reason(
          projection.day > until ? "rescindable" : "reinstatable", law.citation(of: .reinstatementYears),
          [.day("suspended_on", since), .day("until", until)]))
      return
    }
    projection.since = facts.reinstatedOn ?? facts.effectiveOn
    projection.suspendsOn = dues.grace.map { $0.lastDay + 1 }
    if periods.isCoolingOff { projection.phases.append(.coolingOff) }
    let (phase, why) = dues.phase
    projection.phases.append(phase)
    projection.reasons.append(why)
    if let grace = dues.grace { projection.reasons.append(grace.why) }
  }

  private static func notYetEffective(_ facts: PolicyFacts, _ dues: PremiumDues, on today: Day) -> Reason? {
    guard let effectiveOn = facts.effectiveOn else {
      return facts.core.status == .notYetEffective ? Reason("effective_date_unknown") : nil
    }
    if effectiveOn > today { return Reason("before_effect", .contract, [.day("effective_on", effectiveOn)]) }
    if let first = dues.unpaidFirst { return Reason("first_premium_unpaid", .contract, [.day("due_on", first.dueOn)]) }
    return nil
  }

  /// What the core states, and `pledged` wherever a loan is outstanding.
  private static func flags(_ facts: PolicyFacts) -> Set<PolicyFlag> {
    facts.loan.fen > 0 ? facts.core.flags.union([.pledged]) : facts.core.flags
  }

  /// The days on which something about the projection changes without an event.
  private static func boundaries(
    _ facts: PolicyFacts, _ projection: PolicyProjection, _ dues: PremiumDues, _ periods: PolicyPeriods
  ) -> [Day] {
    if projection.status == .terminated { return [] }
    var days = [
      facts.effectiveOn, facts.expiresOn.map { $0 + 1 }, facts.terminatedOn, facts.suspendedOn, facts.reinstatedOn,
      facts.automaticLoanFrom, facts.waivedFrom, facts.reducedOn, dues.next?.dueOn, dues.next.map { $0.dueOn + 1 },
      dues.grace.map { $0.lastDay + 1 }, periods.waitingUntil.map { $0 + 1 },
      periods.contestableUntil.map { $0 + 1 }, projection.reinstatementUntil.map { $0 + 1 },
    ]
    days.append(facts.deliveredOn.map { $0 + 1 })
    days.append(periods.coolingOffUntil.map { $0 + 1 })
    return days.compactMap { $0 }
  }
}

extension PolicyRules {
  /// Compares the core's statement with our projection *of the day it was made*; a statement without a day is taken
  /// for today's. What has changed since is no mismatch: the core has not spoken again.
  package static func mismatches(_ facts: PolicyFacts, on today: Day, law: Law) -> [PolicyMismatch] {
    let day = facts.core.asOf.map { min($0.day, today) } ?? today
    let ours = project(facts, on: day, law: law)
    let core = facts.core
    var found: [PolicyMismatch] = []
    if core.status != ours.status, !isExplained(core.status, ours, facts) {
      found.append(PolicyMismatch(.status, core: core.status.code, ours: ours.status.code))
    }
    if core.status == .terminated, ours.status == .terminated, let stated = core.reason, let reason = ours.reason,
      stated != reason
    {
      found.append(PolicyMismatch(.reason, core: stated.code, ours: reason.code))
    }
    if core.status == .suspended, ours.status == .suspended, let stated = facts.suspendedOn, let since = ours.since,
      stated != since
    {
      found.append(PolicyMismatch(.suspendedOn, core: "\(stated)", ours: "\(since)"))
    }
    if facts.loan.fen > 0, !core.flags.contains(.pledged) {
      found.append(PolicyMismatch(.pledge, core: "", ours: PolicyFlag.pledged.code))
    }
    return found
  }

  /// A loan that has used up the cash value suspends a policy, and only the core knows the cash value.
  private static func isExplained(_ status: PolicyStatus, _ ours: PolicyProjection, _ facts: PolicyFacts) -> Bool {
    guard status == .suspended, ours.status == .inForce else { return false }
    return facts.loan.fen > 0 || ours.phases.contains(.automaticPremiumLoan)
  }
}
