import Kernel
import Storage

/// All statements on the book, the summary columns of customers, and the search documents.
enum BookStore {
  // MARK: What the book is computed from

  static func facts(of ids: [Int64]) -> Query<[BookFacts]> {
    .all(
      """
      SELECT c.id, c.name, c.pinyin, c.initials, c.created_at, c.owner_id, c.adviser_id, c.latest_at
      FROM customers c WHERE c.id IN \(list: ids)
      """
    ) { row in
      BookFacts(
        customerID: row.int(0), name: row.text(1), pinyin: row.text(2), initials: row.text(3),
        createdAt: row.instant(4), owner: row.intOrNil(5), adviser: row.intOrNil(6), latestAt: row.instant(7))
    }
  }

  /// Policies by the party's own row; what only an application has comes from the policy itself.
  static func policies(of ids: [Int64]) -> Query<[(customer: Int64, policy: BookFacts.Policy)]> {
    .all(
      """
      SELECT y.customer_id, y.policy_id, y.role, y.servicing_agent_id, y.line, y.status, y.termination_reason,
        y.base_policy_id, y.product_id, y.effective_on, y.expires_on, y.next_due_on, p.applied_on, p.formed_on,
        p.suspended_on, p.reinstated_on, p.terminated_on, p.underwriter_id
      FROM policy_parties y
        LEFT JOIN policies p ON p.customer_id = y.policyholder_id AND p.id = y.policy_id
      WHERE y.customer_id IN \(list: ids) AND y.role IN ('policyholder', 'insured')
      """
    ) { row in
      var standing = PolicyStanding(policy: row.int(1), roles: [try row.code(2)], status: try row.code(5))
      standing.reason = row.textOrNil(6).flatMap(TerminationReason.init(rawValue:))
      standing.isRider = !row.isNull(7)
      standing.product = row.int(8)
      standing.effectiveOn = row.dayOrNil(9)
      standing.expiresOn = row.dayOrNil(10)
      standing.nextDueOn = row.dayOrNil(11)
      standing.appliedOn = row.dayOrNil(12)
      standing.formedOn = row.dayOrNil(13)
      standing.suspendedOn = row.dayOrNil(14)
      standing.reinstatedOn = row.dayOrNil(15)
      standing.terminatedOn = row.dayOrNil(16)
      let line = Line(rawValue: row.text(4))?.bit ?? 0
      let policy = BookFacts.Policy(
        standing: standing, agent: row.intOrNil(3), line: line, underwriter: row.intOrNil(17))
      return (row.int(0), policy)
    }
  }

  /// Cases of the insured, and those on the policies that a person holds for others.
  static func claims(of ids: [Int64]) -> Query<[(customer: Int64, claim: BookFacts.Claim)]> {
    .all(
      """
      SELECT k.customer_id, k.id, k.status, k.notified_at, k.requested_at, k.servicing_agent_id, k.handler_id
      FROM claims k WHERE k.customer_id IN \(list: ids)
      UNION ALL
      SELECT h.customer_id, k.id, k.status, k.notified_at, k.requested_at, k.servicing_agent_id, NULL
      FROM policy_claims h JOIN claims k ON k.customer_id = h.insured_id AND k.id = h.claim_id
      WHERE h.customer_id IN \(list: ids) AND h.insured_id <> h.customer_id
      """
    ) { row in
      let since = (row.instantOrNil(3) ?? row.instantOrNil(4))?.day
      let standing = ClaimStanding(claim: row.int(1), status: try row.code(2), since: since)
      return (row.int(0), BookFacts.Claim(standing: standing, agent: row.intOrNil(5), handler: row.intOrNil(6)))
    }
  }

  /// Who serves applications until the call-back that ends them, and who assesses or assessed them.
  static func applications(of ids: [Int64]) -> Query<[(customer: Int64, agent: Int64?, underwriter: Int64?)]> {
    .all(
      """
      SELECT a.customer_id, CASE WHEN a.stage NOT IN ('post_sale_call', 'postponed', 'declined', 'withdrawn')
          THEN a.servicing_agent_id END, a.underwriter_id
      FROM applications a WHERE a.customer_id IN \(list: ids)
      """
    ) { ($0.int(0), $0.intOrNil(1), $0.intOrNil(2)) }
  }

