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
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
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

  private mutating func separate() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
    default: bytes.append(UInt8(ascii: ","))
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
    var plain = 0
    for (place, byte) in text.enumerated() where byte < 0x20 || byte == 0x22 || byte == 0x5C {
      bytes.append(contentsOf: text[plain..<place])
      plain = place + 1
      escape(byte)
    }
    bytes.append(contentsOf: text[plain...])
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
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    var rest = value.magnitude
    let start = bytes.count
    repeat {
      bytes.append(UInt8(48 + rest % 10))
      rest /= 10
    } while rest > 0
    bytes[start...].reverse()
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
    bytes.append(UInt8(ascii: "\""))
    write(day)
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func write(_ day: Day) {
    let (year, month, dayOfMonth) = day.civil
    two(year / 100)
    two(year % 100)
    bytes.append(UInt8(ascii: "-"))
    two(month)
    bytes.append(UInt8(ascii: "-"))
    two(dayOfMonth)
  }

  private mutating func two(_ value: Int) {
    bytes.append(UInt8(48 + value / 10 % 10))
    bytes.append(UInt8(48 + value % 10))
  }

  /// RFC 3339 in Asia/Shanghai, whole seconds: `2026-11-22T09:30:00+08:00`.
  package mutating func instant(_ instant: Instant) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    write(instant.day)
    let second = instant.secondOfDay
    bytes.append(UInt8(ascii: "T"))
    two(second / 3600)
    bytes.append(UInt8(ascii: ":"))
    two(second / 60 % 60)
    bytes.append(UInt8(ascii: ":"))
    two(second % 60)
    bytes.append(contentsOf: "+08:00\"".utf8)
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
