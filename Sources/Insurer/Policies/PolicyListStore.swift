import Kernel
import Storage

/// Policies over a whole book, bounded by key.
enum PolicyListStore {
  /// Rows that a filtered list looks at before it stops and says so (decision 19).
  static let lookedAt = 50_000

  /// The lowest id that a filtered page may look at, and how many rows that is. What the persons have agreed to is a
  /// filter too: who sees everybody looks at every row, whoever of them agreed.
  static func floor(after id: Int64, ofEverybody: Bool) -> Query<(lowest: Int64, count: Int)> {
    let looked: SQL = ofEverybody ? "" : "AND \(visible: .policy, "p")"
    return Query<[(lowest: Int64, count: Int)]>.all(
      """
      SELECT COALESCE(MIN(w.id), 0), COUNT(*) FROM (
        SELECT p.id FROM policies p WHERE p.id < \(id) \(looked) ORDER BY p.id DESC LIMIT \(lookedAt)
      ) w
      """
    ) { (lowest: $0.int(0), count: Int($0.int(1))) }.map { $0.first ?? (0, 0) }
  }

  /// Newest first, ids below `id` down to `lowest`.
  static func page(after id: Int64, from lowest: Int64, _ filter: PolicyFilter, limit: Int) -> Query<[Policy]> {
    var conditions: [SQL] = ["p.id < \(id)", "p.id >= \(lowest)", "\(visible: .policy, "p")"]
    if let status = filter.status { conditions.append("p.status = \(status.code)") }
    if let line = filter.line {
      conditions.append("p.product_id IN (SELECT r.id FROM products r WHERE r.line = \(line.code))")
    }
    if filter.hasMismatch { conditions.append("p.mismatch IS NOT NULL") }
    if let agent = filter.agentID { conditions.append("p.servicing_agent_id = \(agent)") }
    if let underwriter = filter.underwriterID { conditions.append("p.underwriter_id = \(underwriter)") }
    if filter.isWithoutRiders { conditions.append("p.base_policy_id IS NULL") }
    return .all(
      """
      SELECT \(PolicyStore.columns) FROM policies p WHERE \(SQL.join(conditions, " AND "))
      ORDER BY p.id DESC LIMIT \(limit)
      """, PolicyStore.decode)
  }

  /// How many applications wait for an underwriter, up to `bound` and one.
  static func pendingCount(of underwriter: ID<StaffMember>, bound: Int) -> Query<Int> {
    .count(
      """
      SELECT COUNT(*) FROM (
        SELECT p.id FROM policies p
        WHERE p.underwriter_id = \(underwriter) AND p.status = \(PolicyStatus.notYetEffective.code)
          AND p.base_policy_id IS NULL AND \(visible: .policy, "p") LIMIT \(bound + 1)
      ) w
      """)
  }

  /// Premiums to collect, the earliest first: the renewal desk's list.
  static func due(from first: Day, to last: Day, after: DuePlace?, limit: Int) -> Query<[Policy]> {
    let place = after ?? DuePlace(day: first, id: 0)
    return .all(
      """
      SELECT \(PolicyStore.columns) FROM policies p
      WHERE (p.next_due_on, p.id) > (\(place.day), \(place.id)) AND p.next_due_on <= \(last)
        AND p.status = \(PolicyStatus.inForce.code) AND \(visible: .policy, "p")
      ORDER BY p.next_due_on, p.id LIMIT \(limit)
      """, PolicyStore.decode)
  }

  /// How many premiums those are, and how many of them were due before `today`; counted up to `bound` and one.
  static func dueCount(from first: Day, to last: Day, before today: Day, bound: Int) -> Query<(all: Int, over: Int)> {
    Query<[(all: Int, over: Int)]>.all(
      """
      SELECT COUNT(*), COALESCE(SUM(CASE WHEN w.day < \(today) THEN 1 ELSE 0 END), 0) FROM (
        SELECT p.next_due_on AS day FROM policies p
        WHERE p.next_due_on >= \(first) AND p.next_due_on <= \(last) AND p.status = \(PolicyStatus.inForce.code)
          AND \(visible: .policy, "p")
        ORDER BY p.next_due_on, p.id LIMIT \(bound + 1)
      ) w
      """
    ) { (all: Int($0.int(0)), over: Int($0.int(1))) }.map { $0.first ?? (0, 0) }
  }

  /// Policies in the order of their numbers, for export.
  static func byNumber(after number: String, limit: Int) -> Query<[Policy]> {
    .all(
      """
      SELECT \(PolicyStore.columns) FROM policy_numbers n
      JOIN policies p ON p.customer_id = n.customer_id AND p.id = n.policy_id
      WHERE n.policy_no > \(number) AND \(visible: .policy, "p") ORDER BY n.policy_no LIMIT \(limit)
      """, PolicyStore.decode)
  }

  /// The same with the policy of `number` itself: where an export of parts goes on.
  static func fromNumber(_ number: String, limit: Int) -> Query<[Policy]> {
    .all(
      """
      SELECT \(PolicyStore.columns) FROM policy_numbers n
      JOIN policies p ON p.customer_id = n.customer_id AND p.id = n.policy_id
      WHERE n.policy_no >= \(number) AND \(visible: .policy, "p") ORDER BY n.policy_no LIMIT \(limit)
      """, PolicyStore.decode)
  }
}
