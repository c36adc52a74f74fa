import Kernel
import Storage

/// The rows a viewer may see, as SQL: every statement on a graded table carries it as `\(visible: …, "alias")`.
///
/// Persons: those in the viewer's book. The alias `c` is the table `customers` itself, every other alias a table
/// with `customer_id`. Policies and claims: an agent's are those he services, a manager's those that his group's
/// agents service; an adviser and a claims handler see all of the persons in their book.
extension Visibility {
  package static let insurer = Visibility { access, graded, alias in
    switch access.scope {
    case .all: return "1 = 1"
    case .none: return "1 = 0"
    case .book(let scope):
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
}
