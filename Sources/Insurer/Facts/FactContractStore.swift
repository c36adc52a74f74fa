import Kernel
import Storage

/// The groups that are about contracts, premiums and claims: one statement each over a range of customers.
///
/// They are computed twice by the same text: for the whole person (scope 0), and, where several members of staff serve
/// him, for each scope of his rows of the book over what that scope serves (`domain.md`: who else serves a customer is
/// hidden). What nobody else serves is not kept twice.
enum FactContractStore {
  private static let columns: SQL = """
    customer_id, scope, changes_on, policies, held, in_force, suspended, not_yet_effective, terminated, surrendered,
    riders, insured_in_force, first_effective_on, latest_effective_on, latest_ended_on, next_expiry_on, next_due_on,
    suspends_on, annual_premium_fen, single_premium_fen, sum_life_fen, sum_critical_illness_fen, sum_medical_fen,
    sum_accident_fen, sum_annuity_fen, sum_education_fen, insured_lines, held_lines, cooling_off, grace,
    automatic_loan, waived, reduced_paid_up, paid_up, pledged, frozen, mismatched, loan_fen, premiums_paid,
    paid_365_fen, paid_earlier_fen, paid_change, last_paid_on, overdue, overdue_fen, failed_90, failed_365, debit_730,
    voluntary_730, lead_days, usual_month, claims, open_claims, claims_365, declined_claims, claimed_fen,
    paid_claims_fen, paid_claims_365_fen, last_claim_on, last_decision_on, claim_due_on, illness_claims
    """

  static func delete(_ range: FactRange, in tx: Tx) throws {
    try tx.run("DELETE FROM facts_contract WHERE \(range.holds("customer_id"))")
  }

  /// Computes and keeps the rows of whole persons.
  static func insertWhole(_ range: FactRange, in tx: Tx) throws {
    let base: SQL = "SELECT c.id AS customer_id, 0 AS scope FROM customers c WHERE \(range.holds("c.id"))"
    try insert(Part(range: range, today: tx.today, base: base, isShared: false), in: tx)
  }

  /// The rows of scopes, for people whom several serve; `facts_person` says who they are.
  static func insertShared(_ range: FactRange, in tx: Tx) throws {
    let base: SQL = """
      SELECT b.customer_id, b.scope FROM facts_person p JOIN book b ON b.customer_id = p.customer_id AND b.scope <> 0
      WHERE \(range.holds("p.customer_id")) AND p.agent_id IS NULL
      """
    try insert(Part(range: range, today: tx.today, base: base, isShared: true), in: tx)
  }

  /// One of the two computations.
  private struct Part {
    let range: FactRange
    let today: Day
    let base: SQL
    let isShared: Bool

    var scope: SQL { isShared ? "b.scope" : "0" }
    var group: SQL { isShared ? ", b.scope" : "" }

    /// The scopes that serve a row, where its servicing agent belongs to them.
    func served(_ customer: SQL, by agent: SQL) -> SQL {
      guard isShared else { return "" }
      return """
        JOIN facts_person p ON p.customer_id = \(customer) AND p.agent_id IS NULL
        JOIN book b ON b.customer_id = \(customer) AND b.scope <> 0
        JOIN staff a ON a.id = \(agent) AND (a.id = b.scope OR a.team_id = b.scope OR a.branch_id = b.scope)
        """
    }
  }

