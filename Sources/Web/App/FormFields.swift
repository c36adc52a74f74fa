import Foundation

/// `application/x-www-form-urlencoded`, of a form's body or of an address's query. Bad escapes stay as they are.
package struct FormFields: Sendable {
  private var pairs: [(name: String, value: String)] = []

  package init() {}

  package init(_ text: some StringProtocol) {
    for pair in text.split(separator: "&", maxSplits: FormFields.pairsMax) {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = halves.count == 2 ? FormFields.decode(halves[1]) : ""
      pairs.append((FormFields.decode(halves[0]), value))
    }
  }

  private static let pairsMax = 2000

  /// The first value of a name, nil when there is none or only blanks.
  package subscript(_ name: String) -> String? {
    guard let value = raw(name) else { return nil }
    let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
    return trimmed.isEmpty ? nil : trimmed
  }

  /// The first value as it came.
  package func raw(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

  package func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

  /// What was filled in, by name: what a form reader takes.
  package var values: [String: String] { Dictionary(pairs.map { ($0.name, $0.value) }) { first, _ in first } }

  package mutating func set(_ name: String, _ value: String?) {
    pairs.removeAll { $0.name == name }
    if let value, !value.isEmpty { pairs.append((name, value)) }
  }

  /// With some of the fields changed or left out, as a query: `?a=1&b=2`, or nothing.
  package func with(_ changes: [String: String?]) -> String {
    var copy = self
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) { copy.set(name, value) }
    let text = copy.pairs.filter { !$0.value.isEmpty }
      .map { "\(FormFields.encode($0.name))=\(FormFields.encode($0.value))" }.joined(separator: "&")
    return text.isEmpty ? "" : "?\(text)"
  }

  private static func decode(_ text: some StringProtocol) -> String {
    guard text.utf8.contains(where: { $0 == 0x25 || $0 == 0x2B }) else { return String(text) }
    var bytes: [UInt8] = []
    let source = Array(text.utf8)
    var place = 0
    while place < source.count {
      let byte = source[place]
      if byte == 0x25, place + 2 < source.count, let high = hex(source[place + 1]), let low = hex(source[place + 2]) {
        bytes.append(high << 4 | low)
        place += 3
      } else {
        bytes.append(byte == 0x2B ? 0x20 : byte)
        place += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hex(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }

  /// Everything but unreserved characters as `%XX`.
  package static func encode(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: bytes.append(byte)
      default: bytes += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
