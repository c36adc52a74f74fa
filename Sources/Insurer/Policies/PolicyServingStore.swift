import Kernel
import Storage

/// Who serves policies, changed for many at once.
enum PolicyServingStore {
  /// Policies of some holders whose servicing agent answers a condition on `p`, whoever looks.
  static func served(_ condition: SQL, of customers: [ID<Customer>]) -> Query<[PolicyServing]> {
    .all(
      """
      SELECT p.customer_id, p.id, p.policy_no, p.servicing_agent_id, p.status FROM policies p
      WHERE p.customer_id IN \(list: customers) AND \(condition) ORDER BY p.customer_id, p.id
      """
    ) { row in
      PolicyServing(
        customer: row.id(0), policy: row.id(1), policyNo: row.text(2), from: row.idOrNil(3),
        isInForce: row.text(4) == PolicyStatus.inForce.code)
    }
  }

  /// Gives policies to one member of staff, or to nobody, with the rows that say who may see them: a fixed number of
  /// statements however many there are.
  static func give(_ servings: [PolicyServing], to staff: ID<StaffMember>?, in tx: Tx) throws {
    let holders = Array(Set(servings.map(\.customer))).sorted()
    let policies = servings.map(\.policy)
    try tx.run(
      """
      UPDATE policies SET servicing_agent_id = \(staff), version = version + 1, updated_at = \(tx.now)
      WHERE customer_id IN \(list: holders) AND id IN \(list: policies)
      """)
    try tx.run("UPDATE policy_parties SET servicing_agent_id = \(staff) WHERE policy_id IN \(list: policies)")
    try tx.run(
      """
      UPDATE claims SET servicing_agent_id = \(staff)
      WHERE policy_id IN \(list: policies) AND customer_id IN (
        SELECT o.insured_id FROM policy_claims o
        WHERE o.customer_id IN \(list: holders) AND o.policy_id IN \(list: policies))
      """)
  }
}
