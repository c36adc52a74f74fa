import CZlib
import Kernel

/// Unpacks gzip on the way, several members one after the other included.
package final class Gunzip: ByteSource {
  private let source: any ByteSource
  private var stream = z_stream()
  private let packed = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 16)
  private var sourceEnded = false
  private var memberEnded = false
  private var taken: Int64 = 0
  private var given: Int64 = 0

  /// Tables pack ten- to fiftyfold; what unpacks to far more is made to keep a machine busy.
  private static let mostPacked: Int64 = 200
  private static let unasked: Int64 = 32 << 20

  package init(_ source: any ByteSource) throws {
    self.source = source
    let status = inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw AppError.broken("zlib does not start: \(status)") }
  }

  deinit {
    inflateEnd(&stream)
    packed.deallocate()
  }

  /// Whether bytes begin as a gzip file does.
  package static func recognises(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: [0x1F, 0x8B, 8]) }

  package func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
    guard space.count > 0 else { return 0 }
    stream.next_out = space.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_out = UInt32(min(space.count, Int(Int32.max)))
    let wanted = stream.avail_out
    while stream.avail_out == wanted {
      if stream.avail_in == 0 && !sourceEnded { try refill() }
      if memberEnded {
        guard stream.avail_in > 0 else { return 0 }
        inflateReset(&stream)
        memberEnded = false
      }
      let status = inflate(&stream, Z_NO_FLUSH)
      switch status {
      case Z_OK: break
      case Z_STREAM_END: memberEnded = true
      case Z_BUF_ERROR where stream.avail_in == 0 && sourceEnded:
        throw AppError.invalid("GZIP_TRUNCATED", "the gzip file ends in its middle")
      case Z_BUF_ERROR: break
      default: throw AppError.invalid("GZIP_INVALID", "the gzip file is damaged")
      }
    }
    given += Int64(wanted - stream.avail_out)
    guard given <= Gunzip.unasked || given / max(taken, 1) <= Gunzip.mostPacked else {
      throw AppError.invalid("GZIP_RATIO", "the gzip file unpacks to more than \(Gunzip.mostPacked) times its size")
    }
    return Int(wanted - stream.avail_out)
  }

  private func refill() throws {
    let count = try source.read(into: packed)
    stream.next_in = packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.avail_in = UInt32(count)
    sourceEnded = count == 0
    taken += Int64(count)
  }
}

/// Packs what is written.
final class GzipWriter {
  private var stream = z_stream()
  private let write: (UnsafeRawBufferPointer) throws -> Void

  init(write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
    self.write = write
    let status = deflateInit2_(
      &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw AppError.broken("zlib does not start: \(status)") }
  }

  deinit { deflateEnd(&stream) }

  func append(_ bytes: [UInt8], last: Bool) throws {
    var bytes = bytes
    try bytes.withUnsafeMutableBufferPointer { input in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: pieceSize) { space in
        repeat {
          stream.next_out = space.baseAddress
          stream.avail_out = UInt32(space.count)
          deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH)
          let packed = space.count - Int(stream.avail_out)
          try write(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: space[..<packed])))
        } while stream.avail_out == 0
      }
    }
  }
}
