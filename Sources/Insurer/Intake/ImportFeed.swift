import Files
import Kernel
import Storage

/// Reads a file on a thread of its own: batches of mapped rows, with a key that stands twice in the file seen across
/// all of it, also after a restart.
actor ImportFeed {
  private nonisolated let thread = ReadingThread("import")
  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  private let kind: any ImportKind.Type
  private let mapping: ColumnMapping
  private let vault: Vault
  private let open: @Sendable () throws -> any ByteSource
  private var file: TableFile?
  private var mapper: RowMapper?
  /// What of the decoded stream was committed before: its rows are only remembered.
  private let done: Int64
  private var reached: Int64
  private var first = FirstRows()
  /// Read already, and not of the batch before.
  private var ahead: MappedRow?

  /// Rows that a batch may take beyond its limit to stay together.
  private static let togetherMax = 500

  init(
    kind: any ImportKind.Type, mapping: ColumnMapping, vault: Vault, done: Int64 = 0,
    open: @escaping @Sendable () throws -> any ByteSource
  ) {
    self.kind = kind
    self.mapping = mapping
    self.vault = vault
    self.done = done
    reached = done
    self.open = open
  }

  /// The next rows, at most `limit`, and those that belong together with the last of them; nil at the end.
  func next(_ limit: Int) throws -> ParsedBatch? {
    try start()
    var rows: [MappedRow] = []
    rows.reserveCapacity(limit)
    while rows.count < limit, let row = try read() { rows.append(row) }
    if let field = kind.together, let last = rows.last?.row?[field] {
      while rows.count < limit + ImportFeed.togetherMax, let row = try read() {
        guard row.row?[field] == last else {
          ahead = row
          break
        }
        rows.append(row)
      }
    }
    guard let to = rows.last?.to else { return nil }
    defer { reached = to }
    return ParsedBatch(fromByte: reached, toByte: to, rows: rows)
  }

  private func read() throws -> MappedRow? {
    if let row = ahead {
      ahead = nil
      return row
    }
    guard let file, let mapper else { return nil }
    while let record = try file.next() {
      let mapped = first.check(mapper.map(record))
      if record.to > done { return mapped }
    }
    return nil
  }

  private func start() throws {
    guard file == nil else { return }
    let opened = try TableFile.open(try open(), known: ColumnSuggestion.knownNames(of: kind))
    mapper = try RowMapper(kind: kind, mapping: mapping, columns: opened.shape.columns, vault: vault)
    file = opened
  }

  /// Settles what needs no transaction: faulty rows, and rows whose digest the source memory holds. For the others
  /// the marks of their fields are worked out, and what new rows will hold is sealed.
  func prepare(_ batch: ParsedBatch, known: [String: SourceMemory.Known]) throws -> PreparedBatch {
    guard let mapper else { throw AppError.broken("nothing was read") }
    var settled: [Int: RowOutcome] = [:]
    var candidates: [ImportRow] = []
    var marks: [[UInt8]] = []
    var flags: [[FieldError]] = []
    for mapped in batch.rows {
      guard let row = mapped.row else {
        settled[mapped.number] = mapped.isRepeated ? RowOutcome(.unchanged) : .rejected(mapped.errors)
        continue
      }
      if let known = known[row.key], known.digest == row.digest {
        settled[mapped.number] = RowOutcome(.unchanged)
        continue
      }
      let said = FieldMarks.of(row.values, key: row.key, fields: mapper.fields, vault: vault)
      candidates.append(
        row.changing(
          known[row.key].map {
            FieldMarks.changed(from: $0.said, to: said, fields: mapper.fields, mapped: mapper.mapped)
          }))
      marks.append(said)
      flags.append(mapped.flags)
    }
    if !candidates.isEmpty { try kind.prepare(&candidates, with: vault) }
    let prepared = candidates.indices.map { Candidate(row: candidates[$0], marks: marks[$0], flags: flags[$0]) }
    return PreparedBatch(
      fromByte: batch.fromByte, toByte: batch.toByte, firstRow: batch.rows[0].number, rows: batch.rows.map(\.number),
      ends: batch.rows.map(\.to), settled: settled, candidates: prepared, mapped: mapper.mapped)
  }
}

/// Rows as read, before anybody looked at the database.
struct ParsedBatch: Sendable {
  let fromByte: Int64
  let toByte: Int64
  let rows: [MappedRow]

  var keys: [String] { rows.compactMap { $0.row?.key } }
}

/// A row that a kind has to look at.
struct Candidate: Sendable {
  var row: ImportRow
  let marks: [UInt8]
  let flags: [FieldError]
}

/// Rows ready for their transaction.
struct PreparedBatch: Sendable {
  let fromByte: Int64
  let toByte: Int64
  let firstRow: Int
  /// Row numbers in order, and where each row ends.
  let rows: [Int]
  let ends: [Int64]
  let settled: [Int: RowOutcome]
  private(set) var candidates: [Candidate]
  let mapped: Set<String>

  /// The same candidates with more worked out.
  func replacing(_ rows: [ImportRow]) -> PreparedBatch {
    var batch = self
    for (place, row) in zip(batch.candidates.indices, rows) { batch.candidates[place].row = row }
    return batch
  }

  /// The same batch in two halves, to find the row that fails; nil when it is one row.
  var halves: (PreparedBatch, PreparedBatch)? {
    guard rows.count > 1 else { return nil }
    let middle = rows.count / 2
    return (part(0..<middle, from: fromByte), part(middle..<rows.count, from: ends[middle - 1]))
  }

  private func part(_ range: Range<Int>, from: Int64) -> PreparedBatch {
    let numbers = Set(rows[range])
    return PreparedBatch(
      fromByte: from, toByte: ends[range.upperBound - 1], firstRow: rows[range.lowerBound], rows: Array(rows[range]),
      ends: Array(ends[range]), settled: settled.filter { numbers.contains($0.key) },
      candidates: candidates.filter { numbers.contains($0.row.number) }, mapped: mapped)
  }
}

/// The first row of each key in one file: it counts; an identical one is unchanged, another is rejected naming it.
/// Holds 64 bits of a key's and a row's code, so that a million rows take some 40 MB.
private struct FirstRows {
  private var rows: [UInt64: (row: Int32, digest: UInt64)] = [:]

  mutating func check(_ mapped: MappedRow) -> MappedRow {
    guard let row = mapped.row else { return mapped }
    var hasher = Hasher()
    hasher.combine(row.key)
    let key = UInt64(bitPattern: Int64(hasher.finalize()))
    let digest = row.digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let first = rows[key] else {
      rows[key] = (Int32(clamping: row.number), digest)
      return mapped
    }
    return first.digest == digest
      ? MappedRow(repeating: mapped) : MappedRow(contradicting: mapped, first: Int(first.row))
  }
}

extension MappedRow {
  fileprivate init(repeating row: MappedRow) {
    self.init(number: row.number, from: row.from, to: row.to, row: nil, flags: [], errors: [], isRepeated: true)
  }

  fileprivate init(contradicting row: MappedRow, first: Int) {
    let message = "\(ValidationCode.keyDuplicate.message): row \(first)"
    self.init(
      number: row.number, from: row.from, to: row.to, row: nil, flags: [],
      errors: [FieldError("", ValidationCode.keyDuplicate.rawValue, message)])
  }
}
