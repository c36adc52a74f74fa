import Kernel
import Storage

enum ProductStore {
  private static let columns: SQL = """
    r.id, r.code, r.name, r.line, r.kind, r.term, r.waiting_days, r.cooling_off_days, r.guaranteed_renewable,
    r.filed_name, r.source, r.version
    """

  private static func decode(_ row: Row) throws -> Product {
    Product(
      id: row.id(0), code: row.text(1), name: row.text(2), line: try row.code(3), kind: try row.code(4),
      term: row.textOrNil(5), waitingDays: row.intOrNil(6).map(Int.init), coolingOffDays: row.intOrNil(7).map(Int.init),
      guaranteedRenewable: row.bool(8), filedName: row.textOrNil(9), source: row.text(10), version: row.int(11))
  }

  static func find(_ id: ID<Product>) -> Query<Product?> {
    .first("SELECT \(columns) FROM products r WHERE r.id = \(id)", decode)
  }

  static func all(_ ids: [ID<Product>]) -> Query<[Product]> {
    .all("SELECT \(columns) FROM products r WHERE r.id IN \(list: ids)", decode)
  }

  static func byCodes(_ codes: [String]) -> Query<[Product]> {
    .all("SELECT \(columns) FROM products r WHERE r.code IN \(list: codes)", decode)
  }

  static func page(after code: String, line: Line?, limit: Int) -> Query<[Product]> {
    let filter: SQL = line.map { "AND r.line = \($0.code)" } ?? ""
    return .all(
      "SELECT \(columns) FROM products r WHERE r.code > \(code) \(filter) ORDER BY r.code LIMIT \(limit)", decode)
  }

  /// Replaces rows of products; new ones are added.
  static func save(_ products: [Product], replacing: [ID<Product>], in tx: Tx) throws {
    guard !products.isEmpty else { return }
    if !replacing.isEmpty { try tx.run("DELETE FROM products WHERE id IN \(list: replacing)") }
    try tx.insert(
      into: "products",
      columns: [
        "id", "code", "name", "line", "kind", "term", "waiting_days", "cooling_off_days", "guaranteed_renewable",
        "filed_name", "source", "version", "updated_at",
      ],
      rows: products.map { product in
        [
          product.id.sqlValue, .text(product.code), .text(product.name), .text(product.line.code),
          .text(product.kind.code), product.term.sqlValue, product.waitingDays.sqlValue,
          product.coolingOffDays.sqlValue, product.guaranteedRenewable.sqlValue, product.filedName.sqlValue,
          .text(product.source), .int(product.version), tx.now.sqlValue,
        ]
      })
  }
}
