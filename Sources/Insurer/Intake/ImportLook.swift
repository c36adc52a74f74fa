import Files
import Kernel
import Storage

/// A first look at a file: what it is, the suggested mapping, and its first rows as they would come out.
package struct ImportLook: Sendable {
  package let shape: TableShape
  package let suggestion: ColumnSuggestion
  /// The first rows as they stand in the file.
  package let rows: [[String]]

  /// Rows that a suggestion looks at.
  private static let sampled = 1_000

  package static func at(_ bytes: any ByteSource, kind: any ImportKind.Type) throws -> ImportLook {
    let file = try TableFile.open(bytes, known: ColumnSuggestion.knownNames(of: kind))
    var rows: [[String]] = []
    while rows.count < sampled, let record = try file.next() {
      if record.fault == nil { rows.append(record.fields) }
    }
    let suggestion = ColumnSuggestion(kind: kind, columns: file.shape.columns, rows: rows)
    return ImportLook(shape: file.shape, suggestion: suggestion, rows: rows)
  }

  /// A mapping with the order of day and month of its date columns, where the file's rows tell it and it does not.
  package func completed(_ mapping: ColumnMapping, kind: any ImportKind.Type) -> ColumnMapping {
    let days = Set(kind.fields.filter { $0.form == .day }.map(\.name))
    let columns = mapping.columns.map { column -> ColumnMapping.Column in
      guard column.order == nil, days.contains(column.field),
        let place = shape.columns.firstIndex(where: { Fold.compact($0) == Fold.compact(column.column) })
      else { return column }
      let samples = rows.compactMap { $0.count > place ? Fold.fold($0[place]).text : nil }
      return ColumnMapping.Column(column: column.column, field: column.field, order: DateOrder.decide(samples))
    }
    return ColumnMapping(kind: mapping.kind, key: mapping.key, columns: columns)
  }

  /// The same for a stored file, on a thread that may wait for its parts.
  package static func at(
    _ file: StoredFile, kind: any ImportKind.Type, in db: Database, as access: Access
  ) async throws -> ImportLook {
    try await StoredLook(file: file, db: db, access: access).look(kind)
  }
}

private actor StoredLook {
  private nonisolated let thread = ReadingThread("import-look")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }
  private let file: StoredFile
  private let db: Database
  private let access: Access

  init(file: StoredFile, db: Database, access: Access) {
    self.file = file
    self.db = db
    self.access = access
  }

  func look(_ kind: any ImportKind.Type) throws -> ImportLook {
    try ImportLook.at(ImportFiles.bytes(of: file, in: db, as: access), kind: kind)
  }
}

/// Takes a file in without keeping anything: every batch is undone. A row that refers to one of another batch waits.
package struct ImportRehearsal: Sendable {
  /// A row as it would come out.
  package struct Row: Sendable {
    package let number: Int
    /// By field; absent for a row that could not be read.
    package let values: [String: String]
    package let outcome: RowOutcome
  }

  package let db: Database
  package let access: Access
  private static let batch = 500

  package init(db: Database, access: Access) {
    self.db = db
    self.access = access
  }

  /// - Parameters:
  ///   - limit: how many rows to look at; nil for the whole file.
  ///   - each: called with every row in order.
  package func run(
    kind: any ImportKind.Type, mapping: ColumnMapping, source: String, limit: Int? = nil,
    open: @escaping @Sendable () throws -> any ByteSource, each: (Row) throws -> Void
  ) async throws -> ImportCounts {
    try access.require(.write(.import))
    let feed = ImportFeed(kind: kind, mapping: mapping, vault: db.vault, open: open)
    var counts = ImportCounts()
    while limit.map({ counts.rows < $0 }) ?? true {
      let size = min(ImportRehearsal.batch, limit.map { $0 - counts.rows } ?? ImportRehearsal.batch)
      guard let parsed = try await feed.next(size) else { break }
      let prepared = try await feed.prepare(parsed, known: [:])
      let outcomes = try await rehearse(prepared, kind, source)
      for row in parsed.rows {
        guard let outcome = outcomes[row.number] else { continue }
        counts.add(outcome)
        try each(Row(number: row.number, values: row.row?.values ?? [:], outcome: outcome))
      }
    }
    return counts
  }

  /// The same for a stored file: the preview of the pages.
  package func preview(
    _ file: StoredFile, kind: any ImportKind.Type, mapping: ColumnMapping, source: String, limit: Int = 20
  ) async throws -> [Row] {
    var rows: [Row] = []
    _ = try await run(kind: kind, mapping: mapping, source: source, limit: limit) { [db, access] in
      ImportFiles.bytes(of: file, in: db, as: access)
    } each: {
      rows.append($0)
    }
    return rows
  }

  private func rehearse(
    _ batch: PreparedBatch, _ kind: any ImportKind.Type, _ source: String
  ) async throws -> [Int: RowOutcome] {
    do {
      try await db.act(as: access, background: true) { tx in
        try ImportBatchAct.rehearse(batch, kind: kind, source: source, in: tx)
      }
      return [:]
    } catch let rehearsed as ImportBatchAct.Rehearsed {
      return rehearsed.outcomes
    }
  }
}
