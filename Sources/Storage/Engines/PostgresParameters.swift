import CPostgres
import Kernel

/// The parameters of one statement in PostgreSQL's binary format, laid out in one buffer that is used again.
struct PostgresParameters {
  static let int8: Oid = 20
  static let text: Oid = 25
  static let bytea: Oid = 17
  static let float8: Oid = 701

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
    }
    return false
  }

  static func type(of value: SQLValue) -> Oid {
    switch value {
    case .null: 0
    case .int: int8
    case .text: text
    case .blob: bytea
    case .real: float8
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
