import Files
import Kernel
import Storage

/// The report of an import: every row's outcome, with a line for each finding.
package enum ImportReport {
  package static let header = ["row", "outcome", "column", "code", "message"]
  private static let batches = 20

  /// Hands over the report's lines in the order of the file.
  package static func lines(
    of id: ID<Import>, in db: Database, as access: Access, each: ([String]) throws -> Void
  ) async throws {
    try access.require(.read(.import))
    var after: Int64 = -1
    while true {
      let from = after
      let page = try await db.read(as: access) { tx -> Page in
        let batches = try tx.fetch(ImportStore.batches(of: id, after: from, limit: batches))
        guard let first = batches.first, let last = batches.last else { return Page() }
        let rows = first.firstRow...(last.firstRow + max(last.rows, 1) - 1)
        let findings = try tx.fetch(FindingStore.list(of: id, rows: rows, limit: Int(Int32.max)))
        return Page(end: last.fromByte, batches: batches, findings: findings)
      }
      guard let end = page.end else { return }
      for line in page.lines { try each(line) }
      after = end
    }
  }

  private struct Page: Sendable {
    var end: Int64?
    var batches: [ImportStore.Batch] = []
    var findings: [ImportFinding] = []

    var lines: [[String]] {
      let byRow = Dictionary(grouping: findings, by: \.row)
      return batches.flatMap { batch in
        OutcomeRuns.words(of: batch.outcomes).enumerated().flatMap { place, outcome in
          ImportReport.lines(row: batch.firstRow + place, outcome: outcome, byRow[batch.firstRow + place] ?? [])
        }
      }
    }
  }

  /// A row that waited says what became of it in the end.
  private static func lines(row: Int, outcome: String, _ findings: [ImportFinding]) -> [[String]] {
    let final = findings.last?.outcome ?? outcome
    guard !findings.isEmpty else { return [["\(row)", final, "", "", ""]] }
    return findings.map { ["\(row)", final, $0.field, $0.code, $0.message] }
  }

  /// The lines of a row of a rehearsal.
  package static func lines(_ row: ImportRehearsal.Row) -> [[String]] {
    lines(row: row.number, outcome: row.outcome.word, ImportBatchAct.findings(row.number, row.outcome))
  }
}

extension ImportRehearsal.Row {
  /// What its report would say of it.
  package var findings: [ImportFinding] { ImportBatchAct.findings(number, outcome) }
}
