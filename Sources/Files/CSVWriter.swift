import Glibc
import Kernel

/// Writes CSV: UTF-8, CRLF-free lines, quotes where RFC 4180 wants them; packed when the path ends in `.gz`.
/// A file appears under its name only when it is whole: it is written beside it and renamed by `close`.
package final class CSVWriter {
  /// Who will open the file.
  package enum Reader: Sendable {
    /// A program: every value as it is, so that what is exported can be taken in again.
    case program
    /// A person in a spreadsheet: a value that would be taken for a formula gets an apostrophe before it.
    case spreadsheet
  }

  private let path: String
  private let partial: String
  private let file: Int32
  private let reader: Reader
  private var buffer: [UInt8] = []
  private var gzip: GzipWriter?
  private var closed = false

  /// - Throws: `AppError.unavailable` when the file cannot be made.
  package init(path: String, header: [String], for reader: Reader = .program) throws {
    self.path = path
    self.reader = reader
    partial = path + ".part"
    let opened = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard opened >= 0 else { throw FileFault.cannotOpen(path) }
    file = opened
    if path.hasSuffix(".gz") { gzip = try GzipWriter { try write($0, to: opened) } }
    try append(header)
  }

  deinit {
    if !closed {
      Glibc.close(file)
      unlink(partial)
    }
  }

  package func append(_ values: [String]) throws {
    CSVText.append(values, to: &buffer, for: reader)
    if buffer.count >= pieceSize { try flush(last: false) }
  }

  /// Finishes the file and gives it its name.
  package func close() throws {
    try flush(last: true)
    closed = true
    guard Glibc.close(file) == 0, rename(partial, path) == 0 else { throw FileFault.cannotOpen(path) }
  }

  private func flush(last: Bool) throws {
    if let gzip {
      try gzip.append(buffer, last: last)
    } else {
      try buffer.withUnsafeBytes { try write($0, to: file) }
    }
    buffer.removeAll(keepingCapacity: true)
  }
}

private func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws {
  var rest = bytes
  while rest.count > 0 {
    let count = Glibc.write(file, rest.baseAddress, rest.count)
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw AppError.unavailable("the file cannot be written (errno \(errno))") }
    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
  }
}

/// The text form of rows, for files and for answers that are sent as they are made.
package enum CSVText {
  /// Adds one line.
  package static func append(_ values: [String], to buffer: inout [UInt8], for reader: CSVWriter.Reader) {
    for (place, value) in values.enumerated() {
      if place > 0 { buffer.append(UInt8(ascii: ",")) }
      var value = value
      value.withUTF8 { append($0, to: &buffer, for: reader) }
    }
    if values.count == 1 && values[0].isEmpty { buffer += [quote, quote] }
    buffer.append(newline)
  }

  package static func line(_ values: [String], for reader: CSVWriter.Reader = .program) -> [UInt8] {
    var buffer: [UInt8] = []
    append(values, to: &buffer, for: reader)
    return buffer
  }

  private static func append(
    _ bytes: UnsafeBufferPointer<UInt8>, to buffer: inout [UInt8], for reader: CSVWriter.Reader
  ) {
    let guarded = reader == .spreadsheet && startsFormula(bytes)
    let quoted = bytes.contains { $0 == UInt8(ascii: ",") || $0 == quote || $0 == newline || $0 == carriage }
    if quoted { buffer.append(quote) }
    if guarded { buffer.append(UInt8(ascii: "'")) }
    if quoted {
      for byte in bytes {
        if byte == quote { buffer.append(quote) }
        buffer.append(byte)
      }
      buffer.append(quote)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// `=`, `+`, `-`, `@`, tab and CR begin what spreadsheets run; a plain negative number stays one.
  private static func startsFormula(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let first = bytes.first else { return false }
    let isSign = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
    if isSign && bytes.count > 1 && bytes.dropFirst().allSatisfy({ (48...57).contains($0) || $0 == 0x2E }) {
      return false
    }
    return isSign || first == UInt8(ascii: "=") || first == UInt8(ascii: "@") || first == 9 || first == carriage
  }
}
