import Foundation
import Testing

/// A text in one of the forms that files come in.
enum Carrier: String, CaseIterable, Sendable {
  case utf8, utf8Mark, gb18030, utf16le, gzip, gzipGB18030

  func bytes(_ text: String) throws -> [UInt8] {
    switch self {
    case .utf8: return Array(text.utf8)
    case .utf8Mark: return [0xEF, 0xBB, 0xBF] + Array(text.utf8)
    case .gb18030: return try Carrier.gb18030(text)
    case .utf16le: return [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case .gzip: return try Carrier.packed(Array(text.utf8))
    case .gzipGB18030: return try Carrier.packed(Carrier.gb18030(text))
    }
  }

  static func gb18030(_ text: String) throws -> [UInt8] {
    Array(try #require(text.data(using: String.Encoding(rawValue: 0x8000_0632))))
  }

  /// By the gzip program, not by our own code, in two members as `cat a.gz b.gz` makes them.
  static func packed(_ bytes: [UInt8]) throws -> [UInt8] {
    let half = bytes.count / 2
    return try [bytes[..<half], bytes[half...]].flatMap { part in
      let path = temporaryPath("carrier")
      try Data(part).write(to: URL(fileURLWithPath: path))
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["gzip", "-f", path]
      try process.run()
      process.waitUntilExit()
      defer { try? FileManager.default.removeItem(atPath: path + ".gz") }
      return Array(try Data(contentsOf: URL(fileURLWithPath: path + ".gz")))
    }
  }

  static func temporaryPath(_ name: String) -> String {
    "\(NSTemporaryDirectory())\(name)-\(UInt64.random(in: 0...UInt64.max))"
  }
}