  /// Open stages as they are stored.
  static func openStages(of ids: [Int64]) -> Query<[StoredStage]> {
    .all("SELECT customer_id, stage, case_id FROM stages WHERE customer_id IN \(list: ids) AND closed_at IS NULL") {
      row in StoredStage(customerID: row.int(0), stage: try row.code(1), caseID: row.int(2))
    }
  }

  /// Policyholders with a premium within its days, or a contract within the window of its renewal, in key order.
  static func movedByDays(after: Int64, on today: Day, limit: Int) -> Query<[Int64]> {
    let due = today + RelationRules.premiumDueDays
    let first = today - (RelationRules.renewalAfterDays + 7)
    let last = today + RelationRules.renewalAheadDays
    return .all(
      """
      SELECT DISTINCT y.customer_id FROM policy_parties y
      WHERE y.customer_id > \(after) AND y.role = 'policyholder'
        AND (y.status = 'in_force' AND y.next_due_on <= \(due) OR y.expires_on BETWEEN \(first) AND \(last))
      ORDER BY y.customer_id LIMIT \(limit)
      """
    ) { $0.int(0) }
  }

  /// When the newest event of each happened.
  static func latestEvents(of ids: [Int64]) -> Query<[Int64: Instant]> {
    Query<[(Int64, Instant)]>.all(
      "SELECT customer_id, MAX(happened_at) FROM events WHERE customer_id IN \(list: ids) GROUP BY customer_id"
    ) { ($0.int(0), $0.instant(1)) }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  struct Summary: Hashable, Sendable {
    let relation: RelationState
    let lines: Int64
    let stages: Int64
    let latestAt: Instant
    let nextDueOn: Day?
  }

  static func summaries(of ids: [Int64]) -> Query<[Int64: Summary]> {
    Query<[(Int64, Summary)]>.all(
      "SELECT id, relation, lines, stages, latest_at, next_due_on FROM customers WHERE id IN \(list: ids)"
    ) { row in
      let summary = Summary(
        relation: try row.code(1), lines: row.int(2), stages: row.int(3), latestAt: row.instant(4),
        nextDueOn: row.dayOrNil(5))
      return (row.int(0), summary)
    }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  static func rows(of ids: [Int64]) -> Query<[BookRow]> {
    .all(
      """
      SELECT scope, customer_id, name, pinyin, initials, latest_at, next_due_on, created_at, relation, lines, stages
      FROM book WHERE customer_id IN \(list: ids) ORDER BY customer_id, scope
      """, decode)
  }

  static func decode(_ row: Row) -> BookRow {
    BookRow(
      scope: row.int(0), customerID: row.int(1), name: row.text(2), pinyin: row.text(3), initials: row.text(4),
      latestAt: row.instant(5), nextDueOn: row.day(6), createdAt: row.instant(7), relation: row.int(8),
      lines: row.int(9), stages: row.int(10))
  }

  static func documents(of ids: [Int64]) -> Query<[Int64: String]> {
    Query<[(Int64, String)]>.all("SELECT customer_id, tokens FROM search_docs WHERE customer_id IN \(list: ids)") {
      ($0.int(0), $0.text(1))
    }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  // MARK: Writing

  static func insert(_ rows: [BookRow], in tx: Tx) throws {
    guard !rows.isEmpty else { return }
    try tx.insert(
      into: "book",
      columns: [
        "scope", "customer_id", "name", "pinyin", "initials", "latest_at", "next_due_on", "created_at", "relation",
        "lines", "stages",
      ],
      rows: rows.map { row in
        [
          .int(row.scope), .int(row.customerID), .text(row.name), .text(row.pinyin), .text(row.initials),
          row.latestAt.sqlValue, row.nextDueOn.sqlValue, row.createdAt.sqlValue, .int(row.relation), .int(row.lines),
          .int(row.stages),
        ]
      })
  }

  static func delete(of ids: [Int64], in tx: Tx) throws {
    guard !ids.isEmpty else { return }
    try tx.run("DELETE FROM book WHERE customer_id IN \(list: ids)")
  }

  static func update(_ customer: Int64, _ summary: Summary, relationSince: Instant?, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE customers SET relation = \(summary.relation.rawValue),
        relation_since = COALESCE(CAST(\(relationSince) AS BIGINT), relation_since), lines = \(summary.lines),
        stages = \(summary.stages), latest_at = \(summary.latestAt), next_due_on = \(summary.nextDueOn)
      WHERE id = \(customer)
      """)
  }

  static func touch(_ customer: Int64, latest: Instant, in tx: Tx) throws {
    try tx.run("UPDATE book SET latest_at = \(latest) WHERE customer_id = \(customer) AND latest_at < \(latest)")
    try tx.run("UPDATE customers SET latest_at = \(latest) WHERE id = \(customer) AND latest_at < \(latest)")
  }

  /// Adds search documents; SQLite's index is fed beside the table it reads from.
  static func insertDocuments(_ documents: [(customer: Int64, tokens: String)], in tx: Tx) throws {
    guard !documents.isEmpty else { return }
    try tx.insert(
      into: "search_docs", columns: ["customer_id", "tokens", "version"],
      rows: documents.map { [.int($0.customer), .text($0.tokens), .int(1)] })
    if !tx.isPostgres {
      try tx.insert(
        into: "search_index", columns: ["rowid", "tokens"],
        rows: documents.map { [.int($0.customer), .text($0.tokens)] })
    }
  }

  /// Takes documents out; SQLite's index has to be told the tokens that it holds.
  static func deleteDocuments(of ids: [Int64], in tx: Tx) throws {
    guard !ids.isEmpty else { return }
    if !tx.isPostgres {
      try tx.run(
        """
        INSERT INTO search_index (search_index, rowid, tokens)
        SELECT 'delete', customer_id, tokens FROM search_docs WHERE customer_id IN \(list: ids)
        """)
    }
    try tx.run("DELETE FROM search_docs WHERE customer_id IN \(list: ids)")
  }

  // MARK: Stages

  static func open(_ stages: [(stage: StoredStage, at: Instant)], in tx: Tx) throws {
    // A stage that opens again since the same moment, as a reopened claim's does, goes on.
    for (stage, at) in stages {
      try tx.run(
        """
        INSERT INTO stages (customer_id, stage, case_id, opened_at)
        VALUES (\(stage.customerID), \(stage.stage.rawValue), \(stage.caseID), \(at))
        ON CONFLICT (customer_id, stage, case_id, opened_at) DO UPDATE SET closed_at = NULL
        """)
    }
  }

  /// The stages of new people, who have none yet.
  static func insert(_ stages: [(stage: StoredStage, at: Instant)], in tx: Tx) throws {
    guard !stages.isEmpty else { return }
    try tx.insert(
      into: "stages", columns: ["customer_id", "stage", "case_id", "opened_at"],
      rows: stages.map { stage, at in
        [.int(stage.customerID), .text(stage.stage.rawValue), .int(stage.caseID), at.sqlValue]
      })
  }

  static func close(_ stage: StoredStage, at: Instant, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE stages SET closed_at = \(at) WHERE customer_id = \(stage.customerID) AND stage = \(stage.stage.rawValue)
        AND case_id = \(stage.caseID) AND closed_at IS NULL
      """)
  }

  static func history(of person: PersonRef) -> Query<[StageSpan]> {
    .all(
      """
      SELECT g.stage, g.case_id, g.opened_at, g.closed_at FROM stages g
      WHERE g.customer_id IN \(list: person.records) AND \(visible: .customer, "g")
      ORDER BY g.opened_at DESC, g.case_id DESC LIMIT 200
      """
    ) { row in
      StageSpan(stage: try row.code(0), caseID: row.int(1), openedAt: row.instant(2), closedAt: row.instantOrNil(3))
    }
  }
}

/// A stage's key: whose, which, and the raw id of its policy, claim or lead; 0 for the person.
struct StoredStage: Hashable, Sendable {
  let customerID: Int64
  let stage: Stage
  let caseID: Int64
}
