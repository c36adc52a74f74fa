import Foundation
import Hummingbird
import HummingbirdCore
import Kernel
import NIOCore

/// `multipart/form-data` as it arrives: small fields whole, a file piece by piece, nothing kept that was read.
final class MultipartReader {
  struct Part {
    let name: String
    /// The name a file had on the sender's machine, without its folders; nil for a field.
    let fileName: String?
  }

  private static let headerBytesMax = 16_384
  private var chunks: RequestBody.AsyncIterator
  private var buffer: [UInt8] = [13, 10]
  private let delimiter: [UInt8]
  private let limit: Int
  private var taken = 0
  private var isInPart = true
  private var isOver = false

  /// - Throws: `WebError.unsupported` when the body is of another type.
  init(_ call: Call, limit: Int) throws {
    let type = call.request.headers[.contentType] ?? ""
    guard type.hasPrefix("multipart/form-data"), let mark = type.firstRange(of: "boundary=") else {
      throw WebError.unsupported("multipart/form-data is expected")
    }
    let boundary = type[mark.upperBound...].prefix { $0 != ";" }.trimmingCharacters(
      in: CharacterSet(charactersIn: "\" "))
    guard (1...200).contains(boundary.utf8.count) else { throw WebError.unsupported("a boundary is expected") }
    delimiter = Array("\r\n--\(boundary)".utf8)
    chunks = call.request.body.makeAsyncIterator()
    self.limit = limit
  }

  /// The next part, past whatever is left of the one before; nil after the last.
  func next() async throws -> Part? {
    while try await piece() != nil {}
    guard !isOver else { return nil }
    let end = Array("\r\n\r\n".utf8)
    while buffer.place(of: end) == nil {
      guard buffer.count <= MultipartReader.headerBytesMax, try await fill() else { throw broken() }
    }
    guard let place = buffer.place(of: end) else { throw broken() }
    let head = String(decoding: buffer[..<place], as: UTF8.self)
    buffer.removeFirst(place + end.count)
    isInPart = true
    guard let name = MultipartReader.parameter("name", of: head) else { throw broken() }
    return Part(name: name, fileName: MultipartReader.parameter("filename", of: head).map(MultipartReader.bare))
  }

  /// The next bytes of the part; nil at its end.
  func piece() async throws -> [UInt8]? {
    guard isInPart else { return nil }
    while true {
      if let place = buffer.place(of: delimiter) {
        guard place == 0 else {
          defer { buffer.removeFirst(place) }
          return Array(buffer[..<place])
        }
        while buffer.count < delimiter.count + 2 { guard try await fill() else { throw broken() } }
        isOver = buffer[delimiter.count] == 0x2D && buffer[delimiter.count + 1] == 0x2D
        buffer.removeFirst(delimiter.count + 2)
        isInPart = false
        return nil
      }
      // What cannot be the start of a delimiter may go.
      let sure = buffer.count - delimiter.count
      if sure > 65_536 {
        defer { buffer.removeFirst(sure) }
        return Array(buffer[..<sure])
      }
      guard try await fill() else { throw broken() }
    }
  }

  /// A whole field of at most 64 KiB.
  func text() async throws -> String {
    var bytes: [UInt8] = []
    while let piece = try await piece() {
      bytes += piece
      guard bytes.count <= 65_536 else { throw WebError.tooLarge(limitBytes: 65_536) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func fill() async throws -> Bool {
    guard let chunk = try await chunks.next() else { return false }
    taken += chunk.readableBytes
    guard taken <= limit else { throw WebError.tooLarge(limitBytes: limit) }
    buffer.append(contentsOf: chunk.readableBytesView)
    return true
  }

  private func broken() -> WebError { WebError.malformed(code: "MULTIPART_MALFORMED", "the form ends too early") }

  private static func parameter(_ name: String, of head: String) -> String? {
    guard let start = head.firstRange(of: " \(name)=\"") else { return nil }
    return String(head[start.upperBound...].prefix { $0 != "\"" })
  }

  private static func bare(_ name: String) -> String {
    let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
    return String(last.filter { !$0.isNewline }.prefix(200))
  }

  /// What is left of the current part, for whoever stores it.
  var pieces: Pieces { Pieces(reader: self) }

  struct Pieces: AsyncSequence {
    let reader: MultipartReader
    func makeAsyncIterator() -> Iterator { Iterator(reader: reader) }
    struct Iterator: AsyncIteratorProtocol {
      let reader: MultipartReader
      mutating func next() async throws -> [UInt8]? { try await reader.piece() }
    }
  }
}

extension [UInt8] {
  /// Where `pattern` first begins.
  fileprivate func place(of pattern: [UInt8]) -> Int? {
    guard let first = pattern.first, count >= pattern.count else { return nil }
    return withUnsafeBytes { bytes in
      var from = 0
      while from + pattern.count <= bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + from, Int32(first), bytes.count - from - pattern.count + 1)
      {
        let place = base.distance(to: UnsafeRawPointer(found))
        if memcmp(found, pattern, pattern.count) == 0 { return place }
        from = place + 1
      }
      return nil
    }
  }
}
