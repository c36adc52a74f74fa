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
