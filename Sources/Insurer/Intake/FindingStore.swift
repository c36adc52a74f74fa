import Kernel
import Storage

/// SQL of `import_findings`: a row's codes, never its values.
enum FindingStore {
  /// Findings of the run itself come first, those of a row's resolution behind them.
  static let resolutionPlace = 1_000

  static func insert(_ findings: [ImportFinding], of id: ID<Import>, firstPlace: Int = 0, in tx: Tx) throws {
    guard !findings.isEmpty else { return }
    var places: [Int: Int] = [:]
    let rows = findings.map { finding -> [SQLValue] in
      let place = places[finding.row, default: firstPlace]
      places[finding.row] = place + 1
      return [
        id.sqlValue, .int(Int64(finding.row)), .int(Int64(place)), .text(finding.outcome), .text(finding.field),
        .text(finding.code), .text(finding.message),
      ]
    }
    try tx.insert(
      into: "import_findings", columns: ["import_id", "row_no", "place", "outcome", "field", "code", "message"],
      rows: rows)
  }

  /// What an earlier resolution said of a row goes before a new one speaks.
  static func deleteResolution(of id: ID<Import>, row: Int, in tx: Tx) throws {
    try tx.run(
      """
      DELETE FROM import_findings WHERE import_id = \(id) AND row_no = \(row) AND place >= \(resolutionPlace)
      """)
  }

  static func list(of id: ID<Import>, rows: ClosedRange<Int>, limit: Int) -> Query<[ImportFinding]> {
    .all(
      """
      SELECT row_no, outcome, field, code, message FROM import_findings
      WHERE import_id = \(id) AND row_no >= \(rows.lowerBound) AND row_no <= \(rows.upperBound)
      ORDER BY row_no, place LIMIT \(limit)
      """
    ) {
      ImportFinding(
        row: Int($0.int(0)), outcome: $0.text(1), field: $0.text(2), code: $0.text(3), message: $0.text(4))
    }
  }

  /// How often each code stands in a report.
  static func codes(of id: ID<Import>) -> Query<[(code: String, outcome: String, count: Int)]> {
    .all(
      """
      SELECT code, outcome, COUNT(*) FROM import_findings WHERE import_id = \(id)
      GROUP BY code, outcome ORDER BY COUNT(*) DESC, code, outcome
      """
    ) { (code: $0.text(0), outcome: $0.text(1), count: Int($0.int(2))) }
  }
}
