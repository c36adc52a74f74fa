import Kernel

/// A parsed JSON document. Numbers keep their text: an amount is never a floating-point number on its way in.
package indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  package struct Member: Hashable, Sendable {
    package let name: String
    package let value: JSONValue
  }

  package subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// Parses strictly by RFC 8259: valid UTF-8, no name twice in one object, nothing behind the value.
  /// - Throws: `AppError.invalid` with the code `JSON_MALFORMED` or `JSON_TOO_DEEP`, answered as 400.
  package static func parse(_ bytes: [UInt8], depth: Int = 32) throws(AppError) -> JSONValue {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw JSONParser.malformed("not UTF-8", at: 0) }
    var parser = JSONParser(bytes: bytes, deepest: depth)
    let value = try parser.value(depth: 0)
    parser.skipBlanks()
    guard parser.place == bytes.count else {
      throw JSONParser.malformed("something follows the value", at: parser.place)
    }
    return value
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  let deepest: Int
  var place = 0

  static func malformed(_ why: String, at place: Int) -> AppError {
    .invalid("JSON_MALFORMED", "the body is no JSON: \(why) at byte \(place)")
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
  }

  private mutating func expect(_ byte: UInt8) throws(AppError) {
    guard next == byte else { throw Self.malformed("\(Character(UnicodeScalar(byte))) expected", at: place) }
    place += 1
  }

  mutating func value(depth: Int) throws(AppError) -> JSONValue {
    guard depth < deepest else { throw .invalid("JSON_TOO_DEEP", "the body is nested deeper than \(deepest)") }
    skipBlanks()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return .number(try number())
    }
  }

  private mutating func word(_ text: StaticString, _ value: JSONValue) throws(AppError) -> JSONValue {
    let wanted = Array(text.description.utf8)
    guard bytes[place...].starts(with: wanted) else { throw Self.malformed("unknown word", at: place) }
    place += wanted.count
    return value
  }

  private mutating func object(depth: Int) throws(AppError) -> JSONValue {
    place += 1
    var members: [JSONValue.Member] = []
    var names: Set<String> = []
    skipBlanks()
    if next == UInt8(ascii: "}") {
      place += 1
      return .object([])
    }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw Self.malformed("a name expected", at: place) }
      let name = try string()
      guard names.insert(name).inserted else { throw Self.malformed("a name stands twice", at: place) }
      skipBlanks()
      try expect(UInt8(ascii: ":"))
      members.append(JSONValue.Member(name: name, value: try value(depth: depth + 1)))
      skipBlanks()
      if next == UInt8(ascii: "}") { break }
      try expect(UInt8(ascii: ","))
    }
    place += 1
    return .object(members)
  }

  private mutating func array(depth: Int) throws(AppError) -> JSONValue {
    place += 1
    var elements: [JSONValue] = []
    skipBlanks()
    if next == UInt8(ascii: "]") {
      place += 1
      return .array([])
    }
    while true {
      elements.append(try value(depth: depth + 1))
      skipBlanks()
      if next == UInt8(ascii: "]") { break }
      try expect(UInt8(ascii: ","))
    }
    place += 1
    return .array(elements)
  }

  private mutating func digits() throws(AppError) {
    let start = place
    while let byte = next, (48...57).contains(byte) { place += 1 }
    guard place > start else { throw Self.malformed("a digit expected", at: place) }
  }

  private mutating func number() throws(AppError) -> String {
    let start = place
    if next == UInt8(ascii: "-") { place += 1 }
    let first = next
    let whole = place
    try digits()
    guard first != 48 || place == whole + 1 else { throw Self.malformed("a number starts with 0", at: whole) }
    if next == UInt8(ascii: ".") {
      place += 1
      try digits()
    }
    if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
      place += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { place += 1 }
      try digits()
    }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func string() throws(AppError) -> String {
    place += 1
    var text: [UInt8] = []
    while let byte = next {
      place += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw Self.malformed("a control character", at: place - 1)
      default: text.append(byte)
      }
    }
    throw Self.malformed("a string does not end", at: place)
  }

  private mutating func escape(into text: inout [UInt8]) throws(AppError) {
    guard let byte = next else { throw Self.malformed("a string does not end", at: place) }
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text.append(contentsOf: String(Character(try scalar())).utf8)
    default: throw Self.malformed("an unknown escape", at: place - 1)
    }
  }

  /// The scalar of `\uXXXX`, of a surrogate pair if it is the first half of one. A half alone is malformed.
  private mutating func scalar() throws(AppError) -> UnicodeScalar {
    let unit = try codeUnit()
    if let scalar = UnicodeScalar(unit) { return scalar }
    guard unit < 0xDC00, bytes[place...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
      throw Self.malformed("half a surrogate pair", at: place)
    }
    place += 2
    let low = try codeUnit()
    guard (0xDC00...0xDFFF).contains(low),
      let scalar = UnicodeScalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    else { throw Self.malformed("half a surrogate pair", at: place) }
    return scalar
  }

  private mutating func codeUnit() throws(AppError) -> UInt32 {
    var unit: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
        throw Self.malformed("four hexadecimal digits expected", at: place)
      }
      unit = unit << 4 | UInt32(digit)
      place += 1
    }
    return unit
  }
}
