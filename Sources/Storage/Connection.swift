import Kernel

/// One open database session, used by one thread at a time. Two engines implement it; nothing above `Database`
/// sees it.
protocol Connection: AnyObject {
  var dialect: Dialect { get }

  /// Runs reads in order, one pipeline where the engine has one, and hands each answer's rows to `receive`.
  /// Writes queued before are done first.
  func fetch(_ statements: [Rendered], receive: (_ index: Int, _ rows: inout Rows) throws -> Void) throws

  /// Runs a statement without rows; PostgreSQL may queue it until the next `fetch`, `flush` or `commit`.
  func run(_ statement: Rendered) throws

  /// Rows changed by the last `run`, once it has been flushed.
  func runCounting(_ statement: Rendered) throws -> Int

  /// Sends what is queued and reports the first failure, naming its statement.
  func flush() throws

  /// Bulk insert in the quickest way the engine has.
  func insert(into table: String, columns: [String], rows: [[SQLValue]]) throws

  func begin(readOnly: Bool) throws
  func commit() throws
  func rollback()

  /// Statements of a migration or a maintenance command: several, separated by semicolons, unprepared.
  func script(_ text: String) throws
}

/// A failure of the engine itself, before it is turned into an `AppError`.
struct EngineError: Error, CustomStringConvertible {
  enum Kind: Sendable { case unique, foreignKey, serialization, busy, tooSlow, connectionLost, full, other }
  let kind: Kind
  let message: String
  let statement: String
  /// The prepared statement no longer fits the schema: it should be prepared anew.
  var isStale = false

  var description: String { "\(message) in «\(statement.prefix(300))»" }

  /// What a caller may know of it.
  var appError: AppError {
    switch kind {
    case .unique: .conflict("DUPLICATE", "a value that must be unique is there already: \(message)")
    case .foreignKey: .conflict("REFERENCED", message)
    case .serialization, .busy: .unavailable("the database is busy: \(message)")
    case .tooSlow: AppError(.unavailable, "TOO_SLOW", "the question takes too long; ask for less")
    case .connectionLost: .unavailable("the database connection was lost")
    case .full: .unavailable("the disk is full")
    case .other: .broken(description)
    }
  }
}
