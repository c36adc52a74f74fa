/// A unified social credit code (GB 32100): 18 characters, the last one a check character modulo 31.
package struct USCC: Hashable, Sendable {
  package let number: String

  private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)

  /// Letters may be lower case. `USCC_INVALID` for the form, `USCC_CHECKSUM` for the check character.
  package static func parse(_ text: String) throws(ReadingFault) -> USCC {
    let bytes = Array(text.uppercased().utf8)
    guard bytes.count == 18, bytes[2..<8].allSatisfy({ (48...57).contains($0) }),
      bytes.allSatisfy({ alphabet.contains($0) })
    else { throw ReadingFault(.usccInvalid) }
    guard checkCharacter(of: bytes) == bytes[17] else { throw ReadingFault(.usccChecksum) }
    return USCC(number: String(decoding: bytes, as: UTF8.self))
  }

  /// Weights are the powers of 3 modulo 31.
  package static func checkCharacter(of bytes: [UInt8]) -> UInt8 {
    var sum = 0
    var weight = 1
    for byte in bytes.prefix(17) {
      sum += (alphabet.firstIndex(of: byte) ?? 0) * weight
      weight = weight * 3 % 31
    }
    return alphabet[(31 - sum % 31) % 31]
  }

  /// Whether `text` has the shape of a code, whatever its check character.
  package static func looksLike(_ text: String) -> Bool {
    do {
      _ = try parse(text)
      return true
    } catch {
      return error.code == .usccChecksum && !text.utf8.prefix(17).allSatisfy { (48...57).contains($0) }
    }
  }
}
