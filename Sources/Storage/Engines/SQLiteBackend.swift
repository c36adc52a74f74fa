import Foundation
import Kernel
import Logging

/// Many readers, and one writer that commits waiting acts in groups: each in a savepoint, all with one fsync. Access
/// records have a file and a writer of their own (ADR 8).
final class SQLiteBackend: Backend {
  /// One act in the writer's group.
  private struct Work: Sendable {
    /// Runs inside the group; a throw rolls back this work alone.
    let run: @Sendable (SQLiteConnection, inout Chains) throws -> Void
    /// Called after the commit, or with what went wrong.
    let done: @Sendable ((any Error)?) -> Void
  }

  private let settings: TxSettings
  private let logger: Logger
  private let path: String
  private let writes = WorkQueue<Work>()
  private let reads = WorkQueue<@Sendable (SQLiteConnection) -> Void>()
  private let crew = Crew()
  private let accessLog: AccessAppender
  private let watch: ReadWatch
  private static let readers = 3
  private static let groupMax = 256

  init(path: String, writer: any Connection, readSeconds: Double, settings: TxSettings, logger: Logger) throws {
    watch = ReadWatch(seconds: readSeconds)
    self.settings = settings
    self.logger = logger
    self.path = path
    guard let writer = writer as? SQLiteConnection else { throw AppError.broken("not a SQLite writer") }
    try writer.detachAccessLog()
    let file = SQLiteAccessFile(database: path, settings: settings)
    accessLog = AccessAppender("sqlite-access-log", crew: crew, logger: logger) { try file.append($0) }
    let queue = writes
    crew.start("sqlite-writer") { SQLiteBackend.write(writer, queue, logger) }
    for _ in 0..<SQLiteBackend.readers {
      let reader = try SQLiteConnection(path: path, readOnly: true)
      crew.start("sqlite-reader") { [reads] in
        while let job = reads.pop() { job(reader) }
      }
    }
  }

  func read<T: Sendable>(
    _ access: Access, _ body: @escaping @Sendable (ReadTx) throws -> T
  ) async throws -> (T, [AccessRecord]) {
    let (settings, watch) = (settings, watch)
    return try await withCheckedThrowingContinuation { continuation in
      let taken = reads.push { connection in
        continuation.resume(
          with: Result {
            let tx = ReadTx(access: access, connection: connection, settings: settings)
            try connection.begin(readOnly: true)
            defer { connection.rollback() }
            do {
              return try watch.run(access, { connection.interrupt() }) { (try body(tx), tx.accessRecords) }
            } catch let error as EngineError {
              throw error.appError
            }
          })
      }
      if !taken { continuation.resume(throwing: AppError.unavailable("the database is closing")) }
    }
  }

  func act<T: Sendable>(
    _ access: Access, background: Bool, _ body: @escaping @Sendable (Tx) throws -> T
  ) async throws -> T {
    let settings = settings
    let (value, records) = try await inGroup(background: background) { connection, chains in
      let tx = Tx(access: access, connection: connection, settings: settings)
      let value = try body(tx)
      try tx.finish(&chains)
      return (value, tx.accessRecords.map { AccessEntry(record: $0, access: access, at: tx.now) })
    }
    if !records.isEmpty { try await append(records) }
    return value
  }

  private func inGroup<T: Sendable>(
    background: Bool, _ body: @escaping @Sendable (SQLiteConnection, inout Chains) throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let outcome = Outcome<T>()
      let work = Work(
        run: { connection, chains in outcome.value = try body(connection, &chains) },
        done: { error in
          if let error {
            continuation.resume(throwing: (error as? EngineError)?.appError ?? error)
          } else if let value = outcome.value {
            continuation.resume(returning: value)
          } else {
            continuation.resume(throwing: AppError.broken("an act gave no value"))
          }
        })
      if !writes.push(work, background: background) {
        continuation.resume(throwing: AppError.unavailable("the database is closing"))
      }
    }
  }

  func append(_ entries: [AccessEntry]) async throws { try await accessLog.append(entries) }

  func exclusive<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
    let path = path
    return try await withCheckedThrowingContinuation { continuation in
      crew.start("sqlite-maintenance") {
        continuation.resume(with: Result { try body(try SQLiteConnection(path: path, readOnly: false)) })
      }
    }
  }

  func close() async {
    writes.close()
    reads.close()
    accessLog.close()
    watch.close()
    await crew.finished()
  }

  // MARK: The writer

  private static func write(_ connection: SQLiteConnection, _ queue: WorkQueue<Work>, _ logger: Logger) {
    var chains = Chains()
    while let group = queue.pop(atMost: groupMax) {
      let heads = chains
      var finished: [(Work, (any Error)?)] = []
      do {
        try connection.begin(readOnly: false)
        for work in group { finished.append((work, attempt(work, connection, &chains))) }
        try connection.commit()
      } catch {
        logger.error("a group of \(group.count) writes was not committed: \(error)")
        connection.rollback()
        chains = heads
        let lost = AppError.unavailable("the write could not be committed")
        for work in group { work.done(lost) }
        continue
      }
      for (work, error) in finished { work.done(error) }
    }
  }

  /// Runs one work in its savepoint; what it did is undone when it throws, the others are not touched.
  private static func attempt(
    _ work: Work, _ connection: SQLiteConnection, _ chains: inout Chains
  ) -> (any Error)? {
    let heads = chains
    do {
      try connection.savepoint()
      do {
        try work.run(connection, &chains)
        try connection.release()
        return nil
      } catch {
        chains = heads
        try connection.rollbackToSavepoint()
        return error
      }
    } catch {
      chains = heads
      return error
    }
  }

  /// Written by the writer thread before the commit, read after it.
  private final class Outcome<T: Sendable>: @unchecked Sendable { var value: T? }
}

/// The session that writes the access log's file, opened with the first record.
private final class SQLiteAccessFile: @unchecked Sendable {
  private let database: String
  private let settings: TxSettings
  private var connection: SQLiteConnection?
  private var chains = Chains()

  init(database: String, settings: TxSettings) {
    self.database = database
    self.settings = settings
  }

  /// One durable commit.
  func append(_ entries: [AccessEntry]) throws {
    let connection = try opened()
    let heads = chains
    do {
      try connection.begin(readOnly: false)
      let tx = Tx(access: .system(purpose: .audit), connection: connection, settings: settings)
      try tx.write(entries, &chains)
      try connection.commit()
    } catch {
      chains = heads
      connection.rollback()
      throw error
    }
  }

  private func opened() throws -> SQLiteConnection {
    if let connection { return connection }
    let path = SQLiteConnection.accessLog(of: database)
    let new = try SQLiteConnection(path: path, readOnly: false, attachesAccessLog: false)
    connection = new
    return new
  }
}
