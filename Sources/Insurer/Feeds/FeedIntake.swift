import Files
import Kernel
import Storage

/// One request's events on their way into the records, in one transaction. Set-based: kind by kind in the order in
/// which one refers to another, and of several events of one key each in its turn.
struct FeedIntake {
  let sender: FeedSender
  private(set) var outcomes: [Int: FeedOutcome] = [:]
  private let tx: Tx

  init(_ sender: FeedSender, in tx: Tx) {
    self.sender = sender
    self.tx = tx
  }

  /// - Parameter events: with the place at which each outcome is to stand.
  mutating func apply(_ events: [(place: Int, event: FeedEvent)]) throws {
    var readings: [(place: Int, reading: FeedReading)] = []
    for (place, event) in events {
      switch FeedRules.read(event, now: tx.now, vault: tx.vault) {
      case .success(let reading): readings.append((place, reading))
      case .failure(let faults): outcomes[place] = FeedOutcome(event, .deadLetter, errors: faults.faults)
      }
    }
    guard !readings.isEmpty else { return }
    let kinds = Dictionary(grouping: readings) { $0.reading.type.kind.name }
    for name in kinds.keys.sorted() { try tx.lock(named: "import/\(name)/\(sender.feed)") }
    for kind in FeedTypes.kinds {
      guard let mine = kinds[kind.name] else { continue }
      for round in FeedIntake.rounds(mine) { try apply(round, kind) }
    }
  }

  /// The first event of each key, then the second: each leaves its own trace in the history.
  private static func rounds(
    _ readings: [(place: Int, reading: FeedReading)]
  ) -> [[(place: Int, reading: FeedReading)]] {
    var rounds: [[(place: Int, reading: FeedReading)]] = []
    var turns: [String: Int] = [:]
    for item in readings.sorted(by: { ($0.reading.order, $0.place) < ($1.reading.order, $1.place) }) {
      let turn = turns[item.reading.key, default: 0]
      turns[item.reading.key] = turn + 1
      if turn == rounds.count { rounds.append([]) }
      rounds[turn].append(item)
    }
    return rounds
  }

  /// One event's effect on what its sender has said.
  private struct Step {
    let place: Int
    let reading: FeedReading
    let record: FeedRecord
    let isNew: Bool
    let marks: [UInt8]
  }

  private mutating func apply(
    _ round: [(place: Int, reading: FeedReading)], _ kind: any RecordKind.Type
  ) throws {
    let keys = round.map(\.reading.key)
    var before: [String: FeedRecord] = [:]
    for (key, bytes) in try tx.fetch(FeedStore.records(sender.feed, kind.name, keys)) {
      before[key] = FeedRecord(bytes: try tx.vault.openFromStore(bytes))
    }
    let memory = try SourceMemory.find(kind.name, keys: keys, source: sender.feed, in: tx)
    var steps: [Step] = []
    var rows: [ImportRow] = []
    for (place, reading) in round {
      var record = before[reading.key] ?? FeedRecord()
      // A first event that says nothing but its key is the kind's to judge.
      guard record.take(reading) || before[reading.key] == nil else {
        outcomes[place] = FeedOutcome(reading.event, .stale, flags: reading.flags)
        continue
      }
      let (row, marks) = self.row(record, reading, kind, memory[reading.key], number: steps.count + 1)
      let isNew = before[reading.key] == nil
      steps.append(Step(place: place, reading: reading, record: record, isNew: isNew, marks: marks))
      rows.append(row)
    }
    guard !rows.isEmpty else { return }
    try kind.prepare(&rows, with: tx.vault)
    let decided = try kind.apply(rows, source: sender.feed, in: tx)
    guard decided.count == rows.count else { throw AppError.broken("\(kind.name): outcomes do not match the events") }
    var heard: [SourceMemory.Said] = []
    var said: [FeedStore.Said] = []
    try kind.follow(zip(rows, decided).filter { $1.entity != nil }.map(\.0), in: tx)
    for ((step, row), outcome) in zip(zip(steps, rows), decided) {
      outcomes[step.place] = FeedIntake.outcome(step.reading, outcome)
      guard let entity = outcome.entity else { continue }
      let bytes = try tx.vault.sealForStore(step.record.bytes)
      said.append(FeedStore.Said(key: row.key, bytes: bytes, isNew: step.isNew))
      heard.append(
        SourceMemory.Said(
          key: row.key, entity: entity, customer: outcome.customer, digest: row.digest, marks: step.marks,
          isKnown: memory[row.key] != nil))
    }
    try FeedStore.put(said, sender.feed, kind.name, in: tx)
    try SourceMemory.remember(heard, kind: kind.name, source: sender.feed, in: tx)
  }

  /// All that the sender has said of the key, as a file's row: with what changed since it was last taken in.
  private func row(
    _ record: FeedRecord, _ reading: FeedReading, _ kind: any RecordKind.Type, _ known: SourceMemory.Known?, number: Int
  ) -> (ImportRow, marks: [UInt8]) {
    let values = record.values
    let fields = kind.fields
    let marks = FieldMarks.of(values, key: reading.key, fields: fields, vault: tx.vault)
    let mapped = Set(record.fields.keys)
    let changed = known.map { FieldMarks.changed(from: $0.said, to: marks, fields: fields, mapped: mapped) }
    let row = ImportRow(
      number: number, key: reading.key, values: values,
      digest: tx.vault.digest(RowText.of(values, fields: fields)), changed: changed)
    return (row, FieldMarks.merged(known?.said ?? [], marks, fields: fields, mapped: mapped))
  }

  private static func outcome(_ reading: FeedReading, _ row: RowOutcome) -> FeedOutcome {
    let flags = reading.flags + row.flags
    switch row.result {
    case .created, .updated, .unchanged: return FeedOutcome(reading.event, .applied, flags: flags)
    case .rejected:
      return FeedOutcome(reading.event, .deadLetter, errors: row.errors, flags: flags)
    case .waiting(let kind, let key):
      let fault = FieldError("", ValidationCode.referenceUnknown.rawValue, "waits for \(key) of \(kind)")
      var outcome = FeedOutcome(reading.event, .waiting, errors: [fault], flags: flags)
      outcome.waitsFor = (kind, key)
      return outcome
    }
  }
}
