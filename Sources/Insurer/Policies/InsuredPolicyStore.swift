import Kernel
import Storage

extension PolicyStore {
  static func insured(_ numbers: [String]) -> Query<[InsuredPolicy]> {
    .all(
      """
      SELECT n.policy_no, n.policy_id, n.customer_id, p.product_id, r.line, p.servicing_agent_id, MIN(m.party_id)
      FROM policy_numbers n
      JOIN policies p ON p.customer_id = n.customer_id AND p.id = n.policy_id
      JOIN products r ON r.id = p.product_id
      LEFT JOIN policy_members m ON m.customer_id = n.customer_id AND m.policy_id = n.policy_id
        AND m.role = 'insured' AND m.party_rank = 0
      WHERE n.policy_no IN \(list: numbers)
      GROUP BY n.policy_no, n.policy_id, n.customer_id, p.product_id, r.line, p.servicing_agent_id
      """
    ) { row in
      InsuredPolicy(
        place: PolicyPlace(policyNo: row.text(0), id: row.id(1), customerID: row.id(2)), productID: row.id(3),
        line: try row.code(4), servicingAgentID: row.idOrNil(5), insuredID: row.idOrNil(6))
    }
  }
}
