import Kernel
import Storage

/// Promises to pay, reminders and demands.
enum PremiumNoticeStore {
  private static let promiseColumns: SQL = """
    m.id, m.customer_id, m.policy_id, m.due_on, m.pay_by, m.promised_by, m.channel, m.taken_by, m.taken_at, m.outcome,
    m.settled_on
    """

  @Sendable private static func promise(_ row: Row) throws -> PremiumPromise {
    PremiumPromise(
      id: row.id(0), customerID: row.id(1), policyID: row.id(2), dueOn: row.day(3), payBy: row.day(4),
      promisedBy: try row.code(5), channel: try row.code(6), takenBy: Actor(stored: row.text(7)),
      takenAt: row.instant(8), outcome: row.textOrNil(9).flatMap(PromiseOutcome.init(rawValue:)),
      settledOn: row.dayOrNil(10))
  }

  /// Newest first.
  static func promises(of policies: [PolicyPlace]) -> Query<[PremiumPromise]> {
    .all(
      """
      SELECT \(promiseColumns) FROM premium_promises m
      WHERE m.customer_id IN \(list: policies.map(\.customerID))
        AND (m.customer_id, m.policy_id) IN \(SQL.pairs(policies.map { ($0.customerID, $0.id) }))
      ORDER BY m.taken_at DESC, m.id DESC
      """, promise)
  }

  /// Open promises that can be settled, with the day on which the premium came.
  /// - Parameter policies: theirs alone; nil for everybody's.
  static func toSettle(
    of policies: [PolicyPlace]? = nil, on today: Day, limit: Int
  ) -> Query<[(promise: PremiumPromise, receivedOn: Day?)]> {
    let theirs: SQL =
      policies.map {
        """
        AND m.customer_id IN \(list: $0.map(\.customerID))
        AND (m.customer_id, m.policy_id) IN \(SQL.pairs($0.map { ($0.customerID, $0.id) }))
        """
      } ?? .empty
    return .all(
      """
      SELECT \(promiseColumns), q.received_on FROM premium_promises m
      LEFT JOIN premiums q ON q.customer_id = m.customer_id AND q.policy_id = m.policy_id AND q.due_on = m.due_on
      WHERE m.outcome IS NULL AND (m.pay_by < \(today) OR q.received_on IS NOT NULL) \(theirs)
      ORDER BY m.pay_by, m.id LIMIT \(limit)
      """
    ) { row in (try promise(row), row.dayOrNil(11)) }
  }

  static func insert(_ promise: PremiumPromise, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO premium_promises (customer_id, id, policy_id, due_on, pay_by, promised_by, channel, taken_by,
        taken_at)
      VALUES (\(promise.customerID), \(promise.id), \(promise.policyID), \(promise.dueOn), \(promise.payBy),
        \(promise.promisedBy.code), \(promise.channel.code), \(promise.takenBy), \(promise.takenAt))
      """)
  }

  static func settle(_ promise: PremiumPromise, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE premium_promises SET outcome = \(promise.outcome?.code), settled_on = \(promise.settledOn)
      WHERE customer_id = \(promise.customerID) AND id = \(promise.id)
      """)
  }

  // MARK: Calls

  static func task(of policy: PolicyPlace, dueOn: Day) -> Query<ID<WorkTask>?> {
    .first(
      """
      SELECT k.task_id FROM premium_calls k
      WHERE k.customer_id = \(policy.customerID) AND k.policy_id = \(policy.id) AND k.due_on = \(dueOn)
      """
    ) { $0.id(0) }
  }

  static func insertCall(_ task: ID<WorkTask>, _ policy: PolicyPlace, dueOn: Day, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO premium_calls (customer_id, policy_id, due_on, task_id)
      VALUES (\(policy.customerID), \(policy.id), \(dueOn), \(task)) ON CONFLICT DO NOTHING
      """)
  }

  /// Calls that need not be made any more, for the premium has come.
  static func settledCalls(limit: Int) -> Query<[(task: ID<WorkTask>, policy: PolicyPlace, dueOn: Day)]> {
    .all(
      """
      SELECT k.task_id, k.customer_id, k.policy_id, k.due_on FROM premium_calls k
      JOIN premiums q ON q.customer_id = k.customer_id AND q.policy_id = k.policy_id AND q.due_on = k.due_on
      WHERE k.settled_on IS NULL AND q.received_on IS NOT NULL LIMIT \(limit)
      """
    ) { row in (row.id(0), PolicyPlace(policyNo: "", id: row.id(2), customerID: row.id(1)), row.day(3)) }
  }

  static func settleCall(_ policy: PolicyPlace, dueOn: Day, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE premium_calls SET settled_on = \(tx.today)
      WHERE customer_id = \(policy.customerID) AND policy_id = \(policy.id) AND due_on = \(dueOn)
      """)
  }

  // MARK: Notices

  private static let noticeColumns: SQL = """
    n.id, n.customer_id, n.policy_id, n.due_on, n.kind, n.way, n.sent_on, n.sent_by, n.reached_on, n.proof_kind
    """

  @Sendable private static func notice(_ row: Row) throws -> PremiumNotice {
    PremiumNotice(
      id: row.id(0), customerID: row.id(1), policyID: row.id(2), dueOn: row.day(3), kind: try row.code(4),
      way: try row.code(5), sentOn: row.day(6), sentBy: Actor(stored: row.text(7)), reachedOn: row.dayOrNil(8),
      proofKind: row.textOrNil(9).flatMap(DeliveryProof.init(rawValue:)))
  }

  /// Newest first.
  static func notices(of policies: [PolicyPlace]) -> Query<[PremiumNotice]> {
    .all(
      """
      SELECT \(noticeColumns) FROM premium_notices n
      WHERE n.customer_id IN \(list: policies.map(\.customerID))
        AND (n.customer_id, n.policy_id) IN \(SQL.pairs(policies.map { ($0.customerID, $0.id) }))
      ORDER BY n.sent_on DESC, n.id DESC
      """, notice)
  }

  static func insert(_ notice: PremiumNotice, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO premium_notices (customer_id, id, policy_id, due_on, kind, way, sent_on, sent_by)
      VALUES (\(notice.customerID), \(notice.id), \(notice.policyID), \(notice.dueOn), \(notice.kind.code),
        \(notice.way.code), \(notice.sentOn), \(notice.sentBy))
      """)
  }

  static func setReached(_ notice: PremiumNotice, proof: [UInt8], by actor: Actor, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE premium_notices SET reached_on = \(notice.reachedOn), proof_kind = \(notice.proofKind?.code),
        proof = \(proof), recorded_by = \(actor)
      WHERE customer_id = \(notice.customerID) AND id = \(notice.id)
      """)
  }
}
