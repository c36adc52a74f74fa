import Kernel

/// Writes JSON by appending bytes: no intermediate tree, no reflection, `/` is not escaped.
///
/// A field without a value is left out: `field` with nil writes nothing. A comma is due unless the last byte opens
/// something, which a finished value's last byte never does.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []

  package init(capacity: Int = 1024) { bytes.reserveCapacity(capacity) }

  // MARK: Structure

  package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
    separate()
    bytes.append(UInt8(ascii: "{"))
    try body(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  package mutating func array<Element>(
    _ elements: some Sequence<Element>, _ each: (inout JSONWriter, Element) throws -> Void
  ) rethrows {
    separate()
    bytes.append(UInt8(ascii: "["))
    for element in elements { try each(&self, element) }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Names are the program's own and need no escaping.
  package mutating func key(_ name: StaticString) {
    let isFirst = opens
    name.withUTF8Buffer { name in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: name.count + 4) { text in
        text[0] = UInt8(ascii: ",")
        text[1] = UInt8(ascii: "\"")
        for place in 0..<name.count { text[place + 2] = name[place] }
        text[name.count + 2] = UInt8(ascii: "\"")
        text[name.count + 3] = UInt8(ascii: ":")
        bytes.append(contentsOf: isFirst ? text[1...] : text[...])
      }
    }
  }

  package mutating func object(_ name: StaticString, _ body: (inout JSONWriter) throws -> Void) rethrows {
    key(name)
    try object(body)
  }

  package mutating func array<Element>(
    _ name: StaticString, _ elements: some Sequence<Element>, _ each: (inout JSONWriter, Element) throws -> Void
  ) rethrows {
    key(name)
    try array(elements, each)
  }

  /// A name that is data.
  package mutating func key(named name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
  }

  /// A field whose name is data: facts, settings.
  package mutating func field(named name: String, _ value: String) {
    key(named: name)
    string(value)
  }

  private mutating func separate() { if !opens { bytes.append(UInt8(ascii: ",")) } }

  private var opens: Bool {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): true
    default: false
    }
  }

  // MARK: Values

  package mutating func string(_ text: String) {
    separate()
    var text = text
    text.withUTF8 { quote(UnsafeRawBufferPointer($0)) }
  }

  private mutating func quote(_ text: UnsafeRawBufferPointer) {
    bytes.append(UInt8(ascii: "\""))
    if text.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
      bytes.append(contentsOf: text)
    } else {
      for byte in text { if byte < 0x20 || byte == 0x22 || byte == 0x5C { escape(byte) } else { bytes.append(byte) } }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x0A: bytes.append(UInt8(ascii: "n"))
    case 0x0D: bytes.append(UInt8(ascii: "r"))
    case 0x09: bytes.append(UInt8(ascii: "t"))
    case 0x22, 0x5C: bytes.append(byte)
    default:
      let digits = Array("0123456789abcdef".utf8)
      bytes.append(contentsOf: "u00".utf8)
      bytes.append(digits[Int(byte >> 4)])
      bytes.append(digits[Int(byte & 15)])
    }
  }

  package mutating func int(_ value: Int64) {
    separate()
    digits(value)
  }

  private mutating func digits(_ value: Int64) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { buffer in
      var rest = value.magnitude
      var start = 20
      repeat {
        start -= 1
        buffer[start] = UInt8(48 + rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        start -= 1
        buffer[start] = UInt8(ascii: "-")
      }
      bytes.append(contentsOf: buffer[start...])
    }
  }

  package mutating func bool(_ value: Bool) {
    separate()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  package mutating func null() {
    separate()
    bytes.append(contentsOf: "null".utf8)
  }

  /// `YYYY-MM-DD`.
  package mutating func day(_ day: Day) {
    separate()
    fixed(12) { text in
      text[0] = UInt8(ascii: "\"")
      JSONWriter.write(day, to: text, at: 1)
      text[11] = UInt8(ascii: "\"")
    }
  }

  /// RFC 3339 in Asia/Shanghai, whole seconds: `2026-11-22T09:30:00+08:00`.
  package mutating func instant(_ instant: Instant) {
    separate()
    let second = instant.secondOfDay
    fixed(20) { text in
      text[0] = UInt8(ascii: "\"")
      JSONWriter.write(instant.day, to: text, at: 1)
      text[11] = UInt8(ascii: "T")
      JSONWriter.two(second / 3600, to: text, at: 12)
      text[14] = UInt8(ascii: ":")
      JSONWriter.two(second / 60 % 60, to: text, at: 15)
      text[17] = UInt8(ascii: ":")
      JSONWriter.two(second % 60, to: text, at: 18)
    }
    bytes.append(contentsOf: "+08:00\"".utf8)
  }

  /// Bytes of a known number, put down at once: an answer holds hundreds of days and times.
  private mutating func fixed(_ count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { text in
      fill(text)
      bytes.append(contentsOf: text)
    }
  }

  private static func write(_ day: Day, to text: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
    let (year, month, dayOfMonth) = day.civil
    two(year / 100, to: text, at: start)
    two(year % 100, to: text, at: start + 2)
    text[start + 4] = UInt8(ascii: "-")
    two(month, to: text, at: start + 5)
    text[start + 7] = UInt8(ascii: "-")
    two(dayOfMonth, to: text, at: start + 8)
  }

  private static func two(_ value: Int, to text: UnsafeMutableBufferPointer<UInt8>, at place: Int) {
    text[place] = UInt8(48 + value / 10 % 10)
    text[place + 1] = UInt8(48 + value % 10)
  }

  /// `{"fen": 86000, "currency": "CNY"}`.
  package mutating func money(_ money: Money) {
    object {
      $0.field("fen", money.fen)
      $0.field("currency", money.currency.rawValue)
    }
  }

  /// As people see it: `CU-0F7K-2MQ4-9XTB-1A`.
  package mutating func id<Entity: Identified>(_ id: ID<Entity>) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    IDText.append(id.raw, prefix: Entity.idPrefix, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  /// A value written elsewhere, as it stands.
  package mutating func raw(_ json: some Sequence<UInt8>) {
    separate()
    bytes.append(contentsOf: json)
  }

  // MARK: Fields

  package mutating func field(_ name: StaticString, _ value: String?) {
    guard let value else { return }
    key(name)
    string(value)
  }

  package mutating func field(_ name: StaticString, _ value: Int64?) {
    guard let value else { return }
    key(name)
    int(value)
  }

  package mutating func field(_ name: StaticString, _ value: Int?) { field(name, value.map(Int64.init)) }

  package mutating func field(_ name: StaticString, _ value: Bool?) {
    guard let value else { return }
    key(name)
    bool(value)
  }

  package mutating func field(_ name: StaticString, _ value: Day?) {
    guard let value else { return }
    key(name)
    day(value)
  }

  package mutating func field(_ name: StaticString, _ value: Instant?) {
    guard let value else { return }
    key(name)
    instant(value)
  }

  package mutating func field(_ name: StaticString, _ value: Money?) {
    guard let value else { return }
    key(name)
    money(value)
  }

  /// A decimal fraction as text, exact: `"0.333333"`.
  package mutating func field(_ name: StaticString, _ value: Rate?) { field(name, value?.decimal) }

  package mutating func field<Entity: Identified>(_ name: StaticString, _ value: ID<Entity>?) {
    guard let value else { return }
    key(name)
    id(value)
  }

  /// An enumerated value by its code.
  package mutating func field<Code: RawRepresentable>(_ name: StaticString, _ value: Code?)
  where Code.RawValue == String {
    field(name, value?.rawValue)
  }
}
