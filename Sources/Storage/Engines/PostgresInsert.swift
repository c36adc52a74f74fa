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
      values.append(.blob(try PostgresConnection.array(type.oid, rows.lazy.map { $0[column] }, count: rows.count)))
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

  /// A one-dimensional array in binary: dimensions, whether NULLs are there, element type, length, lower bound.
  private static func array(_ type: Oid, _ elements: some Sequence<SQLValue>, count: Int) throws -> [UInt8] {
    var bytes: [UInt8] = []
    for word in [1, 1, Int32(type), Int32(count), 1] { append(Int32(word), to: &bytes) }
    for element in elements { try appendField(element, to: &bytes) }
    return bytes
  }

  private static func append(_ word: Int32, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
  }

  /// A value behind its length, -1 for NULL: the form of arrays and of COPY alike.
  private static func appendField(_ value: SQLValue, to bytes: inout [UInt8]) throws {
    let place = bytes.count
    append(-1, to: &bytes)
    guard try !PostgresParameters.append(value, to: &bytes) else { return }
    let length = Int32(bytes.count - place - 4)
    withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(place..<place + 4, with: $0) }
  }

  // MARK: COPY

  private func copy(_ command: String, _ rows: [[SQLValue]]) throws {
    try flush()
    try outsidePipeline {
      guard let started = PQexec(link, command) else { throw lost(command) }
      defer { PQclear(started) }
      try check(started, command)
      var thrown: (any Error)?
      do { try sendRows(rows, command) } catch { thrown = error }
      guard PQputCopyEnd(link, thrown == nil ? nil : "given up") == 1 else { throw lost(command) }
      var refused: (any Error)?
      while let result = PQgetResult(link) {
        do { try check(result, command) } catch { refused = refused ?? error }
        PQclear(result)
        if isLost { break }
      }
      if let error = thrown ?? refused { throw error }
    }
  }

  private func sendRows(_ rows: [[SQLValue]], _ command: String) throws {
    var bytes: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    bytes.reserveCapacity(Self.copyChunk * 2)
    for row in rows {
      withUnsafeBytes(of: Int16(row.count).bigEndian) { bytes.append(contentsOf: $0) }
      for value in row { try Self.appendField(value, to: &bytes) }
      if bytes.count >= Self.copyChunk { try put(&bytes, command) }
    }
    bytes.append(contentsOf: [0xFF, 0xFF])
    try put(&bytes, command)
  }

  private func put(_ bytes: inout [UInt8], _ command: String) throws {
    let sent = bytes.withUnsafeBytes { buffer in
      PQputCopyData(link, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count))
    }
    guard sent == 1 else { throw lost(command) }
    bytes.removeAll(keepingCapacity: true)
  }
}
