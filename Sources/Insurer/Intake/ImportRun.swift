import Files
import Kernel
import Storage

/// Runs one import to its end: reads, hashes and seals the next batch on a thread of its own while the writer applies
/// the last one. Every batch is committed with the place it ends at, so that a killed run goes on where it stopped.
package struct ImportRun: Sendable {
  let db: Database
  let access: Access
  /// Who runs it: one name a process.
  let holder: String
  let kinds: [any ImportKind.Type]
  /// Pages of a live server share the writer: then a batch takes at most 20 ms of it (decision 4). An import that has
  /// it to itself takes a second, for the pages of an index that a batch touches are written once a commit.
  let sharesWriter: Bool

  package init(
    db: Database, access: Access, holder: String, kinds: [any ImportKind.Type] = ImportKinds.all,
    sharesWriter: Bool
  ) {
    self.db = db
    self.access = access
    self.holder = holder
    self.kinds = kinds
    self.sharesWriter = sharesWriter
  }

  /// How long a holder may be silent before somebody else goes on with its import.
  package static let silenceSeconds = 15

  /// Takes an import over and runs it to its end.
  /// - Parameter progress: called after every batch.
  /// - Returns: the import as it ended: done, failed or stopped; nil when somebody else holds it.
  package func run(
    _ id: ID<Import>, progress: @escaping @Sendable (Import) -> Void = { _ in }
  ) async throws -> Import? {
    guard let item = try await claim(id) else { return nil }
    let beating = Task { await beat(id) }
    defer { beating.cancel() }
    do {
      try await work(item, progress)
      try await end(id, .done, nil)
    } catch is ImportBatchAct.Lost {
      return try await find(id)
    } catch let error as AppError where error.kind == .unavailable {
      throw error
    } catch {
      let detail = (error as? AppError).map { "\($0.code): \($0.detail)" } ?? "BROKEN: \(type(of: error))"
      try await end(id, .failed, detail)
    }
    return try await find(id)
  }

  private func claim(_ id: ID<Import>) async throws -> Import? {
    let holder = holder
    let claimed = try await db.act(as: access) { tx in
      let previous = try tx.fetch(ImportStore.find(id))?.holder
      let dead = previous.map(ImportHolder.isDead) == true ? previous : nil
      return try ImportStore.claim(
        id, holder: holder, previous: dead ?? holder, silentSince: tx.now - ImportRun.silenceSeconds, in: tx)
    }
    return claimed ? try await find(id) : nil
  }

  /// Shows that the holder lives, also while nothing is committed.
  private func beat(_ id: ID<Import>) async {
    let holder = holder
    while !Task.isCancelled {
      try? await Task.sleep(for: .seconds(ImportRun.silenceSeconds / 3))
      if Task.isCancelled { return }
      try? await db.act(as: access, background: true) { tx in try ImportStore.beat(id, holder: holder, in: tx) }
    }
  }

  private func find(_ id: ID<Import>) async throws -> Import? {
    try await db.read(as: access) { tx in try tx.fetch(ImportStore.find(id)) }
  }

  private func end(_ id: ID<Import>, _ state: Import.State, _ error: String?) async throws {
    let holder = holder
    try await db.act(as: access) { tx in
      guard try ImportStore.finish(id, state, error: error, holder: holder, in: tx) else { return }
      tx.recordSystem(state == .done ? .importFinished : .importFailed, subject: id.raw)
    }
  }

  private func work(_ item: Import, _ progress: @escaping @Sendable (Import) -> Void) async throws {
    guard let kind = kinds.first(where: { $0.name == item.kind }) else {
      throw AppError.invalid("KIND_UNKNOWN", "\(item.kind) is no kind of import")
    }
    let file = StoredFile(sha256: item.sha256, size: item.size)
    let feed = ImportFeed(
      kind: kind, mapping: try ColumnMapping(yaml: item.mapping), vault: db.vault, done: item.position
    ) { [db, access] in ImportFiles.bytes(of: file, in: db, as: access) }
    let (name, source) = (kind.name, item.source)
    let isNew = try await db.read(as: access) { tx in try !SourceMemory.isThere(name, source: source, in: tx) }
    var pace = sharesWriter ? Pace(target: 20, rowsMax: 2_000) : Pace(target: 1_000, rowsMax: 10_000, first: 1_000)
    var writing: Task<Double, any Error>?
    var reported = 0
    var growth = Growth()
    var earlier: [ImportRow] = []
    while let batch = try await prepared(feed, kind, source, isNew: isNew, after: earlier, limit: pace.rows) {
      if let took = try await writing?.value { pace.adapt(took, rows: reported) }
      reported = batch.candidates.count
      earlier = batch.candidates.map(\.row)
      if growth.isTenfold(adding: reported) { try await db.renewStatistics(as: access) }
      writing = Task { try await write(batch, item, kind, progress) }
    }
    _ = try await writing?.value
    try await WaitingRows.resolve(
      kind: kind.name, source: item.source, importID: item.id, kinds: kinds, in: db, as: access)
  }

  /// - Parameter isNew: the source had said nothing when the run began, so that nothing is asked. What another import
  ///   has brought since is found by `write`.
  private func prepared(
    _ feed: ImportFeed, _ kind: any ImportKind.Type, _ source: String, isNew: Bool, after earlier: [ImportRow],
    limit: Int
  ) async throws -> PreparedBatch? {
    guard let batch = try await feed.next(limit) else { return nil }
    var known: [String: SourceMemory.Known] = [:]
    if !isNew {
      let (keys, name) = (batch.keys, kind.name)
      known = try await db.read(as: access) { tx in
        try SourceMemory.find(name, keys: keys, source: source, in: tx)
      }
    }
    let prepared = try await feed.prepare(batch, known: known)
    let rows = prepared.candidates.map(\.row)
    return prepared.replacing(
      try await db.read(as: access) { tx in
        var rows = rows
        try kind.lookAhead(&rows, after: earlier, in: tx)
        return rows
      })
  }

  /// Commits a batch; one that fails is halved until the row that it cannot take is alone, and that row is rejected.
  /// - Returns: milliseconds of the writer.
  private func write(
    _ batch: PreparedBatch, _ item: Import, _ kind: any ImportKind.Type, trusting: Bool = true,
    _ progress: @escaping @Sendable (Import) -> Void
  ) async throws -> Double {
    let (holder, sharesWriter) = (holder, sharesWriter)
    let took: Double
    do {
      took = try await db.act(as: access, background: true) { tx in
        let start = ContinuousClock.now
        try tx.loadInBulk(alone: !sharesWriter)
        _ = try ImportBatchAct.apply(batch, of: item, kind: kind, holder: holder, trusting: trusting, in: tx)
        return (ContinuousClock.now - start) / .milliseconds(1)
      }
    } catch let error as AppError where error.kind != .unavailable && error.kind != .forbidden {
      if trusting { return try await write(batch, item, kind, trusting: false, progress) }
      if let (first, second) = batch.halves {
        return try await write(first, item, kind, trusting: false, progress)
          + write(second, item, kind, trusting: false, progress)
      }
      guard !batch.candidates.isEmpty else { throw error }
      return try await write(batch.rejecting(error), item, kind, trusting: false, progress)
    }
    if let now = try await find(item.id) { progress(now) }
    return took
  }
}

