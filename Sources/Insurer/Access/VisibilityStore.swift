import Kernel
import Storage

/// The rows a viewer may see, as SQL: every statement on a graded table carries it as `\(visible: …, "alias")`.
///
/// Persons: those in the viewer's book. The alias `c` is the table `customers` itself, every other alias a table
/// with `customer_id`. Policies and claims: an agent's are those he services, a manager's those that his group's
/// agents service; an adviser and a claims handler see all of the persons in their book.
///
/// Beyond them, whoever a grant opens to the viewer's account for a while.
///
/// When the viewer's purpose rests on consent, also only persons whose consent to it holds at this moment
/// (decision 20, ADR 10). A purpose of contract or law adds nothing to the statement.
extension Visibility {
  package static let insurer = Visibility { access, graded, alias, now in
    let own = inScope(access, graded, alias)
    let scoped = access.grantee == 0 || graded == .book || access.scope == .all ? own : granted(access, own, alias, now)
    let mask = Purposes.mask(access.purpose)
    guard mask != 0, access.scope != .none || access.grantee != 0 else { return scoped }
    return "\(scoped) AND \(agreed(to: mask, alias, now))"
  }

  /// The second branch: whom a grant opens for a while (decision 20). Asked for only while the account holds one.
  private static func granted(_ access: Access, _ own: SQL, _ alias: String, _ now: Instant) -> SQL {
    let person = SQL.identifier(alias, alias == "c" ? "id" : "customer_id")
    return """
      (\(own) OR \(person) IN (
        SELECT g.customer_id FROM grants g
        WHERE g.account_id = \(access.grantee) AND g.until_at > \(now) AND g.ended_at IS NULL))
      """
  }

  private static func inScope(_ access: Access, _ graded: Graded, _ alias: String) -> SQL {
    switch access.scope {
    case .all: return "1 = 1"
    case .none: return "1 = 0"
    case .book(let scope):
      if graded == .book { return "1 = 1" }
      let person = SQL.identifier(alias, alias == "c" ? "id" : "customer_id")
      let inBook: SQL = "EXISTS (SELECT 1 FROM book v WHERE v.scope = \(scope) AND v.customer_id = \(person))"
      switch (graded, access.role) {
      case (.customer, _), (_, .adviser), (.policy, .claims), (.policy, .underwriter): return inBook
      case (_, .claims), (_, .underwriter):
        return "(\(SQL.identifier(alias, "handler_id")) = \(access.staffID) OR \(inBook))"
      case (_, .manager):
        let group: SQL = "SELECT s.id FROM staff s WHERE s.team_id = \(scope) OR s.branch_id = \(scope)"
        return "\(SQL.identifier(alias, "servicing_agent_id")) IN (\(group))"
      default: return "\(SQL.identifier(alias, "servicing_agent_id")) = \(access.staffID)"
      }
    }
  }

  /// The one copy of the answer lies on the customer's row, so that a withdrawal is one write and holds everywhere
  /// with it. An overdue row is as good as none until it is computed again.
  private static func agreed(to mask: Int64, _ alias: String, _ now: Instant) -> SQL {
    if alias == "c" { return "(c.basis & \(mask)) = \(mask) AND c.basis_until > \(now)" }
    let person = SQL.identifier(alias, "customer_id")
    // One value, not EXISTS: PostgreSQL would make a join of that, which keeps no order and does not stop early.
    return """
      (SELECT CASE WHEN (w.basis & \(mask)) = \(mask) AND w.basis_until > \(now) THEN 1 ELSE 0 END
       FROM customers w WHERE w.id = \(person)) = 1
      """
  }
}
