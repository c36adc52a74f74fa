import Kernel
import Storage

extension LegalRules {
  /// The rules in force in this database.
  package static let stored: Query<LegalRules> = LawStore.rules.map { try LegalRules($0) }

  /// The law of the transaction's day.
  package static func today(in tx: ReadTx) throws -> Law { try tx.fetch(stored).on(tx.today) }
}
