import Kernel

/// One run of a file through the engine, from the upload to the report.
package struct Import: Identified, Sendable {
  package static let idPrefix = "IM"

  /// Where it stands. `running` survives a crash: whoever finds its holder silent goes on with it.
  package enum State: String, Sendable, CaseIterable {
    case queued, running, stopped, done, failed
  }

  package let id: ID<Import>
  package let kind: String
  /// Who sent the file: keys are the source's own, and one source's keys never meet another's.
  package let source: String
  /// The mapping as YAML, with the order of day and month of its date columns.
  package let mapping: String
  package let fileName: String
  package let sha256: [UInt8]
  /// Of the file as it came, in bytes.
  package let size: Int64
  package let state: State
  package let requestedBy: String
  package let requestedAt: Instant
  package let startedAt: Instant?
  package let finishedAt: Instant?
  /// Bytes of the decoded stream that are done with: where it resumes.
  package let position: Int64
  package let counts: ImportCounts
  package let holder: String?
  package let heartbeatAt: Instant?
  /// Why it failed.
  package let error: String?

  package var isFinished: Bool { state == .done || state == .failed }

  /// Whether somebody has to take it up: nobody runs it, or who ran it is dead or has been silent too long.
  package func isAbandoned(at now: Instant) -> Bool {
    guard state == .running else { return state == .queued }
    let silent = heartbeatAt.map { now.seconds(since: $0) > ImportRun.silenceSeconds } ?? true
    return silent || holder.map(ImportHolder.isDead) ?? true
  }
}

/// How many rows came to what; `created + updated + unchanged + waiting + rejected = rows`, flagged is an
/// attribute of rows that were not rejected: each counts once.
package struct ImportCounts: Hashable, Sendable {
  package var rows = 0
  package var created = 0
  package var updated = 0
  package var unchanged = 0
  package var waiting = 0
  package var rejected = 0
  package var flagged = 0

  package init() {}

  package mutating func add(_ outcome: RowOutcome) {
    rows += 1
    switch outcome.result {
    case .created: created += 1
    case .updated: updated += 1
    case .unchanged: unchanged += 1
    case .waiting: waiting += 1
    case .rejected: rejected += 1
    }
    if outcome.result != .rejected, !outcome.flags.isEmpty { flagged += 1 }
  }

  package static func + (a: ImportCounts, b: ImportCounts) -> ImportCounts {
    var sum = a
    sum.rows += b.rows
    sum.created += b.created
    sum.updated += b.updated
    sum.unchanged += b.unchanged
    sum.waiting += b.waiting
    sum.rejected += b.rejected
    sum.flagged += b.flagged
    return sum
  }

  /// The last line on standard output.
  package var line: String {
    "rows=\(rows) created=\(created) updated=\(updated) unchanged=\(unchanged) waiting=\(waiting) rejected=\(rejected)"
      + " flagged=\(flagged)"
  }

  package var addsUp: Bool { created + updated + unchanged + waiting + rejected == rows }
}

/// What is asked for when a stored file is to be taken in.
package struct ImportRequest: Sendable {
  package let kind: String
  package let source: String
  package let mapping: String
  package let fileName: String
  package let file: StoredFile

  package init(kind: String, source: String, mapping: String, fileName: String, file: StoredFile) {
    self.kind = kind
    self.source = source
    self.mapping = mapping
    self.fileName = fileName
    self.file = file
  }
}

/// A file kept sealed in parts, known by its content.
package struct StoredFile: Hashable, Sendable {
  package let sha256: [UInt8]
  package let size: Int64

  package init(sha256: [UInt8], size: Int64) {
    self.sha256 = sha256
    self.size = size
  }
}

/// One line of a report.
package struct ImportFinding: Hashable, Sendable {
  package let row: Int
  package let outcome: String
  package let field: String
  package let code: String
  package let message: String

  package init(row: Int, outcome: String, field: String, code: String, message: String) {
    self.row = row
    self.outcome = outcome
    self.field = field
    self.code = code
    self.message = message
  }
}

extension RowOutcome {
  /// The word for reports and the database.
  package var word: String {
    switch result {
    case .created: "created"
    case .updated: "updated"
    case .unchanged: "unchanged"
    case .waiting: "waiting"
    case .rejected: "rejected"
    }
  }
}
