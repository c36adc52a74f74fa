import Kernel
import Storage

/// The renewal desk's lists over policies, bounded by day and key.
enum PremiumDueStore {
  struct Place: Sendable {
    let place: PolicyPlace
    let day: Day
  }

  private static func conditions(_ filter: DueFilter, _ bounds: PremiumDueRules.Bounds) -> [SQL] {
    var all: [SQL] = [
      "p.next_due_on >= \(bounds.due.lowerBound)", "p.next_due_on <= \(bounds.due.upperBound)",
      "p.status = \(PolicyStatus.inForce.code)", "\(visible: .policy, "p")",
    ]
    if let until = bounds.coveredUntil {
      all.append("p.suspends_on > \(until.lowerBound) AND p.suspends_on <= \(until.upperBound + 1)")
    }
    if let after = bounds.coveredAfter { all.append("p.suspends_on > \(after + 1)") }
    if bounds.isPastGrace { all.append("p.projected_status = \(PolicyStatus.suspended.code)") }
    if let line = filter.line {
      all.append("p.product_id IN (SELECT r.id FROM products r WHERE r.line = \(line.code))")
    }
    if let agent = filter.agentID { all.append("p.servicing_agent_id = \(agent)") }
    if let team = filter.teamID {
      all.append("p.servicing_agent_id IN (SELECT s.id FROM staff s WHERE s.team_id = \(team))")
    }
    if let branch = filter.branchID {
      all.append("p.servicing_agent_id IN (SELECT s.id FROM staff s WHERE s.branch_id = \(branch))")
    }
    return all
  }

  /// A part of a list, as a condition on the policy `p`.
  private static func condition(_ show: DueShow) -> SQL {
    switch show {
    case .failed:
      return """
        EXISTS (SELECT 1 FROM premiums q WHERE q.customer_id = p.customer_id AND q.policy_id = p.id
          AND q.due_on = p.next_due_on AND q.received_on IS NULL AND q.result = \(PremiumResult.failed.code))
        """
    case .promised:
      return """
        EXISTS (SELECT 1 FROM premium_promises m WHERE m.customer_id = p.customer_id AND m.policy_id = p.id
          AND m.due_on = p.next_due_on AND m.outcome IS NULL)
        """
    case .promiseBroken:
      return """
        EXISTS (SELECT 1 FROM premium_promises m WHERE m.customer_id = p.customer_id AND m.policy_id = p.id
          AND m.due_on = p.next_due_on AND m.outcome = \(PromiseOutcome.broken.code))
        """
    case .demanded:
      return """
        EXISTS (SELECT 1 FROM premiums q WHERE q.customer_id = p.customer_id AND q.policy_id = p.id
          AND q.due_on = p.next_due_on AND q.demanded_on IS NOT NULL)
        """
    case .year2: return inYear(2)
    case .year3: return inYear(3)
    }
  }

  /// Of contracts of more than a year whose premiums come by the year or oftener.
  private static func inYear(_ year: Int) -> SQL {
    let days = PremiumDueRules.days(ofYear: year)
    return """
      (p.next_due_on - p.effective_on BETWEEN \(days.lowerBound) AND \(days.upperBound)
        AND (p.expires_on IS NULL OR p.expires_on - p.effective_on > 366))
      """
  }

  static func page(
    _ filter: DueFilter, _ bounds: PremiumDueRules.Bounds, after: DuePlace?, limit: Int
  ) -> Query<[Place]> {
    var conditions = conditions(filter, bounds)
    if let show = filter.show { conditions.append(condition(show)) }
    let key: SQL = filter.sort == .due ? "p.next_due_on" : "p.suspends_on"
    if filter.sort == .suspension { conditions.append("p.suspends_on IS NOT NULL") }
    if let after { conditions.append("(\(key), p.id) > (\(after.day), \(after.id))") }
    return .all(
      """
      SELECT p.policy_no, p.id, p.customer_id, \(key) FROM policies p WHERE \(SQL.join(conditions, " AND "))
      ORDER BY \(key), p.id LIMIT \(limit)
      """
    ) { row in
      Place(place: PolicyPlace(policyNo: row.text(0), id: row.id(1), customerID: row.id(2)), day: row.day(3))
    }
  }

