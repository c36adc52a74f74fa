import Kernel
import Storage

/// Whose facts a statement computes: the one hole of every group (decision 21).
enum FactRange: Sendable {
  case keys(from: Int64, to: Int64)
  case some([Int64])

  /// `column` lies in the range.
  func holds(_ column: SQL) -> SQL {
    switch self {
    case .keys(let from, let to): "\(column) BETWEEN \(from) AND \(to)"
    case .some(let ids): "\(column) IN \(list: ids)"
    }
  }
}

/// The groups that are about the person: one statement each over a range of customers, put together in one row.
enum FactPersonStore {
  /// Nothing changes by itself.
  static let never: Int64 = 9_999_999

  private static let columns: SQL = """
    customer_id, computed_at, changes_on, agent_id, birthday, contacts_30, contacts_90, contacts_365, enquiries_30,
    enquiries_90, enquiries_365, enquiries_earlier, enquiry_change, outgoing_90, outgoing_365, phone_365, wechat_365,
    app_365, branch_365, visit_365, sms_365, email_365, web_365, first_contact_on, last_contact_on, last_enquiry_on,
    last_outgoing_on, last_visit_on, relatives, spouses, children, parents, wards, referrals, is_referred,
    last_consent_on, last_refusal_on, last_withdrawal_on
    """

  static func delete(_ range: FactRange, in tx: Tx) throws {
    try tx.run("DELETE FROM facts_person WHERE \(range.holds("customer_id"))")
  }

