import Foundation
import Kernel

/// Proves the logs unbroken, or names the first broken row (decision 7).
package struct AuditReport: Sendable {
  package struct Broken: Sendable, CustomStringConvertible {
    package enum Reason: String, Sendable {
      /// The row's code does not fit its content and its predecessor.
      case changed
      /// A number of the writer's count is missing.
      case removed
      /// A number stands twice, or a row belongs to no known writer.
      case added
      /// The rows behind a seal are not there any more.
      case truncated
      /// A seal is missing or was changed.
      case seal
    }

    package let reason: Reason
    package let log: String
    package let writer: Int64
    package let n: Int64
    /// The row's id; 0 where no row is there.
    package let id: Int64
    package let detail: String

    package var description: String {
      "\(log): row \(n) of writer \(writer)\(id == 0 ? "" : " (id \(id))") is \(reason.rawValue): \(detail)"
    }
  }

  package internal(set) var rows: [LogTable: Int] = [:]
  package internal(set) var writers = 0
  package internal(set) var seals = 0
  /// Rows younger than the last seal: their chain is whole, but nothing yet proves that none was cut off behind them.
  package internal(set) var younger = 0
  package internal(set) var sealedAt: Instant?
  package internal(set) var broken: Broken?

  package var isWhole: Bool { broken == nil }
}

