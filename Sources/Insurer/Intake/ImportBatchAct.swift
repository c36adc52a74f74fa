import Files
import Kernel
import Storage

/// Applies one batch: the rows, what the source said, what waits, the findings and the place to resume at, together.
enum ImportBatchAct {
  /// Somebody stopped the import or took it over.
  struct Lost: Error {}

  /// What a rehearsal found, carried out of the transaction that it undoes.
  struct Rehearsed: Error {
    let outcomes: [Int: RowOutcome]
  }

  /// - Parameter trusting: see `decide`.
  static func apply(
    _ batch: PreparedBatch, of item: Import, kind: any ImportKind.Type, holder: String, trusting: Bool, in tx: Tx
  ) throws -> ImportCounts {
    try tx.access.require(.write(.import))
    try tx.lock(named: "import/\(kind.name)/\(item.source)")
    let (outcomes, said) = try decide(
      batch, kind, source: item.source, importID: item.id, trusting: trusting, in: tx)
    var counts = ImportCounts()
    var runs = OutcomeRuns()
    var findings: [ImportFinding] = []
    for row in batch.rows {
      guard let outcome = outcomes[row] else { throw AppError.broken("row \(row) came to nothing") }
      counts.add(outcome)
      runs.append(outcome.word)
      findings += self.findings(row, outcome)
    }
    guard
      try ImportStore.advance(
        item.id, holder: holder, from: batch.fromByte, to: batch.toByte, counts: counts, in: tx)
    else { throw Lost() }
    try ImportStore.insertBatch(item.id, batch, counts, outcomes: runs.text, in: tx)
    // Last, for PostgreSQL takes these in while the act's events are put together.
    try SourceMemory.remember(said, kind: kind.name, source: item.source, in: tx)
    try FindingStore.insert(findings, of: item.id, in: tx)
    return counts
  }

  /// The same, undone at the end.
  static func rehearse(_ batch: PreparedBatch, kind: any ImportKind.Type, source: String, in tx: Tx) throws {
    let (outcomes, said) = try decide(batch, kind, source: source, importID: nil, trusting: false, in: tx)
    try SourceMemory.remember(said, kind: kind.name, source: source, in: tx)
    try tx.flush()
    throw Rehearsed(outcomes: outcomes)
  }

  /// Applies the rows; no import need stand behind them. What they said is for the caller to remember, in the same
  /// transaction.
  ///
  /// - Parameter trusting: a row that was new when its batch was prepared is taken as new still. Should another import
  ///   have brought it since, the source memory's key refuses it and the act is undone: the caller then asks again
  ///   without trust.
  static func decide(
    _ batch: PreparedBatch, _ kind: any ImportKind.Type, source: String, importID: ID<Import>?, trusting: Bool,
    in tx: Tx
  ) throws -> (outcomes: [Int: RowOutcome], said: [SourceMemory.Said]) {
    var outcomes = batch.settled
    outcomes.reserveCapacity(batch.rows.count)
    var said: [SourceMemory.Said] = []
    let someWait = try tx.fetch(WaitingStore.anyOf(kind: kind.name, source: source)) > 0
    var start = 0
    while start < batch.candidates.count {
      let part = part(of: batch.candidates, from: start, kind)
      start = part.endIndex
      let new = try decide(
        part, mapped: batch.mapped, kind, source: source, importID: importID, trusting: trusting, into: &outcomes,
        in: tx)
      if someWait && !new.isEmpty {
        try WaitingStore.delete(kind: kind.name, source: source, keys: new.map(\.key), in: tx)
      }
      said += new
    }
    return (outcomes, said)
  }

  /// As many rows as the kind takes at once, and those that belong together with the last of them.
  private static func part(
    of candidates: [Candidate], from start: Int, _ kind: any ImportKind.Type
  ) -> ArraySlice<Candidate> {
    var end = min(start + kind.rowsAtOnce, candidates.count)
    if let field = kind.together, let last = candidates[end - 1].row[field] {
      while end < candidates.count, candidates[end].row[field] == last { end += 1 }
    }
    return candidates[start..<end]
  }