  /// Computes and keeps the rows of a range. The contracts' rows of the whole person are there already: their
  /// `changes_on` is counted in.
  static func insert(_ range: FactRange, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO facts_person (\(columns))
      SELECT c.id, \(tx.now),
        CASE WHEN COALESCE(t.changes_on, \(never)) < COALESCE(h.changes_on, \(never))
            AND COALESCE(t.changes_on, \(never)) < COALESCE(k.changes_on, \(never)) THEN t.changes_on
          WHEN COALESCE(h.changes_on, \(never)) < COALESCE(k.changes_on, \(never)) THEN h.changes_on
          ELSE COALESCE(k.changes_on, \(never)) END,
        g.agent_id, b.birthday, COALESCE(t.contacts_30, 0), COALESCE(t.contacts_90, 0), COALESCE(t.contacts_365, 0),
        COALESCE(t.enquiries_30, 0), COALESCE(t.enquiries_90, 0), COALESCE(t.enquiries_365, 0),
        COALESCE(t.enquiries_earlier, 0),
        CASE WHEN t.enquiries_earlier > 0
          THEN (t.enquiries_90 * 3 - t.enquiries_earlier) * 100 / t.enquiries_earlier END,
        COALESCE(t.outgoing_90, 0), COALESCE(t.outgoing_365, 0), COALESCE(t.phone_365, 0), COALESCE(t.wechat_365, 0),
        COALESCE(t.app_365, 0), COALESCE(t.branch_365, 0), COALESCE(t.visit_365, 0), COALESCE(t.sms_365, 0),
        COALESCE(t.email_365, 0), COALESCE(t.web_365, 0), t.first_contact_on, t.last_contact_on, t.last_enquiry_on,
        t.last_outgoing_on, t.last_visit_on, COALESCE(h.relatives, 0), COALESCE(h.spouses, 0), COALESCE(h.children, 0),
        COALESCE(h.parents, 0), COALESCE(h.wards, 0), COALESCE(h.referrals, 0), COALESCE(h.is_referred, 0),
        a.last_consent_on, a.last_refusal_on, a.last_withdrawal_on
      FROM customers c
        LEFT JOIN (\(serving(range))) g ON g.customer_id = c.id
        LEFT JOIN (\(birthdays(range))) b ON b.customer_id = c.id
        LEFT JOIN (\(contacts(range, on: tx.today))) t ON t.customer_id = c.id
        LEFT JOIN (\(household(range, on: tx.today))) h ON h.customer_id = c.id
        LEFT JOIN (\(agreements(range))) a ON a.customer_id = c.id
        LEFT JOIN facts_contract k ON k.customer_id = c.id AND k.scope = 0
      WHERE \(range.holds("c.id"))
      """)
  }

  // MARK: Groups

  /// Who serves: the one member of staff whose policies and claims, relation and customer this is; null when they are
  /// several, -1 when there is no contract or claim. Decides whose the row of scope 0 may be.
  private static func serving(_ range: FactRange) -> SQL {
    """
    SELECT z.customer_id,
      CASE WHEN MAX(z.is_contract) = 0 THEN -1 WHEN MIN(z.staff) = MAX(z.staff) THEN MIN(z.staff) END AS agent_id
    FROM (
      SELECT s.customer_id, COALESCE(s.servicing_agent_id, 0) AS staff, 1 AS is_contract
      FROM policy_parties s WHERE \(range.holds("s.customer_id")) AND s.role IN ('policyholder', 'insured')
      UNION ALL SELECT k.customer_id, COALESCE(k.servicing_agent_id, 0), 1
      FROM claims k WHERE \(range.holds("k.customer_id"))
      UNION ALL SELECT c.id, c.owner_id, 0 FROM customers c WHERE \(range.holds("c.id")) AND c.owner_id IS NOT NULL
      UNION ALL SELECT c.id, c.adviser_id, 0 FROM customers c WHERE \(range.holds("c.id")) AND c.adviser_id IS NOT NULL
      UNION ALL SELECT c.id, -1, 0 FROM customers c
      WHERE \(range.holds("c.id")) AND c.owner_id IS NULL AND c.adviser_id IS NULL
        AND NOT EXISTS (
          SELECT 1 FROM policy_parties n WHERE n.customer_id = c.id AND n.role IN ('policyholder', 'insured'))
        AND NOT EXISTS (SELECT 1 FROM claims n WHERE n.customer_id = c.id)
    ) z GROUP BY z.customer_id
    """
  }

  /// Month and day of birth as one number, 1231: for birthdays that come.
  private static func birthdays(_ range: FactRange) -> SQL {
    let dates = FactCalendar.monthAndDay(
      of:
        """
        SELECT c.id AS customer_id, 0 AS scope, c.birth_date AS day_number
        FROM customers c WHERE \(range.holds("c.id"))
        """
    )
    return "SELECT w.customer_id, w.month * 100 + w.day AS birthday FROM (\(dates)) w"
  }

  /// Counts over windows of days, by direction and channel. An enquiry is a contact that the customer began; the
  /// baseline is what he asked in the 270 days before the last 90.
  private static func contacts(_ range: FactRange, on today: Day) -> SQL {
    """
    SELECT i.customer_id,
      SUM(CASE WHEN i.age < 30 THEN 1 ELSE 0 END) AS contacts_30,
      SUM(CASE WHEN i.age < 90 THEN 1 ELSE 0 END) AS contacts_90,
      SUM(CASE WHEN i.age < 365 THEN 1 ELSE 0 END) AS contacts_365,
      SUM(CASE WHEN i.age < 30 AND i.direction = 'in' THEN 1 ELSE 0 END) AS enquiries_30,
      SUM(CASE WHEN i.age < 90 AND i.direction = 'in' THEN 1 ELSE 0 END) AS enquiries_90,
      SUM(CASE WHEN i.age < 365 AND i.direction = 'in' THEN 1 ELSE 0 END) AS enquiries_365,
      SUM(CASE WHEN i.age BETWEEN 90 AND 359 AND i.direction = 'in' THEN 1 ELSE 0 END) AS enquiries_earlier,
      SUM(CASE WHEN i.age < 90 AND i.direction = 'out' THEN 1 ELSE 0 END) AS outgoing_90,
      SUM(CASE WHEN i.age < 365 AND i.direction = 'out' THEN 1 ELSE 0 END) AS outgoing_365,
      SUM(CASE WHEN i.age < 365 AND i.channel = 'phone' THEN 1 ELSE 0 END) AS phone_365,
      SUM(CASE WHEN i.age < 365 AND i.channel = 'wechat' THEN 1 ELSE 0 END) AS wechat_365,
      SUM(CASE WHEN i.age < 365 AND i.channel = 'app' THEN 1 ELSE 0 END) AS app_365,
      SUM(CASE WHEN i.age < 365 AND i.channel = 'branch' THEN 1 ELSE 0 END) AS branch_365,
      SUM(CASE WHEN i.age < 365 AND i.channel = 'visit' THEN 1 ELSE 0 END) AS visit_365,
      SUM(CASE WHEN i.age < 365 AND i.channel = 'sms' THEN 1 ELSE 0 END) AS sms_365,
      SUM(CASE WHEN i.age < 365 AND i.channel = 'email' THEN 1 ELSE 0 END) AS email_365,
      SUM(CASE WHEN i.age < 365 AND i.channel = 'web' THEN 1 ELSE 0 END) AS web_365,
      MIN(i.happened_on) AS first_contact_on, MAX(i.happened_on) AS last_contact_on,
      MAX(CASE WHEN i.direction = 'in' THEN i.happened_on END) AS last_enquiry_on,
      MAX(CASE WHEN i.direction = 'out' THEN i.happened_on END) AS last_outgoing_on,
      MAX(CASE WHEN i.channel = 'visit' THEN i.happened_on END) AS last_visit_on,
      MIN(CASE WHEN i.age < 30 THEN i.happened_on + 30 WHEN i.age < 90 THEN i.happened_on + 90
        WHEN i.age < 360 THEN i.happened_on + 360 WHEN i.age < 365 THEN i.happened_on + 365 END) AS changes_on
    FROM (
      SELECT o.customer_id, o.channel, o.direction, o.happened_on, \(today) - o.happened_on AS age
      FROM (
        SELECT r.customer_id, r.channel, r.direction, (r.at + 28800000000) / 86400000000 AS happened_on
        FROM interactions r WHERE \(range.holds("r.customer_id"))) o) i
    GROUP BY i.customer_id
    """
  }

  /// Relations that hold, from this person's side: `inverse` 0 says that he is the kind of the other.
  private static func household(_ range: FactRange, on today: Day) -> SQL {
    """
    SELECT r.customer_id,
      SUM(CASE WHEN r.kind IN ('spouse', 'parent', 'child', 'guardian') THEN 1 ELSE 0 END) AS relatives,
      SUM(CASE WHEN r.kind = 'spouse' THEN 1 ELSE 0 END) AS spouses,
      SUM(CASE WHEN r.kind = 'child' AND r.inverse = 1 OR r.kind = 'parent' AND r.inverse = 0 THEN 1 ELSE 0 END)
        AS children,
      SUM(CASE WHEN r.kind = 'parent' AND r.inverse = 1 OR r.kind = 'child' AND r.inverse = 0 THEN 1 ELSE 0 END)
        AS parents,
      SUM(CASE WHEN r.kind = 'guardian' AND r.inverse = 0 THEN 1 ELSE 0 END) AS wards,
      SUM(CASE WHEN r.kind = 'referrer' AND r.inverse = 0 THEN 1 ELSE 0 END) AS referrals,
      MAX(CASE WHEN r.kind = 'referrer' AND r.inverse = 1 THEN 1 ELSE 0 END) AS is_referred,
      MIN(r.ended_on) AS changes_on
    FROM relationships r
    WHERE \(range.holds("r.customer_id")) AND (r.ended_on IS NULL OR r.ended_on > \(today))
    GROUP BY r.customer_id
    """
  }

  /// When he last decided on what his data may be used for. What holds now is `customers.basis`.
  private static func agreements(_ range: FactRange) -> SQL {
    """
    SELECT n.customer_id,
      MAX(CASE WHEN n.state <> 'refused' THEN (n.decided_at + 28800000000) / 86400000000 END) AS last_consent_on,
      MAX(CASE WHEN n.state = 'refused' THEN (n.decided_at + 28800000000) / 86400000000 END) AS last_refusal_on,
      MAX((n.withdrawn_at + 28800000000) / 86400000000) AS last_withdrawal_on
    FROM consents n WHERE \(range.holds("n.customer_id")) GROUP BY n.customer_id
    """
  }
}

/// The calendar in the integers that both engines share, as `Kernel.Day` computes it.
enum FactCalendar {
  /// - Parameter rows: a SELECT whose columns `customer_id`, `scope` and `day_number` are carried through; `month` and
  ///   `day` are added. Days lie behind the year 1.
  static func monthAndDay(of rows: SQL) -> SQL {
    """
    SELECT m.customer_id, m.scope, m.day_number, m.shifted + 3 - m.shifted / 10 * 12 AS month,
      m.day_of_year - (153 * m.shifted + 2) / 5 + 1 AS day
    FROM (
      SELECT y.customer_id, y.scope, y.day_number, y.day_of_year, (5 * y.day_of_year + 2) / 153 AS shifted
      FROM (
        SELECT e.customer_id, e.scope, e.day_number,
          e.day_of_era - (365 * e.year_of_era + e.year_of_era / 4 - e.year_of_era / 100) AS day_of_year
        FROM (
          SELECT d.customer_id, d.scope, d.day_number, d.day_of_era,
            (d.day_of_era - d.day_of_era / 1460 + d.day_of_era / 36524 - d.day_of_era / 146096) / 365 AS year_of_era
          FROM (
            SELECT q.customer_id, q.scope, q.day_number, (q.day_number + 719468) % 146097 AS day_of_era
            FROM (\(rows)) q) d) e) y) m
    """
  }
}
