import Kernel

/// The three chained logs, each with the columns that its rows' codes are computed over.
package enum LogTable: String, CaseIterable, Sendable {
  case events
  case systemEvents = "system_events"
  case accessLog = "access_log"

  var columns: [String] {
    switch self {
    case .events: Event.columns
    case .systemEvents: SystemEvent.columns
    case .accessLog: AccessRecord.columns
    }
  }

  /// The table that lists its writers: of the access log beside it, in its own file on SQLite (ADR 8).
  var writers: String { self == .accessLog ? "access_writers" : "log_writers" }

  /// Where among the columns the row's id stands.
  var idColumn: Int { self == .events ? 1 : 0 }

  /// Rows in the order of their writers' chains, from behind one on.
  func page(after last: LogRow?, limit: Int) -> SQL {
    let names = SQL(own: columns.map { "t.\($0)" }.joined(separator: ", "))
    let start: SQL =
      last.map { "WHERE (t.writer, t.n, t.id) > (\($0.writer), \($0.n), \($0.id))" } ?? .empty
    return """
      SELECT \(names), t.writer, t.n, t.mac FROM \(SQL(own: rawValue)) AS t \(start)
      ORDER BY t.writer, t.n, t.id LIMIT \(limit)
      """
  }

  /// The last row of each writer, by one look into the index a writer.
  var heads: SQL {
    let table = SQL(own: rawValue)
    return """
      SELECT w.writer, t.n, t.mac FROM \(SQL(own: writers)) AS w JOIN \(table) AS t ON t.writer = w.writer
        AND t.n = (SELECT MAX(x.n) FROM \(table) AS x WHERE x.writer = w.writer)
      WHERE w.log = \(rawValue) ORDER BY w.writer
      """
  }

  func row(_ row: Row) -> LogRow {
    let count = columns.count
    return LogRow(
      id: row.int(idColumn), values: (0..<count).map { row.value($0) }, writer: row.int(count), n: row.int(count + 1),
      mac: row.blob(count + 2))
  }
}

/// One row of a log with its place in its writer's chain.
struct LogRow: Sendable {
  let id: Int64
  let values: [SQLValue]
  let writer: Int64
  let n: Int64
  let mac: [UInt8]
}

/// Where a writer's chain ended at some moment.
struct LogHead: Hashable, Sendable {
  let log: LogTable
  let writer: Int64
  let n: Int64
  let mac: [UInt8]

  /// `events:17:204:9f…`.
  var text: String { "\(log.rawValue):\(writer):\(n):\(Hex.text(mac))" }

  init(log: LogTable, writer: Int64, n: Int64, mac: [UInt8]) {
    self.log = log
    self.writer = writer
    self.n = n
    self.mac = mac
  }

  init?(_ text: Substring) {
    let parts = text.split(separator: ":")
    guard parts.count == 4, let log = LogTable(rawValue: String(parts[0])), let writer = Int64(parts[1]),
      let n = Int64(parts[2]), let mac = Hex.bytes(parts[3])
    else { return nil }
    self.init(log: log, writer: writer, n: n, mac: mac)
  }
}

/// Bytes as hexadecimal digits.
package enum Hex {
  private static let digits = Array("0123456789abcdef".utf8)

  package static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    let values = text.utf8.map { digit in digits.firstIndex(of: digit) }
    guard values.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: values.count, by: 2) {
      guard let high = values[place], let low = values[place + 1] else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