  private static func insert(_ part: Part, in tx: Tx) throws {
    let never = FactPersonStore.never
    try tx.run(
      """
      INSERT INTO facts_contract (\(columns))
      SELECT z.customer_id, z.scope,
        CASE WHEN COALESCE(q.changes_on, \(never)) < COALESCE(k.changes_on, \(never)) THEN q.changes_on
          ELSE COALESCE(k.changes_on, \(never)) END,
        COALESCE(s.policies, 0) + COALESCE(i.of_others, 0),
        COALESCE(s.held, 0), COALESCE(s.in_force, 0), COALESCE(s.suspended, 0),
        COALESCE(s.not_yet_effective, 0), COALESCE(s.terminated, 0), COALESCE(s.surrendered, 0), COALESCE(s.riders, 0),
        COALESCE(i.insured_in_force, 0), s.first_effective_on, s.latest_effective_on, s.latest_ended_on,
        s.next_expiry_on, s.next_due_on, s.suspends_on, COALESCE(s.annual_premium_fen, 0),
        COALESCE(s.single_premium_fen, 0), COALESCE(i.sum_life_fen, 0), COALESCE(i.sum_critical_illness_fen, 0),
        COALESCE(i.sum_medical_fen, 0), COALESCE(i.sum_accident_fen, 0), COALESCE(i.sum_annuity_fen, 0),
        COALESCE(i.sum_education_fen, 0), COALESCE(i.insured_lines, 0), COALESCE(s.held_lines, 0),
        COALESCE(s.cooling_off, 0), COALESCE(s.grace, 0), COALESCE(s.automatic_loan, 0), COALESCE(s.waived, 0),
        COALESCE(s.reduced_paid_up, 0), COALESCE(s.paid_up, 0), COALESCE(s.pledged, 0), COALESCE(s.frozen, 0),
        COALESCE(s.mismatched, 0), COALESCE(l.loan_fen, 0), COALESCE(q.premiums_paid, 0), COALESCE(q.paid_365_fen, 0),
        COALESCE(q.paid_earlier_fen, 0),
        CASE WHEN q.paid_earlier_fen > 0
          THEN (q.paid_365_fen - q.paid_earlier_fen) * 100 / q.paid_earlier_fen END,
        q.last_paid_on, COALESCE(q.overdue, 0), COALESCE(q.overdue_fen, 0), COALESCE(q.failed_90, 0),
        COALESCE(q.failed_365, 0), COALESCE(q.debit_730, 0), COALESCE(q.voluntary_730, 0), d.lead_days, m.usual_month,
        COALESCE(k.claims, 0), COALESCE(k.open_claims, 0), COALESCE(k.claims_365, 0), COALESCE(k.declined_claims, 0),
        COALESCE(k.claimed_fen, 0), COALESCE(k.paid_claims_fen, 0), COALESCE(k.paid_claims_365_fen, 0),
        k.last_claim_on, k.last_decision_on, k.claim_due_on, COALESCE(k.illness_claims, 0)
      FROM (\(part.base)) z
        LEFT JOIN (\(held(part))) s ON s.customer_id = z.customer_id AND s.scope = z.scope
        LEFT JOIN (\(insured(part))) i ON i.customer_id = z.customer_id AND i.scope = z.scope
        LEFT JOIN (\(loans(part))) l ON l.customer_id = z.customer_id AND l.scope = z.scope
        LEFT JOIN (\(premiums(part))) q ON q.customer_id = z.customer_id AND q.scope = z.scope
        LEFT JOIN (\(leads(part))) d ON d.customer_id = z.customer_id AND d.scope = z.scope
        LEFT JOIN (\(months(part))) m ON m.customer_id = z.customer_id AND m.scope = z.scope
        LEFT JOIN (\(claims(part))) k ON k.customer_id = z.customer_id AND k.scope = z.scope
      """)
  }

  // MARK: Groups

