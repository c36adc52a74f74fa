import Kernel

/// What a stage is open for.
package enum StageSubject: Hashable, Sendable {
  case person
  case lead(Int64)
  case policy(Int64)
  case claim(Int64)
}

/// One policy from the side of one person.
package struct PolicyStanding: Sendable {
  package var policy: Int64
  package var roles: Set<PartyRole>
  package var status: PolicyStatus
  package var reason: TerminationReason?
  package var appliedOn: Day?
  package var formedOn: Day?
  package var effectiveOn: Day?
  package var expiresOn: Day?
  package var suspendedOn: Day?
  package var reinstatedOn: Day?
  package var terminatedOn: Day?
  /// The next premium that is still to be paid, overdue ones included.
  package var nextDueOn: Day?
  /// A rider goes with its base: it opens no stage of its own.
  package var isRider = false
  /// The product, to know a renewal when it comes.
  package var product: Int64 = 0

  package init(policy: Int64, roles: Set<PartyRole>, status: PolicyStatus) {
    self.policy = policy
    self.roles = roles
    self.status = status
  }
}

/// One claim on the person's life or health, or on a policy the person holds.
package struct ClaimStanding: Sendable {
  package let claim: Int64
  package let status: ClaimStatus
  package let since: Day?

  package init(claim: Int64, status: ClaimStatus, since: Day?) {
    self.claim = claim
    self.status = status
    self.since = since
  }
}

/// One source record of interest (线索), the person's own or one the person has referred.
package struct LeadStanding: Sendable {
  package let lead: Int64
  package let isReferral: Bool
  package let isOpen: Bool
  package let since: Day?

  package init(lead: Int64, isReferral: Bool = false, isOpen: Bool = true, since: Day?) {
    self.lead = lead
    self.isReferral = isReferral
    self.isOpen = isOpen
    self.since = since
  }
}

/// A stage that is open, what for, and since when.
package struct OpenStage: Hashable, Sendable {
  package let stage: Stage
  package let subject: StageSubject
  package let since: Day?

  package init(_ stage: Stage, _ subject: StageSubject, since: Day?) {
    self.stage = stage
    self.subject = subject
    self.since = since
  }
}
