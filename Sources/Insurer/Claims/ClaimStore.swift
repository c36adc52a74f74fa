import Kernel
import Storage

/// Claims, their numbers, and the policyholders' ends of them.
enum ClaimStore {
  /// A claim with its health text as it rests.
  struct Sealed: Sendable {
    var claim: Claim
    let diagnosis: [UInt8]?
    let complexReason: [UInt8]?
  }

  static let columns: SQL = """
    k.customer_id, k.id, k.claim_no, k.policy_id, k.policyholder_id, k.policy_no, k.product_id, k.line,
    k.servicing_agent_id, k.handler_id, k.notified_at, k.requested_at, k.loss_on, k.kind, k.claimed_fen, k.paid_fen,
    k.status, k.decision, k.decided_on, k.paid_on, k.clause_days, k.supplement_asked_on, k.supplement_received_on,
    k.agreed_on, k.source, k.version, k.updated_at, CASE WHEN k.complex_reason IS NULL THEN 0 ELSE 1 END
    """

  @Sendable static func decode(_ row: Row) throws -> Claim {
    var claim = Claim(
      id: row.id(1), customerID: row.id(0), claimNo: row.text(2), policyID: row.id(3), policyholderID: row.id(4),
      policyNo: row.text(5), productID: row.id(6), line: try row.code(7), servicingAgentID: row.idOrNil(8),
      handlerID: row.idOrNil(9), notifiedAt: row.instantOrNil(10), requestedAt: row.instantOrNil(11),
      lossOn: row.dayOrNil(12), kind: try row.code(13), claimed: row.moneyOrNil(14), paid: row.moneyOrNil(15),
      status: try row.code(16), decision: row.textOrNil(17).flatMap(ClaimDecision.init(rawValue:)),
      decidedOn: row.dayOrNil(18), paidOn: row.dayOrNil(19), clauseDays: row.intOrNil(20).map(Int.init),
      supplementAskedOn: row.dayOrNil(21), supplementReceivedOn: row.dayOrNil(22), agreedOn: row.dayOrNil(23),
      source: row.text(24), version: row.int(25), updatedAt: row.instant(26))
    claim.isComplex = row.bool(27)
    return claim
  }

  @Sendable private static func decodeSealed(_ row: Row) throws -> Sealed {
    Sealed(claim: try decode(row), diagnosis: row.blobOrNil(28), complexReason: row.blobOrNil(29))
  }

