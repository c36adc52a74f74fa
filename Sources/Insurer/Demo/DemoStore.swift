import Kernel
import Storage

/// SQL of the demo: only what no feature's door offers.
enum DemoStore {
  /// The demo that is being filled in, if one was begun and not finished.
  static func begun(in tx: ReadTx) throws -> DemoSetting? {
    let text = try tx.fetch(
      Query<String?>.first("SELECT value FROM settings WHERE name = 'demo_begun'") { $0.text(0) })
    guard let parts = text?.split(separator: " "), parts.count == 3, let seed = UInt64(parts[0]),
      let people = Int(parts[1]), let day = Day(String(parts[2]))
    else { return nil }
    return DemoSetting(seed: seed, people: people, day: day)
  }

  static func begin(_ setting: DemoSetting, in tx: Tx) throws {
    let value = "\(setting.seed) \(setting.people) \(setting.day)"
    try tx.run("INSERT INTO settings (name, value) VALUES ('demo_begun', \(value))")
    try admitDemo(in: tx)
  }

  static func finish(in tx: Tx) throws { try tx.run("DELETE FROM settings WHERE name = 'demo_begun'") }

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
    "policies_by_agent", "policies_by_suspension", "policies_by_agent_suspension", "policy_parties_by_agent",
    "claims_by_handler", "claims_by_agent", "claims_by_due",
    "claims_by_id", "claims_by_agent_id", "interactions_by_time", "interactions_by_key", "search_docs_document",
    "sources_of_entity", "blind_index_of_customer", "customers_by_source_key",
    "claim_numbers_by_id", "events_by_transaction",
  ]
}
