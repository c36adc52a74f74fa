import CPostgres
import GRDBSQLite
import Kernel

/// The current row of a result, read by column index from 0. Valid only inside the decoder it is handed to.
package struct Row {
  enum Source {
    case sqlite(OpaquePointer)
    case postgres(OpaquePointer, Int32)
  }

  let source: Source

  package func isNull(_ column: Int) -> Bool {
    switch source {
    case .sqlite(let statement): sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
    case .postgres(let result, let row): PQgetisnull(result, row, Int32(column)) == 1
    }
  }

  enum Kind { case int, real, text, blob }

  /// The type the engine gives a value that is not NULL.
  func kind(_ column: Int) -> Kind {
    switch source {
    case .sqlite(let statement):
      switch sqlite3_column_type(statement, Int32(column)) {
      case SQLITE_INTEGER: .int
      case SQLITE_FLOAT: .real
      case SQLITE_BLOB: .blob
      default: .text
      }
    case .postgres(let result, _):
      switch PQftype(result, Int32(column)) {
      case 16, 20, 21, 23, 26, 1700, 5069: .int
      case 700, 701: .real
      case PostgresParameters.bytea: .blob
      default: .text
      }
    }
  }

  package func int(_ column: Int) -> Int64 {
    switch source {
    case .sqlite(let statement): sqlite3_column_int64(statement, Int32(column))
    case .postgres(let result, let row): PostgresValue.int(result, row, Int32(column))
    }
  }

  package func real(_ column: Int) -> Double {
    switch source {
    case .sqlite(let statement): sqlite3_column_double(statement, Int32(column))
    case .postgres(let result, let row): PostgresValue.real(result, row, Int32(column))
    }
  }

  package func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

  package func blob(_ column: Int) -> [UInt8] { Array(bytes(column)) }

  /// The bytes of a text or blob, without a copy; valid until the next row.
  package func bytes(_ column: Int) -> UnsafeRawBufferPointer {
    switch source {
    case .sqlite(let statement):
      let start = sqlite3_column_blob(statement, Int32(column))
      return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, Int32(column))))
    case .postgres(let result, let row):
      let start = PQgetvalue(result, row, Int32(column))
      return UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, Int32(column))))
    }
  }

  package func intOrNil(_ column: Int) -> Int64? { isNull(column) ? nil : int(column) }
  package func textOrNil(_ column: Int) -> String? { isNull(column) ? nil : text(column) }
  package func blobOrNil(_ column: Int) -> [UInt8]? { isNull(column) ? nil : blob(column) }
  package func bool(_ column: Int) -> Bool { int(column) != 0 }
  package func day(_ column: Int) -> Day { Day(number: int(column)) }
  package func dayOrNil(_ column: Int) -> Day? { intOrNil(column).map(Day.init(number:)) }
  package func instant(_ column: Int) -> Instant { Instant(microseconds: int(column)) }
  package func instantOrNil(_ column: Int) -> Instant? { intOrNil(column).map(Instant.init(microseconds:)) }
  @inlinable package func id<T>(_ column: Int, of: T.Type = T.self) -> ID<T> { ID(int(column)) }
  @inlinable package func idOrNil<T>(_ column: Int, of: T.Type = T.self) -> ID<T>? {
    intOrNil(column).map { ID<T>($0) }
  }

  /// An enumeration stored by its raw text.
  /// - Throws: `AppError.broken` when the stored text is none of its cases.
  @inlinable package func code<C: RawRepresentable>(_ column: Int, as: C.Type = C.self) throws -> C
  where C.RawValue == String {
    guard let value = C(rawValue: text(column)) else {
      throw AppError.broken("\(text(column)) is no \(C.self)")
    }
    return value
  }
}

/// The rows of one statement's answer, in turn.
package struct Rows {
  enum Source {
    case sqlite(OpaquePointer, SQLiteConnection)
    case postgres(OpaquePointer, count: Int32)
  }

  let source: Source
  var position: Int32 = -1

  init(_ source: Source) { self.source = source }

  package mutating func next() throws -> Row? {
    position += 1
    switch source {
    case .sqlite(let statement, let connection):
      return try connection.step(statement) ? Row(source: .sqlite(statement)) : nil
    case .postgres(let result, let count):
      return position < count ? Row(source: .postgres(result, position)) : nil
    }
  }
}

/// A read as a value: a statement and how its rows become a value (decision 1). Stores return these;
/// doors hand them on, and one `fetch` sends several in one pipeline. What makes rows into values is inlinable, so that
/// it is compiled for each kind of row where its statement stands.
package struct Query<Value>: Sendable {
  @usableFromInline enum Answer {
    case asked(SQL, @Sendable (inout Rows) throws -> Value)
    case given(@Sendable () throws -> Value)
  }

  @usableFromInline let answer: Answer

  @inlinable package init(_ sql: SQL, decode: @escaping @Sendable (inout Rows) throws -> Value) {
    answer = .asked(sql, decode)
  }

  private init(given value: @escaping @Sendable () throws -> Value) { answer = .given(value) }

  /// An answer that is known without asking the database: nothing is sent.
  package static func given(_ value: Value) -> Query where Value: Sendable { Query(given: { value }) }

  @inlinable package static func all<T>(_ sql: SQL, _ row: @escaping @Sendable (Row) throws -> T) -> Query
  where Value == [T] {
    Query(sql) { rows in
      var all: [T] = []
      while let next = try rows.next() { all.append(try row(next)) }
      return all
    }
  }

  /// The first row, nil when there is none.
  @inlinable package static func first<T>(_ sql: SQL, _ row: @escaping @Sendable (Row) throws -> T) -> Query
  where Value == T? {
    Query(sql) { rows in try rows.next().map(row) }
  }

  /// One integer, 0 when there is no row: counts and sums.
  package static func count(_ sql: SQL) -> Query where Value == Int {
    Query(sql) { rows in Int(try rows.next()?.int(0) ?? 0) }
  }

  package func map<New>(_ transform: @escaping @Sendable (Value) throws -> New) -> Query<New> {
    switch answer {
    case .asked(let sql, let decode): Query<New>(sql) { rows in try transform(try decode(&rows)) }
    case .given(let value): Query<New>(given: { try transform(try value()) })
    }
  }
}
