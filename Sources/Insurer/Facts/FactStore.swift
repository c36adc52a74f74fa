import Kernel
import Storage

/// What is kept beside the facts' own rows: who is stale, who is overdue, how far a rebuild has come.
enum FactStore {
  // MARK: Stale

  /// Counted up, so that an act and a worker wait for each other at the same person: a row that was only left as it is
  /// could be taken away by a worker who does not see the act's rows yet.
  static func mark(_ customers: [Int64], in tx: Tx) throws {
    for start in stride(from: 0, to: customers.count, by: 256) {
      let some = customers[start..<min(start + 256, customers.count)]
      // Not padded, as lists are: a row twice in one statement would be changed twice.
      let rows = SQL.join(some.map { "(\($0), 1)" as SQL }, ",")
      try tx.run(
        """
        INSERT INTO facts_stale (customer_id, times) VALUES \(rows)
        ON CONFLICT (customer_id) DO UPDATE SET times = facts_stale.times + 1
        """)
    }
  }

  static func stale(limit: Int) -> Query<[Int64]> {
    .all("SELECT customer_id FROM facts_stale ORDER BY customer_id LIMIT \(limit)") { $0.int(0) }
  }

  /// Who waits, of some, or whose day has come.
  static func due(of customers: [Int64], on today: Day) -> Query<[Int64]> {
    .all(
      """
      SELECT c.id FROM customers c LEFT JOIN facts_person p ON p.customer_id = c.id
        LEFT JOIN facts_stale w ON w.customer_id = c.id
      WHERE c.id IN \(list: customers)
        AND (p.customer_id IS NULL OR p.changes_on <= \(today) OR w.customer_id IS NOT NULL)
      """
    ) { $0.int(0) }
  }

  static func overdue(on today: Day, limit: Int) -> Query<[Int64]> {
    .all(
      """
      SELECT customer_id FROM facts_person WHERE changes_on <= \(today) ORDER BY changes_on, customer_id LIMIT \(limit)
      """
    ) { $0.int(0) }
  }

  static func unmark(_ range: FactRange, in tx: Tx) throws {
    try tx.run("DELETE FROM facts_stale WHERE \(range.holds("customer_id"))")
  }

  /// How many wait, and how many are overdue, each counted to a bound.
  static func waiting(on today: Day, bound: Int) -> Query<Int> {
    .count(
      """
      SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM facts_stale LIMIT \(bound)) w)
        + (SELECT COUNT(*) FROM (SELECT 1 FROM facts_person WHERE changes_on <= \(today) LIMIT \(bound)) o)
      """)
  }

  // MARK: Rebuilding

  /// The last key of the next so many customers behind a key, and how many there are; nil when there is none.
  static func end(after key: Int64, count: Int) -> Query<(last: Int64, count: Int)?> {
    Query<[(last: Int64, count: Int)]>.all(
      """
      SELECT MAX(n.id), COUNT(*) FROM (SELECT c.id FROM customers c WHERE c.id > \(key) ORDER BY c.id LIMIT \(count)) n
      HAVING COUNT(*) > 0
      """
    ) { ($0.int(0), Int($0.int(1))) }.map(\.first)
  }

  static let rebuildSetting = "facts.rebuilt_to"

  static var rebuiltTo: Query<Int64> {
    Query<String?>.first("SELECT value FROM settings WHERE name = \(rebuildSetting)") { $0.text(0) }
      .map { $0.flatMap { Int64($0) } ?? 0 }
  }

  static func setRebuilt(to key: Int64, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO settings (name, value) VALUES (\(rebuildSetting), \(String(key)))
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """)
  }
}

// MARK: Reading

extension FactStore {
  /// The members of a team or branch.
  static func isOfGroup(_ column: SQL, _ group: Int64) -> SQL {
    "\(column) IN (SELECT g.id FROM staff g WHERE g.team_id = \(group) OR g.branch_id = \(group))"
  }

  /// Everything that is known of a person, as one viewer may know it; nil when he may not see the person.
  static func row(of customer: ID<Customer>, _ source: FactSource) -> Query<FactRow?> {
    let facts = FactCatalog.all.filter { $0.wall == nil }
    let (from, picked) = source.rows(of: facts, person: "\(customer)", always: true)
    let columns = SQL.join(facts.map(FactSource.column), ", ")
    return .first(
      """
      SELECT c.basis, c.basis_until, fp.computed_at, fp.customer_id, fk.customer_id, \(columns)
      FROM \(from) WHERE \(picked) AND \(visible: .customer, "c")
      """
    ) { row in
      var cells: [String: FactRow.Cell] = [:]
      for (place, fact) in facts.enumerated() {
        if row.isNull(place + 5) { continue }
        cells[fact.key] = fact.type == .code ? .text(row.text(place + 5)) : .int(row.int(place + 5))
      }
      return FactRow(
        basis: row.int(0), basisUntil: row.instant(1), computedAt: row.instantOrNil(2), hasPerson: !row.isNull(3),
        hasContract: !row.isNull(4), cells: cells)
    }
  }
}

extension FactSource {
  /// Whether a person passes a condition on some facts, as one value: PostgreSQL would make a join of EXISTS, which
  /// keeps no order and does not stop early. As a WHERE, a table is looked at only when what the tables before it say
  /// still lets the person pass: a third of the cost.
  func passes(_ condition: SQL, on facts: [Fact], person: SQL) -> SQL {
    let rows = rows(of: facts, person: person)
    return "(SELECT 1 FROM \(rows.from) WHERE \(rows.picked) AND \(condition)) = 1"
  }
}
