import Kernel
import Storage

/// A row kept, sealed, until what it names is there.
struct WaitingRow: Sendable {
  let id: Int64
  let kind: String
  let source: String
  let key: String
  let waitKind: String
  let waitKey: String
  let importID: ID<Import>
  let number: Int
  let sealed: [UInt8]
}

/// Keeps rows whose reference is unknown, and applies them when it comes.
enum WaitingRows {
  private static let batch = 200

  static func keep(
    _ row: ImportRow, kind: String, fields: [ImportField], source: String, waitKind: String,
    waitKey: String, importID: ID<Import>, in tx: Tx
  ) throws {
    let sealed = try tx.vault.sealForStore(row.digest + RowText.of(row.values, fields: fields))
    try WaitingStore.put(
      WaitingRow(
        id: tx.newID(WaitingRow.self).raw, kind: kind, source: source, key: row.key, waitKind: waitKind,
        waitKey: waitKey, importID: importID, number: row.number, sealed: sealed), in: tx)
  }

  /// Applies what waited for rows of `kind` from `source`, and what `importID` left waiting; then what waited for
  /// those, until nothing more moves.
  static func resolve(
    kind: String, source: String, importID: ID<Import>, kinds: [any ImportKind.Type], in db: Database, as access: Access
  ) async throws {
    var moved = try await pass(kinds, in: db, as: access) { WaitingStore.of(importID, after: $0, limit: batch) }
    moved.insert(Origin(kind: kind, source: source))
    var rounds = 0
    while !moved.isEmpty && rounds < 8 {
      rounds += 1
      var next: Set<Origin> = []
      for origin in moved.sorted(by: { ($0.kind, $0.source) < ($1.kind, $1.source) }) {
        next.formUnion(
          try await pass(kinds, in: db, as: access) {
            WaitingStore.due(for: origin.kind, source: origin.source, after: $0, limit: batch)
          })
      }
      moved = next
    }
  }

  private struct Origin: Hashable, Sendable {
    let kind: String
    let source: String
  }

  /// One walk over waiting rows by id; the kinds and sources of which rows came to something.
  private static func pass(
    _ kinds: [any ImportKind.Type], in db: Database, as access: Access,
    _ page: @escaping @Sendable (Int64) -> Query<[WaitingRow]>
  ) async throws -> Set<Origin> {
    var moved: Set<Origin> = []
    var last: Int64 = 0
    while true {
      let after = last
      let (end, origins) = try await db.act(as: access, background: true) { tx -> (Int64?, Set<Origin>) in
        let rows = try tx.fetch(page(after))
        return (rows.last?.id, try apply(rows, kinds, in: tx))
      }
      moved.formUnion(origins)
      guard let end else { return moved }
      last = end
    }
  }

  private static func apply(_ rows: [WaitingRow], _ kinds: [any ImportKind.Type], in tx: Tx) throws -> Set<Origin> {
    var moved: Set<Origin> = []
    let groups = Dictionary(grouping: rows) { Origin(kind: $0.kind, source: $0.source) }
    for kind in kinds {
      for (origin, group) in groups.sorted(by: { $0.key.source < $1.key.source }) where origin.kind == kind.name {
        if try apply(group, kind, source: origin.source, in: tx) { moved.insert(origin) }
      }
    }
    return moved
  }

  /// Whether any of them came to something.
  private static func apply(
    _ waiting: [WaitingRow], _ kind: any ImportKind.Type, source: String, in tx: Tx
  ) throws -> Bool {
    let fields = kind.fields
    let known = try SourceMemory.find(kind.name, keys: waiting.map(\.key), source: source, in: tx)
    var rows: [ImportRow] = []
    var marks: [[UInt8]] = []
    for row in waiting {
      let bytes = try tx.vault.openFromStore(row.sealed)
      let values = RowText.values(of: bytes.dropFirst(16))
      let mark = FieldMarks.of(values, key: row.key, fields: fields, vault: tx.vault)
      let changed = known[row.key].map {
        FieldMarks.changed(from: $0.said, to: mark, fields: fields, mapped: Set(values.keys))
      }
      rows.append(
        ImportRow(
          number: row.number, key: row.key, values: values, digest: Array(bytes.prefix(16)), changed: changed))
      marks.append(mark)
    }
    try kind.prepare(&rows, with: tx.vault)
    let outcomes = try kind.apply(rows, source: source, in: tx)
    guard outcomes.count == rows.count else { throw AppError.broken("\(kind.name): outcomes do not match the rows") }
    var said: [SourceMemory.Said] = []
    var moved = false
    for place in rows.indices {
      if try settle(waiting[place], outcomes[place], in: tx) { moved = true }
      if let entity = outcomes[place].entity {
        said.append(
          SourceMemory.Said(
            key: rows[place].key, entity: entity, customer: outcomes[place].customer, digest: rows[place].digest,
            marks: marks[place], isKnown: known[rows[place].key] != nil))
      }
    }
    try SourceMemory.remember(said, kind: kind.name, source: source, in: tx)
    return moved
  }

  /// Takes a row off the list, or notes what it waits for now. Whether it came to something.
  private static func settle(_ row: WaitingRow, _ outcome: RowOutcome, in tx: Tx) throws -> Bool {
    if case .waiting(let kind, let key) = outcome.result {
      if kind != row.waitKind || key != row.waitKey {
        try WaitingStore.put(
          WaitingRow(
            id: row.id, kind: row.kind, source: row.source, key: row.key, waitKind: kind, waitKey: key,
            importID: row.importID, number: row.number, sealed: row.sealed), in: tx)
      }
      return false
    }
    try WaitingStore.delete(row.id, in: tx)
    var counts = ImportCounts()
    counts.add(outcome)
    let wasFlagged = try tx.fetch(FindingStore.list(of: row.importID, rows: row.number...row.number, limit: 100))
      .contains { $0.isFlag }
    if wasFlagged { counts.flagged = outcome.result == .rejected ? -1 : 0 }
    try ImportStore.resolve(row.importID, counts, in: tx)
    let findings = (outcome.errors + outcome.flags).map {
      ImportFinding(row: row.number, outcome: outcome.word, field: $0.field, code: $0.code, message: $0.message)
    }
    let came = ImportFinding(
      row: row.number, outcome: outcome.word, field: "", code: "RESOLVED",
      message: "what the row waited for has come")
    try FindingStore.deleteResolution(of: row.importID, row: row.number, in: tx)
    try FindingStore.insert(
      [came] + findings, of: row.importID, firstPlace: FindingStore.resolutionPlace, in: tx)
    return true
  }
}
