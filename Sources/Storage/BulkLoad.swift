import Kernel

/// Filling an empty database: indexes that nothing reads meanwhile are built at the end, which is several times
/// cheaper than keeping them up row by row. The migrations say what there should be, so that what a killed load left
/// without its indexes gets them from the next load, or from `anban migrate`.
extension Database {
  /// Takes the named indexes away, runs the body, and builds all that are missing, also when the body throws. A name
  /// that the schema does not have is passed over. Not for a database that others write meanwhile.
  package func loading<T: Sendable>(
    without names: [StaticString], _ body: @Sendable () async throws -> T
  ) async throws -> T {
    let names = Set(names.map(\.description))
    let present = try await exclusive { connection in try BulkLoad.present(connection) }
    let dropped = names.intersection(present).intersection(indexes.map(\.name)).sorted()
    try await exclusive { connection in for name in dropped { try connection.script("DROP INDEX \(name)") } }
    let result: Result<T, any Error>
    do {
      result = .success(try await body())
    } catch {
      result = .failure(error)
    }
    _ = try await buildMissingIndexes()
    return try result.get()
  }

  /// Indexes of this version's schema that the database does not have: a killed load leaves it so.
  package func missingIndexes() async throws -> [String] {
    let present = try await exclusive { connection in try BulkLoad.present(connection) }
    return indexes.map(\.name).filter { !present.contains($0) }
  }

  /// Builds them, one a transaction, and brings the planner's statistics up to date.
  /// - Returns: their names.
  package func buildMissingIndexes() async throws -> [String] {
    let missing = Set(try await missingIndexes())
    guard !missing.isEmpty else { return [] }
    let statements = indexes.filter { missing.contains($0.name) }.map(\.statement)
    try await exclusive { connection in
      // Sorting goes to files: an index of a large table need not fit into memory.
      let settings =
        connection.dialect == .sqlite
        ? "PRAGMA temp_store = FILE; PRAGMA cache_size = -200000; PRAGMA wal_autocheckpoint = 16000"
        : "SET maintenance_work_mem = '256MB'"
      try connection.script(settings)
      for statement in statements { try connection.script(statement) }
      try connection.script("ANALYZE")
    }
    return missing.sorted()
  }

  private var indexes: [BulkLoad.Index] { BulkLoad.indexes(of: migrations, isPostgres ? .postgres : .sqlite) }
}

extension Tx {
  /// PostgreSQL looks up by indexes: a plan that was made while the table was small would go on reading all of it.
  /// SQLite's writer, where a process has it to itself, gets more memory for its pages, since random keys touch all
  /// of them, and fewer checkpoints.
  package func loadInBulk(alone: Bool = true) throws {
    if isPostgres {
      try run("SET LOCAL enable_seqscan = off")
    } else if alone {
      try run("PRAGMA cache_size = -400000")
      try run("PRAGMA wal_autocheckpoint = 64000")
    }
  }
}

extension Database {
  /// Brings PostgreSQL's statistics up to date for tables that have grown tenfold since they were taken. Its own
  /// daemon does it once a minute, and until then plans for an empty table: each look-up of a load reads all that the
  /// load has written. In a transaction of its own, for its locks last until the commit.
  package func renewStatistics(as access: Access) async throws {
    guard isPostgres else { return }
    try await act(as: access, background: true) { tx in
      let grown = try tx.fetch(
        Query<[String]>.all(
          """
          SELECT CAST(s.relname AS text) FROM pg_stat_user_tables AS s JOIN pg_class AS c ON c.oid = s.relid
          WHERE s.schemaname = current_schema() AND s.n_mod_since_analyze > 1000 + 9 * GREATEST(c.reltuples, 0)
          ORDER BY s.relname
          """
        ) { $0.text(0) })
      for table in grown { try tx.run("ANALYZE \(SQL(own: table))") }
    }
  }
}

/// The twin statements of a bulk load.
enum BulkLoad {
  struct Index: Hashable {
    let name: String
    let table: String
    let statement: String
  }

  /// What the migrations make, without what later ones take away again.
  static func indexes(of migrations: [Migration], _ dialect: Dialect) -> [Index] {
    var indexes: [Index] = []
    for migration in migrations.sorted(by: { $0.name < $1.name }) {
      for statement in migration.statements(for: dialect) {
        let words = statement.split(whereSeparator: { " \n(".contains($0) }).map(String.init)
        if let place = words.firstIndex(of: "INDEX"), words.first == "CREATE", words.count > place + 3 {
          let index = Index(name: words[place + 1], table: words[place + 3], statement: statement)
          indexes.removeAll { $0.name == index.name }
          indexes.append(index)
        } else if words.first == "DROP", let gone = words.last {
          indexes.removeAll { $0.name == gone || $0.table == gone }
        }
      }
    }
    return indexes
  }

  static func present(_ connection: any Connection) throws -> Set<String> {
    let names: SQL =
      connection.dialect == .sqlite
      ? """
      SELECT name FROM main.sqlite_master WHERE type = 'index'
      UNION ALL SELECT 'access.' || name FROM access.sqlite_master WHERE type = 'index'
      """
      : "SELECT indexname::text FROM pg_indexes WHERE schemaname = current_schema()"
    return Set(try connection.rows(names) { $0.text(0) })
  }
}