  /// Claims by their numbers, whoever looks: for acts.
  static func byNumbers(_ numbers: [String]) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns), k.diagnosis, k.complex_reason FROM claim_numbers n
      JOIN claims k ON k.customer_id = n.customer_id AND k.id = n.claim_id
      WHERE n.claim_no IN \(list: numbers)
      """, decodeSealed)
  }

  /// One claim as far as the viewer may see it.
  static func visible(_ id: ID<Claim>) -> Query<Sealed?> {
    .first(
      """
      SELECT \(columns), k.diagnosis, k.complex_reason FROM claim_numbers n
      JOIN claims k ON k.customer_id = n.customer_id AND k.id = n.claim_id
      WHERE n.claim_id = \(id) AND \(visible: .claim, "k")
      """, decodeSealed)
  }

  /// A person's claims as insured, newest first.
  static func claims(of records: [ID<Customer>], limit: Int) -> Query<[Claim]> {
    .all(
      """
      SELECT \(columns) FROM claims k WHERE k.customer_id IN \(list: records) AND \(visible: .claim, "k")
      ORDER BY k.id DESC LIMIT \(limit)
      """, decode)
  }

  /// Claims on policies that a person holds, of other insured.
  static func claims(onPoliciesOf records: [ID<Customer>], limit: Int) -> Query<[Claim]> {
    .all(
      """
      SELECT \(columns) FROM policy_claims o
      JOIN claims k ON k.customer_id = o.insured_id AND k.id = o.claim_id
      WHERE o.customer_id IN \(list: records) AND o.insured_id NOT IN \(list: records) AND \(visible: .claim, "k")
      ORDER BY k.id DESC LIMIT \(limit)
      """, decode)
  }

  static func claims(on policy: PolicyPlace, limit: Int) -> Query<[Claim]> {
    .all(
      """
      SELECT \(columns) FROM policy_claims o
      JOIN claims k ON k.customer_id = o.insured_id AND k.id = o.claim_id
      WHERE o.customer_id = \(policy.customerID) AND o.policy_id = \(policy.id) AND \(visible: .claim, "k")
      ORDER BY k.id DESC LIMIT \(limit)
      """, decode)
  }

  // MARK: Lists

  static let lookedAt = 50_000

  static func floor(after id: Int64) -> Query<(lowest: Int64, count: Int)> {
    Query<[(lowest: Int64, count: Int)]>.all(
      """
      SELECT COALESCE(MIN(w.id), 0), COUNT(*) FROM (
        SELECT k.id FROM claims k WHERE k.id < \(id) AND \(visible: .claim, "k") ORDER BY k.id DESC LIMIT \(lookedAt)
      ) w
      """
    ) { (lowest: $0.int(0), count: Int($0.int(1))) }.map { $0.first ?? (0, 0) }
  }

  static func page(after id: Int64, from lowest: Int64, _ filter: ClaimFilter, limit: Int) -> Query<[Claim]> {
    var conditions: [SQL] = ["k.id < \(id)", "k.id >= \(lowest)", "\(visible: .claim, "k")"]
    if let status = filter.status { conditions.append("k.status = \(status.code)") }
    if let kind = filter.kind { conditions.append("k.kind = \(kind.code)") }
    if filter.isOpen {
      let closed = ClaimStatus.allCases.filter { !$0.isOpen }.map(\.code)
      conditions.append("k.status NOT IN \(list: closed)")
    }
    if let handler = filter.handlerID { conditions.append("k.handler_id = \(handler)") }
    return .all(
      "SELECT \(columns) FROM claims k WHERE \(SQL.join(conditions, " AND ")) ORDER BY k.id DESC LIMIT \(limit)", decode
    )
  }

  /// Open claims whose next deadline is at most `last`, the earliest first, with that day.
  static func due(to last: Day, after: DuePlace?, limit: Int) -> Query<[(claim: Claim, day: Day)]> {
    let behind: SQL = after.map { "AND (k.due_on, k.id) > (\($0.day), \($0.id))" } ?? ""
    return .all(
      """
      SELECT \(columns), k.due_on FROM claims k WHERE k.due_on <= \(last) \(behind) AND \(visible: .claim, "k")
      ORDER BY k.due_on, k.id LIMIT \(limit)
      """
    ) { (claim: try decode($0), day: $0.day(28)) }
  }

  /// How many wait for documents, up to `bound` and one.
  static func supplementCount(bound: Int) -> Query<Int> {
    .count(
      """
      SELECT COUNT(*) FROM (
        SELECT 1 FROM claims k WHERE k.status = 'awaiting_documents' AND \(visible: .claim, "k") LIMIT \(bound + 1)) w
      """)
  }

  /// How many those are, counted up to `bound` and one.
  static func dueCount(to last: Day, bound: Int) -> Query<Int> {
    Query<Int>.count(
      """
      SELECT COUNT(*) FROM (
        SELECT 1 FROM claims k WHERE k.due_on <= \(last) AND \(visible: .claim, "k") LIMIT \(bound + 1)) w
      """)
  }

  static func byNumber(after number: String, limit: Int) -> Query<[Sealed]> {
    .all(
      """
      SELECT \(columns), k.diagnosis, k.complex_reason FROM claim_numbers n
      JOIN claims k ON k.customer_id = n.customer_id AND k.id = n.claim_id
      WHERE n.claim_no > \(number) AND \(visible: .claim, "k") ORDER BY n.claim_no LIMIT \(limit)
      """, decodeSealed)
  }

  // MARK: Writing

  static func delete(_ claims: [Claim], in tx: Tx) throws {
    guard !claims.isEmpty else { return }
    try tx.run(
      """
      DELETE FROM claims WHERE customer_id IN \(list: claims.map(\.customerID))
        AND (customer_id, id) IN \(SQL.pairs(claims.map { ($0.customerID, $0.id) }))
      """)
  }

  static func insert(
    _ claims: [Claim], keys: [ID<Customer>: SealingKey], law: Law, in tx: Tx
  ) throws {
    guard !claims.isEmpty else { return }
    try tx.insert(
      into: "claims", columns: insertColumns, rows: claims.map { try values($0, keys[$0.customerID], law, tx) })
  }

  static func insertNumbers(_ claims: [Claim], in tx: Tx) throws {
    guard !claims.isEmpty else { return }
    try tx.insert(
      into: "claim_numbers", columns: ["claim_no", "claim_id", "customer_id"],
      rows: claims.map { [.text($0.claimNo), $0.id.sqlValue, $0.customerID.sqlValue] })
    try tx.insert(
      into: "policy_claims", columns: ["customer_id", "policy_id", "claim_id", "insured_id"],
      rows: claims.map {
        [$0.policyholderID.sqlValue, $0.policyID.sqlValue, $0.id.sqlValue, $0.customerID.sqlValue]
      })
  }

  private static let insertColumns: [StaticString] = [
    "customer_id", "id", "claim_no", "policy_id", "policyholder_id", "policy_no", "product_id", "line",
    "servicing_agent_id", "handler_id", "notified_at", "requested_at", "loss_on", "kind", "diagnosis", "claimed_fen",
    "paid_fen", "status", "decision", "decided_on", "paid_on", "clause_days", "complex_reason", "supplement_asked_on",
    "supplement_received_on", "agreed_on", "due_on", "due_kind", "source", "status_as_of", "version", "updated_at",
  ]

  private static func values(_ claim: Claim, _ key: SealingKey?, _ law: Law, _ tx: Tx) throws -> [SQLValue] {
    func sealed(_ text: String?) throws -> SQLValue {
      guard let text else { return .null }
      guard let key else { throw AppError.conflict("ERASED", "the record was erased") }
      return .blob(try tx.vault.seal(text, with: key))
    }
    let deadline = claim.deadline(on: tx.today, law: law)
    let head: [SQLValue] = [
      claim.customerID.sqlValue, claim.id.sqlValue, .text(claim.claimNo), claim.policyID.sqlValue,
      claim.policyholderID.sqlValue, .text(claim.policyNo), claim.productID.sqlValue, .text(claim.line.code),
      claim.servicingAgentID.sqlValue, claim.handlerID.sqlValue, claim.notifiedAt.sqlValue,
      claim.requestedAt.sqlValue, claim.lossOn.sqlValue, .text(claim.kind.code), try sealed(claim.diagnosis),
      (claim.claimed?.fen).sqlValue, (claim.paid?.fen).sqlValue,
    ]
    let tail: [SQLValue] = [
      .text(claim.status.code), (claim.decision?.code).sqlValue, claim.decidedOn.sqlValue, claim.paidOn.sqlValue,
      claim.clauseDays.sqlValue, try sealed(claim.complexReason), claim.supplementAskedOn.sqlValue,
      claim.supplementReceivedOn.sqlValue, claim.agreedOn.sqlValue, (deadline?.day).sqlValue,
      (deadline?.subject.rawValue).sqlValue, .text(claim.source), tx.now.sqlValue, .int(claim.version),
      claim.updatedAt.sqlValue,
    ]
    return head + tail
  }
}
