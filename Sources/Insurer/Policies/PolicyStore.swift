import Kernel
import Storage

/// Policies themselves and their numbers.
enum PolicyStore {
  static let columns: SQL = """
    p.customer_id, p.id, p.policy_no, p.product_id, p.base_policy_id, p.channel, p.writing_agent_id,
    p.servicing_agent_id, p.applied_on, p.formed_on, p.effective_on, p.delivered_on, p.expires_on, p.premium_mode,
    p.premium_fen, p.sum_insured_fen, p.status, p.termination_reason, p.status_as_of, p.source, p.flags, p.suspended_on,
    p.reinstated_on, p.terminated_on, p.loan_fen, p.automatic_loan_from, p.waived_from, p.reduced_on, p.premium_years,
    p.projected_status, p.phases, p.next_due_on, p.suspends_on, p.mismatch, p.projection_due_on, p.version,
    p.updated_at, p.grace_days, p.underwriter_id
    """

  @Sendable static func decode(_ row: Row) throws -> Policy {
    var projection = StoredProjection()
    projection.status = row.textOrNil(29).flatMap(PolicyStatus.init(rawValue:))
    projection.phases = codes(row.text(30))
    projection.nextDueOn = row.dayOrNil(31)
    projection.suspendsOn = row.dayOrNil(32)
    projection.mismatches = codes(row.text(33))
    projection.dueOn = row.dayOrNil(34)
    return Policy(
      id: row.id(1), customerID: row.id(0), policyNo: row.text(2), productID: row.id(3), baseID: row.idOrNil(4),
      channel: row.textOrNil(5).flatMap(Channel.init(rawValue:)), writingAgentID: row.idOrNil(6),
      servicingAgentID: row.idOrNil(7), appliedOn: row.dayOrNil(8), formedOn: row.dayOrNil(9),
      effectiveOn: row.dayOrNil(10), deliveredOn: row.dayOrNil(11), expiresOn: row.dayOrNil(12),
      mode: row.textOrNil(13).flatMap(PremiumMode.init(rawValue:)), premium: row.moneyOrNil(14),
      sumInsured: row.moneyOrNil(15), status: try row.code(16),
      reason: row.textOrNil(17).flatMap(TerminationReason.init(rawValue:)), statusAsOf: row.instant(18),
      flags: Set(codes(row.text(20))), suspendedOn: row.dayOrNil(21), reinstatedOn: row.dayOrNil(22),
      terminatedOn: row.dayOrNil(23), loan: row.moneyOrNil(24), automaticLoanFrom: row.dayOrNil(25),
      waivedFrom: row.dayOrNil(26), reducedOn: row.dayOrNil(27), premiumYears: row.intOrNil(28).map(Int.init),
      graceDays: row.intOrNil(37).map(Int.init), underwriterID: row.idOrNil(38), source: row.text(19),
      version: row.int(35), updatedAt: row.instant(36), projection: projection)
  }

  /// Codes with a bar between; what no case knows is left out.
  static func codes<Code: RawRepresentable>(_ text: String) -> [Code] where Code.RawValue == String {
    text.isEmpty ? [] : text.split(separator: "|").compactMap { Code(rawValue: String($0)) }
  }

  static func places(_ numbers: [String]) -> Query<[PolicyPlace]> {
    .all("SELECT n.policy_no, n.policy_id, n.customer_id FROM policy_numbers n WHERE n.policy_no IN \(list: numbers)") {
      PolicyPlace(policyNo: $0.text(0), id: $0.id(1), customerID: $0.id(2))
    }
  }

  static func places(of ids: [ID<Policy>]) -> Query<[PolicyPlace]> {
    .all("SELECT n.policy_no, n.policy_id, n.customer_id FROM policy_numbers n WHERE n.policy_id IN \(list: ids)") {
      PolicyPlace(policyNo: $0.text(0), id: $0.id(1), customerID: $0.id(2))
    }
  }

  /// Whole policies by their places, whoever looks: for acts and projections.
  static func all(_ places: [PolicyPlace]) -> Query<[Policy]> {
    .all(
      """
      SELECT \(columns) FROM policies p
      WHERE p.customer_id IN \(list: places.map(\.customerID))
        AND (p.customer_id, p.id) IN \(SQL.pairs(places.map { ($0.customerID, $0.id) }))
      """, decode)
  }

  /// One policy as far as the viewer may see it.
  static func visible(_ place: PolicyPlace) -> Query<Policy?> {
    .first(
      """
      SELECT \(columns) FROM policies p
      WHERE p.customer_id = \(place.customerID) AND p.id = \(place.id) AND \(visible: .policy, "p")
      """, decode)
  }

