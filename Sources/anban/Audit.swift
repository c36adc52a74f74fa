import ArgumentParser
import Foundation
import Insurer
import Kernel
import Storage

struct Audit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Proves the access log and the event log unbroken.",
    subcommands: [Verify.self, Export.self], defaultSubcommand: Verify.self)

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Proves the logs unbroken, or names the first broken row.",
      discussion: """
        Changed rows are found by their codes, removed ones by gaps in a writer's count, an end cut off by the seals, \
        which lie in the database and in a file outside it. Rows younger than the last seal are counted apart: nothing \
        proves yet that none is missing behind them.
        """)

    @OptionGroup var setup: Setup

    @Option(help: "A log exported by `anban audit export`, instead of the database's.")
    var file: String?

    @Option(help: "The file of seals, when it lies elsewhere: a copy that no administrator can write.")
    var seals: String?

    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
      let isWhole = try await setup.run { db, config in
        let seals = seals ?? config.sealsFile
        let report =
          if let file {
            try await AuditVerify.run(db, export: file, sealsFile: seals)
          } else {
            try await AuditVerify.run(db, sealsFile: seals) { rows in Setup.note("\(rows) rows") }
          }
        try await db.act(as: .system(purpose: .audit, surface: "cli")) { tx in
          tx.recordSystem(
            EventKind("audit_verified"), facts: ["result": report.broken?.reason.rawValue ?? "whole"])
        }
        try show(report)
        return report.isWhole
      }
      if !isWhole { throw ExitCode(1) }
    }

    private func show(_ report: AuditReport) throws {
      if json {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(Summary(report)), as: UTF8.self))
        return
      }
      for log in LogTable.allCases {
        if let rows = report.rows[log] { print("\(log.rawValue): \(rows) rows") }
      }
      print("writers: \(report.writers)")
      print("seals: \(report.seals)" + (report.sealedAt.map { ", the last of \($0)" } ?? ""))
      if report.younger > 0 { print("younger than the last seal: \(report.younger) rows, whole as far as they go") }
      print(report.broken.map { "BROKEN \($0)" } ?? "whole")
    }

    private struct Summary: Encodable {
      let whole: Bool
      let rows: [String: Int]
      let writers, seals, younger: Int
      let sealedAt: String?
      let broken: String?

      init(_ report: AuditReport) {
        whole = report.isWhole
        rows = Dictionary(uniqueKeysWithValues: report.rows.map { ($0.key.rawValue, $0.value) })
        (writers, seals, younger) = (report.writers, report.seals, report.younger)
        sealedAt = report.sealedAt?.description
        broken = report.broken?.description
      }

      enum CodingKeys: String, CodingKey {
        case whole, rows, writers, seals, younger, broken
        case sealedAt = "sealed_at"
      }
    }
  }

  struct Export: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Writes a whole log as a file that `anban audit verify --file` proves.")

    @OptionGroup var setup: Setup
    @Argument(help: "events, system_events or access_log.") var log: String
    @Argument(help: "The file to write.") var file: String

    func validate() throws {
      guard LogTable(rawValue: log) != nil else {
        throw ValidationError("LOG is one of \(LogTable.allCases.map(\.rawValue).joined(separator: ", "))")
      }
    }

    func run() async throws {
      try await setup.run { db, _ in
        guard let log = LogTable(rawValue: log) else { return }
        guard FileManager.default.createFile(atPath: file, contents: nil, attributes: [.posixPermissions: 0o600]),
          let handle = FileHandle(forWritingAtPath: file)
        else { throw AppError.unavailable("\(file) cannot be written") }
        try await AuditExport.run(db, log) { try handle.write(contentsOf: $0) }
        try handle.close()
        try await db.act(as: .system(purpose: .audit, surface: "cli")) { tx in
          tx.recordSystem(EventKind("log_exported"), facts: ["log": log.rawValue])
        }
      }
    }
  }
}
