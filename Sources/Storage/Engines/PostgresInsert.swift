import CPostgres
import Kernel

/// Bulk inserts: one row as a prepared statement, some as arrays in one statement of the pipeline, many by COPY.
extension PostgresConnection {
  /// Above this many rows COPY's three further round trips are cheaper than arrays.
  private static let arraysMax = 200
  private static let copyChunk = 64 << 10

  func insert(into table: String, columns: [String], rows: [[SQLValue]]) throws {
    guard let first = rows.first else { return }
    let list = columns.joined(separator: ",")
    if rows.count == 1 {
      let places = (1...columns.count).map { "$\($0)" }.joined(separator: ",")
      try run(Rendered(text: "INSERT INTO \(table) (\(list)) VALUES (\(places))", values: first))
    } else if rows.count <= Self.arraysMax {
      try insertArrays(table, columns, list, rows)
    } else {
      try copy("COPY \(table) (\(list)) FROM STDIN BINARY", rows)
    }
  }

  private func insertArrays(_ table: String, _ columns: [String], _ list: String, _ rows: [[SQLValue]]) throws {
    let types = try elementTypes(table, columns)
    let places = types.enumerated().map { "$\($0 + 1)::\($1.name)[]" }.joined(separator: ",")
    var values: [SQLValue] = []
    for (column, type) in types.enumerated() {
      var bytes: [UInt8] = []
      try PostgresParameters.append(array: rows.lazy.map { $0[column] }, of: type.oid, to: &bytes)
      values.append(.blob(bytes))
    }
    let text = "INSERT INTO \(table) (\(list)) SELECT * FROM unnest(\(places))"
    try run(Rendered(text: text, values: values, infersTypes: true))
  }

  private struct Element {
    let oid: Oid
    let name: String
  }

  /// The columns' types, asked once a table: an array of NULLs alone would not tell.
  private func elementTypes(_ table: String, _ columns: [String]) throws -> [Element] {
    if columnTypes[table] == nil {
      var found: [String: Oid] = [:]
      let statement = Rendered(
        text:
          "SELECT attname::text, atttypid::bigint FROM pg_attribute WHERE attrelid = $1::text::regclass AND attnum > 0",
        values: [.text(table)])
      try fetch([statement]) { _, rows in while let row = try rows.next() { found[row.text(0)] = Oid(row.int(1)) } }
      columnTypes[table] = found
    }
    return try columns.map { column in
      switch columnTypes[table]?[column] {
      case PostgresParameters.int8: Element(oid: PostgresParameters.int8, name: "bigint")
      case PostgresParameters.text: Element(oid: PostgresParameters.text, name: "text")
      case PostgresParameters.bytea: Element(oid: PostgresParameters.bytea, name: "bytea")
      case PostgresParameters.float8: Element(oid: PostgresParameters.float8, name: "float8")
      default: throw AppError.broken("\(table).\(column) is none of bigint, text, bytea, float8")
      }
    }
  }

  // MARK: COPY

  /// The rows are put into the server's form here and sent by a thread of the connection, so that the caller puts the
  /// next ones together meanwhile. A failure shows with the next statement that needs an answer, or the commit.
  private func copy(_ command: String, _ rows: [[SQLValue]]) throws {
    let pieces = try Self.pieces(rows)
    // What waits goes first; without anything waiting, earlier COPYs need not have ended.
    if hasQueue { try flush() }
    copies.add { [self] in try send(pieces, command) }
  }

  private static func pieces(_ rows: [[SQLValue]]) throws -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var bytes: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    bytes.reserveCapacity(copyChunk * 2)
    for row in rows {
      PostgresParameters.append(Int16(row.count), to: &bytes)
      for value in row { try PostgresParameters.append(field: value, to: &bytes) }
      if bytes.count >= copyChunk {
        pieces.append(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    bytes.append(contentsOf: [0xFF, 0xFF])
    return pieces + [bytes]
  }

  private func send(_ pieces: [[UInt8]], _ command: String) throws {
    try outsidePipeline {
      guard let started = PQexec(link, command) else { throw lost(command) }
      defer { PQclear(started) }
      try check(started, command)
      for piece in pieces {
        let sent = piece.withUnsafeBytes { buffer in
          PQputCopyData(link, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count))
        }
        guard sent == 1 else { throw lost(command) }
      }
      guard PQputCopyEnd(link, nil) == 1 else { throw lost(command) }
      var refused: (any Error)?
      while let result = PQgetResult(link) {
        do { try check(result, command) } catch { refused = refused ?? error }
        PQclear(result)
        if isLost { break }
      }
      if let refused { throw refused }
    }
  }
}