  /// Policies, their money and phases as policyholder; the projection moves the phases with the days and says so.
  private static func held(_ part: Part) -> SQL {
    """
    SELECT s.customer_id, \(part.scope) AS scope, COUNT(*) AS policies,
      SUM(CASE WHEN s.status <> 'terminated' THEN 1 ELSE 0 END) AS held,
      SUM(CASE WHEN s.status = 'in_force' THEN 1 ELSE 0 END) AS in_force,
      SUM(CASE WHEN s.status = 'suspended' THEN 1 ELSE 0 END) AS suspended,
      SUM(CASE WHEN s.status = 'not_yet_effective' THEN 1 ELSE 0 END) AS not_yet_effective,
      SUM(CASE WHEN s.status = 'terminated' THEN 1 ELSE 0 END) AS terminated,
      SUM(CASE WHEN s.termination_reason = 'surrendered' THEN 1 ELSE 0 END) AS surrendered,
      SUM(CASE WHEN s.status = 'in_force' AND s.base_policy_id IS NOT NULL THEN 1 ELSE 0 END) AS riders,
      MIN(s.effective_on) AS first_effective_on, MAX(s.effective_on) AS latest_effective_on,
      MAX(CASE WHEN s.status = 'terminated' THEN s.terminated_on END) AS latest_ended_on,
      MIN(CASE WHEN s.status = 'in_force' THEN s.expires_on END) AS next_expiry_on,
      MIN(CASE WHEN s.status <> 'terminated' THEN s.next_due_on END) AS next_due_on,
      MIN(CASE WHEN s.status = 'in_force' THEN s.suspends_on END) AS suspends_on,
      SUM(CASE WHEN s.status = 'in_force' THEN s.premium_fen * CASE s.premium_mode WHEN 'annual' THEN 1
        WHEN 'half_yearly' THEN 2 WHEN 'quarterly' THEN 4 WHEN 'monthly' THEN 12 ELSE 0 END ELSE 0 END)
        AS annual_premium_fen,
      SUM(CASE WHEN s.status = 'in_force' AND s.premium_mode = 'single' THEN s.premium_fen ELSE 0 END)
        AS single_premium_fen,
      \(lines) AS held_lines,
      SUM(CASE WHEN s.phases <> '' AND '|' || s.phases || '|' LIKE '%|cooling_off|%' THEN 1 ELSE 0 END) AS cooling_off,
      SUM(CASE WHEN s.phases <> '' AND '|' || s.phases || '|' LIKE '%|grace|%' THEN 1 ELSE 0 END) AS grace,
      SUM(CASE WHEN s.phases <> '' AND '|' || s.phases || '|' LIKE '%|automatic_premium_loan|%' THEN 1 ELSE 0 END)
        AS automatic_loan,
      SUM(CASE WHEN s.phases <> '' AND '|' || s.phases || '|' LIKE '%|waived|%' THEN 1 ELSE 0 END) AS waived,
      SUM(CASE WHEN s.phases <> '' AND '|' || s.phases || '|' LIKE '%|reduced_paid_up|%' THEN 1 ELSE 0 END)
        AS reduced_paid_up,
      SUM(CASE WHEN s.phases <> '' AND '|' || s.phases || '|' LIKE '%|paid_up|%' THEN 1 ELSE 0 END) AS paid_up,
      MAX(CASE WHEN s.flags <> '' AND s.flags LIKE '%pledged%' THEN 1 ELSE 0 END) AS pledged,
      MAX(CASE WHEN s.flags <> '' AND s.flags LIKE '%frozen%' THEN 1 ELSE 0 END) AS frozen,
      SUM(CASE WHEN s.mismatch IS NOT NULL THEN 1 ELSE 0 END) AS mismatched
    FROM policy_parties s \(part.served("s.customer_id", by: "s.servicing_agent_id"))
    WHERE \(part.range.holds("s.customer_id")) AND s.role = 'policyholder'
    GROUP BY s.customer_id\(part.group)
    """
  }

  /// Sums insured in force, by line. A policy of one's own is counted with those that one holds.
  private static func insured(_ part: Part) -> SQL {
    """
    SELECT s.customer_id, \(part.scope) AS scope,
      SUM(CASE WHEN s.policyholder_id <> s.customer_id THEN 1 ELSE 0 END) AS of_others,
      SUM(CASE WHEN s.status = 'in_force' THEN 1 ELSE 0 END) AS insured_in_force,
      SUM(CASE WHEN s.status = 'in_force' AND s.line = 'life' THEN s.sum_insured_fen ELSE 0 END) AS sum_life_fen,
      SUM(CASE WHEN s.status = 'in_force' AND s.line = 'critical_illness' THEN s.sum_insured_fen ELSE 0 END)
        AS sum_critical_illness_fen,
      SUM(CASE WHEN s.status = 'in_force' AND s.line = 'medical' THEN s.sum_insured_fen ELSE 0 END) AS sum_medical_fen,
      SUM(CASE WHEN s.status = 'in_force' AND s.line = 'accident' THEN s.sum_insured_fen ELSE 0 END)
        AS sum_accident_fen,
      SUM(CASE WHEN s.status = 'in_force' AND s.line = 'annuity' THEN s.sum_insured_fen ELSE 0 END) AS sum_annuity_fen,
      SUM(CASE WHEN s.status = 'in_force' AND s.line = 'education' THEN s.sum_insured_fen ELSE 0 END)
        AS sum_education_fen,
      \(lines) AS insured_lines
    FROM policy_parties s \(part.served("s.customer_id", by: "s.servicing_agent_id"))
    WHERE \(part.range.holds("s.customer_id")) AND s.role = 'insured'
    GROUP BY s.customer_id\(part.group)
    """
  }

