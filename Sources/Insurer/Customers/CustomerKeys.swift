import Kernel
import Storage

/// What rotating the keys has to know of customers.
package enum CustomerKeys {
  /// The columns that hold customers' keys, wrapped by the master key.
  package static let wrapped = [WrappedColumn(table: "customers", id: "id", column: "wrapped_key")]

  /// Replaces all index rows of these customers by rows of the newest index key, from their sealed values.
  /// What was erased has no key and gets no rows.
  package static func renewIndexes(of customers: [Int64], in tx: Tx) throws {
    let ids = customers.map { ID<Customer>($0) }
    let states = try CustomerState.load(ids, in: tx)
    var rows: [BlindIndexRow] = []
    for id in ids {
      guard let state = states[id], let wrapped = state.record.wrappedKey else { continue }
      let unchanged = try CustomerChange(state, CustomerDraft(given: []), owner: nil, adviser: nil, vault: tx.vault)
      rows += try unchanged.allIndexes(tx.vault.unwrap(wrapped), tx.vault)
        .map { BlindIndexRow(kind: $0.kind, value: $0.value, customerID: id) }
    }
    try CustomerStore.dropIndexes(of: ids, in: tx)
    try CustomerStore.insert(rows, in: tx)
  }
}
