import Kernel

/// What our rules make of a policy on a day. It is a projection: only the core system states what holds in law.
package struct PolicyProjection: Sendable {
  package let day: Day
  package var status: PolicyStatus
  /// In the order of `Phase`; empty unless in force.
  package var phases: [Phase] = []
  package var flags: Set<PolicyFlag> = []
  package var reason: TerminationReason?
  /// The day on which the state began, where the facts tell.
  package var since: Day?
  /// The next premium that is still to be paid, overdue ones first.
  package var nextPremium: PremiumFact?
  /// What is owed by this day, the policy loan apart.
  package var overdue = Money.zero
  /// The day of suspension if the next premium stays unpaid.
  package var suspendsOn: Day?
  package var coolingOffUntil: Day?
  package var waitingUntil: Day?
  /// The last day on which the insurer may rescind for non-disclosure.
  package var contestableUntil: Day?
  /// For a suspended policy: the day from which on the insurer may rescind, being the last for an agreed reinstatement.
  package var reinstatementUntil: Day?
  /// The first later day on which this projection changes by the calendar alone (decision 21).
  package var changesOn: Day?
  package var reasons: [Reason] = []
}

/// Where the core's statement and our projection part. Shown to staff; it changes nothing by itself.
package struct PolicyMismatch: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// The status is another.
    case status
    /// Both say terminated, for different reasons.
    case reason
    /// The core's day of suspension is not ours.
    case suspendedOn = "suspended_on"
    /// A loan is outstanding and the policy is not marked as pledged.
    case pledge
  }

  package let kind: Kind
  package let core: String
  package let ours: String

  package init(_ kind: Kind, core: String, ours: String) {
    self.kind = kind
    self.core = core
    self.ours = ours
  }
}
