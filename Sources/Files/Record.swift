/// One row of a table file: what stands in it and where.
package struct Record: Sendable {
  /// Counted from 1 after the header; blank lines do not count.
  package let number: Int
  /// Place of its first byte in the decoded stream, and of the first byte behind it: where reading can resume.
  package let from: Int64
  package let to: Int64
  /// One for each column, as they stand in the file; empty when the fault left nothing to read.
  package let fields: [String]
  /// Why the row cannot be understood, if it cannot.
  package let fault: RecordFault?
  /// Places of the fields that held bytes which are no characters (read as U+FFFD).
  package let damaged: [Int]

  package init(
    number: Int, from: Int64, to: Int64, fields: [String], fault: RecordFault? = nil, damaged: [Int] = []
  ) {
    self.number = number
    self.from = from
    self.to = to
    self.fields = fields
    self.fault = fault
    self.damaged = damaged
  }
}

/// Faults of a row's form; the raw value is its stable code.
package enum RecordFault: String, Sendable, CaseIterable {
  /// A quote was opened and not closed, or text stands behind a closed one.
  case quote = "QUOTE_UNBALANCED"
  case rowTooLong = "ROW_TOO_LONG"
  case fieldTooLong = "FIELD_TOO_LONG"
  case tooShort = "ROW_SHORT"
  case tooLong = "ROW_LONG"
  case json = "JSON_INVALID"

  package var message: String {
    switch self {
    case .quote: "a quote is not closed, or text stands behind a closed one"
    case .rowTooLong: "the row is longer than \(Limits.row) bytes"
    case .fieldTooLong: "a field is longer than \(Limits.field) bytes"
    case .tooShort: "the row has fewer fields than the header"
    case .tooLong: "the row has more fields than the header"
    case .json: "the line is not a flat JSON object"
    }
  }
}

/// What a row may hold before it is refused; they bound the memory of a reader.
package enum Limits {
  package static let row = 1 << 20
  package static let field = 1 << 16
}

/// Readers of rows, whatever the format.
protocol RecordReading: AnyObject {
  /// Nil at the end. Blank lines are passed over. `number` counts up from the last one.
  func next() throws -> Record?
}
