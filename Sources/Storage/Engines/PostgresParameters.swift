import CPostgres
import Kernel

/// The parameters of one statement in PostgreSQL's binary format, laid out in one buffer that is used again.
struct PostgresParameters {
  static let int8: Oid = 20
  static let text: Oid = 25
  static let bytea: Oid = 17
  static let float8: Oid = 701
  /// The type of an array by that of its elements.
  private static let arrays: [Oid: Oid] = [int8: 1016, text: 1009, bytea: 1001, float8: 1022]

  private var bytes: [UInt8] = []
  /// Where each value begins; -1 for NULL.
  private var starts: [Int] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []

  var byteCount: Int { bytes.count }

  /// - Throws: `invalid` for a text with a NUL character, which neither engine keeps.
  mutating func set(_ values: [SQLValue]) throws {
    bytes.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    while formats.count < values.count { formats.append(1) }
    for value in values {
      let start = bytes.count
      let isNull = try PostgresParameters.append(value, to: &bytes)
      starts.append(isNull ? -1 : start)
      lengths.append(Int32(bytes.count - start))
    }
    // An empty value needs an address too, for a null pointer means NULL.
    bytes.append(0)
  }

  /// Appends a value without its length; true for NULL.
  static func append(_ value: SQLValue, to bytes: inout [UInt8]) throws -> Bool {
    switch value {
    case .null: return true
    case .int(let int): withUnsafeBytes(of: int.bigEndian) { bytes.append(contentsOf: $0) }
    case .real(let real): withUnsafeBytes(of: real.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
    case .blob(let blob): bytes.append(contentsOf: blob)
    case .text(let text): bytes.append(contentsOf: try TextCheck.withoutNUL(text).utf8)
    case .list(let values): try append(array: values, of: values.first.map(type) ?? text, to: &bytes)
    }
    return false
  }

  /// A one-dimensional array: dimensions, whether NULLs are there, element type, length, lower bound, elements.
  static func append(array elements: some Collection<SQLValue>, of type: Oid, to bytes: inout [UInt8]) throws {
    for word in [1, 1, Int32(type), Int32(elements.count), 1] { append(word, to: &bytes) }
    for element in elements { try append(field: element, to: &bytes) }
  }

  /// A value behind its length, -1 for NULL: the form of arrays and of COPY alike.
  static func append(field value: SQLValue, to bytes: inout [UInt8]) throws {
    switch value {
    case .null: append(Int32(-1), to: &bytes)
    case .int(let int):
      append(Int32(8), to: &bytes)
      append(int, to: &bytes)
    case .real(let real):
      append(Int32(8), to: &bytes)
      append(Int64(bitPattern: real.bitPattern), to: &bytes)
    case .blob(let blob):
      append(Int32(blob.count), to: &bytes)
      bytes.append(contentsOf: blob)
    case .text(var text):
      try text.withUTF8 { utf8 in
        if utf8.contains(0) { throw TextCheck.fault }
        append(Int32(utf8.count), to: &bytes)
        bytes.append(contentsOf: utf8)
      }
    case .list: throw AppError.broken("an array holds no arrays")
    }
  }

  static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }

  static func type(of value: SQLValue) -> Oid {
    switch value {
    case .null: 0
    case .int: int8
    case .text: text
    case .blob: bytea
    case .real: float8
    case .list(let values): arrays[values.first.map(type) ?? text] ?? 0
    }
  }

  /// Hands libpq's four arrays to `body`.
  func withPointers<T>(
    _ body: (
      _ count: Int32, _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
      _ formats: UnsafePointer<Int32>?
    ) -> T
  ) -> T {
    bytes.withUnsafeBytes { buffer in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: max(1, starts.count)) { values in
        let base = buffer.bindMemory(to: CChar.self).baseAddress
        for (place, start) in starts.enumerated() {
          values.initializeElement(at: place, to: start < 0 ? nil : base.map { $0 + start })
        }
        return lengths.withUnsafeBufferPointer { lengths in
          formats.withUnsafeBufferPointer { formats in
            body(Int32(starts.count), UnsafePointer(values.baseAddress), lengths.baseAddress, formats.baseAddress)
          }
        }
      }
    }
  }
}

/// What a text must be to be kept by either engine.
enum TextCheck {
  static var fault: AppError { AppError.invalid("TEXT_NUL", "a text holds a NUL character") }

  /// - Throws: `fault`.
  static func withoutNUL(_ text: String) throws -> String {
    var text = text
    let hasNUL = text.withUTF8 { $0.contains(0) }
    guard !hasNUL else { throw fault }
    return text
  }
}
