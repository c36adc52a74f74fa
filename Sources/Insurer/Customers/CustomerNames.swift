import Kernel
import Storage

/// Somebody as he stands on another person's contract: a name, whole for who may see the person, else masked.
package struct CustomerName: Hashable, Sendable {
  package let id: ID<Customer>
  package let name: String
  /// Whether the viewer may open the person's page.
  package let isVisible: Bool
  /// The source's key, by which files refer to the person.
  package let sourceKey: String?

  /// How files refer to the person: the source's key, else the id as people see it.
  package var fileKey: String { sourceKey ?? id.description }

  /// The name as the viewer may read it.
  package var shown: String { isVisible ? name : Masks.name(name) }
}

extension Customers {
  /// Names of people on a contract that the viewer may see, whoever they are.
  package static func names(of ids: [ID<Customer>]) -> Query<[ID<Customer>: CustomerName]> {
    CustomerNameStore.names(of: ids)
  }

  /// The keys that seal what belongs to some customers; erased ones are absent.
  package static func sealingKeys(of ids: [ID<Customer>], in tx: ReadTx) throws -> [ID<Customer>: SealingKey] {
    guard !ids.isEmpty else { return [:] }
    let wrapped = try tx.fetch(CustomerNameStore.wrappedKeys(of: Array(Set(ids))))
    return try wrapped.mapValues { try tx.vault.unwrap($0) }
  }

  /// Locks customers for the rest of the act, in one order everywhere.
  static func lock(_ ids: [ID<Customer>], in tx: Tx) throws {
    guard !ids.isEmpty else { return }
    try CustomerStore.lock(Array(Set(ids)).sorted(), in: tx)
  }
}