  /// Lines in force as the bits of `Line.bit`: there is no aggregate that joins bits in both engines.
  private static var lines: SQL {
    .join(
      Line.allCases.map { line in
        "MAX(CASE WHEN s.status = 'in_force' AND s.line = \(line.code) THEN \(line.bit) ELSE 0 END)"
      }, " + ")
  }

  private static func loans(_ part: Part) -> SQL {
    """
    SELECT l.customer_id, \(part.scope) AS scope, SUM(l.loan_fen) AS loan_fen
    FROM policies l \(part.served("l.customer_id", by: "l.servicing_agent_id"))
    WHERE \(part.range.holds("l.customer_id")) AND l.loan_fen > 0 AND l.status <> 'terminated'
    GROUP BY l.customer_id\(part.group)
    """
  }

  /// Received, overdue and failed premiums. Overdue is what a policy in force still owes the day after it fell due.
  private static func premiums(_ part: Part) -> SQL {
    let today = part.today
    return """
      SELECT q.customer_id, \(part.scope) AS scope,
        SUM(CASE WHEN q.received_on IS NOT NULL THEN 1 ELSE 0 END) AS premiums_paid,
        SUM(CASE WHEN q.received_on > \(today - 365) THEN q.amount_fen ELSE 0 END) AS paid_365_fen,
        SUM(CASE WHEN q.received_on BETWEEN \(today - 729) AND \(today - 365) THEN q.amount_fen ELSE 0 END)
          AS paid_earlier_fen,
        MAX(q.received_on) AS last_paid_on,
        SUM(CASE WHEN \(owed) AND q.due_on < \(today) THEN 1 ELSE 0 END) AS overdue,
        SUM(CASE WHEN \(owed) AND q.due_on < \(today) THEN q.amount_fen ELSE 0 END) AS overdue_fen,
        SUM(CASE WHEN \(failed) AND q.due_on BETWEEN \(today - 89) AND \(today) THEN 1 ELSE 0 END)
          AS failed_90,
        SUM(CASE WHEN \(failed) AND q.due_on BETWEEN \(today - 364) AND \(today) THEN 1 ELSE 0 END)
          AS failed_365,
        SUM(CASE WHEN q.received_on > \(today - 730) AND q.method = 'debit' THEN 1 ELSE 0 END) AS debit_730,
        SUM(CASE WHEN q.received_on > \(today - 730) AND q.method NOT IN ('debit', 'automatic_loan')
          THEN 1 ELSE 0 END) AS voluntary_730,
        MIN(CASE WHEN q.received_on > \(today - 365) THEN q.received_on + 365
          WHEN q.received_on > \(today - 730) THEN q.received_on + 730
          WHEN \(owed) AND q.due_on >= \(today) THEN q.due_on
            + CASE WHEN q.due_on > \(today) AND \(failed) THEN 0 ELSE 1 END
          WHEN \(failed) AND q.due_on > \(today) THEN q.due_on
          WHEN \(failed) AND q.due_on > \(today - 90) THEN q.due_on + 90
          WHEN \(failed) AND q.due_on > \(today - 365) THEN q.due_on + 365 END) AS changes_on
      FROM premiums q JOIN policies l ON l.customer_id = q.customer_id AND l.id = q.policy_id
        \(part.served("q.customer_id", by: "l.servicing_agent_id"))
      WHERE \(part.range.holds("q.customer_id"))
      GROUP BY q.customer_id\(part.group)
      """
  }

  private static var failed: SQL { "q.result = 'failed' AND q.received_on IS NULL" }

  private static var owed: SQL {
    """
    l.status = 'in_force' AND q.received_on IS NULL AND COALESCE(q.result, 'due') IN ('due', 'failed')
    """
  }

