import Foundation
import Kernel

/// A log as a file that `anban audit verify --file` proves: a header line, then one JSON array a row with its values,
/// writer, number and code. Integers are texts behind `i`, texts behind `t`.
package enum AuditExport {
  private static let pageRows = 2_000

  /// - Parameter write: takes pieces of whole lines.
  package static func run(
    _ database: Database, _ log: LogTable, write: @escaping @Sendable (Data) throws -> Void
  ) async throws {
    try await database.exclusive { connection in
      try write(try line(["anban", log.rawValue, "1"]))
      var last: LogRow?
      repeat {
        let page = try connection.rows(log.page(after: last, limit: pageRows)) { log.row($0) }
        var data = Data()
        for row in page {
          let place = ["i\(row.writer)", "i\(row.n)", "t\(Hex.text(row.mac))"]
          data.append(try line(row.values.map(text) + place))
        }
        try write(data)
        last = page.count < pageRows ? nil : page.last
      } while last != nil
    }
  }

  private static func line(_ values: [String?]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return try encoder.encode(values) + [10]
  }

  private static func text(_ value: SQLValue) -> String? {
    switch value {
    case .null: nil
    case .int(let int): "i\(int)"
    case .real(let real): "r\(real)"
    case .text(let text): "t\(text)"
    case .blob(let bytes): "b\(Hex.text(bytes))"
    // No log has a column of arrays.
    case .list: nil
    }
  }

  static func log(header: String) throws -> LogTable {
    guard let values = try? JSONDecoder().decode([String].self, from: Data(header.utf8)), values.count == 3,
      values[0] == "anban", values[2] == "1", let log = LogTable(rawValue: values[1])
    else { throw AppError.invalid("AUDIT_FILE", "the file does not begin as an exported log") }
    return log
  }

  static func row(_ line: String, _ log: LogTable, place: Int) throws -> LogRow {
    let unreadable = AppError.invalid("AUDIT_FILE", "line \(place) is no row of \(log.rawValue)")
    guard let texts = try? JSONDecoder().decode([String?].self, from: Data(line.utf8)),
      texts.count == log.columns.count + 3
    else { throw unreadable }
    let values = try texts.map { text throws -> SQLValue in
      guard let value = value(text) else { throw unreadable }
      return value
    }
    guard case .int(let id) = values[log.idColumn], case .int(let writer) = values[values.count - 3],
      case .int(let n) = values[values.count - 2], case .text(let code) = values[values.count - 1],
      let mac = Hex.bytes(code)
    else { throw unreadable }
    return LogRow(id: id, values: Array(values.dropLast(3)), writer: writer, n: n, mac: mac)
  }

  private static func value(_ text: String?) -> SQLValue? {
    guard let text else { return .null }
    let rest = String(text.dropFirst())
    switch text.first {
    case "i": return Int64(rest).map(SQLValue.int)
    case "r": return Double(rest).map(SQLValue.real)
    case "t": return .text(rest)
    case "b": return Hex.bytes(rest).map(SQLValue.blob)
    default: return nil
    }
  }
}