  /// How many of a list's first premiums there are and what they come to, and the same of a part; counted up to
  /// `bound` and one more.
  static func figure(
    _ filter: DueFilter, _ bounds: PremiumDueRules.Bounds, _ show: DueShow?, bound: Int
  ) -> Query<DueFigure> {
    var conditions = conditions(filter, bounds)
    if let show { conditions.append(condition(show)) }
    return Query<[DueFigure]>.all(
      """
      SELECT COUNT(*), COALESCE(SUM(w.fen), 0) FROM (
        SELECT p.premium_fen AS fen FROM policies p WHERE \(SQL.join(conditions, " AND "))
        ORDER BY p.next_due_on, p.id LIMIT \(bound + 1)
      ) w
      """
    ) { row in
      DueFigure(count: BoundedCount(upTo: bound, Int(row.int(0))), amount: Money(fen: row.int(1)))
    }.map { $0.first ?? DueFigure(count: BoundedCount(0, isExact: true), amount: .zero) }
  }

  /// What was due between two days and what of it has come, counted up to `bound` and one more.
  static func collection(_ days: ClosedRange<Day>, bound: Int) -> Query<PremiumCollection> {
    Query<[PremiumCollection]>.all(
      """
      SELECT COUNT(*), COALESCE(SUM(w.fen), 0), COUNT(w.received),
        COALESCE(SUM(CASE WHEN w.received IS NULL THEN 0 ELSE w.fen END), 0)
      FROM (
        SELECT q.amount_fen AS fen, q.received_on AS received
        FROM policies p JOIN premiums q ON q.customer_id = p.customer_id AND q.policy_id = p.id
        WHERE p.status = \(PolicyStatus.inForce.code) AND q.due_on >= \(days.lowerBound)
          AND q.due_on <= \(days.upperBound) AND \(visible: .policy, "p")
        LIMIT \(bound + 1)
      ) w
      """
    ) { row in
      let isExact = Int(row.int(0)) <= bound
      return PremiumCollection(
        due: DueFigure(count: BoundedCount(upTo: bound, Int(row.int(0))), amount: Money(fen: row.int(1))),
        received: DueFigure(count: BoundedCount(Int(row.int(2)), isExact: isExact), amount: Money(fen: row.int(3))))
    }.map { rows in
      let none = DueFigure(count: BoundedCount(0, isExact: true), amount: .zero)
      return rows.first ?? PremiumCollection(due: none, received: none)
    }
  }

  /// Open premiums whose debit failed and for which nobody has been asked to call yet. From the failures, whose index
  /// holds only them, to their policies: what is due is a hundred times as much.
  /// - Parameter policies: theirs alone; nil for everybody's.
  static func toCall(
    of policies: [PolicyPlace]? = nil, from first: Day, to last: Day, limit: Int
  ) -> Query<[Place]> {
    let theirs: SQL =
      policies.map { "AND (q.customer_id, q.policy_id) IN \(SQL.pairs($0.map { ($0.customerID, $0.id) }))" } ?? .empty
    return .all(
      """
      SELECT p.policy_no, p.id, p.customer_id, p.next_due_on FROM premiums q CROSS JOIN policies p
      WHERE q.result = 'failed' AND q.received_on IS NULL AND q.due_on >= \(first) AND q.due_on <= \(last)
        AND p.customer_id = q.customer_id AND p.id = q.policy_id AND p.next_due_on = q.due_on
        AND p.status = \(PolicyStatus.inForce.code) AND \(visible: .policy, "p")
        AND NOT EXISTS (SELECT 1 FROM premium_calls k WHERE k.customer_id = p.customer_id AND k.policy_id = p.id
          AND k.due_on = p.next_due_on) \(theirs)
      ORDER BY q.due_on, p.id LIMIT \(limit)
      """
    ) { row in
      Place(place: PolicyPlace(policyNo: row.text(0), id: row.id(1), customerID: row.id(2)), day: row.day(3))
    }
  }
}
