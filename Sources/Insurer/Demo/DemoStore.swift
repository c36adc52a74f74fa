import Kernel
import Storage

/// SQL of the demo: only what no feature's door offers.
enum DemoStore {
  /// - Throws: `DATABASE_NOT_EMPTY` when there is a customer or a member of staff.
  static func requireEmpty(in tx: Tx) throws {
    guard try isEmpty(in: tx) else {
      throw AppError.conflict("DATABASE_NOT_EMPTY", "the demo is for an empty database; this one has people in it")
    }
  }

  static func isEmpty(in tx: ReadTx) throws -> Bool {
    try tx.fetch(
      Query<Int>.count(
        """
        SELECT (SELECT COUNT(*) FROM (SELECT id FROM customers LIMIT 1) AS c)
          + (SELECT COUNT(*) FROM (SELECT id FROM staff LIMIT 1) AS s)
        """)) == 0
  }

  /// Identity numbers of region 99 and telephone numbers of machines are valid here.
  static func admitDemo(in tx: Tx) throws {
    try tx.run("INSERT INTO settings (name, value) VALUES ('demo', '1') ON CONFLICT (name) DO NOTHING")
  }

  /// Indexes that no act of the filling reads.
  static let laterIndexes: [StaticString] = [
    "book_by_pinyin", "book_by_latest", "book_by_due", "book_by_created", "book_by_initials", "book_by_name",
    "events_of_writer", "policies_by_agent_due", "policies_by_projection", "policies_by_due", "policies_by_id",
    "policies_by_agent", "policy_parties_by_agent", "claims_by_handler", "claims_by_agent", "claims_by_due",
    "claims_by_id", "claims_by_agent_id", "interactions_by_time", "interactions_by_key",
  ]
}
