import CZlib
import Foundation

/// The static files, read once at the start: small, so they stay in memory, each also gzipped.
/// Pages name them with a digest (`/public/css/app.css?v=1a2b3c4d`), so browsers keep them for good.
package struct Assets: Sendable {
  package struct File: Sendable {
    package let bytes: [UInt8]
    /// Nil for what does not get smaller.
    package let gzipped: [UInt8]?
    package let contentType: String
    /// Eight hexadecimal characters of the content's checksum.
    package let digest: String
  }

  package let files: [String: File]

  /// Reads everything below `directory`, by relative path.
  package init(directory: URL) throws {
    var files: [String: File] = [:]
    let root = directory.resolvingSymlinksInPath().path
    let walk = FileManager.default.enumerator(atPath: root)
    while let path = walk?.nextObject() as? String {
      guard let contentType = Assets.contentTypes[(path as NSString).pathExtension] else { continue }
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(path)")))
      let digest = String(crc32(0, bytes, UInt32(bytes.count)) | 1 << 32, radix: 16).suffix(8)
      let gzipped = Gzip.compress(bytes, level: 9)
      files[path] = File(
        bytes: bytes, gzipped: gzipped.count < bytes.count * 9 / 10 ? gzipped : nil, contentType: contentType,
        digest: String(digest))
    }
    self.files = files
  }

  /// `/public/css/app.css?v=…`, or without a version when the file is not there.
  package func address(of path: String) -> String {
    files[path].map { "/public/\(path)?v=\($0.digest)" } ?? "/public/\(path)"
  }

  private static let contentTypes = [
    "css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml",
    "ico": "image/x-icon", "png": "image/png", "webmanifest": "application/manifest+json",
    "json": "application/json",
  ]
}

/// gzip through zlib, whole buffers at a time: answers are small.
package enum Gzip {
  package static func compress(_ input: [UInt8], level: Int32) -> [UInt8] {
    var stream = z_stream()
    let header: Int32 = 15 + 16
    guard
      deflateInit2_(
        &stream, level, Z_DEFLATED, header, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        == Z_OK
    else { return input }
    defer { deflateEnd(&stream) }
    let bound = Int(deflateBound(&stream, UInt(input.count)))
    return [UInt8](unsafeUninitializedCapacity: bound) { output, count in
      input.withUnsafeBufferPointer { bytes in
        stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.avail_in = UInt32(bytes.count)
        stream.next_out = output.baseAddress
        stream.avail_out = UInt32(bound)
        _ = deflate(&stream, Z_FINISH)
      }
      count = bound - Int(stream.avail_out)
    }
  }
}
