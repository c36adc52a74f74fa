/// One flat JSON object a line. Text, numbers (as written), true, false and null (no value); nothing nested.
final class NDJSONReader: RecordReading {
  private let input: Input
  private let columns: [String]
  private let places: [String: Int]
  private var number: Int

  init(_ input: Input, columns: [String], after number: Int = 0) {
    self.input = input
    self.columns = columns
    places = Dictionary(columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.number = number
  }

  func next() throws -> Record? {
    while true {
      let from = input.offset
      guard let length = try line() else { return nil }
      let bytes = UnsafeBufferPointer(rebasing: input.unread[..<min(length, input.available)])
      if bytes.allSatisfy({ $0 == newline || $0 == carriage || $0 == 0x20 || $0 == 0x09 }) {
        input.consume(length)
        continue
      }
      number += 1
      let record = length > Limits.row ? failed(.rowTooLong, from) : read(bytes, from: from)
      input.consume(length)
      if length > Limits.row { try skipLine() }
      return Record(
        number: number, from: from, to: input.offset, fields: record.fields, fault: record.fault,
        damaged: record.damaged)
    }
  }

  private func failed(_ fault: RecordFault, _ from: Int64) -> Record {
    Record(number: number, from: from, to: from, fields: [], fault: fault)
  }

  /// Length of the next line with its break; nil at the end.
  private func line() throws -> Int? {
    var position = 0
    while true {
      let bytes = input.unread
      if let place = bytes[position...].firstIndex(of: newline) { return place + 1 }
      position = bytes.count
      if position > Limits.row { return position }
      if try !input.more() { return position == 0 ? nil : position }
    }
  }

  private func skipLine() throws {
    while true {
      if let place = input.unread.firstIndex(of: newline) { return input.consume(place + 1) }
      input.consume(input.available)
      if try !input.more() { return }
    }
  }

  private func read(_ bytes: UnsafeBufferPointer<UInt8>, from: Int64) -> Record {
    var parser = JSONLine(bytes)
    guard let members = parser.object() else { return failed(.json, from) }
    var fields = [String](repeating: "", count: columns.count)
    var damaged: [Int] = []
    for member in members {
      guard let place = places[member.name] else {
        if member.value.isEmpty { continue }
        return failed(.tooLong, from)
      }
      guard member.value.utf8.count <= Limits.field else { return failed(.fieldTooLong, from) }
      fields[place] = member.value
      if !member.whole { damaged.append(place) }
    }
    return Record(number: number, from: from, to: from, fields: fields, damaged: damaged)
  }
}

/// A flat JSON object, read from its bytes.
struct JSONLine {
  struct Member {
    let name: String
    let value: String
    let whole: Bool
  }

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The members in order; nil when the line is anything else than one flat object.
  mutating func object() -> [Member]? {
    guard take(UInt8(ascii: "{")) else { return nil }
    var members: [Member] = []
    if take(UInt8(ascii: "}")) { return ended ? members : nil }
    repeat {
      guard let (name, _) = string(), take(UInt8(ascii: ":")), let (value, whole) = value() else { return nil }
      members.append(Member(name: name, value: value, whole: whole))
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}")) && ended ? members : nil
  }

  private var ended: Bool {
    mutating get {
      passBlanks()
      return position == bytes.count
    }
  }

  private mutating func passBlanks() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    passBlanks()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func value() -> (String, Bool)? {
    passBlanks()
    guard position < bytes.count else { return nil }
    if bytes[position] == quote { return string() }
    let from = position
    while position < bytes.count, isLiteral(bytes[position]) { position += 1 }
    let text = String(decoding: bytes[from..<position], as: UTF8.self)
    switch text {
    case "null": return ("", true)
    case "true", "false": return (text, true)
    default: return Double(text) != nil && !text.contains(where: \.isLetter) ? (text, true) : exponent(text)
    }
  }

  /// `1e3` is a number too, kept as written; `nan` and `inf` are none.
  private func exponent(_ text: String) -> (String, Bool)? {
    guard Double(text) != nil, text.allSatisfy({ $0.isNumber || "eE+-.".contains($0) }) else { return nil }
    return (text, true)
  }

  private func isLiteral(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (97...122).contains(byte) || (65...90).contains(byte) || byte == 0x2D || byte == 0x2B
      || byte == 0x2E
  }

  private mutating func string() -> (String, Bool)? {
    guard take(quote) else { return nil }
    let from = position
    while position < bytes.count, bytes[position] != quote, bytes[position] != 0x5C { position += 1 }
    guard position < bytes.count else { return nil }
    if bytes[position] == quote {
      defer { position += 1 }
      return FieldText.read(UnsafeBufferPointer(rebasing: bytes[from..<position]))
    }
    var text = Array(bytes[from..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == quote { return FieldText.read(text) }
      if byte == 0x5C {
        guard escape(into: &text) else { return nil }
      } else {
        text.append(byte)
      }
    }
    return nil
  }

  private mutating func escape(into text: inout [UInt8]) -> Bool {
    guard position < bytes.count else { return false }
    let byte = bytes[position]
    position += 1
    switch byte {
    case quote, 0x5C, UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "n"): text.append(newline)
    case UInt8(ascii: "r"): text.append(carriage)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "u"):
      guard let scalar = unicode() else { return false }
      text += Array(String(Character(scalar)).utf8)
    default: return false
    }
    return true
  }

  /// The four digits behind `\u`, and the second half of a pair. A lone half is U+FFFD.
  private mutating func unicode() -> Unicode.Scalar? {
    guard let first = hexadecimal() else { return nil }
    guard (0xD800..<0xDC00).contains(first) else { return Unicode.Scalar(first) ?? "\u{FFFD}" }
    let back = position
    guard position + 1 < bytes.count, bytes[position] == 0x5C, bytes[position + 1] == UInt8(ascii: "u") else {
      return "\u{FFFD}"
    }
    position += 2
    guard let second = hexadecimal() else { return nil }
    guard (0xDC00..<0xE000).contains(second) else {
      position = back
      return "\u{FFFD}"
    }
    return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
  }

  private mutating func hexadecimal() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for place in position..<position + 4 {
      guard let digit = Character(Unicode.Scalar(bytes[place])).hexDigitValue else { return nil }
      value = value << 4 | UInt32(digit)
    }
    position += 4
    return value
  }
}
