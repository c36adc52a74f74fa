import Kernel

/// What a table file turned out to be: enough to read it again from any row without looking at its beginning.
package struct TableShape: Sendable, Hashable, Codable {
  package enum Format: String, Sendable, Codable { case csv, ndjson }

  package let format: Format
  package let encoding: TextEncoding
  /// Length of the byte order mark, left out of the decoded stream.
  package let mark: Int
  package let gzipped: Bool
  package let delimiter: UInt8
  package let columns: [String]
  /// Place in the decoded stream of the first row behind the header.
  package let dataFrom: Int64
}

/// Reads a table file row by row in bounded memory: CSV or TSV in any encoding, or NDJSON, gzipped or not.
/// The decoded stream that offsets count in is the unpacked text in UTF-8 without a byte order mark.
package final class TableFile {
  package let shape: TableShape
  private let reader: any RecordReading

  private init(shape: TableShape, reader: any RecordReading) {
    self.shape = shape
    self.reader = reader
  }

  /// Looks at the file's beginning and stands before its first row.
  /// - Parameter known: whether a text is the name of a column that the caller knows; helps to find the header.
  /// - Throws: `AppError.invalid` with `FILE_EMPTY`, `HEADER_MISSING`, `COLUMNS_TOO_MANY`, `GZIP_…`.
  package static func open(_ bytes: any ByteSource, known: (String) -> Bool = { _ in false }) throws -> TableFile {
    let outer = try PeekedBytes(bytes, count: 4)
    let gzipped = Gunzip.recognises(outer.head)
    let unpacked: any ByteSource = gzipped ? try Gunzip(outer) : outer
    let sampled = try PeekedBytes(unpacked, count: TextEncoding.sampleSize)
    guard !sampled.head.isEmpty else { throw AppError.invalid("FILE_EMPTY", "the file holds nothing") }
    let (encoding, mark) = TextEncoding.detect(sampled.head)
    sampled.drop(mark)
    let decoded = try PeekedBytes(try decode(sampled, encoding), count: sampleSize)
    let shape = try look(at: decoded.head, encoding: encoding, mark: mark, gzipped: gzipped, known: known)
    guard shape.columns.count <= mostColumns else {
      throw AppError.invalid("COLUMNS_TOO_MANY", "the file has more than \(mostColumns) columns")
    }
    return try start(decoded, shape: shape, from: shape.dataFrom, after: 0)
  }

  /// Opens a file whose shape is known at the row that begins at `offset`, `number` rows behind the header.
  package static func resume(
    _ bytes: any ByteSource, shape: TableShape, at offset: Int64, after number: Int
  ) throws -> TableFile {
    let unpacked: any ByteSource = shape.gzipped ? try Gunzip(bytes) : bytes
    let marked = try PeekedBytes(unpacked, count: 4)
    marked.drop(shape.mark)
    return try start(try decode(marked, shape.encoding), shape: shape, from: max(offset, shape.dataFrom), after: number)
  }

  package func next() throws -> Record? { try reader.next() }

  /// An insurer's widest tables have a few hundred; each column is matched with every field.
  private static let mostColumns = 1_000

  /// Enough for a header below some lines of title and for the names of NDJSON's members.
  private static let sampleSize = 1 << 18

  private static func decode(_ bytes: any ByteSource, _ encoding: TextEncoding) throws -> any ByteSource {
    encoding == .utf8 ? bytes : try Transcoder(bytes, from: encoding)
  }

  private static func start(
    _ bytes: any ByteSource, shape: TableShape, from: Int64, after number: Int
  ) throws -> TableFile {
    let input = Input(bytes)
    _ = try input.skip(to: from)
    let reader: any RecordReading =
      switch shape.format {
      case .csv: CSVReader(input, delimiter: shape.delimiter, columns: shape.columns.count, after: number)
      case .ndjson: NDJSONReader(input, columns: shape.columns, after: number)
      }
    return TableFile(shape: shape, reader: reader)
  }

  private static func look(
    at sample: [UInt8], encoding: TextEncoding, mark: Int, gzipped: Bool, known: (String) -> Bool
  ) throws -> TableShape {
    func shape(_ format: TableShape.Format, _ delimiter: UInt8, _ columns: [String], _ from: Int64) -> TableShape {
      TableShape(
        format: format, encoding: encoding, mark: mark, gzipped: gzipped, delimiter: delimiter, columns: columns,
        dataFrom: from)
    }
    if let columns = HeaderFinder.members(of: sample) { return shape(.ndjson, 0, columns, 0) }
    let delimiter = HeaderFinder.delimiter(of: sample)
    let header = try HeaderFinder.header(of: sample, delimiter: delimiter, known: known)
    return shape(.csv, delimiter, header.columns, header.end)
  }
}
