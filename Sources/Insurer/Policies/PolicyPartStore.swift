import Kernel
import Storage

/// What lies with a policy: members, coverages, premiums.
enum PolicyPartStore {
  // MARK: Members

  private static let memberColumns: SQL = """
    m.customer_id, m.policy_id, m.id, m.role, m.party_id, m.name, m.benefit, m.party_rank, m.share_millionths, m.source
    """

  @Sendable private static func member(_ row: Row) throws -> PolicyMember {
    PolicyMember(
      id: row.int(2), customerID: row.id(0), policyID: row.id(1), role: try row.code(3), partyID: row.idOrNil(4),
      name: row.blobOrNil(5), benefit: row.text(6), rank: Int(row.int(7)),
      share: row.intOrNil(8).map(Rate.init(millionths:)), source: row.text(9))
  }

  static func members(of policies: [PolicyPlace]) -> Query<[PolicyMember]> {
    .all(
      """
      SELECT \(memberColumns) FROM policy_members m
      WHERE m.customer_id IN \(list: policies.map(\.customerID))
        AND (m.customer_id, m.policy_id) IN \(SQL.pairs(policies.map { ($0.customerID, $0.id) }))
      ORDER BY m.role, m.benefit, m.party_rank, m.id
      """, member)
  }

  static func delete(_ members: [PolicyMember], in tx: Tx) throws {
    guard !members.isEmpty else { return }
    try tx.run(
      """
      DELETE FROM policy_members
      WHERE customer_id IN \(list: members.map(\.customerID))
        AND (customer_id, policy_id, id) IN \(SQL.rows(members.map {
          [$0.customerID.sqlValue, $0.policyID.sqlValue, .int($0.id)]
        }))
      """)
  }

  static func insert(_ members: [PolicyMember], in tx: Tx) throws {
    guard !members.isEmpty else { return }
    try tx.insert(
      into: "policy_members",
      columns: [
        "customer_id", "policy_id", "id", "role", "party_id", "name", "benefit", "party_rank", "share_millionths",
        "source",
      ],
      rows: members.map { member in
        [
          member.customerID.sqlValue, member.policyID.sqlValue, .int(member.id), .text(member.role.code),
          member.partyID.sqlValue, member.name.sqlValue, .text(member.benefit), member.rank.sqlValue,
          (member.share?.millionths).sqlValue, .text(member.source),
        ]
      })
  }

  // MARK: Coverages

  static func coverages(of policies: [PolicyPlace]) -> Query<[Coverage]> {
    .all(
      """
      SELECT v.customer_id, v.policy_id, v.benefit, v.sum_insured_fen, v.deductible_fen, v.rate_millionths, v.limit_fen,
        v.source
      FROM coverages v
      WHERE v.customer_id IN \(list: policies.map(\.customerID))
        AND (v.customer_id, v.policy_id) IN \(SQL.pairs(policies.map { ($0.customerID, $0.id) }))
      ORDER BY v.policy_id, v.benefit
      """
    ) { row in
      Coverage(
        customerID: row.id(0), policyID: row.id(1), benefit: row.text(2), sumInsured: row.moneyOrNil(3),
        deductible: row.moneyOrNil(4), rate: row.intOrNil(5).map(Rate.init(millionths:)), limit: row.moneyOrNil(6),
        source: row.text(7))
    }
  }

  static func delete(_ coverages: [Coverage], in tx: Tx) throws {
    guard !coverages.isEmpty else { return }
    try tx.run(
      """
      DELETE FROM coverages
      WHERE customer_id IN \(list: coverages.map(\.customerID))
        AND (customer_id, policy_id, benefit) IN \(SQL.rows(coverages.map {
          [$0.customerID.sqlValue, $0.policyID.sqlValue, .text($0.benefit)]
        }))
      """)
  }

