import GRDB
import GRDBSQLite
import Kernel

/// One SQLite session: a GRDB queue whose statements are stepped by hand, by column index (names cost five times
/// as much). Used by one thread at a time.
final class SQLiteConnection: Connection, @unchecked Sendable {
  let dialect = Dialect.sqlite
  private let queue: DatabaseQueue
  private let raw: OpaquePointer
  private var statements: [StatementText: OpaquePointer] = [:]
  private let inserts = BulkInserts()
  /// From this many rows on the inserts' own thread is worth waking.
  private static let bulkMin = 200
  // SQLITE_CONSTRAINT with its extension in the second byte; the header's macros do not reach Swift.
  private static let uniqueViolation = SQLITE_CONSTRAINT | (8 << 8)
  private static let primaryKeyViolation = SQLITE_CONSTRAINT | (6 << 8)
  private static let foreignKeyViolation = SQLITE_CONSTRAINT | (3 << 8)
  private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

  /// - Parameters:
  ///   - readOnly: a reader of a WAL file; the file must be there already.
  ///   - attachesAccessLog: whether the access log's own file (ADR 8) is opened beside, under the name `access`.
  ///     Beginning to write locks all files of a session: who writes one of them all day has that one alone.
  init(path: String, readOnly: Bool, attachesAccessLog: Bool = true) throws {
    var configuration = Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { db in
      if !readOnly { try db.execute(sql: "PRAGMA journal_mode = WAL") }
    }
    queue = try DatabaseQueue(path: path, configuration: configuration)
    guard let pointer = queue.inDatabase({ db in db.sqliteConnection }) else {
      throw AppError.broken("SQLite has no connection")
    }
    raw = pointer
    // GRDB observes transactions from inside its queue; statements stepped by hand must not reach its observers.
    sqlite3_set_authorizer(raw, nil, nil)
    _ = sqlite3_commit_hook(raw, nil, nil)
    _ = sqlite3_rollback_hook(raw, nil, nil)
    _ = sqlite3_update_hook(raw, nil, nil)
    // Set after opening: what GRDB itself sets on entering WAL would win over an earlier choice.
    try script(
      """
      PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -20000;
      PRAGMA mmap_size = 0; PRAGMA foreign_keys = OFF; PRAGMA wal_autocheckpoint = 4000
      """)
    if attachesAccessLog { try attachAccessLog(of: path, readOnly: readOnly) }
  }

  /// The access log's file, beside the database's.
  static func accessLog(of path: String) -> String { path + "-access" }

  private func attachAccessLog(of path: String, readOnly: Bool) throws {
    try run(Rendered(text: "ATTACH DATABASE ? AS access", values: [.text(Self.accessLog(of: path))]))
    if !readOnly { try script("PRAGMA access.journal_mode = WAL; PRAGMA access.synchronous = FULL") }
  }

  /// For the connection that has migrated the schema and goes on as the writer of the database's own file.
  func detachAccessLog() throws { try script("DETACH DATABASE access") }

  deinit { for statement in statements.values { sqlite3_finalize(statement) } }

  func fetch(_ batch: [Rendered], receive: (Int, inout Rows) throws -> Void) throws {
    try inserts.settle()
    for (index, item) in batch.enumerated() {
      let statement = try prepared(item)
      defer { sqlite3_reset(statement) }
      try bind(item.values, to: statement)
      var rows = Rows(.sqlite(statement, self))
      try receive(index, &rows)
    }
  }

  func run(_ item: Rendered) throws {
    try inserts.settle()
    let statement = try prepared(item)
    defer { sqlite3_reset(statement) }
    try bind(item.values, to: statement)
    while try step(statement) {}
  }

  func runCounting(_ item: Rendered) throws -> Int {
    try run(item)
    return Int(sqlite3_changes(raw))
  }

  func flush() throws { try inserts.settle() }

  /// Many rows are stepped by a thread of the connection; a failure then shows with the next statement.
  func insert(into table: String, columns: [String], rows: [[SQLValue]]) throws {
    guard !rows.isEmpty else { return }
    guard rows.count >= Self.bulkMin else {
      try inserts.settle()
      return try step(rows, into: table, columns)
    }
    inserts.add { [self] in try step(rows, into: table, columns) }
  }

  private func step(_ rows: [[SQLValue]], into table: String, _ columns: [String]) throws {
    let places = Array(repeating: "?", count: columns.count).joined(separator: ",")
    let text = "INSERT INTO \(table) (\(columns.joined(separator: ","))) VALUES (\(places))"
    let statement = try prepared(Rendered(text: text, values: []))
    for row in rows {
      defer { sqlite3_reset(statement) }
      try bind(row, to: statement)
      while try step(statement) {}
    }
  }

