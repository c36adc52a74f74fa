import Kernel

/// Whether, since when and why a policy has ended.
struct PolicyEnding {
  let reason: TerminationReason?
  let since: Day?
  let why: Reason

  /// The end of the period, the core's day of termination, the end of the base cover: the first that has come. On the
  /// same day the core's own word goes before ours.
  static func of(_ facts: PolicyFacts, on today: Day) -> PolicyEnding? {
    let endings = [stated(facts), ofBase(facts), ofPeriod(facts)].compactMap { $0 }
    let past = endings.filter { $0.since.map { $0 <= today } ?? true }
    return past.min { ($0.since ?? today) < ($1.since ?? today) }
  }

  private static func stated(_ facts: PolicyFacts) -> PolicyEnding? {
    guard facts.terminatedOn != nil || facts.core.status == .terminated && facts.expiresOn == nil else { return nil }
    var said = facts.terminatedOn.map { [Reason.Fact.day("terminated_on", $0)] } ?? []
    if let reason = facts.core.reason { said.append(.code("reason", reason.code)) }
    return PolicyEnding(
      reason: facts.core.reason, since: facts.terminatedOn, why: Reason("core_terminated", nil, said))
  }

  private static func ofBase(_ facts: PolicyFacts) -> PolicyEnding? {
    guard facts.product.kind == .rider, let base = facts.base, base.status == .terminated else { return nil }
    let since = base.since.map { [Reason.Fact.day("since", $0)] } ?? []
    return PolicyEnding(reason: base.reason, since: base.since, why: Reason("base_terminated", .contract, since))
  }

  private static func ofPeriod(_ facts: PolicyFacts) -> PolicyEnding? {
    guard let last = facts.expiresOn else { return nil }
    let stated = facts.core.reason == .expired || facts.core.reason == .matured ? facts.core.reason : nil
    return PolicyEnding(
      reason: stated ?? reasonAtExpiry(facts.product.line), since: last + 1,
      why: Reason("period_ended", .contract, [.day("expires_on", last)]))
  }

  /// 满期 where savings are paid out at the end, 到期 where cover merely ends.
  private static func reasonAtExpiry(_ line: Line) -> TerminationReason {
    switch line {
    case .annuity, .education: .matured
    case .life, .criticalIllness, .medical, .accident: .expired
    }
  }
}

/// Whether and since when cover is suspended (效力中止).
struct PolicySuspension {
  /// Nil where only the core knows.
  let since: Day?
  let why: Reason

  static func of(_ facts: PolicyFacts, _ dues: PremiumDues, on today: Day, law: Law) -> PolicySuspension? {
    if facts.product.kind == .rider, let base = facts.base, base.status == .suspended,
      base.since.map({ $0 <= today }) ?? true
    {
      return PolicySuspension(since: base.since, why: Reason("base_suspended", .contract))
    }
    if let missed = dues.missed {
      return PolicySuspension(since: missed.lastDay + 1, why: missed.why)
    }
    return stated(facts, dues, on: today, law: law)
  }

  /// The core's day counts where we have no premiums to judge by.
  private static func stated(_ facts: PolicyFacts, _ dues: PremiumDues, on today: Day, law: Law) -> PolicySuspension? {
    guard !dues.isKnown else { return nil }
    if let day = facts.suspendedOn, day <= today, facts.reinstatedOn.map({ $0 < day || $0 > today }) ?? true {
      return PolicySuspension(
        since: day, why: Reason("core_suspended", law.citation(of: .graceDays), [.day("suspended_on", day)]))
    }
    guard facts.core.status == .suspended, facts.suspendedOn == nil, facts.reinstatedOn == nil else { return nil }
    return PolicySuspension(since: nil, why: Reason("core_suspended", law.citation(of: .graceDays)))
  }
}
