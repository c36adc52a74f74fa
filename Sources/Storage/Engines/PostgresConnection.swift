import Kernel

/// One PostgreSQL session over libpq.
final class PostgresConnection: Connection {
  let dialect = Dialect.postgres

  init(url: String) throws { throw AppError.unavailable("PostgreSQL is not built in yet") }

  func fetch(_ statements: [Rendered], receive: (Int, inout Rows) throws -> Void) throws {}
  func run(_ statement: Rendered) throws {}
  func runCounting(_ statement: Rendered) throws -> Int { 0 }
  func flush() throws {}
  func insert(into table: String, columns: [String], rows: [[SQLValue]]) throws {}
  func begin(readOnly: Bool) throws {}
  func commit() throws {}
  func rollback() {}
  func script(_ text: String) throws {}
}
