import Storage

/// What can happen to products, policies, claims and in contacts: the past of each act. Once named, kept.
extension EventKind {
  package static let productAdded = EventKind("product_added")
  package static let productChanged = EventKind("product_changed")

  package static let policyApplied = EventKind("policy_applied")
  package static let policyIssued = EventKind("policy_issued")
  package static let policyDelivered = EventKind("policy_delivered")
  package static let policySuspended = EventKind("policy_suspended")
  package static let policyReinstated = EventKind("policy_reinstated")
  package static let policyTerminated = EventKind("policy_terminated")
  /// The core's status of a policy became another, and no day of the policy says when.
  package static let policyStatusChanged = EventKind("policy_status_changed")
  package static let policyLoanTaken = EventKind("policy_loan_taken")
  package static let policyLoanRepaid = EventKind("policy_loan_repaid")
  /// Another field was corrected; which stands in the facts, from what to what in the history.
  package static let policyChanged = EventKind("policy_changed")
  package static let policyholderChanged = EventKind("policyholder_changed")
  /// Another agent serves it from now on.
  package static let policyAgentChanged = EventKind("policy_agent_changed")
  package static let partyAdded = EventKind("party_added")
  package static let partyChanged = EventKind("party_changed")
  package static let coverageAdded = EventKind("coverage_added")
  package static let coverageChanged = EventKind("coverage_changed")

  package static let premiumScheduled = EventKind("premium_scheduled")
  package static let premiumReceived = EventKind("premium_received")
  package static let premiumFailed = EventKind("premium_failed")
  package static let premiumDemanded = EventKind("premium_demanded")
  package static let premiumWaived = EventKind("premium_waived")
  package static let premiumChanged = EventKind("premium_changed")

  package static let claimNotified = EventKind("claim_notified")
  package static let claimRequested = EventKind("claim_requested")
  package static let claimSupplementAsked = EventKind("claim_supplement_asked")
  package static let claimSupplementReceived = EventKind("claim_supplement_received")
  package static let claimMarkedComplex = EventKind("claim_marked_complex")
  package static let claimDetermined = EventKind("claim_determined")
  package static let claimDeclined = EventKind("claim_declined")
  package static let claimAgreed = EventKind("claim_agreed")
  package static let claimPaid = EventKind("claim_paid")
  package static let claimWithdrawn = EventKind("claim_withdrawn")
  package static let claimReopened = EventKind("claim_reopened")
  package static let claimStatusChanged = EventKind("claim_status_changed")
  package static let claimChanged = EventKind("claim_changed")

  package static let contactRecorded = EventKind("contact_recorded")
  package static let contactChanged = EventKind("contact_changed")

  /// All of the above, for the tests that each has its words and its icon.
  package static let ofContracts: [EventKind] = [
    policyApplied, policyIssued, policyDelivered, policySuspended, policyReinstated, policyTerminated,
    policyStatusChanged, policyLoanTaken, policyLoanRepaid, policyChanged, policyholderChanged, policyAgentChanged,
    partyAdded, partyChanged,
    coverageAdded, coverageChanged, premiumScheduled, premiumReceived, premiumFailed, premiumDemanded, premiumWaived,
    premiumChanged,
    claimNotified, claimRequested, claimSupplementAsked, claimSupplementReceived, claimMarkedComplex, claimDetermined,
    claimDeclined, claimAgreed, claimPaid, claimWithdrawn, claimReopened, claimStatusChanged, claimChanged,
    contactRecorded, contactChanged,
  ]
}
