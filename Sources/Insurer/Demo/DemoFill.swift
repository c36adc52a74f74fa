import Kernel
import Storage
import Synchronization

/// Fills an empty database with the demo insurer: the same kinds and acts as an import, without files in between.
///
/// Blocks are complete in themselves, so several are worked on at once: rows are drawn, hashed and sealed on one
/// core while the writer applies others. A person's book and search entry are written once a block.
package struct DemoFill: Sendable {
  package let demo: Demo
  package let db: Database
  private let kinds: [String: any ImportKind.Type]
  /// Blocks in one transaction.
  private let blocksTogether: Int
  private let access = Access.system(purpose: .intake, surface: "cli")

  /// Under which name the demo's rows are known: the insurer's core system.
  package static let source = "core"
  private static let workers = 3

  package init(_ demo: Demo, db: Database, kinds: [any ImportKind.Type] = ImportKinds.all, blocksTogether: Int = 20) {
    self.demo = demo
    self.blocksTogether = blocksTogether
    self.db = db
    self.kinds = Dictionary(kinds.map { ($0.name, $0) }) { first, _ in first }
  }

  /// Whether nobody is in the database yet.
  package static func isPossible(in tx: ReadTx) throws -> Bool { try DemoStore.isEmpty(in: tx) }

  /// The demo to fill in: the wanted one, or the same as it was begun, on its own day, when a run of it was killed.
  ///
  /// - Throws: `DATABASE_NOT_EMPTY` when somebody is there already, other than an unfinished demo's people.
  private static func toFill(_ wanted: DemoSetting, in db: Database) async throws -> (demo: Demo, isBegun: Bool) {
    try await db.act(as: .system(purpose: .intake, surface: "cli")) { tx in
      if let begun = try DemoStore.begun(in: tx), begun.seed == wanted.seed, begun.people == wanted.people {
        return (Demo(begun), true)
      }
      guard try DemoStore.isEmpty(in: tx) else {
        throw AppError.conflict("DATABASE_NOT_EMPTY", "the demo is for an empty database; this one has people in it")
      }
      try DemoStore.begin(wanted, in: tx)
      return (Demo(wanted), false)
    }
  }

  /// What became of the rows of each kind.
  package struct Report: Sendable {
    /// What was filled in.
    package let demo: Demo
    package fileprivate(set) var counts: [String: ImportCounts] = [:]

    fileprivate mutating func add(_ other: [String: ImportCounts]) {
      for (kind, count) in other { counts[kind] = (counts[kind] ?? ImportCounts()) + count }
    }
  }

  /// Fills in what is not there yet; killed, it goes on from the last transaction. `DemoAccounts.open` ends it.
  ///
  /// - Parameter progress: called with the blocks done and all of them.
  /// - Throws: as `toFill`.
  package func run(progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }) async throws -> Report {
    let (demo, isBegun) = try await DemoFill.toFill(demo.setting, in: db)
    return try await DemoFill(demo, db: db, kinds: Array(kinds.values), blocksTogether: blocksTogether)
      .run(isBegun: isBegun, progress)
  }

  private func run(isBegun: Bool, _ progress: @escaping @Sendable (Int, Int) -> Void) async throws -> Report {
    let report = Mutex(Report(demo: demo))
    let staff = demo.staff
    let office = try stride(from: 0, to: staff.count, by: 500).flatMap { start in
      try intake(Array(staff[start..<min(start + 500, staff.count)]))
    }
    let written = try await write(office + intake(demo.products), trusting: !isBegun)
    report.withLock { $0.add(written) }
    try await db.loading(without: demo.setting.people >= 20_000 ? DemoStore.laterIndexes : []) {
      try await fill(report, isBegun: isBegun, progress)
    }
    return report.withLock { $0 }
  }

  private func fill(
    _ report: borrowing Mutex<Report>, isBegun: Bool, _ progress: @escaping @Sendable (Int, Int) -> Void
  ) async throws {
    let all = demo.blockCount
    try await withThrowingTaskGroup(of: (blocks: Int, counts: [String: ImportCounts]).self) { group in
      var next = 0
      var done = 0
      func start() {
        guard next < all else { return }
        let range = next..<min(next + blocksTogether, all)
        next = range.upperBound
        group.addTask {
          try Task.checkCancellation()
          if isBegun, try await isThere(range) { return (range.count, [:]) }
          return (range.count, try await write(batches(of: range), trusting: true))
        }
      }
      for _ in 0..<Self.workers { start() }
      while let (blocks, counts) = try await group.next() {
        report.withLock { $0.add(counts) }
        done += blocks
        progress(done, all)
        start()
      }
    }
  }

  /// Whether a run that was killed has written these blocks: they are one transaction, so one customer tells.
  private func isThere(_ range: Range<Int>) async throws -> Bool {
    guard let first = demo.block(range.lowerBound).customers.first else { return false }
    return try await db.read(as: access) { tx in
      try !SourceMemory.find(CustomersKind.name, keys: [first.sourceID], source: DemoFill.source, in: tx).isEmpty
    }
  }

  /// The blocks' rows, ready for their transaction, in the order in which the kinds are best taken in.
  private func batches(of range: Range<Int>) throws -> [DemoBatch] {
    var rows = DemoBlock()
    for number in range { rows.append(demo.block(number)) }
    let (base, riders) = (
      rows.policies.filter(\.basePolicyNo.isEmpty), rows.policies.filter { !$0.basePolicyNo.isEmpty }
    )
    return try intake(rows.customers) + intake(rows.relationships) + intake(rows.consents) + intake(base)
      + intake(riders)
      + intake(rows.parties) + intake(rows.coverages) + intake(rows.premiums) + intake(rows.claims)
      + intake(rows.interactions)
  }

  private func intake<Row: DemoRow>(_ rows: [Row]) throws -> [DemoBatch] {
    guard let kind = kinds[Row.kind], !rows.isEmpty else { return [] }
    return [try DemoBatch(rows, kind: kind, vault: db.vault)]
  }

  private func write(_ batches: [DemoBatch], trusting: Bool) async throws -> [String: ImportCounts] {
    try await db.renewStatistics(as: access)
    return try await db.act(as: access, background: true) { tx in
      try tx.loadInBulk()
      var counts: [String: ImportCounts] = [:]
      try CustomerBook.once(in: tx) {
        for batch in batches {
          let (outcomes, said) = try ImportBatchAct.decide(
            batch.prepared, batch.kind, source: DemoFill.source, importID: nil, trusting: trusting, in: tx)
          try SourceMemory.remember(said, kind: batch.kind.name, source: DemoFill.source, in: tx)
          for row in batch.prepared.rows {
            guard let outcome = outcomes[row] else { continue }
            counts[batch.kind.name, default: ImportCounts()].add(outcome)
          }
        }
      }
      return counts
    }
  }
}

