import Glibc
import Kernel

/// Bytes in order, read in pieces: a file, memory, or one of these unpacked or converted on the way.
/// Not thread-safe: one reader each.
package protocol ByteSource: AnyObject {
  /// Fills the front of `space` and answers how much; 0 only at the end.
  /// - Throws: `AppError.invalid` with a code for damaged input, `.unavailable` when the file cannot be read.
  func read(into space: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Size of the pieces in which files are read and written.
let pieceSize = 65_536

/// A file on disk. Closed when released.
package final class FileBytes: ByteSource {
  private let descriptor: Int32

  package init(path: String) throws {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFault.cannotOpen(path) }
  }

  deinit { close(descriptor) }

  package func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Glibc.read(descriptor, space.baseAddress, space.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw AppError.unavailable("the file cannot be read (errno \(errno))") }
    }
  }
}

/// Bytes already in memory.
package final class MemoryBytes: ByteSource {
  private let bytes: [UInt8]
  private var position = 0

  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package convenience init(_ text: String) { self.init(Array(text.utf8)) }

  package func read(into space: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(space.count, bytes.count - position)
    bytes.withUnsafeBytes { space.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
    position += count
    return count
  }
}

/// Pieces handed over by a closure: an upload, or a file kept sealed in the database. An empty piece is the end.
package final class PieceBytes: ByteSource {
  private let next: () throws -> [UInt8]
  private var piece: [UInt8] = []
  private var position = 0
  private var ended = false

  package init(next: @escaping () throws -> [UInt8]) { self.next = next }

  package func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
    while position == piece.count && !ended {
      piece = try next()
      position = 0
      ended = piece.isEmpty
    }
    let count = min(space.count, piece.count - position)
    piece.withUnsafeBytes { space.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
    position += count
    return count
  }
}

/// A source whose beginning was looked at first.
final class PeekedBytes: ByteSource {
  private let rest: any ByteSource
  /// The beginning: shorter than asked for only when the source ends there.
  private(set) var head: [UInt8]
  private var position = 0

  init(_ source: any ByteSource, count: Int) throws {
    rest = source
    head = []
    while head.count < count {
      let piece = try source.readPiece(min(pieceSize, count - head.count))
      if piece.isEmpty { break }
      head += piece
    }
  }

  /// Leaves out a byte order mark.
  func drop(_ count: Int) { position += count }

  func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
    guard position < head.count else {
      head = []
      position = 0
      return try rest.read(into: space)
    }
    let count = min(space.count, head.count - position)
    head.withUnsafeBytes { space.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count])) }
    position += count
    return count
  }
}

extension ByteSource {
  /// Up to `count` bytes; empty only at the end.
  package func readPiece(_ count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { space, filled in
      filled = try read(into: UnsafeMutableRawBufferPointer(space))
    }
  }

  /// Everything to the end, at most `limit` bytes.
  package func readAll(limit: Int = 1 << 30) throws -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let piece = try readPiece(pieceSize)
      if piece.isEmpty { return all }
      all += piece
      guard all.count <= limit else { throw AppError.invalid("FILE_TOO_LONG", "more than \(limit) bytes") }
    }
  }
}

enum FileFault {
  static func cannotOpen(_ path: String) -> AppError {
    AppError(errno == ENOENT ? .notFound : .unavailable, "FILE_OPEN", "\(path): \(String(cString: strerror(errno)))")
  }
}
