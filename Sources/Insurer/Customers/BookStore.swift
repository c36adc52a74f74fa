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

  static func policies(of ids: [Int64]) -> Query<[(customer: Int64, policy: BookFacts.Policy)]> {
    .all(
      """
      SELECT DISTINCT customer_id, policy_id, servicing_agent_id, line, status, next_due_on FROM policy_parties
      WHERE customer_id IN \(list: ids) AND role IN ('policyholder', 'insured')
      """
    ) { row in
      let line = Line(rawValue: row.text(3))?.bit ?? 0
      return (
        row.int(0),
        BookFacts.Policy(
          policyID: row.int(1), agent: row.intOrNil(2), line: line, status: row.text(4), nextDueOn: row.dayOrNil(5))
      )
    }
  }

  static func claims(of ids: [Int64]) -> Query<[(customer: Int64, claim: BookFacts.Claim)]> {
    .all("SELECT customer_id, id, servicing_agent_id, handler_id FROM claims WHERE customer_id IN \(list: ids)") { row in
      (row.int(0), BookFacts.Claim(claimID: row.int(1), agent: row.intOrNil(2), handler: row.intOrNil(3)))
    }
  }

  static func openStages(of ids: [Int64]) -> Query<[(customer: Int64, stage: Stage, caseID: Int64)]> {
    .all("SELECT customer_id, stage, case_id FROM stages WHERE customer_id IN \(list: ids) AND closed_at IS NULL") {
      row in (row.int(0), try row.code(1, as: Stage.self), row.int(2))
    }
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
        into: "search_index", columns: ["rowid", "tokens"], rows: documents.map { [.int($0.customer), .text($0.tokens)] })
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

  static func open(_ moves: [StageMove], in tx: Tx) throws {
    guard !moves.isEmpty else { return }
    try tx.insert(
      into: "stages", columns: ["customer_id", "stage", "case_id", "opened_at"],
      rows: moves.map { [.int($0.customer), .text($0.stage.rawValue), .int($0.caseID), $0.at.sqlValue] })
  }

  static func close(_ move: StageMove, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE stages SET closed_at = \(move.at) WHERE customer_id = \(move.customer) AND stage = \(move.stage.rawValue)
        AND case_id = \(move.caseID) AND closed_at IS NULL
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
