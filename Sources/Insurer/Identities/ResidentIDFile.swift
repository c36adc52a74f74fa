import Files
import Kernel

/// `anban check-ids`: every ID number of one column of a file, checked strictly: the text as it stands, nothing
/// folded but a lower-case x, an unknown region invalid, no demo prefix.
package enum ResidentIDFile {
  package struct Summary: Hashable, Sendable {
    package var rows = 0
    package var valid = 0
  }

  /// Writes `id_no,valid,code` in the order of the input, `valid` as 1 or 0, `code` blank for valid numbers.
  ///
  /// - Throws: `AppError.invalid` with `COLUMN_MISSING` when no column has that name.
  package static func check(input: String, column: String, output: String, today: Day) throws -> Summary {
    let table = try TableFile.open(try FileBytes(path: input)) { $0 == column }
    guard let place = table.shape.columns.firstIndex(of: column) else {
      throw AppError.invalid("COLUMN_MISSING", "the file has no column \(column)")
    }
    let writer = try CSVWriter(path: output, header: ["id_no", "valid", "code"])
    let rules = ResidentID.Rules(today: today)
    var summary = Summary()
    while let record = try table.next() {
      let text = place < record.fields.count ? record.fields[place] : ""
      let code = fault(text, rules)
      summary.rows += 1
      summary.valid += code == nil ? 1 : 0
      try writer.append([text, code == nil ? "1" : "0", code?.rawValue ?? ""])
    }
    try writer.close()
    return summary
  }

  private static func fault(_ text: String, _ rules: ResidentID.Rules) -> ValidationCode? {
    do {
      _ = try ResidentID.parse(text, rules)
      return nil
    } catch {
      return error.code
    }
  }
}
