import Kernel

/// The tables of a database as its engine lists them, and how all rows of one are read and put back.
struct Catalog {
  let connection: any Connection
  private static let cursorRows = 2_000

  /// Our tables: not the engine's, not those that an index keeps for itself.
  func tables() throws -> [String] {
    let all = try connection.rows(connection.dialect == .postgres ? Self.tablesOfPostgres : Self.tablesOfSQLite) {
      $0.text(0)
    }
    return all.filter { $0 != "schema_migrations" && !$0.hasPrefix("search_index") }
  }

  /// The columns that hold data of their own: generated ones and PostgreSQL's transaction numbers are made anew.
  func columns(of table: String) throws -> [String] {
    try connection.rows(
      connection.dialect == .postgres ? Self.columnsOfPostgres(table) : Self.columnsOfSQLite(table)
    ) { $0.text(0) }
  }

  private static let tablesOfSQLite: SQL = """
    SELECT name FROM (SELECT * FROM main.sqlite_master UNION ALL SELECT * FROM access.sqlite_master) AS t
    WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name
    """

  private static let tablesOfPostgres: SQL = """
    SELECT CAST(table_name AS text) FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1
    """

  private static func columnsOfSQLite(_ table: String) -> SQL {
    "SELECT name FROM pragma_table_info(\(table)) ORDER BY cid"
  }

  private static func columnsOfPostgres(_ table: String) -> SQL {
    """
    SELECT CAST(column_name AS text) FROM information_schema.columns
    WHERE table_schema = current_schema() AND CAST(table_name AS text) = \(table)
      AND is_generated = 'NEVER' AND udt_name <> 'xid8' ORDER BY ordinal_position
    """
  }

  /// Begins a transaction in which every read sees the same moment.
  func beginSnapshot() throws {
    try connection.script(
      connection.dialect == .postgres ? "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" : "BEGIN")
  }

  func endSnapshot() { connection.rollback() }

  /// All rows, a few in memory at a time; events in the order of their commits.
  func eachRow(of table: String, _ columns: [String], _ body: ([SQLValue]) throws -> Void) throws {
    let list = columns.joined(separator: ", ")
    func hand(_ rows: inout Rows) throws -> Int {
      var count = 0
      while let row = try rows.next() {
        try body(columns.indices.map { row.value($0) })
        count += 1
      }
      return count
    }
    guard connection.dialect == .postgres else {
      let order = table == "events" ? " ORDER BY rowid" : ""
      try connection.fetch([Rendered(text: "SELECT \(list) FROM \(table)\(order)", values: [])]) { _, rows in
        _ = try hand(&rows)
      }
      return
    }
    let order = table == "events" ? " ORDER BY xact, id" : ""
    // A cursor a table, for a prepared FETCH keeps the columns of the first.
    let cursor = "rows_of_\(table)"
    try connection.script("DECLARE \(cursor) CURSOR FOR SELECT \(list) FROM \(table)\(order)")
    var count = 0
    repeat {
      try connection.fetch([Rendered(text: "FETCH \(Self.cursorRows) FROM \(cursor)", values: [])]) { _, rows in
        count = try hand(&rows)
      }
    } while count > 0
    try connection.script("CLOSE \(cursor)")
  }

  /// What is made from the tables: the search index on SQLite, the planner's figures on PostgreSQL.
  func refresh() throws {
    try connection.script(
      connection.dialect == .postgres
        ? "ANALYZE" : "INSERT INTO search_index (search_index) VALUES ('rebuild'); ANALYZE")
  }
}
