import Kernel

/// Which claims a list shows.
package struct ClaimFilter: Hashable, Sendable {
  package var status: ClaimStatus?
  package var kind: ClaimKind?
  package var isOpen = false
  package var handlerID: ID<StaffMember>?

  package init() {}

  package var isEmpty: Bool { self == ClaimFilter() }
}

/// A claim on a person's page or in a list, with its progress; no health text.
package struct ClaimLine: Sendable {
  package let claim: Claim
  package let progress: ClaimProgress
  /// The insured, where it is another than the person whose page it is.
  package let insured: CustomerName?
  package let handler: String?
}

/// Everything on a claim's page.
package struct ClaimDetail: Sendable {
  /// With diagnosis and reason only for who sees contract health.
  package let claim: Claim
  package let progress: ClaimProgress
  package let product: String
  package let insured: CustomerName?
  package let policyholder: CustomerName?
  package let handler: String?
  package let servicingAgent: String?
  package let history: [FieldChangeLine]
}
