import Kernel
import Storage

/// A policy on its way from one servicing agent to another.
package struct PolicyServing: Hashable, Sendable {
  package let customer: ID<Customer>
  package let policy: ID<Policy>
  package let policyNo: String
  /// Nil where nobody served it.
  package let from: ID<StaffMember>?
  /// Whether it is in force now.
  package let isInForce: Bool
  /// To whom it goes; nil for nobody.
  package var to: ID<StaffMember>?
}

extension Policies {
  /// Policies of some holders whose row `p` answers a condition, whoever looks.
  static func served(_ condition: SQL, of customers: [ID<Customer>]) -> Query<[PolicyServing]> {
    PolicyServingStore.served(condition, of: customers)
  }

  /// Gives policies to other members of staff: their rows, their parties' and their claims' rows, the history of the
  /// field, and an event each. Who calls it refreshes the book of all it answers.
  ///
  /// - Parameter why: a code of `strings/…/departures.json`: `departure`, `undo`.
  /// - Returns: everybody who stands on the policies.
  package static func serve(_ servings: [PolicyServing], why: String, in tx: Tx) throws -> Set<Int64> {
    try tx.access.require(.write(.policy))
    guard !servings.isEmpty else { return [] }
    try Customers.lock(servings.map(\.customer), in: tx)
    let staff = Array(Set(servings.flatMap { [$0.from, $0.to] }.compactMap { $0 }))
    let (parties, names) = try tx.fetch(
      PolicySummaryStore.parties(of: servings.map(\.policy)), Staff.entries(staff))
    for (receiver, group) in Dictionary(grouping: servings, by: \.to) {
      try PolicyServingStore.give(group, to: receiver, in: tx)
    }
    let keys = try Customers.sealingKeys(of: servings.map(\.customer), in: tx)
    try Corrections.record(
      servings.compactMap { serving in
        keys[serving.customer].map { key in
          let change = FieldChange(
            field: "servicing_agent", before: serving.from.map { "\($0)" } ?? "",
            after: serving.to.map { "\($0)" } ?? "")
          return Corrections.Entry(
            customer: serving.customer.raw, entity: "policy", entityID: serving.policy.raw, corrections: [change],
            key: key)
        }
      }, source: "anban", in: tx)
    func text(_ id: ID<StaffMember>?) -> String {
      id.flatMap { names[$0] }.flatMap { entry in entry.staffNo.map { "\(entry.name ?? "") \($0)" } } ?? "—"
    }
    for serving in servings {
      tx.record(
        .policyAgentChanged, customer: serving.customer.raw, subject: serving.policy, source: "anban",
        facts: [
          "agent_before": text(serving.from), "agent_after": text(serving.to), "why": why,
          "policy_no": serving.policyNo,
        ])
    }
    return Set((parties + servings.map(\.customer)).map(\.raw))
  }
}
