import Insurer
import Kernel
import Storage

/// A kind of the tests' own, kept in `settings`: what the engine promises is tested without any feature's rules.
enum NoteKind: ImportKind {
  static let name = "notes"
  static let key = ["id"]
  static let otherKeys = [["phone"]]
  static let fields = [
    ImportField("id", required: true, synonyms: ["编号", "note id"]),
    ImportField("title", required: true, synonyms: ["标题", "subject"], form: .prose),
    ImportField("amount", synonyms: ["金额"]),
    ImportField("day", synonyms: ["日期"], form: .day),
    ImportField("phone", synonyms: ["手机号"], sealed: true, looksLike: { $0.count == 11 && $0.hasPrefix("1") }),
    ImportField("ref", synonyms: ["上级"]),
  ]

  static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let stored = try tx.fetch(NoteSQL.find(rows.map(\.key)))
    let known = Dictionary(uniqueKeysWithValues: stored)
    let references = try SourceMemory.find(name, keys: rows.compactMap { $0["ref"] }, source: source, in: tx)
    return try rows.map { row in
      if row["title"] == "boom" { throw AppError.broken("boom") }
      if let amount = row["amount"], Int(amount) == nil {
        return .rejected([FieldError("amount", "MONEY_INVALID", "not an amount")])
      }
      if let reference = row["ref"], references[reference] == nil {
        return RowOutcome(.waiting(kind: name, key: reference))
      }
      var note = known[row.key].map(Note.init(text:)) ?? Note(entity: tx.newID(Import.self).raw)
      let before = note.text
      for field in ["title", "amount", "day"] where row.applies(field) { note.values[field] = row[field] }
      let flags = row["day"].map { $0.count == 10 } ?? true ? [] : [FieldError("day", "DATE_INVALID", "not a date")]
      if note.text == before { return RowOutcome(.unchanged, entity: note.entity, flags: flags) }
      try tx.run(NoteSQL.put(row.key, note.text))
      return RowOutcome(known[row.key] == nil ? .created : .updated, entity: note.entity, flags: flags)
    }
  }

  /// Two notes a page, whatever is asked for: pages need not be full. Every note belongs to one of ten customers.
  static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try tx.fetch(NoteSQL.page(after: key ?? "")).map { key, text in
      let note = Note(text: text)
      return ExportRow(
        key: key,
        values: [
          key, note.values["title"] ?? "", note.values["amount"] ?? "", note.values["day"] ?? "", "", "",
        ], customer: Int64(key.utf8.last ?? 0), source: "core", asOf: tx.now)
    }
  }
}

struct Note {
  let entity: Int64
  var values: [String: String] = [:]

  init(entity: Int64) { self.entity = entity }

  init(text: String) {
    let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    entity = Int64(parts[0]) ?? 0
    for (name, value) in zip(["title", "amount", "day"], parts.dropFirst()) where !value.isEmpty {
      values[name] = value
    }
  }

  var text: String { "\(entity)|\(["title", "amount", "day"].map { values[$0] ?? "" }.joined(separator: "|"))" }
}

enum NoteSQL {
  static func find(_ keys: [String]) -> Query<[(String, String)]> {
    .all("SELECT name, value FROM settings WHERE name IN \(list: keys.map { "note/\($0)" })") {
      (String($0.text(0).dropFirst(5)), $0.text(1))
    }
  }

  static func put(_ key: String, _ text: String) -> SQL {
    """
    INSERT INTO settings (name, value) VALUES (\("note/\(key)"), \(text))
    ON CONFLICT (name) DO UPDATE SET value = excluded.value
    """
  }

  static func page(after key: String) -> Query<[(String, String)]> {
    .all(
      """
      SELECT name, value FROM settings WHERE name LIKE 'note/%' AND name > \("note/\(key)") ORDER BY name LIMIT 2
      """
    ) { (String($0.text(0).dropFirst(5)), $0.text(1)) }
  }

  /// Every note without its entity, by key.
  static func all() -> Query<[String]> {
    .all("SELECT name, value FROM settings WHERE name LIKE 'note/%' ORDER BY name") { row in
      "\(row.text(0).dropFirst(5)):\(row.text(1).drop { $0 != "|" }.dropFirst())"
    }
  }
}
