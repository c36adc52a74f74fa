import Kernel

/// A mobile telephone number: eleven digits of a Chinese number, or `+` and the digits of a foreign one.
package struct Mobile: Hashable, Sendable {
  package let number: String

  /// The demo insurer's numbers begin with these digits, a segment of machines that no person's telephone has.
  package static let demoSegment = "140"

  private static let segments: Set<String> = Set(Reference.rows("mobile_segments.csv").map { String($0[0]) })

  /// Reads `13800001111`, `138-0000-1111`, `138 0000 1111`, `+86 13800001111`, `0086…`, `86…`, and foreign numbers
  /// in E.164 with their `+`.
  ///
  /// - Throws: `MOBILE_INVALID` for other lengths and for segments that are not assigned to telephones.
  package static func parse(_ text: String, admitsDemo: Bool = false) throws(ReadingFault) -> Mobile {
    var digits: [UInt8] = []
    var international = false
    for (place, byte) in text.utf8.enumerated() {
      switch byte {
      case 48...57: digits.append(byte)
      case UInt8(ascii: "+") where place == 0: international = true
      case UInt8(ascii: "-"), UInt8(ascii: " "), UInt8(ascii: "("), UInt8(ascii: ")"): continue
      default: throw ReadingFault(.mobileInvalid)
      }
    }
    if digits.count == 15, digits.starts(with: Array("0086".utf8)) {
      digits.removeFirst(4)
      international = false
    } else if digits.count == 13, digits.starts(with: Array("86".utf8)) {
      digits.removeFirst(2)
      international = false
    }
    if international { return try foreign(digits) }
    guard digits.count == 11 else { throw ReadingFault(.mobileInvalid) }
    let segment = String(decoding: digits[0..<3], as: UTF8.self)
    guard segments.contains(segment) || admitsDemo && segment == demoSegment else { throw ReadingFault(.mobileInvalid) }
    return Mobile(number: String(decoding: digits, as: UTF8.self))
  }

  private static func foreign(_ digits: [UInt8]) throws(ReadingFault) -> Mobile {
    guard (8...15).contains(digits.count), digits[0] != 48, !digits.starts(with: Array("86".utf8))
    else { throw ReadingFault(.mobileInvalid) }
    return Mobile(number: "+" + String(decoding: digits, as: UTF8.self))
  }

  package var lastFour: String { String(number.suffix(4)) }
}
