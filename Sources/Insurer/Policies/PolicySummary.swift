import Kernel

/// A policy as one of its parties may see it; written with the policy by the same act (decision 12).
package struct PolicySummary: Hashable, Sendable {
  package let customerID: ID<Customer>
  package let policyID: ID<Policy>
  package let role: PartyRole
  package let policyholderID: ID<Customer>
  package let policyNo: String
  package let productID: ID<Product>
  package let line: Line
  package let baseID: ID<Policy>?
  package let status: PolicyStatus
  package let reason: TerminationReason?
  package let statusAsOf: Instant
  package let source: String
  package let phases: [Phase]
  package let flags: Set<PolicyFlag>
  package let mismatches: [PolicyMismatch.Kind]
  package let effectiveOn: Day?
  package let expiresOn: Day?
  package let terminatedOn: Day?
  /// For the policyholder and the insured.
  package let sumInsured: Money?
  /// This and what follows of premiums: for the policyholder, who pays.
  package let premium: Money?
  package let mode: PremiumMode?
  package let nextDueOn: Day?
  package let suspendsOn: Day?
  package let servicingAgentID: ID<StaffMember>?
  package let projectionDueOn: Day?
  /// For the policyholder.
  package let premiumYears: Int?

  /// What `role` may see: an insured no premium, loan or pledge; a beneficiary no money at all.
  init(of policy: Policy, line: Line, role: PartyRole, party: ID<Customer>) {
    let isHolder = role == .policyholder
    customerID = party
    policyID = policy.id
    self.role = role
    policyholderID = policy.customerID
    policyNo = policy.policyNo
    productID = policy.productID
    self.line = line
    baseID = policy.baseID
    status = policy.status
    reason = policy.reason
    statusAsOf = policy.statusAsOf
    source = policy.source
    phases = policy.projection.phases
    flags = isHolder ? policy.flags : []
    mismatches = policy.projection.mismatches
    effectiveOn = policy.effectiveOn
    expiresOn = policy.expiresOn
    terminatedOn = policy.terminatedOn
    sumInsured = role == .beneficiary ? nil : policy.sumInsured
    premium = isHolder ? policy.premium : nil
    mode = isHolder ? policy.mode : nil
    nextDueOn = isHolder ? policy.projection.nextDueOn : nil
    suspendsOn = isHolder ? policy.projection.suspendsOn : nil
    servicingAgentID = policy.servicingAgentID
    projectionDueOn = policy.projection.dueOn
    premiumYears = isHolder ? policy.premiumYears : nil
  }

  /// One row a party and role.
  static func all(of policy: Policy, line: Line, members: [PolicyMember]) -> [PolicySummary] {
    var seats: [(PartyRole, ID<Customer>)] = [(.policyholder, policy.customerID)]
    for member in members {
      guard let party = member.partyID else { continue }
      if !seats.contains(where: { $0.0 == member.role && $0.1 == party }) { seats.append((member.role, party)) }
    }
    return seats.map { PolicySummary(of: policy, line: line, role: $0.0, party: $0.1) }
  }
}
