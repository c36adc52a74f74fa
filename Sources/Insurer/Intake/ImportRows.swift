import Kernel
import Storage

/// Which rows of an import stand behind one of its figures.
package enum ImportFigure: String, Sendable, CaseIterable {
  case created, updated, unchanged, waiting, rejected, flagged
}

/// One row of an import's file with what it came to.
package struct ImportedRow: Hashable, Sendable {
  package let number: Int
  /// As it stands now: a row that waited may have come to something since.
  package let outcome: String
  package let findings: [ImportFinding]
}

/// Rows of an import by what they came to, in the order of the file.
package enum ImportRows {
  private static let batches = 50
  private static let findingsARow = 8

  /// At most `limit` rows behind `figure`, after a row.
  package static func page(
    of id: ID<Import>, _ figure: ImportFigure, after row: Int = 0, limit: Int, in tx: ReadTx
  ) throws -> [ImportedRow] {
    try tx.access.require(.read(.import))
    var found: [ImportedRow] = []
    var last = row
    while found.count < limit {
      let batches = try tx.fetch(ImportStore.batches(of: id, afterRow: last, limit: batches))
      guard let end = batches.last else { break }
      let to = max(last + 1, end.firstRow + end.rows - 1)
      let findings = try tx.fetch(FindingStore.list(of: id, rows: (last + 1)...to, limit: Int(Int32.max)))
      let byRow = Dictionary(grouping: findings, by: \.row)
      for batch in batches { collect(batch, byRow, figure, after: row, limit: limit, &found) }
      last = to
    }
    return found
  }

  /// At most `limit` rows with findings, after a row.
  package static func told(
    of id: ID<Import>, after row: Int = 0, limit: Int, in tx: ReadTx
  ) throws -> [ImportedRow] {
    let findings = try Imports.findings(of: id, after: row, limit: limit * findingsARow, in: tx)
    let byRow = Dictionary(grouping: findings, by: \.row)
    var numbers = byRow.keys.sorted()
    // The last may have been cut in two.
    if findings.count == limit * findingsARow, numbers.count > 1 { numbers.removeLast() }
    return numbers.prefix(limit).map { number in
      let told = byRow[number] ?? []
      return ImportedRow(number: number, outcome: told.last?.outcome ?? "", findings: told)
    }
  }

  private static func collect(
    _ batch: ImportStore.Batch, _ findings: [Int: [ImportFinding]], _ figure: ImportFigure, after: Int, limit: Int,
    _ found: inout [ImportedRow]
  ) {
    var number = batch.firstRow
    for run in OutcomeRuns.runs(of: batch.outcomes) {
      // Rows without findings are as their run says: a run of others is looked at only where it has some.
      for row in number..<(number + run.count) where row > after {
        guard found.count < limit else { return }
        let told = findings[row] ?? []
        let outcome = told.last?.outcome ?? run.word
        if passes(outcome, told, figure) {
          found.append(ImportedRow(number: row, outcome: outcome, findings: told))
        }
      }
      number += run.count
    }
  }

  private static func passes(_ outcome: String, _ findings: [ImportFinding], _ figure: ImportFigure) -> Bool {
    guard figure == .flagged else { return outcome == figure.rawValue }
    return outcome != "rejected" && findings.contains(where: \.isFlag)
  }
}

extension ImportFinding {
  /// Whether it says that a value was kept as it came; else it says why the row was rejected, waits or has come.
  package var isFlag: Bool { outcome != "rejected" && !field.isEmpty }
}