extension EventKind {
  package static let importFinished = EventKind("import_finished")
  package static let importFailed = EventKind("import_failed")
}

extension PreparedBatch {
  /// A single row that its kind could not take at all.
  fileprivate func rejecting(_ error: AppError) -> PreparedBatch {
    let fault = FieldError("", "ROW_FAILED", "the row could not be taken in (\(error.code))")
    return PreparedBatch(
      fromByte: fromByte, toByte: toByte, firstRow: firstRow, rows: rows, ends: ends,
      settled: Dictionary(uniqueKeysWithValues: rows.map { ($0, .rejected([fault])) }), candidates: [], mapped: mapped)
  }
}

/// When what a run has written may have grown tenfold, so that it is worth asking for new statistics.
struct Growth {
  private var rows = 0
  private var next = 0

  /// - Parameter more: rows that are about to be written.
  mutating func isTenfold(adding more: Int) -> Bool {
    defer { rows += more }
    guard rows >= next else { return false }
    next = max(1_000, rows * 3)
    return true
  }
}

/// How many rows a batch holds, so that it takes the writer for about the wanted time.
struct Pace {
  private(set) var rows: Int
  private let target: Double
  private let range: ClosedRange<Double>

  init(target: Double, rowsMax: Double, first: Int = 250) {
    rows = first
    self.target = target
    range = 50...rowsMax
  }

  /// - Parameter rows: how many rows of the batch had to be applied; unchanged ones cost next to nothing.
  mutating func adapt(_ milliseconds: Double, rows applied: Int) {
    guard applied > 0 else {
      rows = Int(range.upperBound)
      return
    }
    let wanted = Double(applied) * target / max(milliseconds, 0.1)
    let step = min(max(wanted, Double(rows) / 2), Double(rows) * 2)
    rows = Int(min(max(step, range.lowerBound), range.upperBound))
  }
}
