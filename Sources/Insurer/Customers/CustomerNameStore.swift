import Kernel
import Storage

enum CustomerNameStore {
  static func names(of ids: [ID<Customer>]) -> Query<[ID<Customer>: CustomerName]> {
    guard !ids.isEmpty else { return .given([:]) }
    return Query<[CustomerName]>.all(
      """
      SELECT c.id, c.name, CASE WHEN \(visible: .customer, "c") THEN 1 ELSE 0 END, c.source_key
      FROM customers c WHERE c.id IN \(list: ids)
      """
    ) { row in
      CustomerName(id: row.id(0), name: row.text(1), isVisible: row.bool(2), sourceKey: row.textOrNil(3))
    }.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.id, $0) }) }
  }

  static func wrappedKeys(of ids: [ID<Customer>]) -> Query<[ID<Customer>: [UInt8]]> {
    Query<[(ID<Customer>, [UInt8])]>.all(
      "SELECT c.id, c.wrapped_key FROM customers c WHERE c.id IN \(list: ids) AND c.wrapped_key IS NOT NULL"
    ) { ($0.id(0), $0.blob(1)) }.map { Dictionary(uniqueKeysWithValues: $0) }
  }
}