  static func insert(_ coverages: [Coverage], in tx: Tx) throws {
    guard !coverages.isEmpty else { return }
    try tx.insert(
      into: "coverages",
      columns: [
        "customer_id", "policy_id", "benefit", "sum_insured_fen", "deductible_fen", "rate_millionths", "limit_fen",
        "source",
      ],
      rows: coverages.map { coverage in
        [
          coverage.customerID.sqlValue, coverage.policyID.sqlValue, .text(coverage.benefit),
          (coverage.sumInsured?.fen).sqlValue, (coverage.deductible?.fen).sqlValue,
          (coverage.rate?.millionths).sqlValue, (coverage.limit?.fen).sqlValue, .text(coverage.source),
        ]
      })
  }

  // MARK: Premiums

  @Sendable private static func premium(_ row: Row) throws -> Premium {
    Premium(
      customerID: row.id(0), policyID: row.id(1), dueOn: row.day(2), amount: Money(fen: row.int(3)),
      receivedOn: row.dayOrNil(4), method: row.textOrNil(5).flatMap(PremiumMethod.init(rawValue:)),
      result: row.textOrNil(6).flatMap(PremiumResult.init(rawValue:)), demandedOn: row.dayOrNil(8),
      failureReason: row.textOrNil(9).flatMap(DebitFailure.init(rawValue:)), source: row.text(7))
  }

  static func premiums(of policies: [PolicyPlace]) -> Query<[Premium]> {
    .all(
      """
      SELECT q.customer_id, q.policy_id, q.due_on, q.amount_fen, q.received_on, q.method, q.result, q.source,
        q.demanded_on, q.failure_reason
      FROM premiums q
      WHERE q.customer_id IN \(list: policies.map(\.customerID))
        AND (q.customer_id, q.policy_id) IN \(SQL.pairs(policies.map { ($0.customerID, $0.id) }))
      ORDER BY q.policy_id, q.due_on
      """, premium)
  }

  static func delete(_ premiums: [Premium], in tx: Tx) throws {
    guard !premiums.isEmpty else { return }
    try tx.run(
      """
      DELETE FROM premiums
      WHERE customer_id IN \(list: premiums.map(\.customerID))
        AND (customer_id, policy_id, due_on) IN \(SQL.rows(premiums.map {
          [$0.customerID.sqlValue, $0.policyID.sqlValue, $0.dueOn.sqlValue]
        }))
      """)
  }

  static func insert(_ premiums: [Premium], in tx: Tx) throws {
    guard !premiums.isEmpty else { return }
    try tx.insert(
      into: "premiums",
      columns: [
        "customer_id", "policy_id", "due_on", "amount_fen", "received_on", "method", "result", "source",
        "demanded_on", "failure_reason",
      ],
      rows: premiums.map { premium in
        [
          premium.customerID.sqlValue, premium.policyID.sqlValue, premium.dueOn.sqlValue, .int(premium.amount.fen),
          premium.receivedOn.sqlValue, (premium.method?.code).sqlValue, (premium.result?.code).sqlValue,
          .text(premium.source), premium.demandedOn.sqlValue, (premium.failureReason?.code).sqlValue,
        ]
      })
  }

  // MARK: Another policyholder or agent

  /// The claims on a policy follow its policyholder and servicing agent, who decide who sees them.
  static func serveClaims(of policy: Policy, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE claims SET servicing_agent_id = \(policy.servicingAgentID), policyholder_id = \(policy.customerID)
      WHERE policy_id = \(policy.id) AND customer_id IN (
        SELECT o.insured_id FROM policy_claims o
        WHERE o.customer_id = \(policy.customerID) AND o.policy_id = \(policy.id))
      """)
  }

  /// Moves what lies with a policy to its new policyholder's rows.
  static func move(_ policy: ID<Policy>, from old: ID<Customer>, to new: ID<Customer>, in tx: Tx) throws {
    try tx.run(
      "UPDATE coverages SET customer_id = \(new) WHERE customer_id = \(old) AND policy_id = \(policy)")
    try tx.run(
      "UPDATE premiums SET customer_id = \(new) WHERE customer_id = \(old) AND policy_id = \(policy)")
    try tx.run(
      "UPDATE policy_claims SET customer_id = \(new) WHERE customer_id = \(old) AND policy_id = \(policy)")
    try tx.run("UPDATE policy_numbers SET customer_id = \(new) WHERE policy_id = \(policy)")
  }
}
