import Glibc
import Kernel

/// How a text file's characters are written.
package enum TextEncoding: String, Sendable, Codable {
  case utf8 = "UTF-8"
  /// China's national standard, four-byte characters included; GB2312 and GBK are parts of it.
  case gb18030 = "GB18030"
  case utf16le = "UTF-16LE"
  case utf16be = "UTF-16BE"

  /// How much of a file decides.
  package static let sampleSize = 1 << 20

  /// A byte order mark decides, else whether the sample is valid UTF-8, else it is GB18030 (decision 26).
  /// - Returns: the encoding and the length of its mark.
  package static func detect(_ sample: [UInt8]) -> (encoding: TextEncoding, mark: Int) {
    if sample.starts(with: [0xEF, 0xBB, 0xBF]) { return (.utf8, 3) }
    if sample.starts(with: [0xFF, 0xFE]) { return (.utf16le, 2) }
    if sample.starts(with: [0xFE, 0xFF]) { return (.utf16be, 2) }
    if sample.starts(with: [0x84, 0x31, 0x95, 0x33]) { return (.gb18030, 4) }
    return (validUTF8(sample) ? .utf8 : .gb18030, 0)
  }

  /// A character cut off by the sample's end is no fault.
  private static func validUTF8(_ sample: [UInt8]) -> Bool {
    var end = sample.count
    let floor = max(0, end - 3)
    while end > floor && sample[end - 1] & 0xC0 == 0x80 { end -= 1 }
    if end > 0 && sample[end - 1] >= 0xC0 { end -= 1 }
    let whole = String(validating: sample, as: UTF8.self) != nil
    return whole || String(validating: sample[..<end], as: UTF8.self) != nil
  }
}

/// Converts to UTF-8 on the way. What is no character becomes U+FFFD, which the readers report.
final class Transcoder: ByteSource {
  private let source: any ByteSource
  private let converter: iconv_t
  private var input = [CChar](repeating: 0, count: pieceSize)
  private var inputStart = 0
  private var inputEnd = 0
  private var output = [UInt8](repeating: 0, count: pieceSize * 2)
  private var outputStart = 0
  private var outputEnd = 0
  private var ended = false

  init(_ source: any ByteSource, from encoding: TextEncoding) throws {
    self.source = source
    let opened = iconv_open("UTF-8", encoding.rawValue)
    guard let opened, Int(bitPattern: opened) != -1 else {
      throw AppError.unavailable("this machine's iconv does not know \(encoding.rawValue)")
    }
    converter = opened
  }

  deinit { iconv_close(converter) }

  func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
    while outputStart == outputEnd {
      outputStart = 0
      outputEnd = 0
      if !ended { try refill() }
      if inputStart == inputEnd { return 0 }
      convert()
    }
    let count = min(space.count, outputEnd - outputStart)
    output.withUnsafeBytes {
      space.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[outputStart..<outputStart + count]))
    }
    outputStart += count
    return count
  }

  private func refill() throws {
    let left = inputEnd - inputStart
    guard left < pieceSize / 2 else { return }
    if inputStart > 0 && left > 0 { for place in 0..<left { input[place] = input[inputStart + place] } }
    inputStart = 0
    inputEnd = left
    let count = try input.withUnsafeMutableBytes {
      try source.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[left...]))
    }
    inputEnd += count
    ended = count == 0
  }

  private func convert() {
    var left = inputEnd - inputStart
    var room = output.count
    let (status, reason) = input.withUnsafeMutableBufferPointer { input in
      output.withUnsafeMutableBytes { output in
        var from: UnsafeMutablePointer<CChar>? = input.baseAddress! + inputStart
        var to: UnsafeMutablePointer<CChar>? = output.baseAddress!.assumingMemoryBound(to: CChar.self)
        let status = iconv(converter, &from, &left, &to, &room)
        return (status, errno)
      }
    }
    inputStart = inputEnd - left
    outputEnd = output.count - room
    guard status == -1, left > 0, reason == EILSEQ || (reason == EINVAL && ended) else { return }
    guard room >= 3 else { return }
    inputStart += 1
    output.replaceSubrange(outputEnd..<outputEnd + 3, with: [0xEF, 0xBF, 0xBD])
    outputEnd += 3
  }
}
