import Kernel
import Storage

enum LawStore {
  static let rules: Query<[LegalRule]> = .all(
    "SELECT l.parameter, l.value, l.instrument, l.article, l.effective_from, l.effective_to FROM legal_rules l"
  ) { row in
    LegalRule(
      try row.code(0), Int(row.int(1)), Citation(row.text(2), row.text(3)), from: row.day(4), to: row.dayOrNil(5))
  }
}

extension LegalRules {
  /// The rules in force in this database.
  package static let stored: Query<LegalRules> = LawStore.rules.map { try LegalRules($0) }

  /// The law of the transaction's day.
  package static func today(in tx: ReadTx) throws -> Law { try tx.fetch(stored).on(tx.today) }
}
