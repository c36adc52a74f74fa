import Crypto
import Foundation
import Kernel

/// A backup: a header, then the tables one after the other, then a footer with the count of rows and the file's
/// SHA-256. It is the same for both engines, so that a SQLite database can be restored to PostgreSQL and back.
/// It holds no master key: what is sealed in the database is sealed in it.
enum BackupFile {
  static let magic = "ANBAN BACKUP 1\n"

  struct Header: Codable {
    let madeAt: Int64
    /// Name and checksum of each migration, in order.
    let migrations: [[String]]
  }

  struct Table: Codable {
    let name: String
    let columns: [String]
  }

  struct Footer: Codable {
    let rows: Int
    let sha256: String
  }

  static func broken(_ detail: String) -> AppError { AppError.invalid("BACKUP_FILE", detail) }
}

/// Writes pieces: a tag, a length in four bytes, the content. `H` header, `T` table, `R` rows, `F` footer.
struct BackupWriter {
  private let handle: FileHandle
  private var hash = SHA256()
  private var rowsBuffer: [UInt8] = []
  private(set) var rows = 0
  private static let pieceBytes = 1 << 20

  /// - Throws: `conflict` when the file is there already: a backup is not overwritten.
  init(_ path: String) throws {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw AppError.conflict("FILE_EXISTS", "\(path) is there already")
    }
    guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw AppError.unavailable("\(path) cannot be written") }
    self.handle = handle
    try put(Data(BackupFile.magic.utf8))
  }

  private mutating func put(_ data: Data) throws {
    hash.update(data: data)
    do {
      try handle.write(contentsOf: data)
    } catch {
      throw AppError.unavailable("the backup cannot be written: \(error.localizedDescription)")
    }
  }

  private mutating func put(_ tag: Character, _ content: Data) throws {
    var head = Data(tag.utf8)
    withUnsafeBytes(of: UInt32(content.count).bigEndian) { head.append(contentsOf: $0) }
    try put(head + content)
  }

  mutating func header(_ header: BackupFile.Header) throws { try put("H", JSONEncoder().encode(header)) }

  mutating func table(_ table: BackupFile.Table) throws {
    try flushRows()
    try put("T", JSONEncoder().encode(table))
  }

  mutating func row(_ values: [SQLValue]) throws {
    rowsBuffer += Canonical.of(values)
    rows += 1
    if rowsBuffer.count >= Self.pieceBytes { try flushRows() }
  }

  private mutating func flushRows() throws {
    guard !rowsBuffer.isEmpty else { return }
    try put("R", Data(rowsBuffer))
    rowsBuffer.removeAll(keepingCapacity: true)
  }

  /// Writes the footer and waits for the disk.
  mutating func finish() throws {
    try flushRows()
    let sum = Hex.text(Array(hash.finalize()))
    try put("F", JSONEncoder().encode(BackupFile.Footer(rows: rows, sha256: sum)))
    try handle.synchronize()
    try handle.close()
  }
}

/// Reads what `BackupWriter` wrote, a piece at a time.
struct BackupReader {
  enum Piece {
    case header(BackupFile.Header)
    case table(BackupFile.Table)
    case rows([SQLValue])
    case footer(BackupFile.Footer)
  }

  private let handle: FileHandle
  private var hash = SHA256()

  init(_ path: String) throws {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw AppError.unavailable("\(path) cannot be read") }
    self.handle = handle
    guard try take(BackupFile.magic.utf8.count) == Data(BackupFile.magic.utf8) else {
      throw BackupFile.broken("\(path) is no backup of Anban")
    }
  }

  private mutating func take(_ count: Int) throws -> Data {
    let data = try handle.read(upToCount: count) ?? Data()
    guard data.count == count else { throw BackupFile.broken("the backup ends too early") }
    hash.update(data: data)
    return data
  }

  /// - Throws: `invalid` for a file that is cut off or was changed.
  mutating func next() throws -> Piece {
    let before = hash
    let head = try take(5)
    let count = head.dropFirst().reduce(0) { $0 << 8 | Int($1) }
    guard count <= 1 << 30 else { throw BackupFile.broken("the backup was changed") }
    let content = try take(count)
    do {
      switch Character(UnicodeScalar(head[head.startIndex])) {
      case "H": return .header(try JSONDecoder().decode(BackupFile.Header.self, from: content))
      case "T": return .table(try JSONDecoder().decode(BackupFile.Table.self, from: content))
      case "R": return .rows(try Canonical.values(Array(content)))
      case "F":
        let footer = try JSONDecoder().decode(BackupFile.Footer.self, from: content)
        guard Hex.text(Array(before.finalize())) == footer.sha256 else {
          throw BackupFile.broken("the backup was changed: its SHA-256 does not fit")
        }
        return .footer(footer)
      default: throw BackupFile.broken("the backup was changed")
      }
    } catch is DecodingError {
      throw BackupFile.broken("the backup was changed")
    }
  }
}

extension Canonical {
  /// The values that `of` laid out.
  static func values(_ bytes: [UInt8]) throws -> [SQLValue] {
    var values: [SQLValue] = []
    var place = 0
    func number() throws -> Int64 {
      guard place + 8 <= bytes.count else { throw BackupFile.broken("a row ends too early") }
      defer { place += 8 }
      return bytes.withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Int64.self)) }
    }
    func content() throws -> ArraySlice<UInt8> {
      let count = Int(try number())
      guard count >= 0, count <= bytes.count - place else { throw BackupFile.broken("a row ends too early") }
      defer { place += count }
      return bytes[place..<place + count]
    }
    while place < bytes.count {
      let tag = bytes[place]
      place += 1
      switch tag {
      case 0: values.append(.null)
      case 1: values.append(.int(try number()))
      case 2: values.append(.real(Double(bitPattern: UInt64(bitPattern: try number()))))
      case 3: values.append(.text(String(decoding: try content(), as: UTF8.self)))
      case 4: values.append(.blob(Array(try content())))
      default: throw BackupFile.broken("a row was changed")
      }
    }
    return values
  }
}
