import Kernel
import Storage

/// The history of corrections: who changed which field of what, when, from what, to what. Values are sealed by the key
/// of the customer whom they concern.
package enum Corrections {
  /// Corrections of one record.
  package struct Entry: Sendable {
    package let customer: Int64
    /// `policy`, `claim`: with `entityID`, which record.
    package let entity: String
    package let entityID: Int64
    package let corrections: [FieldChange]
    package let key: SealingKey

    package init(customer: Int64, entity: String, entityID: Int64, corrections: [FieldChange], key: SealingKey) {
      self.customer = customer
      self.entity = entity
      self.entityID = entityID
      self.corrections = corrections
      self.key = key
    }
  }

  package static func record(_ entries: [Entry], source: String, reason: String? = nil, in tx: Tx) throws {
    var rows: [[SQLValue]] = []
    for entry in entries {
      for correction in entry.corrections {
        let id: ID<FieldChange> = tx.newID()
        func sealed(_ text: String?) throws -> SQLValue {
          guard let text, !text.isEmpty else { return .null }
          return .blob(try tx.vault.seal(text, with: entry.key))
        }
        rows.append([
          .int(entry.customer), id.sqlValue, .text(entry.entity), .int(entry.entityID), .text(correction.field),
          try sealed(correction.before), try sealed(correction.after), tx.now.sqlValue, tx.access.actor.sqlValue,
          .text(source), try sealed(reason),
        ])
      }
    }
    try CorrectionStore.insert(rows, in: tx)
  }

  /// The history of one record, newest first; opened by the customer's key.
  package static func history(
    customer: Int64, entity: String, entityID: Int64, key: SealingKey, in tx: ReadTx
  ) throws -> [FieldChangeLine] {
    try tx.fetch(CorrectionStore.history(customer: customer, entity: entity, entityID: entityID)).map { row in
      FieldChangeLine(
        correction: FieldChange(
          field: row.field, before: try row.before.map { try tx.vault.open($0, with: key) } ?? "",
          after: try row.after.map { try tx.vault.open($0, with: key) } ?? ""),
        at: row.at, actor: row.actor, source: row.source)
    }
  }
}

/// A correction with its circumstances.
package struct FieldChangeLine: Sendable {
  package let correction: FieldChange
  package let at: Instant
  package let actor: Actor
  package let source: String
}
