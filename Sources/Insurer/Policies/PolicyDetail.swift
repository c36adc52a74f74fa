import Kernel

/// Somebody on a policy as the policy's page names him.
package struct PolicyPartyLine: Hashable, Sendable {
  package let role: PartyRole
  package let designation: BeneficiaryDesignation
  /// Whole for who may see the person, else masked; empty for «法定».
  package let name: String
  /// For a link, where the viewer may open it.
  package let customerID: ID<Customer>?
  package let benefit: String
  package let rank: Int
  package let share: Rate?
}

/// Another contract that belongs to this one: its base cover or a rider.
package struct RelatedPolicy: Hashable, Sendable {
  package let id: ID<Policy>
  package let policyNo: String
  package let product: String
  package let status: PolicyStatus
}

/// Everything on a policy's page.
package struct PolicyDetail: Sendable {
  package let policy: Policy
  package let product: Product
  /// Ours, of today, with its reasons.
  package let projection: PolicyProjection
  package let mismatches: [PolicyMismatch]
  package let parties: [PolicyPartyLine]
  package let coverages: [Coverage]
  /// By due date, the newest first.
  package let premiums: [Premium]
  package let shareFaults: [ShareFault]
  package let base: RelatedPolicy?
  package let riders: [RelatedPolicy]
  package let writingAgent: String?
  package let servicingAgent: String?
  package let underwriter: String?
}

/// A policy in a list.
package struct PolicyListRow: Hashable, Sendable {
  package let policy: Policy
  package let product: String
  package let line: Line
  package let policyholder: CustomerName?
  package let servicingAgent: String?
}

/// Which policies a list shows.
package struct PolicyFilter: Hashable, Sendable {
  package var status: PolicyStatus?
  package var line: Line?
  package var hasMismatch = false
  package var agentID: ID<StaffMember>?
  package var underwriterID: ID<StaffMember>?
  /// Without riders, which stand on the page of their base cover.
  package var isWithoutRiders = false

  package init() {}

  /// Every row passes, or nearly: riders are a third of all.
  package var isEmpty: Bool {
    var other = self
    other.isWithoutRiders = false
    return other == PolicyFilter()
  }
}

/// A page of a list that is walked by key.
package struct ListPage<Row: Sendable>: Sendable {
  package let rows: [Row]
  /// Where the next page starts; nil at the end.
  package let next: Int64?
  /// The walk stopped after looking at so many rows: there may be more.
  package let isBounded: Bool

  package init(rows: [Row], next: Int64?, isBounded: Bool) {
    self.rows = rows
    self.next = next
    self.isBounded = isBounded
  }
}
