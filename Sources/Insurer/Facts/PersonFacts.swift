import Kernel
import Storage

/// The facts of persons: what lists, views and rules ask. They are computed from the rows of the business; nothing else
/// writes them.
///
/// An act that writes about a person marks him (`markStale` stands in `DatabaseOptions.touched`); a worker computes
/// whoever is marked or whose day has come, and so does a reader who meets one.
package enum PersonFacts {
  /// Persons computed in one transaction in the background: about 20 ms (decision 4).
  private static let together = 100
  /// Persons whom a reader computes before he reads; more are left to the workers, and the reader is told so.
  package static let readerBound = 200

  /// Marks persons as written about; called at the end of every act.
  package static let markStale: @Sendable ([Int64], Tx) throws -> Void = { try FactStore.mark($0, in: $1) }

  /// Computes the facts of a range from nothing, in a fixed number of statements.
  static func compute(_ range: FactRange, in tx: Tx) throws {
    // First: on PostgreSQL an act that marks one of them meanwhile waits, and marks him anew.
    try FactStore.unmark(range, in: tx)
    try FactContractStore.delete(range, in: tx)
    try FactPersonStore.delete(range, in: tx)
    try FactContractStore.insertWhole(range, in: tx)
    try FactPersonStore.insert(range, in: tx)
    try FactContractStore.insertShared(range, in: tx)
  }

  /// Computes those who were written about, or whose day has come.
  /// - Returns: how many there were; none when all is kept.
  @discardableResult
  package static func refreshDue(limit: Int = together, in tx: Tx) throws -> Int {
    try tx.lock(named: lockName)
    let (stale, overdue) = try tx.fetch(
      FactStore.stale(limit: limit), FactStore.overdue(on: tx.today, limit: limit))
    let ids = Array(Set(stale).union(overdue)).sorted()
    guard !ids.isEmpty else { return 0 }
    try compute(.some(ids), in: tx)
    return ids.count
  }

  /// Two who compute the same person would both insert his row.
  private static let lockName = "facts"

  // MARK: Readers

  /// Computes some persons before they are read, where something has happened to them or their day has come.
  package static func freshen(_ customers: [ID<Customer>], in db: Database) async throws {
    let access = Access.system(purpose: .administration)
    let ids = customers.map(\.raw)
    let due = try await db.read(as: access) { tx in try tx.fetch(FactStore.due(of: ids, on: tx.today)) }
    guard !due.isEmpty else { return }
    try await db.act(as: access) { tx in
      try tx.lock(named: lockName)
      try compute(.some(due), in: tx)
    }
  }

  /// Computes whoever waits, when they are few, before a population is read.
  /// - Returns: whether all facts are those of this moment; false when many still wait for the workers.
  package static func freshen(in db: Database) async throws -> Bool {
    let access = Access.system(purpose: .administration)
    let waiting = try await db.read(as: access) { tx in
      try tx.fetch(FactStore.waiting(on: tx.today, bound: readerBound + 1))
    }
    guard waiting > 0 else { return true }
    guard waiting <= readerBound else { return false }
    _ = try await db.act(as: access) { tx in try refreshDue(limit: readerBound, in: tx) }
    return true
  }

  // MARK: Rebuilding

  /// Computes everybody from nothing, in key order, a bounded part at a time; a killed run is taken up where it was.
  /// - Parameters:
  ///   - size: persons in one transaction.
  ///   - progress: called with the number of persons done so far in this run.
  package static func rebuild(
    _ db: Database, size: Int = 500, progress: @Sendable (Int) -> Void = { _ in }
  ) async throws -> Int {
    let access = Access.system(purpose: .administration)
    var done = 0
    while true {
      let step = try await db.act(as: access, background: true) { tx in try rebuildStep(size, in: tx) }
      guard step > 0 else { return done }
      done += step
      progress(done)
    }
  }

  /// - Returns: how many were computed; 0 at the end.
  private static func rebuildStep(_ size: Int, in tx: Tx) throws -> Int {
    try tx.lock(named: lockName)
    let from = try tx.fetch(FactStore.rebuiltTo)
    guard let end = try tx.fetch(FactStore.end(after: from, count: size)) else {
      try FactStore.setRebuilt(to: 0, in: tx)
      return 0
    }
    try compute(.keys(from: from + 1, to: end.last), in: tx)
    try FactStore.setRebuilt(to: end.last, in: tx)
    return end.count
  }
}

extension PersonFacts {
  /// What is known of one person, as the viewer may know it. Whoever asks has had him computed before (`freshen`).
  ///
  /// - Throws: `notFound` when the viewer may not see him; `forbidden` for a minor whose profile is not open to him.
  package static func row(of customer: ID<Customer>, in tx: ReadTx) throws -> FactRow {
    // As his page is opened: a minor's by approval alone, where he is not one's own.
    _ = try Customers.find(customer, in: tx)
    guard let row = try tx.fetch(FactStore.row(of: customer, FactSource(tx.access, at: tx.now))) else {
      throw AppError.notFound("customer")
    }
    return row
  }

  /// Every fact that the viewer may ask for, with what it is for this person.
  package static func values(of customer: ID<Customer>, in tx: ReadTx) throws -> [(fact: Fact, value: FactValue)] {
    let row = try row(of: customer, in: tx)
    let source = FactSource(tx.access, at: tx.now)
    return FactCatalog.offered(for: tx.access).map { ($0, row.value($0, source)) }
  }
}
