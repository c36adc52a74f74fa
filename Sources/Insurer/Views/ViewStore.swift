import Kernel
import Storage

enum ViewStore {
  private static let columns: SQL = "v.id, v.owner, v.name, v.query, v.is_shared, v.created_at"

  @Sendable private static func view(_ row: Row) -> SavedView {
    SavedView(
      id: row.id(0), owner: Actor(stored: row.text(1)), name: row.text(2), query: row.text(3), isShared: row.bool(4),
      createdAt: row.instant(5))
  }

  /// One's own first, then those that others share.
  static func all(for owner: Actor, limit: Int) -> Query<[SavedView]> {
    .all(
      """
      SELECT \(columns) FROM saved_views v WHERE v.owner = \(owner) OR v.is_shared = 1
      ORDER BY CASE WHEN v.owner = \(owner) THEN 0 ELSE 1 END, v.name, v.id LIMIT \(limit)
      """, view)
  }

  static func find(_ id: ID<SavedView>, of owner: Actor) -> Query<SavedView?> {
    .first("SELECT \(columns) FROM saved_views v WHERE v.id = \(id) AND v.owner = \(owner)", view)
  }

  static func count(of owner: Actor) -> Query<Int> {
    .count("SELECT COUNT(*) FROM saved_views v WHERE v.owner = \(owner)")
  }

  static func insert(_ view: SavedView, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO saved_views (id, owner, name, query, is_shared, created_at)
      VALUES (\(view.id), \(view.owner), \(view.name), \(view.query), \(view.isShared), \(view.createdAt))
      """)
  }

  static func delete(_ id: ID<SavedView>, in tx: Tx) throws {
    try tx.run("DELETE FROM saved_views WHERE id = \(id)")
  }
}
