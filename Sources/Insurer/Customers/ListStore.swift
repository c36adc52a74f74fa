import Kernel
import Storage

/// The statements of lists: one index of the book for each order.
enum ListStore {
  /// How many rows an unindexed condition may look at before a page is given as it is (decision 19).
  static let walkBound = 50_000
  static let countBound = 2_000

  static func conditions(_ filter: CustomerFilter, person: SQL = "walked.customer_id") -> SQL {
    var sql: SQL = ""
    if let relation = filter.relation { sql = sql + "AND relation = \(relation.number) " }
    if let line = filter.line { sql = sql + "AND (lines & \(line.bit)) <> 0 " }
    if let stage = filter.stage { sql = sql + "AND (stages & \(stage.bit)) <> 0 " }
    if let since = filter.since { sql = sql + "AND latest_at >= \(since) " }
    if let narrowing = filter.narrowing { sql = sql + "AND \(narrowing.predicate(person)) " }
    return sql
  }

  /// A row's place in an order.
  struct Key: Hashable, Sendable {
    let customerID: Int64
    let value: SQLValue
  }

  private static func key(_ sort: CustomerSort) -> @Sendable (Row) -> Key {
    { row in Key(customerID: row.int(0), value: sort == .pinyin ? .text(row.text(1)) : .int(row.int(1))) }
  }

  /// Keys of the rows behind a place that pass the filter, at most `limit`, looking at no more than `walkBound`.
  ///
  /// The inner SELECT walks one index in its order and stops at its bound; the outer one filters in passing, by what
  /// is asked for and by what the persons have agreed to.
  /// - Parameter narrows: whether either may leave rows out.
  static func page(
    _ sort: CustomerSort, _ filter: CustomerFilter, narrows: Bool, scope: Int64, after: Key?, limit: Int
  ) -> Query<[Key]> {
    let walk = walk(sort, filter, scope: scope, after: after)
    guard narrows else { return .all("\(walk) LIMIT \(limit)", key(sort)) }
    return .all(
      """
      SELECT customer_id, place FROM (\(walk) LIMIT \(walkBound)) AS walked
      WHERE \(visible: .book, "walked") \(conditions(filter)) LIMIT \(limit)
      """, key(sort))
  }

  /// The last row that a walk looks at; nil when it reaches the end before its bound.
  static func walkEnd(
    _ sort: CustomerSort, _ filter: CustomerFilter, scope: Int64, after: Key?
  ) -> Query<Key?> {
    .first("\(walk(sort, filter, scope: scope, after: after)) LIMIT 1 OFFSET \(walkBound - 1)", key(sort))
  }

  /// In the order of the newest event a walk ends where the filter's moment is passed.
  private static func walk(_ sort: CustomerSort, _ filter: CustomerFilter, scope: Int64, after: Key?) -> SQL {
    let id = after?.customerID ?? 0
    let value = after?.value ?? .null
    // The indexes cover everything else.
    let more: SQL = filter.since == nil ? "" : ", latest_at"
    switch sort {
    case .pinyin:
      let behind: SQL = after == nil ? "" : "AND (pinyin, customer_id) > (\(value), \(id))"
      return """
        SELECT customer_id, pinyin AS place, relation, lines, stages \(more)
        FROM book WHERE scope = \(scope) \(behind)
        ORDER BY pinyin, customer_id
        """
    case .latest:
      var behind: SQL = after == nil ? "" : "AND (latest_at, customer_id) < (\(value), \(id))"
      if let since = filter.since { behind = behind + " AND latest_at >= \(since)" }
      return """
        SELECT customer_id, latest_at AS place, relation, lines, stages \(more)
        FROM book WHERE scope = \(scope) \(behind)
        ORDER BY latest_at DESC, customer_id DESC
        """
    case .due:
      let behind: SQL = after == nil ? "" : "AND (next_due_on, customer_id) > (\(value), \(id))"
      return """
        SELECT customer_id, next_due_on AS place, relation, lines, stages \(more)
        FROM book WHERE scope = \(scope) \(behind)
        ORDER BY next_due_on, customer_id
        """
    case .created:
      let behind: SQL = after == nil ? "" : "AND (created_at, customer_id) < (\(value), \(id))"
      return """
        SELECT customer_id, created_at AS place, relation, lines, stages \(more)
        FROM book WHERE scope = \(scope) \(behind)
        ORDER BY created_at DESC, customer_id DESC
        """
    }
  }

  /// The order in which a count walks: where a moment bounds it, the index that ends there.
  static func countSort(_ filter: CustomerFilter) -> CustomerSort { filter.since == nil ? .pinyin : .latest }

  /// How many pass, counted up to `countBound` and one, looking at no more than `walkBound` rows.
  static func count(_ filter: CustomerFilter, narrows: Bool, scope: Int64) -> Query<Int> {
    let walked: SQL = "\(walk(countSort(filter), filter, scope: scope, after: nil)) LIMIT \(walkBound)"
    guard narrows else {
      return Query<Int>.count(
        "SELECT COUNT(*) FROM (SELECT 1 FROM book WHERE scope = \(scope) LIMIT \(countBound + 1)) AS counted")
    }
    return Query<Int>.count(
      """
      SELECT COUNT(*) FROM (
        SELECT 1 FROM (\(walked)) AS walked
        WHERE \(visible: .book, "walked") \(conditions(filter)) LIMIT \(countBound + 1)) AS counted
      """)
  }

  // MARK: Lines

  struct Sealed: Sendable {
    let line: CustomerLine
    let wrappedKey: [UInt8]?
    let mobile: [UInt8]?
  }

  /// Lines of some customers as a scope knows them, with their sealed mobiles, in no order.
  static func lines(_ ids: [Int64], scope: Int64) -> Query<[Sealed]> {
    .all(
      """
      SELECT c.id, c.name, c.kind, c.sex, c.birth_date, b.relation, b.lines, b.stages, b.latest_at, b.next_due_on,
        b.created_at, c.wrapped_key,
        (SELECT p.sealed FROM contact_points p
         WHERE p.customer_id = c.id AND p.kind = 'mobile' AND p.until_at IS NULL
         ORDER BY p.is_primary DESC, p.id DESC LIMIT 1)
      FROM book b JOIN customers c ON c.id = b.customer_id
      WHERE b.scope = \(scope) AND b.customer_id IN \(list: ids) AND \(visible: .customer, "c")
      """
    ) { row in
      let due = row.day(9)
      let line = CustomerLine(
        id: row.id(0), name: row.text(1), kind: try row.code(2), sex: row.textOrNil(3).flatMap(Sex.init(rawValue:)),
        birthDate: row.dayOrNil(4), mobile: nil, relation: RelationState(number: row.int(5)) ?? .prospect,
        lines: Line.lines(in: row.int(6)), stages: Stage.stages(in: row.int(7)), latestAt: row.instant(8),
        nextDueOn: due == BookRow.noDue ? nil : due, createdAt: row.instant(10))
      return Sealed(line: line, wrappedKey: row.blobOrNil(11), mobile: row.blobOrNil(12))
    }
  }

  /// The groups of a member of staff, to see whether a manager may ask for his book.
  static func isInGroup(_ staff: Int64, group: Int64) -> Query<Bool> {
    Query<Int>.count(
      "SELECT COUNT(*) FROM staff WHERE id = \(staff) AND (team_id = \(group) OR branch_id = \(group))"
    ).map { $0 > 0 }
  }
}
