import Kernel
import Storage

enum CorrectionStore {
  struct SealedLine: Sendable {
    let field: String
    let before: [UInt8]?
    let after: [UInt8]?
    let at: Instant
    let actor: Actor
    let source: String
  }

  static func insert(_ rows: [[SQLValue]], in tx: Tx) throws {
    guard !rows.isEmpty else { return }
    try tx.insert(
      into: "changes",
      columns: [
        "customer_id", "id", "entity", "entity_id", "field", "before_value", "after_value", "at", "actor", "source",
        "reason",
      ], rows: rows)
  }

  static func history(customer: Int64, entity: String, entityID: Int64) -> Query<[SealedLine]> {
    .all(
      """
      SELECT h.field, h.before_value, h.after_value, h.at, h.actor, h.source FROM changes h
      WHERE h.customer_id = \(customer) AND h.entity = \(entity) AND h.entity_id = \(entityID)
        AND \(visible: .customer, "h")
      ORDER BY h.id DESC LIMIT 200
      """
    ) { row in
      SealedLine(
        field: row.text(0), before: row.blobOrNil(1), after: row.blobOrNil(2), at: row.instant(3),
        actor: Actor(stored: row.text(4)), source: row.text(5))
    }
  }
}
