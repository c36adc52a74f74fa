import Kernel
import Storage

extension Customers {
  /// What of some customers' relations is a member of staff's: `owner`, `adviser`, by raw id.
  package static func owned(by staff: ID<StaffMember>, of customers: [ID<Customer>]) -> Query<[Int64: Set<String>]> {
    CustomerOwnerStore.owned(by: staff.raw, of: customers).map { rows in
      Dictionary(grouping: rows, by: \.customer).mapValues { Set($0.map(\.part)) }
    }
  }

  /// Gives the relations that one member of staff owns or advises to another. Who calls it refreshes their book.
  package static func give(
    _ customers: [ID<Customer>], from old: ID<StaffMember>, to new: ID<StaffMember>, in tx: Tx
  ) throws {
    try tx.access.require(.write(.customer))
    guard !customers.isEmpty else { return }
    try CustomerOwnerStore.giveOwned(customers, from: old.raw, to: new.raw, in: tx)
    try CustomerOwnerStore.giveAdvised(customers, from: old.raw, to: new.raw, in: tx)
  }
}
