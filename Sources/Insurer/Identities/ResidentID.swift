import Kernel

/// A citizen's identification number (GB 11643): region, birth date, order, check character. Always held in its
/// 18 characters; the 15 of before 1999 are completed, so that both give one value.
package struct ResidentID: Hashable, Sendable {
  /// 18 characters, the last one possibly `X`.
  package let number: String
  /// Region code of GB/T 2260 at the time of issue.
  package let region: Int
  package let birthDate: Day
  package let sex: Sex

  /// What the check depends on beside the number.
  package struct Rules: Sendable {
    /// Birth dates after this day are faults.
    package let today: Day
    /// Whether the demo's region prefix 99 is admitted: a setting of the demo insurer, false everywhere else.
    package let admitsDemo: Bool

    package init(today: Day, admitsDemo: Bool = false) {
      self.today = today
      self.admitsDemo = admitsDemo
    }
  }

  /// Strict: 18 or 15 characters as they stand; only a lower-case `x` is read as `X`.
  ///
  /// Faults, in the order in which they are looked for: `ID_LENGTH`, `ID_CHARACTERS`, `ID_DATE` (no such day, or
  /// before 1800), `ID_CHECKSUM` (ISO 7064 MOD 11-2), `ID_FUTURE`, `ID_REGION` (not in GB/T 2260, abolished codes
  /// included).
  package static func parse(_ text: String, _ rules: Rules) throws(ReadingFault) -> ResidentID {
    let length = text.unicodeScalars.count
    guard length == 18 || length == 15 else { throw ReadingFault(.idLength) }
    var bytes = Array(text.utf8)
    guard bytes.count == length, bytes.prefix(17).allSatisfy({ (48...57).contains($0) })
    else { throw ReadingFault(.idCharacters) }
    if length == 15 {
      bytes.insert(contentsOf: [UInt8(ascii: "1"), UInt8(ascii: "9")], at: 6)
      bytes.append(checkCharacter(of: bytes))
    }
    if bytes[17] == UInt8(ascii: "x") { bytes[17] = UInt8(ascii: "X") }
    guard (48...57).contains(bytes[17]) || bytes[17] == UInt8(ascii: "X") else { throw ReadingFault(.idCharacters) }
    let year = decimal(bytes[6..<10])
    guard year >= 1800, let birth = Day(year: year, month: decimal(bytes[10..<12]), day: decimal(bytes[12..<14]))
    else { throw ReadingFault(.idDate) }
    guard checkCharacter(of: bytes) == bytes[17] else { throw ReadingFault(.idChecksum) }
    guard birth <= rules.today else { throw ReadingFault(.idFuture) }
    let region = decimal(bytes[0..<6])
    guard Regions.isKnown(region) || rules.admitsDemo && region / 10_000 == 99 else { throw ReadingFault(.idRegion) }
    return ResidentID(
      number: String(decoding: bytes, as: UTF8.self), region: region, birthDate: birth,
      sex: bytes[16] % 2 == 1 ? .male : .female)
  }

  private static func decimal(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 * 10 + Int($1 &- 48) } }

  private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  private static let characters = Array("10X98765432".utf8)

  /// ISO 7064 MOD 11-2 over the first 17 digits.
  package static func checkCharacter(of bytes: [UInt8]) -> UInt8 {
    var sum = 0
    for place in 0..<17 { sum += Int(bytes[place] &- 48) * weights[place] }
    return characters[sum % 11]
  }

  /// The number that region, birth date and order (1–999, odd for men) make: for the demo and for tests.
  package static func make(region: Int, birth: Day, order: Int) -> String {
    let (year, month, day) = birth.civil
    let packed = ((region * 10_000 + year) * 100 + month) * 100 + day
    let body = String(packed * 1000 + order % 1000)
    return body + String(decoding: [checkCharacter(of: Array(body.utf8))], as: UTF8.self)
  }
}