  /// The personal rhythm: premiums that a person paid himself. What the bank debits says nothing of his habits.
  private static func voluntary(_ part: Part) -> SQL {
    """
    FROM premiums q JOIN policies l ON l.customer_id = q.customer_id AND l.id = q.policy_id
      \(part.served("q.customer_id", by: "l.servicing_agent_id"))
    WHERE \(part.range.holds("q.customer_id")) AND q.received_on IS NOT NULL
      AND q.method NOT IN ('debit', 'automatic_loan')
    """
  }

  /// Days by which he pays before a premium is due: the lower median, of three payments at least.
  private static func leads(_ part: Part) -> SQL {
    """
    SELECT v.customer_id, v.scope, v.lead_days FROM (
      SELECT q.customer_id, \(part.scope) AS scope, q.due_on - q.received_on AS lead_days,
        ROW_NUMBER() OVER (PARTITION BY q.customer_id\(part.group) ORDER BY q.due_on - q.received_on) AS place,
        COUNT(*) OVER (PARTITION BY q.customer_id\(part.group)) AS payments
      \(voluntary(part))) v
    WHERE v.payments >= 3 AND v.place = (v.payments + 1) / 2
    """
  }

  /// The month in which most of his own payments fall due; the earlier one of two.
  private static func months(_ part: Part) -> SQL {
    let dates = FactCalendar.monthAndDay(
      of: "SELECT q.customer_id, \(part.scope) AS scope, q.due_on AS day_number \(voluntary(part))")
    return """
      SELECT n.customer_id, n.scope, MAX(n.month) AS usual_month FROM (
        SELECT g.customer_id, g.scope, g.month, SUM(g.payments) OVER (PARTITION BY g.customer_id, g.scope) AS total,
          ROW_NUMBER() OVER (PARTITION BY g.customer_id, g.scope ORDER BY g.payments DESC, g.month) AS place
        FROM (
          SELECT x.customer_id, x.scope, x.month, COUNT(*) AS payments
          FROM (\(dates)) x GROUP BY x.customer_id, x.scope, x.month) g) n
      WHERE n.place = 1 AND n.total >= 3 GROUP BY n.customer_id, n.scope
      """
  }

  /// Claims of the insured. A category of them is health: it is kept for claims and underwriting alone.
  private static func claims(_ part: Part) -> SQL {
    let today = part.today
    return """
      SELECT k.customer_id, \(part.scope) AS scope, COUNT(*) AS claims,
        SUM(CASE WHEN k.status NOT IN ('paid', 'closed', 'withdrawn') THEN 1 ELSE 0 END) AS open_claims,
        SUM(CASE WHEN k.notified_on > \(today - 365) THEN 1 ELSE 0 END) AS claims_365,
        SUM(CASE WHEN k.decision = 'declined' THEN 1 ELSE 0 END) AS declined_claims,
        SUM(k.claimed_fen) AS claimed_fen, SUM(k.paid_fen) AS paid_claims_fen,
        SUM(CASE WHEN k.paid_on > \(today - 365) THEN k.paid_fen ELSE 0 END) AS paid_claims_365_fen,
        MAX(k.notified_on) AS last_claim_on, MAX(k.decided_on) AS last_decision_on,
        MIN(CASE WHEN k.status NOT IN ('paid', 'closed', 'withdrawn') THEN k.due_on END) AS claim_due_on,
        SUM(CASE WHEN k.kind = 'critical_illness' THEN 1 ELSE 0 END) AS illness_claims,
        MIN(CASE WHEN k.notified_on > \(today - 365) AND (k.paid_on IS NULL OR k.paid_on <= \(today - 365)
            OR k.notified_on < k.paid_on) THEN k.notified_on + 365
          WHEN k.paid_on > \(today - 365) THEN k.paid_on + 365 END) AS changes_on
      FROM (
        SELECT r.customer_id, r.status, r.decision, r.kind, r.claimed_fen, r.paid_fen, r.paid_on, r.decided_on,
          r.due_on, r.servicing_agent_id,
          (COALESCE(r.notified_at, r.requested_at) + 28800000000) / 86400000000 AS notified_on
        FROM claims r WHERE \(part.range.holds("r.customer_id"))) k
        \(part.served("k.customer_id", by: "k.servicing_agent_id"))
      GROUP BY k.customer_id\(part.group)
      """
  }
}
