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
    let (item, findings, names) = try await call.read { tx in
      let item = try Imports.find(id, in: tx)
      return (
        item, try Imports.findings(of: id, limit: 200, in: tx),
        try Accounts.names(of: [Actor(stored: item.requestedBy)], in: tx)
      )
    }
    let words = call.words
    let canWrite = call.may(.write(.import))
    let by = names[Actor(stored: item.requestedBy)] ?? item.requestedBy
    let page = ImportRunPage(
      steps: ImportPages.steps(3, words), file: item.fileName,
      facts: "\(words.of("kinds", item.kind) ?? item.kind) · \(by) · \(call.format.minute(item.requestedAt))",
      progress: ImportProgress(item, call.format), problems: findings.map { ImportProblem($0, words) },
      reportHref: item.counts.rows > 0 ? "/imports/\(id)/report.csv" : nil,
      resumeAction: canWrite && [.stopped, .failed].contains(item.state) ? "/imports/\(id)/resume" : nil,
      stopAction: canWrite && [.queued, .running].contains(item.state) ? "/imports/\(id)/stop" : nil,
      failure: item.error, csrf: call.csrf)
    return try call.page(page, title: item.fileName, section: .imports)
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
      Stat(words["imports.\(name)"], format.number(value), href: "#problems", tone: value > 0 ? tone : "", note: note)
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
  init(_ finding: ImportFinding, _ words: Words) {
    let isRejected = finding.outcome == "rejected"
    let isWaiting = finding.outcome == "waiting"
    let name = isRejected ? "rejected" : isWaiting ? "waiting" : "flagged"
    self.init(
      row: "\(finding.row)", column: finding.field.isEmpty ? "" : words.field(finding.field), code: finding.code,
      message: words.of("codes", finding.code) ?? finding.message,
      outcome: Badge(
        words["imports.\(name)"], tone: isRejected ? "bad" : "warn",
        icon: isRejected ? "close" : isWaiting ? "clock" : "alert"))
  }
}
