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
    Query<[CustomerName]>.all(
      """
      SELECT c.id, c.name, CASE WHEN \(visible: .customer, "c") THEN 1 ELSE 0 END, c.source_key
      FROM customers c WHERE c.id IN \(list: ids)
      """
    ) { row in
      CustomerName(id: row.id(0), name: row.text(1), isVisible: row.bool(2), sourceKey: row.textOrNil(3))
    }.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.id, $0) }) }
  }

  /// The keys that seal what belongs to some customers; erased ones are absent.
  package static func sealingKeys(of ids: [ID<Customer>], in tx: ReadTx) throws -> [ID<Customer>: SealingKey] {
    guard !ids.isEmpty else { return [:] }
    let wrapped = try tx.fetch(wrappedKeys(of: Array(Set(ids))))
    return try wrapped.mapValues { try tx.vault.unwrap($0) }
  }

  private static func wrappedKeys(of ids: [ID<Customer>]) -> Query<[ID<Customer>: [UInt8]]> {
    Query<[(ID<Customer>, [UInt8])]>.all(
      "SELECT c.id, c.wrapped_key FROM customers c WHERE c.id IN \(list: ids) AND c.wrapped_key IS NOT NULL"
    ) { ($0.id(0), $0.blob(1)) }.map { Dictionary(uniqueKeysWithValues: $0) }
  }
}
