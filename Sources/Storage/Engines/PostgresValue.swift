import CPostgres

/// PostgreSQL's binary result format: integers and floats are big-endian, text and bytea are their bytes.
enum PostgresValue {
  static func int(_ result: OpaquePointer, _ row: Int32, _ column: Int32) -> Int64 {
    guard let start = PQgetvalue(result, row, column) else { return 0 }
    let bytes = UnsafeRawPointer(start)
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
    return switch PQgetlength(result, row, column) {
    case 8: Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)))
    case 4: Double(Float(bitPattern: UInt32(bigEndian: bytes.loadUnaligned(as: UInt32.self))))
    default: 0
    }
  }
}
