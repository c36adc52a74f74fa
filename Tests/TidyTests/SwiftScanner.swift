/// Separates Swift text into code and string literals, well enough for checks by word: comments and the contents of
/// literals become blanks in `code`, line breaks stay. Code inside an interpolation counts as part of its literal.
struct SwiftScanner {
  private let bytes: [UInt8]
  private var at = 0
  private var line = 1
  private(set) var code: [UInt8] = []
  private(set) var literals: [(line: Int, text: String)] = []

  init(_ text: String) {
    bytes = Array(text.utf8)
    code.reserveCapacity(bytes.count)
  }

  private static let newline = UInt8(ascii: "\n")
  private static let quote = UInt8(ascii: "\"")
  private static let hash = UInt8(ascii: "#")
  private static let slash = UInt8(ascii: "/")
  private static let backslash = UInt8(ascii: "\\")

  private func byte(_ offset: Int = 0) -> UInt8 { at + offset < bytes.count ? bytes[at + offset] : 0 }

  private func matches(_ text: StaticString, at offset: Int = 0) -> Bool {
    for index in 0..<text.utf8CodeUnitCount where byte(offset + index) != text.utf8Start[index] { return false }
    return true
  }

  mutating func scan() {
    while at < bytes.count {
      let next = bytes[at]
      if next != Self.slash, next != Self.quote, next != Self.hash {
        if next == Self.newline { line += 1 }
        code.append(next)
        at += 1
      } else if matches("//") {
        while at < bytes.count, byte() != Self.newline { blank() }
      } else if matches("/*") {
        blockComment()
      } else if let hashes = literalStart() {
        literal(hashes: hashes)
      } else {
        keep()
      }
    }
  }

  private mutating func keep() {
    if byte() == Self.newline { line += 1 }
    code.append(byte())
    at += 1
  }

  private mutating func blank() {
    if byte() == Self.newline {
      keep()
    } else {
      code.append(UInt8(ascii: " "))
      at += 1
    }
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      if matches("/*") {
        depth += 1
        blank()
      } else if matches("*/") {
        depth -= 1
        blank()
      }
      blank()
    } while depth > 0 && at < bytes.count
  }

  /// The number of `#` before a quote that begins here, or nil.
  private func literalStart() -> Int? {
    var hashes = 0
    while byte(hashes) == Self.hash { hashes += 1 }
    return byte(hashes) == Self.quote ? hashes : nil
  }

  private func closes(hashes: Int, quotes: Int) -> Bool {
    for index in 0..<quotes where byte(index) != Self.quote { return false }
    for index in 0..<hashes where byte(quotes + index) != Self.hash { return false }
    return true
  }

  private func escapes(hashes: Int) -> Bool {
    guard byte() == Self.backslash else { return false }
    for index in 0..<hashes where byte(1 + index) != Self.hash { return false }
    return true
  }

  private mutating func literal(hashes: Int) {
    let began = line
    let quotes = matches("\"\"\"", at: hashes) ? 3 : 1
    for _ in 0..<(hashes + quotes) { keep() }
    let from = at
    while at < bytes.count, !closes(hashes: hashes, quotes: quotes) {
      if quotes == 1, byte() == Self.newline { break }
      guard escapes(hashes: hashes) else {
        blank()
        continue
      }
      for _ in 0...hashes { blank() }
      if byte() == UInt8(ascii: "(") { interpolation() } else { blank() }
    }
    literals.append((began, String(decoding: bytes[from..<min(at, bytes.count)], as: UTF8.self)))
    for _ in 0..<(hashes + quotes) where at < bytes.count { keep() }
  }

  private mutating func interpolation() {
    var depth = 0
    repeat {
      if literalStart() != nil {
        var inner = SwiftScanner(bytes: bytes, at: at, line: line)
        inner.literal(hashes: inner.literalStart() ?? 0)
        literals += inner.literals
        while at < inner.at { blank() }
        continue
      }
      if byte() == UInt8(ascii: "(") { depth += 1 }
      if byte() == UInt8(ascii: ")") { depth -= 1 }
      blank()
    } while depth > 0 && at < bytes.count
  }

  /// Names with a capital first letter that follow neither a dot nor another letter.
  static func capitalizedNames(in code: [UInt8]) -> [(line: Int, name: String)] {
    var found: [(line: Int, name: String)] = []
    var line = 1
    var previous = newline
    var index = 0
    while index < code.count {
      let byte = code[index]
      if isWord(byte), !isWord(previous) {
        var end = index
        while end < code.count, isWord(code[end]) { end += 1 }
        if (65...90).contains(byte), previous != UInt8(ascii: ".") {
          found.append((line, String(decoding: code[index..<end], as: UTF8.self)))
        }
        previous = code[end - 1]
        index = end
        continue
      }
      if byte == newline { line += 1 }
      previous = byte
      index += 1
    }
    return found
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || byte == 95 || byte >= 128
  }

  private init(bytes: [UInt8], at: Int, line: Int) {
    self.bytes = bytes
    self.at = at
    self.line = line
  }
}
