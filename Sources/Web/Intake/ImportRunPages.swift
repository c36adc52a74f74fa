import Files
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import NIOCore
import Storage

/// An import under way or ended.
enum ImportRunPages {
  static func show(_ call: Call) async throws -> Response {
    let id = try call.id(Import.self)
    let figure = call.query["outcome"].flatMap { ImportFigure(rawValue: $0) }
    let after = call.query["after"].flatMap { Int($0) } ?? 0
    let (item, rows, names) = try await call.read { tx in
      let item = try Imports.find(id, in: tx)
      return (
        item, try read(id, figure, after: after, in: tx),
        try Accounts.names(of: [Actor(stored: item.requestedBy)], in: tx)
      )
    }
    let words = call.words
    let shown = rows.prefix(pageSize)
    let next = rows.count > pageSize ? shown.last.map { "\($0.number)" } : nil
    let base = "/imports/\(id)"
    let canWrite = call.may(.write(.import))
    let by = names[Actor(stored: item.requestedBy)] ?? item.requestedBy
    let page = ImportRunPage(
      steps: ImportPages.steps(3, words), file: item.fileName,
      facts: "\(words.of("kinds", item.kind) ?? item.kind) · \(by) · \(call.format.minute(item.requestedAt))",
      progress: ImportProgress(item, call.format), problems: shown.flatMap { ImportProblem.lines($0, figure, words) },
      title: words[figure.map { "imports.\($0.rawValue)" } ?? "imports.problems"],
      pager: Pager(
        summary: "", nextHref: next.map { base + call.query.with(["after": $0]) + "#problems" },
        firstHref: after == 0 && figure == nil ? nil : base + "#problems"),
      reportHref: item.counts.rows > 0 ? "/imports/\(id)/report.csv" : nil,
      resumeAction: canWrite && [.stopped, .failed].contains(item.state) ? "/imports/\(id)/resume" : nil,
      stopAction: canWrite && [.queued, .running].contains(item.state) ? "/imports/\(id)/stop" : nil,
      failure: item.error, csrf: call.csrf)
    return try call.page(page, title: item.fileName, section: .imports)
  }

  private static let pageSize = 100

  /// Rows behind a figure, or those that have something to say, one more than a page has.
  private static func read(
    _ id: ID<Import>, _ figure: ImportFigure?, after: Int, in tx: ReadTx
  ) throws -> [ImportedRow] {
    if let figure { return try ImportRows.page(of: id, figure, after: after, limit: pageSize + 1, in: tx) }
    return try ImportRows.told(of: id, after: after, limit: pageSize + 1, in: tx)
  }

  static func progress(_ call: Call) async throws -> Response {
    let id = try call.id(Import.self)
    let item = try await call.read { tx in try Imports.find(id, in: tx) }
    return try call.fragment(ImportProgress(item, call.format))
  }

  static func change(
    _ call: Call, _ act: @escaping @Sendable (ID<Import>, Tx) throws -> Import
  ) async throws -> Response {
    _ = try await call.form()
    let id = try call.id(Import.self)
    _ = try await call.act { tx in try act(id, tx) }
    return call.redirect("/imports/\(id)")
  }

