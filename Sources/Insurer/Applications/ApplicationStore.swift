import Kernel
import Storage

enum ApplicationStore {
  private static let columns: SQL = """
    a.customer_id, a.id, a.application_no, a.product_id, a.policy_no, a.stage, a.stage_at, a.outstanding, a.due_on,
    a.servicing_agent_id, a.underwriter_id, a.sum_insured_fen, a.premium_fen, a.applied_on, a.source
    """
  /// What is no day, so that lists sort by the column alone.
  static let noDay: Int64 = 9_999_999

  @Sendable private static func decode(_ row: Row) throws -> Application {
    Application(
      id: row.id(1), customerID: row.id(0), applicationNo: row.text(2), productID: row.id(3),
      policyNo: row.textOrNil(4), stage: try row.code(5), stageAt: row.instant(6),
      outstanding: row.textOrNil(7).flatMap { Outstanding(rawValue: $0) },
      dueOn: row.int(8) == noDay ? nil : row.day(8), agentID: row.idOrNil(9), underwriterID: row.idOrNil(10),
      sumInsured: row.moneyOrNil(11), premium: row.moneyOrNil(12), appliedOn: row.day(13), source: row.text(14))
  }

  /// As policies are, of people in the viewer's book: who services or assesses an application has its person there.
  private static func visible(to access: Access) -> SQL {
    access.scope == .all ? "\(visible: .policy, "a")" : "(\(visible: .customer, "a") AND \(visible: .policy, "a"))"
  }

  static func find(_ id: ID<Application>, for access: Access) -> Query<Application?> {
    .first("SELECT \(columns) FROM applications a WHERE a.id = \(id) AND \(visible(to: access))", decode)
  }

  static func places(
    _ numbers: [String], source: String
  ) -> Query<[(number: String, customer: ID<Customer>, id: ID<Application>)]> {
    .all(
      """
      SELECT n.application_no, n.customer_id, n.application_id FROM application_numbers n
      WHERE n.source = \(source) AND n.application_no IN \(list: numbers)
      """
    ) { ($0.text(0), $0.id(1), $0.id(2)) }
  }

  static func isKnown(number: SQL, source: SQL) -> SQL {
    "EXISTS (SELECT 1 FROM application_numbers n WHERE n.source = \(source) AND n.application_no = \(number))"
  }

  /// Whoever asks: for acts.
  static func row(_ id: ID<Application>, of customer: ID<Customer>) -> Query<Application?> {
    .first("SELECT \(columns) FROM applications a WHERE a.customer_id = \(customer) AND a.id = \(id)", decode)
  }

  private static func conditions(_ filter: ApplicationFilter, _ access: Access, today: Day) -> [SQL] {
    var all: [SQL] = [visible(to: access)]
    if let outstanding = filter.outstanding { all.append("a.outstanding = \(outstanding.rawValue)") }
    if let stage = filter.stage { all.append("a.stage = \(stage.rawValue)") }
    if filter.isOverdue { all.append("a.outstanding IS NOT NULL AND a.due_on < \(today)") }
    if filter.whose == .mine {
      all.append(
        access.role == .underwriter
          ? "a.underwriter_id = \(access.staffID)" : "a.servicing_agent_id = \(access.staffID)")
    }
    if !filter.customers.isEmpty { all.append("a.customer_id IN \(list: filter.customers)") }
    return all
  }

  /// What is due first; without anything outstanding the newest first.
  static func page(
    _ filter: ApplicationFilter, after place: (value: Int64, id: Int64)?, limit: Int, for access: Access, today: Day
  ) -> Query<[Application]> {
    var all = conditions(filter, access, today: today)
    let column: SQL = filter.outstanding != nil || filter.isOverdue ? "a.due_on" : "-a.stage_at"
    if let place { all.append("(\(column), a.id) > (\(place.value), \(place.id))") }
    return .all(
      """
      SELECT \(columns) FROM applications a WHERE \(SQL.join(all, " AND ")) ORDER BY \(column), a.id LIMIT \(limit)
      """, decode)
  }

  static func count(_ filter: ApplicationFilter, bound: Int, for access: Access, today: Day) -> Query<Int> {
    let all = conditions(filter, access, today: today)
    return .count(
      "SELECT COUNT(*) FROM (SELECT 1 FROM applications a WHERE \(SQL.join(all, " AND ")) LIMIT \(bound + 1)) w")
  }

  struct SealedStep: Sendable {
    let step: ApplicationStep
    let asked: [UInt8]?
  }

  static func steps(of id: ID<Application>, customer: ID<Customer>) -> Query<[SealedStep]> {
    .all(
      """
      SELECT at, stage, asked, due_on FROM application_steps
      WHERE customer_id = \(customer) AND application_id = \(id) ORDER BY at LIMIT 200
      """
    ) { row in
      let step = ApplicationStep(at: row.instant(0), stage: try row.code(1), asked: nil, dueOn: row.dayOrNil(3))
      return SealedStep(step: step, asked: row.blobOrNil(2))
    }
  }

  // MARK: Writing

  static func insert(_ application: Application, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO application_numbers (source, application_no, customer_id, application_id)
      VALUES (\(application.source), \(application.applicationNo), \(application.customerID), \(application.id))
      """)
    try tx.run(
      """
      INSERT INTO applications (customer_id, id, application_no, product_id, policy_no, stage, stage_at, outstanding,
        due_on, servicing_agent_id, underwriter_id, sum_insured_fen, premium_fen, applied_on, source, updated_at)
      VALUES (\(application.customerID), \(application.id), \(application.applicationNo), \(application.productID),
        \(application.policyNo), \(application.stage.rawValue), \(application.stageAt),
        \(application.outstanding?.rawValue), \(application.dueOn?.number ?? noDay), \(application.agentID),
        \(application.underwriterID), \(application.sumInsured?.fen), \(application.premium?.fen),
        \(application.appliedOn), \(application.source), \(tx.now))
      """)
  }

  static func update(_ application: Application, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE applications SET product_id = \(application.productID), policy_no = \(application.policyNo),
        stage = \(application.stage.rawValue), stage_at = \(application.stageAt),
        outstanding = \(application.outstanding?.rawValue), due_on = \(application.dueOn?.number ?? noDay),
        servicing_agent_id = \(application.agentID), underwriter_id = \(application.underwriterID),
        sum_insured_fen = \(application.sumInsured?.fen), premium_fen = \(application.premium?.fen),
        applied_on = \(application.appliedOn), updated_at = \(tx.now)
      WHERE customer_id = \(application.customerID) AND id = \(application.id)
      """)
  }

  /// - Returns: false when the step is there already.
  static func insert(_ step: ApplicationStep, asked: [UInt8]?, of application: Application, in tx: Tx) throws -> Bool {
    try tx.runCounting(
      """
      INSERT INTO application_steps (customer_id, application_id, at, stage, asked, due_on, recorded_at)
      VALUES (\(application.customerID), \(application.id), \(step.at), \(step.stage.rawValue), \(asked), \(step.dueOn),
        \(tx.now))
      ON CONFLICT DO NOTHING
      """) == 1
  }
}
