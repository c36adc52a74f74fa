import Kernel
import Storage

extension Applications {
  /// Raw ids of those of some customers who have an application that a member of staff serves.
  package static func served(by staff: ID<StaffMember>, of customers: [ID<Customer>]) -> Query<Set<Int64>> {
    ApplicationStore.served(by: staff, of: customers)
  }

  /// Gives the applications of some customers that one member of staff serves to another. Who calls it refreshes their
  /// book.
  package static func give(
    _ customers: [ID<Customer>], from old: ID<StaffMember>, to new: ID<StaffMember>, in tx: Tx
  ) throws {
    try tx.access.require(.write(.policy))
    guard !customers.isEmpty else { return }
    try ApplicationStore.give(customers, from: old, to: new, in: tx)
  }
}