  static func report(_ call: Call) async throws -> Response {
    let id = try call.id(Import.self)
    let access = try call.access
    _ = try await call.read { tx in try Imports.find(id, in: tx) }
    var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
    CSVText.append(ImportReport.header, to: &bytes, for: .spreadsheet)
    try await ImportReport.lines(of: id, in: call.site.database, as: access) { line in
      CSVText.append(line, to: &bytes, for: .spreadsheet)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
        .contentDisposition: "attachment; filename=\"report-\(id).csv\"",
      ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}

extension ImportLine {
  init(_ item: Import, _ names: [Actor: String], _ format: Format) {
    let words = format.words
    self.init(
      file: item.fileName, href: "/imports/\(item.id)", kind: words.of("kinds", item.kind) ?? item.kind,
      rows: format.number(item.counts.rows), state: Badge(item, format),
      by: names[Actor(stored: item.requestedBy)] ?? item.requestedBy, at: format.moment(item.requestedAt))
  }
}

extension Badge {
  fileprivate init(_ item: Import, _ format: Format) {
    let word = format.words["imports.state.\(item.state.rawValue)"]
    switch item.state {
    case .queued: self.init(word, tone: "quiet", icon: "clock")
    case .running: self.init(word, tone: "info", icon: "jobs")
    case .stopped: self.init(word, tone: "warn", icon: "pause")
    case .failed: self.init(word, tone: "bad", icon: "alert")
    case .done:
      let rejected = item.counts.rejected
      let more = rejected == 0 ? "" : " · " + format.words.fill("imports.rejectedCount", format.number(rejected))
      self.init(word + more, tone: rejected == 0 ? "good" : "warn", icon: rejected == 0 ? "check" : "alert")
    }
  }
}

extension ImportProgress {
  init(_ item: Import, _ format: Format) {
    let words = format.words
    let isRunning = item.state == .queued || item.state == .running
    let share = item.fileName.hasSuffix(".gz") || item.size == 0 ? nil : min(99, Int(item.position * 100 / item.size))
    let counts = item.counts
    func stat(_ name: String, _ value: Int, _ tone: String = "", note: String? = nil) -> Stat {
      Stat(
        words["imports.\(name)"], format.number(value), href: "/imports/\(item.id)?outcome=\(name)#problems",
        tone: value > 0 ? tone : "", note: note)
    }
    self.init(
      pollHref: isRunning ? "/imports/\(item.id)/progress" : nil, percent: isRunning ? share : 100,
      text: words["imports.state.\(item.state.rawValue)"] + " · "
        + words.fill("imports.rowCount", format.number(counts.rows)),
      rate: ImportProgress.rate(item, share: share, format),
      stats: [
        stat("created", counts.created), stat("updated", counts.updated), stat("unchanged", counts.unchanged),
        stat("waiting", counts.waiting, "warn"), stat("rejected", counts.rejected, "bad"),
        stat("flagged", counts.flagged, "warn", note: words["imports.flaggedNote"]),
      ])
  }

  /// Rows a second and, where the file's length says it, the time left.
  private static func rate(_ item: Import, share: Int?, _ format: Format) -> String? {
    guard let started = item.startedAt, item.counts.rows > 0 else { return nil }
    let seconds = max(1, (item.finishedAt ?? format.now).seconds(since: started))
    let rate = format.words.fill("imports.rate", format.number(item.counts.rows / seconds))
    guard item.state == .running, let share, share > 2 else { return rate }
    return rate + " · " + format.words.fill("imports.left", format.number(seconds * (100 - share) / share))
  }
}

extension ImportProblem {
  /// A row's findings, one a line; a row without any says what became of it.
  static func lines(_ row: ImportedRow, _ figure: ImportFigure?, _ words: Words) -> [ImportProblem] {
    let findings = figure == .flagged ? row.findings.filter(\.isFlag) : row.findings
    guard !findings.isEmpty else {
      return [
        ImportProblem(row: "\(row.number)", column: "", code: "", message: "", outcome: Badge(row.outcome, words))
      ]
    }
    return findings.map { finding in
      ImportProblem(
        row: "\(finding.row)", column: finding.field.isEmpty ? "" : words.field(finding.field), code: finding.code,
        message: words.of("codes", finding.code) ?? finding.message,
        outcome: finding.isFlag
          ? Badge(words["imports.flagged"], tone: "warn", icon: "alert") : Badge(finding.outcome, words))
    }
  }
}

extension Badge {
  fileprivate init(_ outcome: String, _ words: Words) {
    let looks: [String: (tone: String, icon: String)] = [
      "created": ("good", "add"), "updated": ("info", "edit"), "unchanged": ("quiet", "check"),
      "waiting": ("warn", "clock"), "rejected": ("bad", "close"),
    ]
    let look = looks[outcome] ?? ("quiet", "info")
    self.init(words["imports.\(outcome)"], tone: look.tone, icon: look.icon)
  }
}