/// Rows of one kind, mapped, hashed and sealed as the import's feed does it.
struct DemoBatch: Sendable {
  let kind: any ImportKind.Type
  let prepared: PreparedBatch

  init<Row: DemoRow>(_ rows: [Row], kind: any ImportKind.Type, vault: Vault) throws {
    self.kind = kind
    let mapper = try RowMapper(kind: kind, source: Row.columns, vault: vault)
    var candidates: [ImportRow] = []
    var settled: [Int: RowOutcome] = [:]
    var marks: [[UInt8]] = []
    var flags: [[FieldError]] = []
    for (place, row) in rows.enumerated() {
      let mapped = mapper.map(row.values, number: place + 1)
      guard let row = mapped.row else {
        settled[mapped.number] = .rejected(mapped.errors)
        continue
      }
      candidates.append(row)
      marks.append(FieldMarks.of(row.values, key: row.key, fields: mapper.fields, vault: vault))
      flags.append(mapped.flags)
    }
    try kind.prepare(&candidates, with: vault)
    let numbers = Array(1...rows.count)
    prepared = PreparedBatch(
      fromByte: 0, toByte: 0, firstRow: 1, rows: numbers, ends: numbers.map { Int64($0) }, settled: settled,
      candidates: candidates.indices.map { Candidate(row: candidates[$0], marks: marks[$0], flags: flags[$0]) },
      mapped: mapper.mapped)
  }
}