  func begin(readOnly: Bool) throws { try run(Rendered(text: readOnly ? "BEGIN" : "BEGIN IMMEDIATE", values: [])) }
  func commit() throws { try run(Rendered(text: "COMMIT", values: [])) }
  func rollback() {
    try? inserts.settle()
    if sqlite3_get_autocommit(raw) == 0 { try? run(Rendered(text: "ROLLBACK", values: [])) }
  }

  /// Makes the statement that runs fail; from another thread, while this connection is in use.
  func interrupt() { sqlite3_interrupt(raw) }

  func savepoint() throws { try run(Rendered(text: "SAVEPOINT act", values: [])) }
  func release() throws { try run(Rendered(text: "RELEASE act", values: [])) }
  func rollbackToSavepoint() throws {
    try? inserts.settle()
    try run(Rendered(text: "ROLLBACK TO act", values: []))
    try release()
  }

  func script(_ text: String) throws {
    try inserts.settle()
    var message: UnsafeMutablePointer<CChar>?
    let code = sqlite3_exec(raw, text, nil, nil, &message)
    defer { sqlite3_free(message) }
    guard code == SQLITE_OK else { throw failure(code, text) }
  }

  /// Copies the whole database into another file while others go on reading and writing.
  func backup(to path: String) throws {
    try inserts.settle()
    let target = try DatabaseQueue(path: path)
    try queue.backup(to: target)
  }

  /// Whether the statement has a further row.
  func step(_ statement: OpaquePointer) throws -> Bool {
    switch sqlite3_step(statement) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw failure(code, sqlite3_sql(statement).map { String(cString: $0) } ?? "")
    }
  }

  private func prepared(_ item: Rendered) throws -> OpaquePointer {
    let key = StatementText(item.text)
    if let statement = statements[key] { return statement }
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(raw, item.text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
    guard code == SQLITE_OK, let statement else { throw failure(code, item.text) }
    if statements.count >= 1_000 {
      for old in statements.values { sqlite3_finalize(old) }
      statements = [:]
    }
    statements[key] = statement
    return statement
  }

  private func bind(_ values: [SQLValue], to statement: OpaquePointer) throws {
    for (offset, value) in values.enumerated() {
      let place = Int32(offset + 1)
      let code: Int32 =
        switch value {
        case .null: sqlite3_bind_null(statement, place)
        case .int(let int): sqlite3_bind_int64(statement, place, int)
        case .real(let real): sqlite3_bind_double(statement, place, real)
        case .text(let text) where text.isEmpty: sqlite3_bind_text(statement, place, "", 0, Self.transient)
        case .text(var text): try text.withUTF8 { try bind($0, place, to: statement) }
        case .blob(let bytes) where bytes.isEmpty: sqlite3_bind_zeroblob(statement, place, 0)
        case .blob(let bytes): sqlite3_bind_blob(statement, place, bytes, Int32(bytes.count), Self.transient)
        case .list: throw AppError.broken("SQLite has no arrays")
        }
      guard code == SQLITE_OK else { throw failure(code, "binding value \(place)") }
    }
  }

  /// A text's own bytes: as an argument, a `String` would be copied twice before SQLite copies it.
  private func bind(_ text: UnsafeBufferPointer<UInt8>, _ place: Int32, to statement: OpaquePointer) throws -> Int32 {
    if text.contains(0) { throw TextCheck.fault }
    return text.withMemoryRebound(to: CChar.self) {
      sqlite3_bind_text(statement, place, $0.baseAddress, Int32($0.count), Self.transient)
    }
  }

  private func failure(_ code: Int32, _ statement: String) -> EngineError {
    let extended = sqlite3_extended_errcode(raw)
    let kind: EngineError.Kind =
      switch (code & 0xFF, extended) {
      case (_, Self.uniqueViolation), (_, Self.primaryKeyViolation): .unique
      case (_, Self.foreignKeyViolation): .foreignKey
      case (SQLITE_BUSY, _), (SQLITE_LOCKED, _): .busy
      case (SQLITE_INTERRUPT, _): .tooSlow
      case (SQLITE_FULL, _): .full
      default: .other
      }
    return EngineError(kind: kind, message: String(cString: sqlite3_errmsg(raw)), statement: statement)
  }
}