  private static func decide(
    _ part: ArraySlice<Candidate>, mapped: Set<String>, _ kind: any ImportKind.Type, source: String,
    importID: ID<Import>?, trusting: Bool, into outcomes: inout [Int: RowOutcome], in tx: Tx
  ) throws -> [SourceMemory.Said] {
    let asked = trusting ? part.filter { $0.row.changed != nil } : Array(part)
    let known =
      asked.isEmpty ? [:] : try SourceMemory.find(kind.name, keys: asked.map(\.row.key), source: source, in: tx)
    var candidates: [Candidate] = []
    candidates.reserveCapacity(part.count)
    let fields = kind.fields
    for var candidate in part {
      let memory = known[candidate.row.key]
      if let memory, memory.digest == candidate.row.digest {
        outcomes[candidate.row.number] = RowOutcome(.unchanged)
        continue
      }
      candidate.row.changed = memory.map {
        FieldMarks.changed(from: $0.said, to: candidate.marks, fields: fields, mapped: mapped)
      }
      candidates.append(candidate)
    }
    let decided = candidates.isEmpty ? [] : try kind.apply(candidates.map(\.row), source: source, in: tx)
    guard decided.count == candidates.count else {
      throw AppError.broken("\(kind.name): \(decided.count) outcomes for \(candidates.count) rows")
    }
    for (candidate, outcome) in zip(candidates, decided) {
      var outcome = outcome
      outcome.flags = candidate.flags + outcome.flags
      outcomes[candidate.row.number] = outcome
    }
    return try said(candidates, decided, known: known, kind, source: source, importID: importID, in: tx)
  }

  /// What the rows said of the records they came to; rows that wait are kept.
  private static func said(
    _ candidates: [Candidate], _ outcomes: [RowOutcome], known: [String: SourceMemory.Known],
    _ kind: any ImportKind.Type, source: String, importID: ID<Import>?, in tx: Tx
  ) throws -> [SourceMemory.Said] {
    var said: [SourceMemory.Said] = []
    said.reserveCapacity(candidates.count)
    for (candidate, outcome) in zip(candidates, outcomes) {
      let row = candidate.row
      if let entity = outcome.entity {
        said.append(
          SourceMemory.Said(
            key: row.key, entity: entity, customer: outcome.customer, digest: row.digest, marks: candidate.marks,
            isKnown: known[row.key] != nil))
      }
      if case .waiting(let waitKind, let waitKey) = outcome.result, let importID {
        try WaitingRows.keep(
          row, kind: kind.name, fields: kind.fields, source: source, waitKind: waitKind, waitKey: waitKey,
          importID: importID, in: tx)
      }
    }
    return said
  }

  static func findings(_ row: Int, _ outcome: RowOutcome) -> [ImportFinding] {
    var findings = (outcome.errors + outcome.flags).map {
      ImportFinding(row: row, outcome: outcome.word, field: $0.field, code: $0.code, message: $0.message)
    }
    if case .waiting(let kind, let key) = outcome.result {
      findings.insert(
        ImportFinding(
          row: row, outcome: outcome.word, field: "", code: ValidationCode.referenceUnknown.rawValue,
          message: "waits for \(key) of \(kind)"), at: 0)
    }
    return findings
  }
}

/// Outcomes in runs: `created*500 rejected*1 created*99`.
struct OutcomeRuns {
  private var runs: [(word: String, count: Int)] = []

  mutating func append(_ word: String) {
    if runs.last?.word == word { runs[runs.count - 1].count += 1 } else { runs.append((word, 1)) }
  }

  var text: String { runs.map { "\($0.word)*\($0.count)" }.joined(separator: " ") }

  static func runs(of text: String) -> [(word: String, count: Int)] {
    text.split(separator: " ").compactMap { run in
      let halves = run.split(separator: "*")
      guard halves.count == 2, let count = Int(halves[1]) else { return nil }
      return (String(halves[0]), count)
    }
  }

  static func words(of text: String) -> [String] {
    runs(of: text).flatMap { Array(repeating: $0.word, count: $0.count) }
  }
}
