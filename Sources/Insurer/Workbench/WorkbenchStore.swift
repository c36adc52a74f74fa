import Kernel
import Storage

enum WorkbenchStore {
  struct Person: Sendable {
    let id: ID<Customer>
    let name: String
    let latestAt: Instant
  }

  /// The customers of a scope to whom something happened last. The scope is the predicate.
  static func latest(in scope: Scope, limit: Int) -> Query<[Person]> {
    let number: Int64 =
      switch scope {
      case .all: 0
      case .book(let number): number
      case .none: -1
      }
    return .all(
      """
      SELECT b.customer_id, b.name, b.latest_at FROM book b WHERE b.scope = \(number) AND \(visible: .book, "b")
      ORDER BY b.latest_at DESC, b.customer_id DESC LIMIT \(limit)
      """
    ) { row in Person(id: row.id(0), name: row.text(1), latestAt: row.instant(2)) }
  }
}
