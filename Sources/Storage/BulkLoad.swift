import Kernel

/// Filling an empty database: indexes that nothing reads meanwhile are built at the end, which is several times
/// cheaper than keeping them up row by row.
extension Database {
  /// Takes the named indexes away, runs the body, and builds them again, also when the body throws. A name that the
  /// schema does not have is passed over. Not for a database that others read or write meanwhile.
  package func loading<T: Sendable>(
    without names: [StaticString], _ body: @Sendable () async throws -> T
  ) async throws -> T {
    let names = names.map(\.description)
    let definitions = try await backend.exclusive { connection in
      let found = try BulkLoad.definitions(of: names, connection)
      for (name, _) in found { try connection.script("DROP INDEX \(name)") }
      return found
    }
    let result: Result<T, any Error>
    do {
      result = .success(try await body())
    } catch {
      result = .failure(error)
    }
    try await backend.exclusive { connection in
      if connection.dialect == .sqlite { try connection.script("PRAGMA cache_size = -200000") }
      for (_, definition) in definitions { try connection.script(definition) }
      try connection.script("ANALYZE")
    }
    return try result.get()
  }
}

extension Tx {
  /// More memory for the writer's pages: a bulk load touches all of them. PostgreSQL has its own buffers.
  package func widenCache() throws {
    guard !isPostgres else { return }
    try run("PRAGMA cache_size = -200000")
  }
}

/// The twin statements of a bulk load.
private enum BulkLoad {
  /// Name and `CREATE INDEX` of those of the indexes that exist, in the order of the names.
  static func definitions(of names: [String], _ connection: any Connection) throws -> [(String, String)] {
    let text =
      connection.dialect == .sqlite
      ? "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
      : "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = current_schema()"
    var known: [String: String] = [:]
    try connection.fetch([Rendered(text: text, values: [])]) { _, rows in
      while let row = try rows.next() { known[row.text(0)] = row.text(1) }
    }
    return names.compactMap { name in known[name].map { (name, $0) } }
  }
}
