import CPostgres

/// PostgreSQL's binary result format: integers and floats are big-endian, text and bytea are their bytes.
enum PostgresValue {
  private static let numeric: Oid = 1700

  static func int(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> Int64 {
    guard let start = PQgetvalue(result, row, column) else { return 0 }
    let bytes = UnsafeRawPointer(start)
    if PQftype(result, column) == numeric { return whole(bytes) }
    switch PQgetlength(result, row, column) {
    case 8: return Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
    case 4: return Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
    case 2: return Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
    case 1: return Int64(bytes.load(as: UInt8.self))
    default: return 0
    }
  }

  static func real(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> Double {
    guard let start = PQgetvalue(result, row, column) else { return 0 }
    let bytes = UnsafeRawPointer(start)
    switch PQftype(result, column) {
    case numeric: return decimal(bytes)
    case PostgresParameters.float8: return Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
    case 700: return Double(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
    default: return Double(int(result, row, column))
    }
  }

  /// What SUM and AVG of BIGINT answer: a count of groups of four digits, the weight of the first, a sign, a scale,
  /// and the groups.
  private static func word(_ bytes: UnsafeRawPointer, _ place: Int) -> Int16 {
    Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: place * 2, as: Int16.self))
  }

  private static func whole(_ bytes: UnsafeRawPointer) -> Int64 {
    let count = Int(word(bytes, 0))
    let weight = Int(word(bytes, 1))
    guard weight >= 0 else { return 0 }
    var value: Int64 = 0
    for group in 0...weight { value = value &* 10_000 &+ (group < count ? Int64(word(bytes, 4 + group)) : 0) }
    return word(bytes, 2) == 0x4000 ? -value : value
  }

  private static func decimal(_ bytes: UnsafeRawPointer) -> Double {
    var value = Double(0)
    for group in 0..<Int(word(bytes, 0)) {
      var part = Double(word(bytes, 4 + group))
      let weight = Int(word(bytes, 1)) - group
      for _ in 0..<abs(weight) { part = weight > 0 ? part * 10_000 : part / 10_000 }
      value += part
    }
    return word(bytes, 2) == 0x4000 ? -value : value
  }
}
