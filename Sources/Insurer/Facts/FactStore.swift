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

  /// The last key of the next so many customers behind a key; nil when there is none.
  static func end(after key: Int64, count: Int) -> Query<Int64?> {
    Query<[Int64]>.all(
      """
      SELECT MAX(n.id) FROM (SELECT c.id FROM customers c WHERE c.id > \(key) ORDER BY c.id LIMIT \(count)) n
      HAVING COUNT(*) > 0
      """
    ) { $0.int(0) }.map(\.first)
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
