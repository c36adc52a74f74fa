/// An entity whose ids are shown to people, with a prefix that tells its kind: `CU` a customer, `CL` a claim.
package protocol Identified {
  static var idPrefix: String { get }
}

/// A typed, time-ordered 64-bit id (decision 13): 41 bits of milliseconds since 2020, 10 of node, 12 of counter.
/// `ID<Claim>` cannot be passed as `ID<Policy>`. Tests use 1, 2, 3.
package struct ID<Entity>: Hashable, Comparable, Sendable {
  package let raw: Int64

  package init(_ raw: Int64) { self.raw = raw }

  package static func < (a: Self, b: Self) -> Bool { a.raw < b.raw }
}

extension ID: CustomStringConvertible where Entity: Identified {
  /// As people see and read it aloud: `CU-0F7K-2MQ4-9XTB-1A`, the last character a check character.
  package var description: String { IDText.format(raw, prefix: Entity.idPrefix) }

  /// Reads what `description` wrote. Case, blanks and hyphens do not matter, nor do `O` for 0 and `I`, `L` for 1;
  /// nil when the prefix, the length or the check character is wrong.
  package init?(_ text: some StringProtocol) {
    guard let raw = IDText.parse(String(text), prefix: Entity.idPrefix) else { return nil }
    self.init(raw)
  }
}

/// The text form of ids: Crockford's base 32 and a check character modulo 31.
package enum IDText {
  private static let values: [UInt8: Int64] = {
    var values = Dictionary(uniqueKeysWithValues: (0..<32).map { (letter($0), Int64($0)) })
    values[UInt8(ascii: "O")] = 0
    values[UInt8(ascii: "I")] = 1
    values[UInt8(ascii: "L")] = 1
    return values
  }()

  package static func format(_ raw: Int64, prefix: String) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(22)
    append(raw, prefix: prefix, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// The same, as bytes behind others: answers hold many ids.
  package static func append(_ raw: Int64, prefix: String, to text: inout [UInt8]) {
    text.append(contentsOf: prefix.utf8)
    let bits = UInt64(bitPattern: raw)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 18) { letters in
      var end = 0
      func put(_ digit: UInt64) {
        letters[end] = letter(UInt8(truncatingIfNeeded: digit))
        end += 1
      }
      for place in 0..<13 {
        if place % 4 == 0 {
          letters[end] = UInt8(ascii: "-")
          end += 1
        }
        put(bits >> UInt64(5 * (12 - place)) & 31)
      }
      put(bits % 31)
      text.append(contentsOf: letters[..<end])
    }
  }

  /// A digit's letter, reckoned: a look into a table costs more than the rest of an id.
  private static func letter(_ digit: UInt8) -> UInt8 {
    switch digit {
    case 0..<10: digit + UInt8(ascii: "0")
    // No I, L, O or U.
    case 10..<18: digit + 55
    case 18..<20: digit + 56
    case 20..<22: digit + 57
    case 22..<27: digit + 58
    default: digit + 59
    }
  }

  package static func parse(_ text: String, prefix: String) -> Int64? {
    let letters = text.uppercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") }
    guard letters.count == prefix.utf8.count + 14, letters.starts(with: prefix.utf8) else { return nil }
    let digits = letters.dropFirst(prefix.utf8.count)
    var raw: UInt64 = 0
    for digit in digits.dropLast() {
      guard let value = values[digit], raw >> 59 == 0 else { return nil }
      raw = raw << 5 | UInt64(value)
    }
    guard let last = digits.last, let check = values[last], UInt64(check) == raw % 31 else { return nil }
    return Int64(bitPattern: raw)
  }

  /// The prefix of an id's text (`CU`), if it has the shape of one.
  package static func prefix(of text: String) -> String? {
    guard let hyphen = text.firstIndex(of: "-"), text.count >= 16 else { return nil }
    return text[..<hyphen].uppercased()
  }
}