package enum AuditVerify {
  private static let pageRows = 2_000

  /// Reads every row of every log once, a page at a time.
  /// - Parameter sealsFile: the seals outside the database; without it only those inside count.
  package static func run(
    _ database: Database, sealsFile: String?, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws -> AuditReport {
    try await database.exclusive { connection in
      var report = AuditReport()
      let seals = try SealCheck.read(connection, database.vault, file: sealsFile, &report)
      guard report.broken == nil else { return report }
      for log in LogTable.allCases {
        var check = ChainCheck(log: log, seals: seals, vault: database.vault)
        var last: LogRow?
        while true {
          let page = try connection.rows(log.page(after: last, limit: pageRows)) { log.row($0) }
          for row in page where report.broken == nil { report.broken = check.take(row) }
          last = page.last
          if page.count < pageRows || report.broken != nil { break }
          progress(check.rows)
        }
        check.finish(&report)
        if report.broken != nil { break }
      }
      return report
    }
  }

  /// The same over a log written by `AuditExport`.
  package static func run(_ database: Database, export path: String, sealsFile: String?) async throws -> AuditReport {
    try await database.exclusive { connection in
      var report = AuditReport()
      let seals = try SealCheck.read(connection, database.vault, file: sealsFile, &report)
      var check: ChainCheck?
      var place = 0
      try Lines.each(of: path) { line, _ in
        place += 1
        if line.isEmpty || report.broken != nil { return }
        if check == nil {
          check = ChainCheck(log: try AuditExport.log(header: line), seals: seals, vault: database.vault)
        } else if let log = check?.log {
          report.broken = check?.take(try AuditExport.row(line, log, place: place))
        }
      }
      guard var check else { throw AppError.invalid("AUDIT_FILE", "\(path) is no exported log") }
      check.finish(&report)
      return report
    }
  }
}

/// Goes along the chains of one log.
struct ChainCheck {
  let log: LogTable
  private let vault: Vault
  private let sealed: [Int64: LogHead]
  private var unseen: Set<Int64>
  private var head: LogHead?
  private(set) var rows = 0
  private var writers = 0
  private var younger = 0

  init(log: LogTable, seals: SealCheck, vault: Vault) {
    self.log = log
    self.vault = vault
    sealed = Dictionary(
      seals.heads.values.filter { $0.log == log }.map { ($0.writer, $0) }, uniquingKeysWith: { $1 })
    unseen = Set(sealed.keys)
  }

  /// The next row by writer and number.
  mutating func take(_ row: LogRow) -> AuditReport.Broken? {
    if head?.writer != row.writer {
      if let broken = closeWriter() { return broken }
      head = LogHead(log: log, writer: row.writer, n: 0, mac: [])
      writers += 1
      unseen.remove(row.writer)
    }
    guard let before = head else { return nil }
    rows += 1
    if row.n <= before.n { return broken(.added, row, "the number stands twice") }
    if row.n > before.n + 1 {
      return broken(.removed, row.writer, before.n + 1, 0, "the next row there is \(row.n)")
    }
    guard vault.chain(before.mac, Canonical.of(row.values)) == row.mac else {
      return broken(.changed, row, "its code does not fit")
    }
    head = LogHead(log: log, writer: row.writer, n: row.n, mac: row.mac)
    if let seal = sealed[row.writer] {
      if row.n == seal.n, row.mac != seal.mac { return broken(.changed, row, "the seal has another code") }
      if row.n > seal.n { younger += 1 }
    } else {
      younger += 1
    }
    return nil
  }

  /// The last writer, and those that seals know and the log does not.
  mutating func finish(_ report: inout AuditReport) {
    if report.broken == nil { report.broken = closeWriter() }
    if report.broken == nil, let writer = unseen.min() {
      report.broken = broken(.truncated, writer, 1, 0, "the seal has \(sealed[writer]?.n ?? 0) rows of this writer")
    }
    report.rows[log] = rows
    report.writers += writers
    report.younger += younger
  }

  private func closeWriter() -> AuditReport.Broken? {
    guard let head, let seal = sealed[head.writer], seal.n > head.n else { return nil }
    return broken(.truncated, head.writer, head.n + 1, 0, "the seal has \(seal.n) rows of this writer")
  }

  private func broken(_ reason: AuditReport.Broken.Reason, _ row: LogRow, _ detail: String) -> AuditReport.Broken {
    broken(reason, row.writer, row.n, row.id, detail)
  }

  private func broken(
    _ reason: AuditReport.Broken.Reason, _ writer: Int64, _ n: Int64, _ id: Int64, _ detail: String
  ) -> AuditReport.Broken {
    AuditReport.Broken(reason: reason, log: log.rawValue, writer: writer, n: n, id: id, detail: detail)
  }
}

/// Goes along the seals, inside and outside the database.
struct SealCheck: Sendable {
  /// The farthest sealed end of each writer.
  private(set) var heads: [Seals.Key: LogHead] = [:]

  static func read(
    _ connection: any Connection, _ vault: Vault, file: String?, _ report: inout AuditReport
  ) throws -> SealCheck {
    var check = SealCheck()
    var mac: [UInt8] = []
    var inside: [Int64: [UInt8]] = [:]
    var last: Int64 = 0
    while true {
      let page = try connection.rows(
        "SELECT id, at, heads, mac FROM seals WHERE id > \(last) ORDER BY id LIMIT 500"
      ) { ($0.int(0), $0.instant(1), $0.text(2), $0.blob(3)) }
      for (id, at, heads, code) in page where report.broken == nil {
        mac = vault.chain(mac, Seal.canonical(id: id, at: at, heads: heads))
        guard mac == code else {
          report.broken = broken(id, "its code does not fit")
          break
        }
        inside[id] = code
        check.add(try Seal(id: id, at: at, text: heads, mac: code), &report)
      }
      guard let end = page.last, report.broken == nil else { break }
      last = end.0
    }
    if let file, report.broken == nil { try compare(file, inside, &report) }
    return check
  }

  private mutating func add(_ seal: Seal, _ report: inout AuditReport) {
    for head in seal.heads { heads[Seals.Key(head)] = head }
    report.seals += 1
    report.sealedAt = seal.at
  }

  /// Every seal outside must stand inside with the same code.
  private static func compare(_ file: String, _ inside: [Int64: [UInt8]], _ report: inout AuditReport) throws {
    var found: AuditReport.Broken?
    try SealFile.each(file) { seal in
      guard found == nil else { return }
      switch inside[seal.id] {
      case nil: found = broken(seal.id, "it stands outside the database and not inside")
      case seal.mac: break
      default: found = broken(seal.id, "it stands outside the database with another code")
      }
    }
    report.broken = found
  }

  private static func broken(_ id: Int64, _ detail: String) -> AuditReport.Broken {
    AuditReport.Broken(reason: .seal, log: "seals", writer: 0, n: 0, id: id, detail: detail)
  }
}
