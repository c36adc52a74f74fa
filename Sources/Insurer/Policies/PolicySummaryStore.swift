import Kernel
import Storage

/// The parties' own rows.
enum PolicySummaryStore {
  static func delete(_ policies: [ID<Policy>], in tx: Tx) throws {
    guard !policies.isEmpty else { return }
    try tx.run("DELETE FROM policy_parties WHERE policy_id IN \(list: policies)")
  }

  /// Customers who are on some policies now, whoever looks.
  static func parties(of policies: [ID<Policy>]) -> Query<[ID<Customer>]> {
    .all("SELECT DISTINCT s.customer_id FROM policy_parties s WHERE s.policy_id IN \(list: policies)") { $0.id(0) }
  }

  static func insert(_ summaries: [PolicySummary], in tx: Tx) throws {
    guard !summaries.isEmpty else { return }
    try tx.insert(into: "policy_parties", columns: columns, rows: summaries.map(values))
  }

  private static let columns: [StaticString] = [
    "customer_id", "policy_id", "role", "policyholder_id", "policy_no", "product_id", "line", "base_policy_id",
    "status", "termination_reason", "status_as_of", "source", "phases", "flags", "mismatch", "effective_on",
    "expires_on", "terminated_on", "sum_insured_fen", "premium_fen", "premium_mode", "next_due_on", "suspends_on",
    "servicing_agent_id", "projection_due_on", "premium_years",
  ]

  private static func values(_ summary: PolicySummary) -> [SQLValue] {
    let mismatch = summary.mismatches.map(\.rawValue).joined(separator: "|")
    let head: [SQLValue] = [
      summary.customerID.sqlValue, summary.policyID.sqlValue, .text(summary.role.code),
      summary.policyholderID.sqlValue, .text(summary.policyNo), summary.productID.sqlValue, .text(summary.line.code),
      summary.baseID.sqlValue, .text(summary.status.code), (summary.reason?.code).sqlValue,
      summary.statusAsOf.sqlValue, .text(summary.source), .text(summary.phases.map(\.code).joined(separator: "|")),
      .text(flagText(summary.flags)), mismatch.isEmpty ? .null : .text(mismatch),
    ]
    let tail: [SQLValue] = [
      summary.effectiveOn.sqlValue, summary.expiresOn.sqlValue, summary.terminatedOn.sqlValue,
      (summary.sumInsured?.fen).sqlValue, (summary.premium?.fen).sqlValue, (summary.mode?.code).sqlValue,
      summary.nextDueOn.sqlValue, summary.suspendsOn.sqlValue, summary.servicingAgentID.sqlValue,
      summary.projectionDueOn.sqlValue, summary.premiumYears.sqlValue,
    ]
    return head + tail
  }

  /// The policies on which a person stands, as far as the viewer may see them: a row a role.
  static func lines(of records: [ID<Customer>]) -> Query<[PolicyLine]> {
    Query<[PolicyLine]>.all(
      """
      SELECT s.policy_id, s.role, s.policyholder_id, s.policy_no, s.product_id, r.name, s.line, s.base_policy_id,
        s.status, s.termination_reason, s.status_as_of, s.source, s.phases, s.flags, s.mismatch, s.effective_on,
        s.expires_on, s.terminated_on, s.sum_insured_fen, s.premium_fen, s.premium_mode, s.next_due_on, s.suspends_on,
        s.servicing_agent_id, s.projection_due_on, s.premium_years
      FROM policy_parties s JOIN products r ON r.id = s.product_id
      WHERE s.customer_id IN \(list: records) AND \(visible: .policy, "s")
      ORDER BY s.policy_id DESC
      """, line
    ).map(PolicyLine.grouped)
  }

  @Sendable private static func line(_ row: Row) throws -> PolicyLine {
    PolicyLine(
      id: row.id(0), roles: [try row.code(1)], policyholderID: row.id(2), policyNo: row.text(3), productID: row.id(4),
      product: row.text(5), line: try row.code(6), baseID: row.idOrNil(7), status: try row.code(8),
      reason: row.textOrNil(9).flatMap(TerminationReason.init(rawValue:)), statusAsOf: row.instant(10),
      source: row.text(11), phases: PolicyStore.codes(row.text(12)), flags: Set(PolicyStore.codes(row.text(13))),
      mismatches: PolicyStore.codes(row.text(14)), effectiveOn: row.dayOrNil(15), expiresOn: row.dayOrNil(16),
      terminatedOn: row.dayOrNil(17), sumInsured: row.moneyOrNil(18), premium: row.moneyOrNil(19),
      mode: row.textOrNil(20).flatMap(PremiumMode.init(rawValue:)), nextDueOn: row.dayOrNil(21),
      suspendsOn: row.dayOrNil(22), premiumYears: row.intOrNil(25).map(Int.init),
      servicingAgentID: row.idOrNil(23), projectionDueOn: row.dayOrNil(24))
  }
}
