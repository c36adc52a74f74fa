/// RFC 4180 with what files really hold: any delimiter, CR, LF or CRLF, blank lines, ragged rows, stray quotes.
/// A row that cannot be read is reported and costs no other row: reading goes on at the next line.
final class CSVReader: RecordReading {
  private let input: Input
  private let delimiter: UInt8
  /// 0 accepts any number of fields: used while the header is looked for.
  private let columns: Int
  private var number: Int
  private var spans: [Span] = []

  private struct Span {
    var from: Int
    var to: Int
    var quoted: Bool
    /// Doubled quotes stand in it.
    var doubled: Bool
  }

  init(_ input: Input, delimiter: UInt8, columns: Int, after number: Int = 0) {
    self.input = input
    self.delimiter = delimiter
    self.columns = columns
    self.number = number
  }

  func next() throws -> Record? {
    guard try passBlankLines() else { return nil }
    number += 1
    let from = input.offset
    let (length, fault) = try scan()
    let read = fault == nil ? record(from: from, length: length) : nil
    input.consume(length)
    if fault == .rowTooLong { try skipLine() }
    return read ?? Record(number: number, from: from, to: input.offset, fields: [], fault: fault)
  }

  private func passBlankLines() throws -> Bool {
    while true {
      if input.available == 0, try !input.more() { return false }
      guard let first = input.unread.first else { return false }
      guard first == newline || first == carriage else { return true }
      input.consume(1)
    }
  }

  /// Where a scan stands within the record.
  private struct Scan {
    var position = 0
    var fieldFrom = 0
    var state = State.fieldStart
    var doubled = false
    /// First line break within quotes: where to recover when the quotes turn out to be stray.
    var firstBreak: Int?
    enum State { case fieldStart, plain, quoted, quoteInQuoted }
  }

  /// Finds the record's end and its fields' places; the length includes the line break.
  private func scan() throws -> (length: Int, fault: RecordFault?) {
    spans.removeAll(keepingCapacity: true)
    var scan = Scan()
    while true {
      let bytes = input.unread
      while scan.position < bytes.count {
        let byte = bytes[scan.position]
        switch scan.state {
        case .plain, .fieldStart:
          if byte == delimiter {
            close(&scan, quoted: false)
          } else if byte == newline {
            close(&scan, quoted: false)
            return (scan.position, nil)
          } else if byte == carriage {
            let end = scan.position
            close(&scan, quoted: false)
            return (try lineEnd(at: end), nil)
          } else {
            if byte == quote && scan.state == .fieldStart {
              scan.state = .quoted
            } else {
              scan.state = .plain
            }
            scan.position += 1
          }
        case .quoted:
          if byte == quote {
            scan.state = .quoteInQuoted
          } else if byte == newline && scan.firstBreak == nil {
            scan.firstBreak = scan.position
          }
          scan.position += 1
        case .quoteInQuoted:
          if byte == quote {
            scan.doubled = true
            scan.state = .quoted
            scan.position += 1
          } else if byte == delimiter {
            close(&scan, quoted: true)
          } else if byte == newline || byte == carriage {
            let end = scan.position
            close(&scan, quoted: true)
            return (try lineEnd(at: end), nil)
          } else {
            return try recovery(scan)
          }
        }
      }
      if scan.position > Limits.row {
        return scan.firstBreak == nil ? (scan.position, .rowTooLong) : try recovery(scan)
      }
      if try !input.more() { return try finish(&scan) }
    }
  }

  /// Ends a field before the byte at the position and steps over that byte.
  private func close(_ scan: inout Scan, quoted: Bool) {
    spans.append(
      Span(
        from: quoted ? scan.fieldFrom + 1 : scan.fieldFrom, to: quoted ? scan.position - 1 : scan.position,
        quoted: quoted, doubled: scan.doubled))
    scan.position += 1
    scan.fieldFrom = scan.position
    scan.state = .fieldStart
    scan.doubled = false
  }

  /// The file ends within the record.
  private func finish(_ scan: inout Scan) throws -> (length: Int, fault: RecordFault?) {
    guard scan.state != .quoted else { return try recovery(scan) }
    let end = scan.position
    close(&scan, quoted: scan.state == .quoteInQuoted)
    return (end, nil)
  }

  /// Only the first line is lost to a stray quote.
  private func recovery(_ scan: Scan) throws -> (length: Int, fault: RecordFault?) {
    if let firstBreak = scan.firstBreak { return (firstBreak + 1, .quote) }
    var position = scan.position
    while true {
      let bytes = input.unread
      while position < bytes.count {
        if bytes[position] == newline { return (position + 1, .quote) }
        position += 1
      }
      if position > Limits.row { return (position, .rowTooLong) }
      if try !input.more() { return (position, .quote) }
    }
  }

  /// The length of a record whose line break begins at `end`: one byte, or two for CRLF.
  private func lineEnd(at end: Int) throws -> Int {
    guard input.unread[end] == carriage else { return end + 1 }
    if end + 1 == input.available, try !input.more() { return end + 1 }
    return input.unread[end + 1] == newline ? end + 2 : end + 1
  }

  /// Passes over the rest of a line that is too long to keep.
  private func skipLine() throws {
    while true {
      if let place = input.unread.firstIndex(of: newline) { return input.consume(place + 1) }
      input.consume(input.available)
      if try !input.more() { return }
    }
  }

  private func record(from: Int64, length: Int) -> Record {
    let bytes = input.unread
    var fields: [String] = []
    fields.reserveCapacity(max(columns, spans.count))
    var damaged: [Int] = []
    var fault: RecordFault?
    for span in spans {
      guard span.to - span.from <= Limits.field else {
        fault = .fieldTooLong
        break
      }
      let slice = UnsafeBufferPointer(rebasing: bytes[span.from..<span.to])
      let (text, whole) = span.doubled ? FieldText.read(undoubled(slice)) : FieldText.read(slice)
      if !whole { damaged.append(fields.count) }
      fields.append(text)
    }
    if fault == nil && columns > 0 && fields.count != columns {
      if fields.count < columns {
        fault = .tooShort
      } else if fields[columns...].allSatisfy(\.isEmpty) {
        fields.removeLast(fields.count - columns)
      } else {
        fault = .tooLong
      }
    }
    return Record(
      number: number, from: from, to: from + Int64(length), fields: fields, fault: fault, damaged: damaged)
  }

  private func undoubled(_ slice: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(slice.count)
    var position = 0
    while position < slice.count {
      bytes.append(slice[position])
      position += slice[position] == quote ? 2 : 1
    }
    return bytes
  }
}

let newline = UInt8(ascii: "\n")
let carriage = UInt8(ascii: "\r")
let quote = UInt8(ascii: "\"")

/// A field's bytes as text.
enum FieldText {
  /// - Returns: the text, and whether all its bytes were characters; U+FFFD counts as none, for it stands where an
  ///   earlier conversion lost one.
  static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> (String, Bool) {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      return (String(decoding: bytes, as: UTF8.self), false)
    }
    return (text, !holdsReplacement(bytes))
  }

  static func read(_ bytes: [UInt8]) -> (String, Bool) { bytes.withUnsafeBufferPointer(read) }

  private static func holdsReplacement(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var position = 0
    while position + 2 < bytes.count {
      if bytes[position] == 0xEF && bytes[position + 1] == 0xBF && bytes[position + 2] == 0xBD { return true }
      position += 1
    }
    return false
  }
}
