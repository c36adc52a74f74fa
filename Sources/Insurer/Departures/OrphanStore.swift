import Kernel
import Storage

/// Policies that are not ended and that nobody serves who is still here.
enum OrphanStore {
  static func conditions(_ filter: OrphanFilter, on today: Day) -> [SQL] {
    var all: [SQL] = ["p.status <> 'terminated'", "p.base_policy_id IS NULL", "\(visible: .policy, "p")"]
    switch filter.show {
    case .left: all.append("p.servicing_agent_id IN (\(DepartureStore.gone(on: today)))")
    case .none: all.append("p.servicing_agent_id IS NULL")
    }
    if let status = filter.status { all.append("p.status = \(status.code)") }
    if let line = filter.line {
      all.append("p.product_id IN (SELECT r.id FROM products r WHERE r.line = \(line.code))")
    }
    if let agent = filter.agent { all.append("p.servicing_agent_id = \(agent)") }
    if let team = filter.team {
      all.append("p.servicing_agent_id IN (SELECT f.id FROM staff f WHERE f.team_id = \(team))")
    }
    if let branch = filter.branch {
      all.append("p.servicing_agent_id IN (SELECT f.id FROM staff f WHERE f.branch_id = \(branch))")
    }
    return all
  }

  private static let columns: SQL = """
    p.id, p.policy_no, p.customer_id, r.name, r.line, p.status, p.effective_on, p.next_due_on, p.premium_fen,
    s.staff_no, s.name, s.left_on, p.servicing_agent_id
    """

  @Sendable private static func decode(_ row: Row, _ sort: OrphanSort) throws -> OrphanLine {
    let id = row.int(0)
    let value: Int64 =
      switch sort {
      case .left: row.intOrNil(11) ?? 0
      case .due: row.intOrNil(7) ?? 0
      case .newest: 0
      }
    return OrphanLine(
      policy: ID(id), policyNo: row.text(1), customer: nil, customerID: row.id(2), product: row.text(3),
      line: try row.code(4), status: try row.code(5), effectiveOn: row.dayOrNil(6), nextDueOn: row.dayOrNil(7),
      premium: row.moneyOrNil(8),
      agent: row.isNull(12) ? nil : StaffEntry(staffNo: row.textOrNil(9), name: row.textOrNil(10)),
      leftOn: row.dayOrNil(11), place: OrphanPlace(value: value, agent: row.intOrNil(12) ?? 0, id: id))
  }

  /// Each order is that of an index: by leaving, agent by agent; by the next premium; by key.
  static func page(
    _ filter: OrphanFilter, after place: OrphanPlace?, limit: Int, on today: Day
  ) -> Query<[OrphanLine]> {
    let sort = filter.show == .none && filter.sort == .left ? .newest : filter.sort
    var all = conditions(filter, on: today)
    let order: SQL
    switch sort {
    case .left:
      all.append("p.servicing_agent_id = s.id AND s.left_on IS NOT NULL")
      if let place {
        all.append("(s.left_on, s.id, p.id) < (\(place.value), \(place.agent), \(place.id))")
      }
      order = "s.left_on DESC, s.id DESC, p.id DESC"
    case .due:
      all.append("p.next_due_on IS NOT NULL")
      if let place { all.append("(p.next_due_on, p.id) > (\(place.value), \(place.id))") }
      order = "p.next_due_on, p.id"
    case .newest:
      if let place { all.append("p.id < \(place.id)") }
      order = "p.id DESC"
    }
    let tables: SQL =
      sort == .left
      ? "staff s CROSS JOIN policies p JOIN products r ON r.id = p.product_id"
      : "policies p JOIN products r ON r.id = p.product_id LEFT JOIN staff s ON s.id = p.servicing_agent_id"
    return .all(
      "SELECT \(columns) FROM \(tables) WHERE \(SQL.join(all, " AND ")) ORDER BY \(order) LIMIT \(limit)"
    ) { try decode($0, sort) }
  }

  static func count(_ filter: OrphanFilter, bound: Int, on today: Day) -> Query<Int> {
    let all = SQL.join(conditions(filter, on: today), " AND ")
    return .count("SELECT COUNT(*) FROM (SELECT 1 FROM policies p WHERE \(all) LIMIT \(bound + 1)) w")
  }
}
