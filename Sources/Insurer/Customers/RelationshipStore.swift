import Kernel
import Storage

enum RelationshipStore {
  /// Of one person, with the other's name and whether the viewer may see him.
  static func lines(of person: PersonRef) -> Query<[RelationshipLine]> {
    .all(
      """
      SELECT r.kind, r.inverse, r.since_on, r.source, c.id, c.name,
        CASE WHEN \(visible: .customer, "c") THEN 1 ELSE 0 END
      FROM relationships r JOIN customers c ON c.id = r.other_id
      WHERE r.customer_id IN \(list: person.records) AND r.other_id NOT IN \(list: person.records)
        AND r.ended_on IS NULL AND \(visible: .customer, "r")
      ORDER BY r.kind, r.inverse, c.pinyin, c.id LIMIT 200
      """
    ) { row in
      let isVisible = row.bool(6)
      return RelationshipLine(
        kind: try row.code(0), isOther: row.bool(1), since: row.dayOrNil(2), otherID: isVisible ? row.id(4) : nil,
        otherName: isVisible ? row.text(5) : Masks.name(row.text(5)), source: row.text(3))
    }
  }

  /// As they are stored at their `from` ends.
  static func stored(from ids: [ID<Customer>]) -> Query<[(relationship: Relationship, isEnded: Bool)]> {
    .all(
      """
      SELECT customer_id, other_id, kind, since_on, ended_on FROM relationships
      WHERE customer_id IN \(list: ids) AND inverse = 0
      """
    ) { row in
      let relationship = Relationship(
        from: row.id(0), to: row.id(1), kind: try row.code(2), since: row.dayOrNil(3))
      return (relationship, !row.isNull(4))
    }
  }

  /// Who may speak for each of these people: their guardians and parents.
  static func guardians(of ids: [ID<Customer>]) -> Query<[(ward: ID<Customer>, guardian: ID<Customer>)]> {
    .all(
      """
      SELECT customer_id, other_id FROM relationships
      WHERE customer_id IN \(list: ids) AND ended_on IS NULL
        AND (kind IN ('guardian', 'parent') AND inverse = 1 OR kind = 'child' AND inverse = 0)
      """
    ) { ($0.id(0), $0.id(1)) }
  }

  static func insert(_ relationships: [Relationship], source: String, in tx: Tx) throws {
    guard !relationships.isEmpty else { return }
    let rows = relationships.flatMap { item -> [[SQLValue]] in
      func end(_ own: ID<Customer>, _ other: ID<Customer>, inverse: Bool) -> [SQLValue] {
        [
          own.sqlValue, other.sqlValue, .text(item.kind.rawValue), inverse.sqlValue, item.since.sqlValue,
          .text(source), tx.now.sqlValue,
        ]
      }
      return [end(item.from, item.to, inverse: false), end(item.to, item.from, inverse: true)]
    }
    try tx.insert(
      into: "relationships",
      columns: ["customer_id", "other_id", "kind", "inverse", "since_on", "source", "updated_at"],
      rows: rows)
  }

  /// Changes both ends; `endedOn` nil opens an ended relation again.
  static func update(_ item: Relationship, endedOn: Day?, source: String, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE relationships SET since_on = \(item.since), ended_on = \(endedOn), source = \(source),
        updated_at = \(tx.now)
      WHERE kind = \(item.kind.rawValue) AND (customer_id = \(item.from) AND other_id = \(item.to) AND inverse = 0
        OR customer_id = \(item.to) AND other_id = \(item.from) AND inverse = 1)
      """)
  }

  /// Rows behind a place in the order of `from`'s source key, `to` and kind: for exports.
  static func page(after key: [String]?, limit: Int) -> Query<[ExportedRelationship]> {
    let behind: SQL =
      key.map {
        "AND f.source_key >= \($0[0]) AND (f.source_key, t.source_key, r.kind) > (\($0[0]), \($0[1]), \($0[2]))"
      } ?? ""
    return .all(
      """
      SELECT f.source_key, t.source_key, r.kind, r.since_on, f.id, r.source
      FROM customers f JOIN relationships r ON r.customer_id = f.id AND r.inverse = 0
        JOIN customers t ON t.id = r.other_id
      WHERE r.ended_on IS NULL AND \(visible: .customer, "r") \(behind)
      ORDER BY f.source_key, t.source_key, r.kind LIMIT \(limit)
      """
    ) { row in
      ExportedRelationship(
        from: row.text(0), to: row.text(1), kind: row.text(2), since: row.dayOrNil(3), fromID: row.int(4),
        source: row.text(5))
    }
  }
}

/// One relation as a file carries it.
struct ExportedRelationship: Sendable {
  let from: String
  let to: String
  let kind: String
  let since: Day?
  let fromID: Int64
  let source: String
}
