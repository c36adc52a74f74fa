import Kernel
import Logging

/// A bounded pool of PostgreSQL connections, a thread each.
final class PostgresBackend: Backend {
  init(url: String, first: any Connection, count: Int, settings: TxSettings, logger: Logger) throws {
    throw AppError.unavailable("PostgreSQL is not built in yet")
  }

  func read<T: Sendable>(
    _ access: Access, _ body: @escaping @Sendable (ReadTx) throws -> T
  ) async throws -> (T, [AccessRecord]) { throw AppError.unavailable("closed") }
  func act<T: Sendable>(
    _ access: Access, background: Bool, _ body: @escaping @Sendable (Tx) throws -> T
  ) async throws -> T { throw AppError.unavailable("closed") }
  func append(_ entries: [AccessEntry]) async throws {}
  func exclusive<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
    throw AppError.unavailable("closed")
  }
  func close() async {}
}
