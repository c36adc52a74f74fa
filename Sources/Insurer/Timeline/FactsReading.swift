import Storage

extension Facts {
  /// Reads what `json` wrote: a flat object of texts. Anything else is no facts.
  package static func read(_ json: String?) -> [String: String] {
    guard let json, json.utf8.count > 2 else { return [:] }
    var reader = FactsReader(Array(json.utf8))
    return reader.object() ?? [:]
  }
}

/// A reader of flat JSON objects: a general one costs more than the query that brought the row.
private struct FactsReader {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func object() -> [String: String]? {
    guard take(UInt8(ascii: "{")) else { return nil }
    var facts: [String: String] = [:]
    if take(UInt8(ascii: "}")) { return facts }
    repeat {
      guard let key = text(), take(UInt8(ascii: ":")), let value = text() else { return nil }
      facts[key] = value
    } while take(UInt8(ascii: ","))
    return take(UInt8(ascii: "}")) ? facts : nil
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  private mutating func text() -> String? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    var out: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: out, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        out.append(byte)
        continue
      }
      guard let escaped = escape() else { return nil }
      out.append(escaped)
    }
    return nil
  }

  /// `json` escapes control characters only, so that a code point is one byte.
  private mutating func escape() -> UInt8? {
    guard place < bytes.count else { return nil }
    let byte = bytes[place]
    place += 1
    switch byte {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "u"):
      guard place + 4 <= bytes.count else { return nil }
      let digits = String(decoding: bytes[place..<place + 4], as: UTF8.self)
      place += 4
      return UInt8(digits, radix: 16)
    default: return byte
    }
  }
}