  /// Riders of some base covers, whoever looks.
  static func riders(of bases: [ID<Policy>]) -> Query<[Policy]> {
    .all("SELECT \(columns) FROM policies p WHERE p.base_policy_id IN \(list: bases)", decode)
  }

  /// Policies whose projection is to be made anew.
  static func overdue(on today: Day, limit: Int) -> Query<[Policy]> {
    .all(
      """
      SELECT \(columns) FROM policies p WHERE p.projection_due_on <= \(today)
      ORDER BY p.projection_due_on LIMIT \(limit)
      """, decode)
  }

  static func delete(_ policies: [Policy], in tx: Tx) throws {
    guard !policies.isEmpty else { return }
    try tx.run(
      """
      DELETE FROM policies
      WHERE customer_id IN \(list: policies.map(\.customerID))
        AND (customer_id, id) IN \(SQL.pairs(policies.map { ($0.customerID, $0.id) }))
      """)
  }

  static func insert(_ policies: [Policy], in tx: Tx) throws {
    guard !policies.isEmpty else { return }
    try tx.insert(into: "policies", columns: insertColumns, rows: policies.map { values($0) })
  }

  static func insertNumbers(_ policies: [Policy], in tx: Tx) throws {
    guard !policies.isEmpty else { return }
    try tx.insert(
      into: "policy_numbers", columns: ["policy_no", "policy_id", "customer_id"],
      rows: policies.map { [.text($0.policyNo), $0.id.sqlValue, $0.customerID.sqlValue] })
  }

  private static let insertColumns: [StaticString] = [
    "customer_id", "id", "policy_no", "product_id", "base_policy_id", "channel", "writing_agent_id",
    "servicing_agent_id", "applied_on", "formed_on", "effective_on", "delivered_on", "expires_on", "premium_mode",
    "premium_fen", "currency", "sum_insured_fen", "status", "termination_reason", "status_as_of", "source", "flags",
    "suspended_on", "reinstated_on", "terminated_on", "loan_fen", "automatic_loan_from", "waived_from", "reduced_on",
    "premium_years", "projected_status", "phases", "next_due_on", "suspends_on", "mismatch", "projection_due_on",
    "version", "updated_at", "grace_days", "underwriter_id",
  ]

  private static func values(_ policy: Policy) -> [SQLValue] {
    let projection = policy.projection
    let core: [SQLValue] = [
      policy.customerID.sqlValue, policy.id.sqlValue, .text(policy.policyNo), policy.productID.sqlValue,
      policy.baseID.sqlValue, (policy.channel?.code).sqlValue, policy.writingAgentID.sqlValue,
      policy.servicingAgentID.sqlValue, policy.appliedOn.sqlValue, policy.formedOn.sqlValue,
      policy.effectiveOn.sqlValue, policy.deliveredOn.sqlValue, policy.expiresOn.sqlValue,
      (policy.mode?.code).sqlValue, (policy.premium?.fen).sqlValue, .text(Currency.cny.rawValue),
      (policy.sumInsured?.fen).sqlValue, .text(policy.status.code), (policy.reason?.code).sqlValue,
      policy.statusAsOf.sqlValue, .text(policy.source), .text(flagText(policy.flags)),
    ]
    let life: [SQLValue] = [
      policy.suspendedOn.sqlValue, policy.reinstatedOn.sqlValue, policy.terminatedOn.sqlValue,
      (policy.loan?.fen).sqlValue, policy.automaticLoanFrom.sqlValue, policy.waivedFrom.sqlValue,
      policy.reducedOn.sqlValue, policy.premiumYears.sqlValue,
    ]
    let projected: [SQLValue] = [
      (projection.status?.code).sqlValue, .text(projection.phases.map(\.code).joined(separator: "|")),
      projection.nextDueOn.sqlValue, projection.suspendsOn.sqlValue, mismatchValue(projection),
      projection.dueOn.sqlValue, .int(policy.version), policy.updatedAt.sqlValue,
      policy.graceDays.sqlValue, policy.underwriterID.sqlValue,
    ]
    return core + life + projected
  }

  static func mismatchValue(_ projection: StoredProjection) -> SQLValue {
    projection.mismatches.isEmpty ? .null : .text(projection.mismatches.map(\.rawValue).joined(separator: "|"))
  }
}

extension Row {
  /// Fen as money; null is nil.
  func moneyOrNil(_ column: Int) -> Money? { intOrNil(column).map { Money(fen: $0) } }
}
