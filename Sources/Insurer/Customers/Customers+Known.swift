import Kernel
import Storage

extension Customers {
  /// Whoever is here with this name and mobile, whether the viewer may see him or not: for rules, never to be shown.
  package static func known(name: String, mobile: String, in tx: ReadTx) throws -> ID<Customer>? {
    let values = tx.vault.indexes(.mobile, mobile)
    let found = try tx.fetch(DuplicateStore.byIndex(.mobile, values, in: tx))
    return found.first { $0.name == name }?.customerID
  }
}
