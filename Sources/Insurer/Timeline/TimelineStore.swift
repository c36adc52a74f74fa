import Kernel
import Storage

enum TimelineStore {
  private static let columns: SQL = """
    e.id, e.customer_id, e.kind, e.subject, e.happened_at, e.recorded_at, e.amount_fen, e.actor, e.source, e.facts
    """

  @Sendable static func decode(_ row: Row) throws -> TimelineEntry {
    TimelineEntry(
      id: row.int(0), customerID: row.id(1), kind: EventKind(rawValue: row.text(2)), subject: row.int(3),
      happenedAt: row.instant(4), recordedAt: row.instant(5), amount: row.moneyOrNil(6),
      actor: Actor(stored: row.text(7)), source: row.text(8), facts: Facts.read(row.textOrNil(9)))
  }

  private static func raw(_ prefixed: (String) -> Bool) -> [String] {
    EventKind.ofContracts.map(\.rawValue).filter(prefixed)
  }
  private static let ofContacts = raw { $0.hasPrefix("contact_") }
  private static let ofClaims = raw { $0.hasPrefix("claim_") }
  private static let ofPolicies = raw { !$0.hasPrefix("claim_") && !$0.hasPrefix("contact_") }

  private static func hidden(contacts: Bool, policies: Bool, claims: Bool) -> [String] {
    var hidden = Timeline.hidden.map(\.rawValue)
    if contacts { hidden += ofContacts }
    if claims { hidden += ofClaims }
    if policies { hidden += ofPolicies }
    return hidden
  }

  static func seen(
    _ ids: [Int64], of customers: [ID<Customer>], isScoped: Bool, hidesContacts: Bool, hidesPolicies: Bool,
    hidesClaims: Bool, complaintsFor: Int64?
  ) -> Query<[TimelineEntry]> {
    let scope: SQL = isScoped ? "AND \(served)" : ""
    let hidden = hidden(contacts: hidesContacts, policies: hidesPolicies, claims: hidesClaims)
    return .all(
      """
      SELECT \(columns) FROM events e
      WHERE e.customer_id IN \(list: customers) AND e.id IN \(list: ids) AND \(visible: .customer, "e")
        AND e.kind NOT IN \(list: hidden) AND \(complaintsOpen(to: complaintsFor)) \(scope)
      ORDER BY e.id
      """, decode)
  }

  static func books(of customers: [ID<Customer>]) -> Query<[Int64]> {
    .all("SELECT DISTINCT b.scope FROM book b WHERE b.customer_id IN \(list: customers)") { $0.int(0) }
  }

  /// The person's own entries, and those of others; two statements, since one of both would sort what already lies
  /// in order.
  static func page(
    of records: [ID<Customer>], before cursor: InteractionCursor, _ filter: TimelineFilter, isScoped: Bool,
    hidesContacts: Bool, hidesPolicies: Bool, hidesClaims: Bool, complaintsFor: Int64?, limit: Int
  ) -> (own: Query<[TimelineEntry]>, ofOthers: Query<[TimelineEntry]>) {
    let hidden = hidden(contacts: hidesContacts, policies: hidesPolicies, claims: hidesClaims)
    var conditions: [SQL] = [
      "e.customer_id IN \(list: records)", "(e.happened_at, e.id) < (\(cursor.at), \(cursor.id))",
      "\(visible: .customer, "e")", "e.kind NOT IN \(list: hidden)",
    ]
    conditions.append(complaintsOpen(to: complaintsFor))
    let kinds = filter.kinds.map(\.rawValue)
    if !kinds.isEmpty { conditions.append("e.kind IN \(list: kinds)") }
    if isScoped { conditions.append(served) }
    let own: SQL = """
      SELECT \(columns) FROM events e WHERE \(SQL.join(conditions, " AND "))
      ORDER BY e.happened_at DESC, e.id DESC LIMIT \(limit)
      """
    let told = hidesClaims ? [] : kinds.isEmpty ? ofClaims : ofClaims.filter(kinds.contains)
    return (.all(own, decode), .all(ofOthers(records, before: cursor, told, limit: limit), decode))
  }

  /// Claims of other insured on policies that the person holds: their events lie with the insured.
  private static func ofOthers(
    _ records: [ID<Customer>], before cursor: InteractionCursor, _ kinds: [String], limit: Int
  ) -> SQL {
    """
    SELECT \(columns) FROM policy_claims o
    JOIN claims k ON k.customer_id = o.insured_id AND k.id = o.claim_id
    JOIN events e ON e.customer_id = o.insured_id AND e.subject = o.claim_id
    WHERE o.customer_id IN \(list: records) AND o.insured_id NOT IN \(list: records)
      AND (e.happened_at, e.id) < (\(cursor.at), \(cursor.id)) AND e.kind IN \(list: kinds)
      AND \(visible: .claim, "k")
    ORDER BY e.happened_at DESC, e.id DESC LIMIT \(limit)
    """
  }

  /// What happened on a policy or a claim is told to who may see that policy or claim; an event about anything else
  /// that has a subject is not told, but for contacts.
  private static let served: SQL = """
    (e.subject = 0 OR e.kind IN ('contact_recorded', 'contact_changed') OR e.kind LIKE 'complaint@_%' ESCAPE '@'
      OR EXISTS (SELECT 1 FROM policy_parties s WHERE s.customer_id = e.customer_id AND s.policy_id = e.subject
        AND \(visible: .policy, "s"))
      OR EXISTS (SELECT 1 FROM claims k WHERE k.customer_id = e.customer_id AND k.id = e.subject
        AND \(visible: .claim, "k")))
    """

  /// What happened to a complaint is told to who may see complaints, but never to the one it is about.
  private static func complaintsOpen(to staff: Int64?) -> SQL {
    guard let staff else { return "e.kind NOT LIKE 'complaint@_%' ESCAPE '@'" }
    guard staff != 0 else { return "1 = 1" }
    return """
      (e.kind NOT LIKE 'complaint@_%' ESCAPE '@' OR NOT EXISTS (
        SELECT 1 FROM complaints x
        WHERE x.customer_id = e.customer_id AND x.id = e.subject AND x.about_staff_id = \(staff)))
      """
  }

  /// The newest entries of several persons since a moment.
  static func newest(
    of customers: [ID<Customer>], since: Instant, isScoped: Bool, complaintsFor: Int64?, limit: Int
  ) -> Query<[TimelineEntry]> {
    let scope: SQL = isScoped ? "AND \(served)" : ""
    return .all(
      """
      SELECT \(columns) FROM events e
      WHERE e.customer_id IN \(list: customers) AND e.happened_at >= \(since) AND \(visible: .customer, "e")
        AND e.kind NOT IN \(list: Timeline.hidden.map(\.rawValue)) AND \(complaintsOpen(to: complaintsFor)) \(scope)
      ORDER BY e.happened_at DESC, e.id DESC LIMIT \(limit)
      """, decode)
  }
}
