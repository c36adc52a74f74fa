import Kernel
import Storage

/// What a new or changed policy records: pure.
struct PolicyEvent: Hashable {
  /// In whose log it stands: the policyholder's, or that of everyone covered too.
  enum Audience { case holder, covered }

  let kind: EventKind
  let at: Instant
  var amount: Money?
  var facts: [String: String] = [:]
  var audience: Audience = .covered
}

enum PolicyEvents {
  /// The story of a policy that is new to us, as far as its days tell it.
  static func of(new policy: Policy, on now: Instant) -> [PolicyEvent] {
    var events: [PolicyEvent] = []
    if isIssued(policy) {
      events.append(issued(policy, now))
    } else {
      events.append(
        PolicyEvent(kind: .policyApplied, at: at(policy.appliedOn, now), facts: ["policy_no": policy.policyNo]))
    }
    if let day = policy.deliveredOn { events.append(delivered(policy, day)) }
    if policy.suspendedOn != nil || policy.status == .suspended { events.append(suspended(policy)) }
    if policy.reinstatedOn != nil { events.append(reinstated(policy)) }
    if let loan = policy.loan, loan.fen > 0 {
      events.append(PolicyEvent(kind: .policyLoanTaken, at: policy.statusAsOf, amount: loan, audience: .holder))
    }
    if policy.status == .terminated { events.append(terminated(policy)) }
    return events
  }

  /// What became of a policy that we know; `fields` are those that changed.
  static func of(_ old: Policy, to new: Policy, fields: [String], on now: Instant) -> [PolicyEvent] {
    var events: [PolicyEvent] = []
    var told: Set<String> = ["status_as_of"]
    func tell(_ event: PolicyEvent, _ fields: String...) {
      events.append(event)
      told.formUnion(fields)
    }
    if !isIssued(old), isIssued(new) { tell(issued(new, now), "status", "formed_on", "effective_on", "premium") }
    if old.deliveredOn == nil, let day = new.deliveredOn { tell(delivered(new, day), "delivered_on") }
    if old.status != new.status, !told.contains("status") || new.status == .terminated || new.status == .suspended {
      switch new.status {
      case .suspended: tell(suspended(new), "status", "suspended_on")
      case .terminated: tell(terminated(new), "status", "terminated_on", "termination_reason")
      case .inForce where old.status == .suspended: tell(reinstated(new), "status", "reinstated_on")
      case .inForce, .notYetEffective:
        let facts = ["before": old.status.code, "after": new.status.code]
        tell(PolicyEvent(kind: .policyStatusChanged, at: new.statusAsOf, facts: facts), "status")
      }
    }
    if let event = loan(old, new) { tell(event, "loan", "flags") }
    if old.customerID != new.customerID {
      tell(PolicyEvent(kind: .policyholderChanged, at: new.statusAsOf, audience: .holder), "policyholder")
    }
    let rest = fields.filter { !told.contains($0) }
    if !rest.isEmpty {
      let facts = ["fields": rest.joined(separator: ",")]
      events.append(PolicyEvent(kind: .policyChanged, at: now, facts: facts, audience: .holder))
    }
    return events
  }

  private static func isIssued(_ policy: Policy) -> Bool { policy.formedOn != nil || policy.status != .notYetEffective }

  private static func issued(_ policy: Policy, _ now: Instant) -> PolicyEvent {
    PolicyEvent(kind: .policyIssued, at: at(issue(of: policy), now), facts: ["policy_no": policy.policyNo])
  }

  /// When a policy came about, as far as its days tell it.
  static func issue(of policy: Policy) -> Day? { policy.formedOn ?? policy.effectiveOn ?? policy.appliedOn }

  private static func delivered(_ policy: Policy, _ day: Day) -> PolicyEvent {
    PolicyEvent(kind: .policyDelivered, at: Instant(day), audience: .holder)
  }

  private static func suspended(_ policy: Policy) -> PolicyEvent {
    PolicyEvent(kind: .policySuspended, at: at(policy.suspendedOn, policy.statusAsOf))
  }

  private static func reinstated(_ policy: Policy) -> PolicyEvent {
    PolicyEvent(kind: .policyReinstated, at: at(policy.reinstatedOn, policy.statusAsOf))
  }

  private static func terminated(_ policy: Policy) -> PolicyEvent {
    let facts = policy.reason.map { ["reason": $0.code] } ?? [:]
    return PolicyEvent(kind: .policyTerminated, at: at(policy.terminatedOn, policy.statusAsOf), facts: facts)
  }

  private static func loan(_ old: Policy, _ new: Policy) -> PolicyEvent? {
    let change = (new.loan?.fen ?? 0) - (old.loan?.fen ?? 0)
    guard change != 0 else { return nil }
    let kind: EventKind = change > 0 ? .policyLoanTaken : .policyLoanRepaid
    return PolicyEvent(kind: kind, at: new.statusAsOf, amount: Money(fen: abs(change)), audience: .holder)
  }

  private static func at(_ day: Day?, _ otherwise: Instant) -> Instant { day.map { Instant($0) } ?? otherwise }
}

extension Policy {
  /// Since when a party or coverage stands that is taken in now. Their rows bear no day: those that come within a week
  /// of their policy's own row, before anything changed in it, came about with it; later ones are additions of now.
  func partsSince(_ now: Instant) -> Instant {
    let cameTogether = version == 1 && now < updatedAt + 7 * 86_400
    guard cameTogether, let day = PolicyEvents.issue(of: self) else { return now }
    return min(Instant(day), now)
  }
}
