import Kernel
import Storage

/// Who is already here: by ID number, by mobile and name, by name and birth date.
enum DuplicateStore {
  /// A record that shares a value with what was asked; whether the viewer may see it.
  struct Match: Hashable, Sendable {
    let customerID: ID<Customer>
    let name: String
    let birthDate: Day?
    /// The blind index value it was found by; empty when by name and birth date.
    let value: [UInt8]
    let isVisible: Bool
  }

  private static func decode(_ row: Row) -> Match {
    Match(
      customerID: row.id(0), name: row.text(1), birthDate: row.dayOrNil(2), value: row.blob(3), isVisible: row.bool(4))
  }

  static func byIndex(_ kind: IndexKind, _ values: [[UInt8]], in tx: ReadTx) -> Query<[Match]> {
    let isAsked: SQL =
      tx.isPostgres && values.count > 1
      ? "b.value = ANY (CAST(\(SQLValue.list(values.map(\.sqlValue))) AS BYTEA[]))" : "b.value IN \(list: values)"
    return .all(
      """
      SELECT c.id, c.name, c.birth_date, b.value, CASE WHEN \(visible: .customer, "c") THEN 1 ELSE 0 END
      FROM blind_index b JOIN customers c ON c.id = b.customer_id
      WHERE b.kind = \(kind.rawValue) AND \(isAsked)
      """, decode)
  }

  /// Names with their birth dates, as rows; padded to a power of two so that few statements are prepared.
  /// The rows are joined, in this order, because SQLite scans the whole index for a list of pairs.
  static func byNameAndBirth(_ pairs: [(name: String, birth: Day)], in tx: ReadTx) -> Query<[Match]> {
    guard let last = pairs.last else { return .all("SELECT 1 FROM customers c WHERE 1 = 0", decode) }
    if tx.isPostgres, pairs.count > 1 { return inArrays(pairs) }
    var size = 1
    while size < pairs.count { size *= 2 }
    let rows = (0..<size).map { place -> SQL in
      let pair = place < pairs.count ? pairs[place] : last
      return "(CAST(\(pair.name) AS TEXT), CAST(\(pair.birth) AS BIGINT))"
    }
    return .all(
      """
      SELECT c.id, c.name, c.birth_date, '', CASE WHEN \(visible: .customer, "c") THEN 1 ELSE 0 END
      FROM (VALUES \(SQL.join(rows, ", "))) AS w CROSS JOIN customers c
      WHERE c.name = w.column1 AND c.birth_date = w.column2
      """, decode)
  }

  /// The same with two parameters.
  private static func inArrays(_ pairs: [(name: String, birth: Day)]) -> Query<[Match]> {
    let names = SQLValue.list(pairs.map(\.name.sqlValue))
    let births = SQLValue.list(pairs.map(\.birth.sqlValue))
    return .all(
      """
      SELECT c.id, c.name, c.birth_date, '', CASE WHEN \(visible: .customer, "c") THEN 1 ELSE 0 END
      FROM unnest(CAST(\(names) AS TEXT[]), CAST(\(births) AS BIGINT[])) AS w (name, birth_date)
        JOIN customers c ON c.name = w.name AND c.birth_date = w.birth_date
      """, decode)
  }
}
