import Foundation
import Kernel
import Logging

/// A bounded pool of PostgreSQL connections, a thread each, and one more that appends to the access log.
final class PostgresBackend: Backend {
  private let url: String
  private let queue = WorkQueue<@Sendable (PostgresSession) -> Void>()
  private let crew = Crew()
  private let accessLog: AccessAppender
  private let watch: ReadWatch

  init(
    url: String, first: any Connection, count: Int, readSeconds: Double, settings: TxSettings, logger: Logger
  ) throws {
    let watch = ReadWatch(seconds: readSeconds)
    self.watch = watch
    guard let first = first as? PostgresConnection else { throw AppError.broken("not a PostgreSQL connection") }
    self.url = url
    for number in 0..<max(1, count) {
      let session = PostgresSession(
        url: url, first: number == 0 ? first : nil, settings: settings, watch: watch, logger: logger)
      crew.start("postgres-\(number)") { [queue] in
        while let job = queue.pop() { job(session) }
      }
    }
    let appender = PostgresSession(url: url, settings: settings, logger: logger)
    accessLog = AccessAppender("postgres-access-log", crew: crew, logger: logger) { try appender.append($0) }
  }

  func read<T: Sendable>(
    _ access: Access, _ body: @escaping @Sendable (ReadTx) throws -> T
  ) async throws -> (T, [AccessRecord]) {
    try await onThread(background: false) { try $0.read(access, body) }
  }

  func act<T: Sendable>(
    _ access: Access, background: Bool, _ body: @escaping @Sendable (Tx) throws -> T
  ) async throws -> T {
    try await onThread(background: background) { try $0.act(access, body) }
  }

  private func onThread<T: Sendable>(
    background: Bool, _ body: @escaping @Sendable (PostgresSession) throws -> T
  ) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
      let taken = queue.push(
        { session in continuation.resume(with: Result { try body(session) }) }, background: background)
      if !taken { continuation.resume(throwing: AppError.unavailable("the database is closing")) }
    }
  }

  func append(_ entries: [AccessEntry]) async throws { try await accessLog.append(entries) }

  func exclusive<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
    let url = url
    return try await withCheckedThrowingContinuation { continuation in
      crew.start("postgres-maintenance") {
        continuation.resume(
          with: Result {
            do {
              return try body(try PostgresConnection(url: url))
            } catch let error as EngineError {
              throw error.appError
            }
          })
      }
    }
  }

  func close() async {
    queue.close()
    accessLog.close()
    watch.close()
    await crew.finished()
  }
}
