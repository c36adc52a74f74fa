import Kernel

/// A policy that is not ended and that nobody serves who is still here (孤儿单).
package struct OrphanLine: Sendable {
  package let policy: ID<Policy>
  package let policyNo: String
  package let customer: CustomerName?
  package let customerID: ID<Customer>
  package let product: String
  package let line: Line
  package let status: PolicyStatus
  package let effectiveOn, nextDueOn: Day?
  package let premium: Money?
  package let agent: StaffEntry?
  package let leftOn: Day?
  let place: OrphanPlace
}

package enum OrphanSort: String, CaseIterable, Sendable {
  /// Whose agent left last stands first.
  case left
  /// Whose next premium comes first.
  case due
  case newest
}

package struct OrphanFilter: Sendable {
  package enum Show: String, CaseIterable, Sendable {
    /// The servicing agent has left.
    case left
    /// There never was one, or none is known.
    case none
  }

  package var show: Show
  package var sort: OrphanSort
  package var branch: ID<Branch>?
  package var team: ID<Team>?
  package var agent: ID<StaffMember>?
  package var line: Line?
  package var status: PolicyStatus?

  package init(_ show: Show = .left, sort: OrphanSort = .left) { (self.show, self.sort) = (show, sort) }
}

/// Where a list of orphans goes on: the sorted value, the agent (by leaving) and the policy.
package struct OrphanPlace: Hashable, Sendable {
  package let value, agent, id: Int64

  package init(value: Int64, agent: Int64, id: Int64) { (self.value, self.agent, self.id) = (value, agent, id) }

  package init?(_ text: String) {
    let parts = text.split(separator: "~", omittingEmptySubsequences: false).map { Int64($0) }
    guard parts.count == 3, let value = parts[0], let agent = parts[1], let id = parts[2] else { return nil }
    self.init(value: value, agent: agent, id: id)
  }

  package var text: String { "\(value)~\(agent)~\(id)" }
}

package struct OrphanPage: Sendable {
  package let rows: [OrphanLine]
  package let next: OrphanPlace?
}
