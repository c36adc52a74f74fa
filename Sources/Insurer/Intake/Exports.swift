import Kernel
import Storage

/// Writes out what import takes in: the same columns, in key order, page by page in short reads. Each page is in the
/// access log, one row a person, before it is handed over.
package enum Exports {
  private static let page = 500

  /// - Parameters:
  ///   - sourceColumns: adds `source` and `source_as_of`: where a record comes from, and of when that statement is.
  ///   - each: called with the header, then with each row in key order.
  /// - Returns: how many rows there were.
  package static func rows(
    of kind: any ImportKind.Type, sourceColumns: Bool, in db: Database, as access: Access,
    each: ([String]) throws -> Void
  ) async throws -> Int {
    try access.require(permission(for: kind))
    try each(kind.fields.map(\.name) + (sourceColumns ? ["source", "source_as_of"] : []))
    let name = kind.name
    var after: String?
    var count = 0
    while true {
      let from = after
      let rows = try await db.read(as: access) { tx in
        let rows = try kind.export(after: from, limit: page, in: tx)
        for customer in Set(rows.map(\.customer)).subtracting([0]).sorted() {
          tx.logAccess(AccessRecord(.export, subjects: [customer], what: name))
        }
        return rows
      }
      for row in rows {
        let origin = [row.source, row.asOf?.description ?? ""]
        try each(row.values + (sourceColumns ? origin : []))
      }
      count += rows.count
      guard let last = rows.last?.key else { return count }
      after = last
    }
  }

  private static func permission(for kind: any ImportKind.Type) -> Permission {
    switch kind.name {
    case "products": .read(.product)
    case "staff": .read(.staff)
    case "claims": .read(.claim)
    case "interactions": .read(.interaction)
    case "consents": .read(.consent)
    case "policies", "parties", "coverages", "premiums": .read(.policy)
    default: .read(.customer)
    }
  }
}
