import Kernel
import Storage

/// Whose a relation is: its owner, and its adviser.
enum CustomerOwnerStore {
  /// Those of some customers that a member of staff owns, and those that he advises.
  static func owned(by staff: Int64, of customers: [ID<Customer>]) -> Query<[(customer: Int64, part: String)]> {
    .all(
      """
      SELECT c.id, 'owner' FROM customers c WHERE c.id IN \(list: customers) AND c.owner_id = \(staff)
      UNION ALL SELECT c.id, 'adviser' FROM customers c WHERE c.id IN \(list: customers) AND c.adviser_id = \(staff)
      """
    ) { ($0.int(0), $0.text(1)) }
  }

  static func giveOwned(_ customers: [ID<Customer>], from old: Int64, to new: Int64, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE customers SET owner_id = \(new), version = version + 1, updated_at = \(tx.now)
      WHERE id IN \(list: customers) AND owner_id = \(old)
      """)
  }

  static func giveAdvised(_ customers: [ID<Customer>], from old: Int64, to new: Int64, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE customers SET adviser_id = \(new), version = version + 1, updated_at = \(tx.now)
      WHERE id IN \(list: customers) AND adviser_id = \(old)
      """)
  }
}
