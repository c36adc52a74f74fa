import Kernel

/// A person's relation to the insurer and the stages open now (R01): pure.
package enum RelationRules {
  /// The renewal desk lives by 当月 and 次月: a premium opens its stage this many days ahead.
  package static let premiumDueDays = 30
  /// A short contract's renewal is open from this many days before its last day to as many after as formulas.md's W.
  package static let renewalAheadDays = 60
  package static let renewalAfterDays = 30
  /// A contract of at most this many months is short: it is renewed (续保), not continued (续期).
  package static let shortTermMonths = 12

  /// A beneficiary's role does not count, and a void contract never was one. A contract that is formed and not yet
  /// effective makes the person a customer.
  package static func relation(_ policies: [PolicyStanding]) -> RelationState {
    let counted = policies.filter { counts($0) && $0.reason != .void }
    func any(_ status: PolicyStatus) -> Bool { counted.contains { $0.status == status } }
    if any(.inForce) { return .active }
    if any(.suspended) { return .lapsed }
    if any(.notYetEffective) { return .active }
    return counted.isEmpty ? .prospect : .former
  }

  /// The day on which the policies made the relation what it is, where they tell it. Who was a prospect became a
  /// customer by his first contract that still runs; who had left, or had lapsed, by what brought him back last.
  package static func changedOn(from old: RelationState, to new: RelationState, _ policies: [PolicyStanding]) -> Day? {
    let counted = policies.filter { counts($0) && $0.reason != .void }
    switch new {
    case .active:
      let running = counted.filter { $0.status == .inForce || $0.status == .notYetEffective }
      let first = running.compactMap { $0.formedOn ?? $0.effectiveOn }
      return old == .prospect ? first.min() : (first + running.compactMap(\.reinstatedOn)).max()
    case .lapsed: return counted.filter { $0.status == .suspended }.compactMap(\.suspendedOn).max()
    case .former: return counted.filter { $0.status == .terminated }.compactMap(\.terminatedOn).max()
    case .prospect: return nil
    }
  }

  private static func counts(_ policy: PolicyStanding) -> Bool {
    guard policy.roles.contains(.policyholder) || policy.roles.contains(.insured) else { return false }
    return policy.status != .notYetEffective || policy.formedOn != nil
  }

  /// The stages open on `today`, by subject, in the order of `Stage`.
  package static func stages(
    policies: [PolicyStanding], claims: [ClaimStanding], leads: [LeadStanding] = [], on today: Day
  ) -> [OpenStage] {
    var open: [OpenStage] = acquisition(policies, leads)
    open += policies.compactMap(issuing)
    open += claims.filter(\.status.isOpen).map { OpenStage(.claim, .claim($0.claim), since: $0.since) }
    open += policies.compactMap { premiumDue($0, on: today) }
    open += policies.compactMap { renewal($0, among: policies, on: today) }
    open += leads.filter { $0.isReferral && $0.isOpen }.map { OpenStage(.referral, .lead($0.lead), since: $0.since) }
    return open
  }

  /// Open leads, or the bare fact of being a prospect with no application on the way.
  private static func acquisition(_ policies: [PolicyStanding], _ leads: [LeadStanding]) -> [OpenStage] {
    let own = leads.filter { !$0.isReferral && $0.isOpen }
    guard own.isEmpty else { return own.map { OpenStage(.acquisition, .lead($0.lead), since: $0.since) } }
    let isKnown = policies.contains { $0.roles.contains(.policyholder) || $0.roles.contains(.insured) }
    return isKnown ? [] : [OpenStage(.acquisition, .person, since: nil)]
  }

  /// From the application to the contract.
  private static func issuing(_ policy: PolicyStanding) -> OpenStage? {
    guard policy.roles.contains(.policyholder), !policy.isRider, policy.status == .notYetEffective,
      policy.formedOn == nil
    else { return nil }
    return OpenStage(.issuing, .policy(policy.policy), since: policy.appliedOn)
  }

  /// For who pays, while cover lasts: from 30 days before the due date until the premium comes or cover is suspended.
  private static func premiumDue(_ policy: PolicyStanding, on today: Day) -> OpenStage? {
    guard policy.roles.contains(.policyholder), policy.status == .inForce, let due = policy.nextDueOn,
      due - premiumDueDays <= today, due != policy.effectiveOn
    else { return nil }
    return OpenStage(.premiumDue, .policy(policy.policy), since: due - premiumDueDays)
  }

  private static func renewal(
    _ policy: PolicyStanding, among policies: [PolicyStanding], on today: Day
  ) -> OpenStage? {
    guard policy.roles.contains(.policyholder), !policy.isRider, let from = policy.effectiveOn,
      let last = policy.expiresOn, isShort(from, last), endedByTime(policy)
    else { return nil }
    guard last - renewalAheadDays <= today, today <= last + renewalAfterDays else { return nil }
    let isRenewed = policies.contains { other in
      other.policy != policy.policy && other.product == policy.product
        && (other.effectiveOn.map { $0 > from && $0 <= last + (renewalAfterDays + 1) } ?? false)
    }
    return isRenewed ? nil : OpenStage(.policyRenewal, .policy(policy.policy), since: last - renewalAheadDays)
  }

  private static func isShort(_ from: Day, _ last: Day) -> Bool { last <= from.adding(months: shortTermMonths) }

  /// A contract that a claim, a surrender or the insurer ended is not renewed.
  private static func endedByTime(_ policy: PolicyStanding) -> Bool {
    switch policy.status {
    case .inForce: true
    case .terminated: policy.reason == .expired || policy.reason == nil
    case .notYetEffective, .suspended: false
    }
  }
}
