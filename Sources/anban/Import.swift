import ArgumentParser
import Files
import Foundation
import Insurer
import Kernel
import Storage
import Synchronization

struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Takes a file in: customers, policies, claims, …",
    discussion: """
      CSV or TSV in UTF-8 or GB18030, or NDJSON, each also gzipped. Without --mapping the columns are suggested by \
      their names and values, and the mapping is printed. The same command after an interruption goes on where it \
      stopped; the same file again changes nothing. The last line is rows=… created=… updated=… unchanged=… \
      waiting=… rejected=… flagged=…
      """)

  @OptionGroup var setup: Setup
  @Argument(help: "\(ImportKinds.names).") var kind: String
  @Argument(help: "The file.") var file: String
  @Option(help: "A YAML file of columns and fields, or the name of a kept mapping.") var mapping: String?
  @Option(help: "Who sent the file; its keys are known under this name.") var source = "file"
  @Flag(help: "Look only: nothing is kept.") var dryRun = false
  @Option(help: "A CSV file for the outcome of every row.") var report: String?

  func validate() throws {
    guard ImportKinds.named(kind) != nil else {
      throw ValidationError("KIND is one of \(ImportKinds.names)")
    }
  }

  func run() async throws {
    try await setup.run { db, _ in
      guard let kind = ImportKinds.named(kind) else { return }
      let access = Access.system(purpose: .intake, surface: "cli")
      let look = try ImportLook.at(try FileBytes(path: file), kind: kind)
      let chosen = try await mapping(look, kind, db, access)
      if mapping == nil { print(chosen.yaml, terminator: "") }
      let counts =
        dryRun
        ? try await rehearse(kind, chosen, db, access) : try await takeIn(kind, chosen, db, access)
      print(counts.line)
    }
  }

  private func mapping(
    _ look: ImportLook, _ kind: any ImportKind.Type, _ db: Database, _ access: Access
  ) async throws -> ColumnMapping {
    guard let mapping else {
      if !look.suggestion.unmapped.isEmpty {
        Setup.note("columns without a field: \(look.suggestion.unmapped.joined(separator: ", "))")
      }
      return look.suggestion.mapping
    }
    let name = kind.name
    let kept = try await db.read(as: access) { tx in try ImportMappings.list(kind: name, in: tx) }
    let yaml =
      try kept.first { $0.name == mapping }?.yaml
      ?? String(decoding: FileBytes(path: mapping).readAll(limit: 1 << 20), as: UTF8.self)
    return look.completed(try ColumnMapping(yaml: yaml), kind: kind)
  }

  private func rehearse(
    _ kind: any ImportKind.Type, _ mapping: ColumnMapping, _ db: Database, _ access: Access
  ) async throws -> ImportCounts {
    let writer = try report.map { try CSVWriter(path: $0, header: ImportReport.header, for: .spreadsheet) }
    let path = file
    let counts = try await ImportRehearsal(db: db, access: access).run(kind: kind, mapping: mapping, source: source) {
      try FileBytes(path: path)
    } each: { row in
      if let writer { for line in ImportReport.lines(row) { try writer.append(line) } }
    }
    try writer?.close()
    return counts
  }

  private func takeIn(
    _ kind: any ImportKind.Type, _ mapping: ColumnMapping, _ db: Database, _ access: Access
  ) async throws -> ImportCounts {
    let stored = try await ImportFiles.store(path: file, in: db, as: access)
    let request = ImportRequest(
      kind: kind.name, source: source, mapping: mapping.yaml, fileName: URL(fileURLWithPath: file).lastPathComponent,
      file: stored)
    let item = try await db.act(as: access) { tx in try Imports.request(request, in: tx) }
    let ended = try await ImportFollowing(db: db, access: access, id: item.id).toTheEnd()
    if let report {
      let writer = try CSVWriter(path: report, header: ImportReport.header, for: .spreadsheet)
      try await ImportReport.lines(of: item.id, in: db, as: access) { try writer.append($0) }
      try writer.close()
    }
    guard ended.state == .done else {
      print(ended.counts.line)
      throw AppError.conflict("IMPORT_STATE", "the import \(ended.state.rawValue): \(ended.error ?? "see the page")")
    }
    return ended.counts
  }
}

/// Runs a requested import here, or, where a server writes the same SQLite file, leaves it to the server and looks on.
private struct ImportFollowing {
  let db: Database
  let access: Access
  let id: ID<Insurer.Import>
  private let shown = Shown()

  init(db: Database, access: Access, id: ID<Insurer.Import>) {
    self.db = db
    self.access = access
    self.id = id
  }

  func toTheEnd() async throws -> Insurer.Import {
    let id = id
    var handedOver = false
    while true {
      let (item, isLive, now) = try await db.read(as: access) { tx in
        (try Imports.find(id, in: tx), try ImportWorker.isLive(in: tx), tx.now)
      }
      if item.isFinished || item.state == .stopped { return item }
      let leave = isLive && !db.isPostgres
      if leave && !handedOver { Setup.note("a server runs on this database: it takes the import over") }
      handedOver = handedOver || leave
      if !leave && item.isAbandoned(at: now) {
        let run = ImportRun(db: db, access: access, holder: ImportHolder.new(), sharesWriter: false)
        if let ended = try await run.run(id, progress: { shown.show($0) }) { return ended }
      } else {
        shown.show(item)
      }
      try await Task.sleep(for: .milliseconds(300))
    }
  }

  /// Progress on standard error, at most once a second.
  private final class Shown: Sendable {
    private let last = Mutex<(at: Instant, rows: Int)?>(nil)

    func show(_ item: Insurer.Import) {
      let now = Clock.system.now()
      let due = last.withLock { last in
        guard let earlier = last else {
          last = (now, item.counts.rows)
          return false
        }
        guard now.seconds(since: earlier.at) >= 1 else { return false }
        last = (now, item.counts.rows)
        return earlier.rows != item.counts.rows
      }
      if due { Setup.note("\(item.counts.rows) rows, \(item.counts.rejected) rejected") }
    }
  }
}
