import Kernel
import Storage

extension ApplicationStore {
  static func served(by staff: ID<StaffMember>, of customers: [ID<Customer>]) -> Query<Set<Int64>> {
    Query<[Int64]>.all(
      """
      SELECT DISTINCT a.customer_id FROM applications a
      WHERE a.customer_id IN \(list: customers) AND a.servicing_agent_id = \(staff)
      """
    ) { $0.int(0) }.map { Set($0) }
  }

  static func give(
    _ customers: [ID<Customer>], from old: ID<StaffMember>, to new: ID<StaffMember>, in tx: Tx
  ) throws {
    try tx.run(
      """
      UPDATE applications SET servicing_agent_id = \(new), updated_at = \(tx.now)
      WHERE customer_id IN \(list: customers) AND servicing_agent_id = \(old)
      """)
  }
}
