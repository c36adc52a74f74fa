import Crypto

/// HMAC-SHA-256 whose key is taken in once: setting the key up costs more than a short text's code, and an import
/// makes a dozen codes a row.
struct KeyedHash: Sendable {
  private let inner: SHA256
  private let outer: SHA256

  init(_ key: SymmetricKey) {
    func started(_ pad: UInt8) -> SHA256 {
      var block = [UInt8](repeating: pad, count: SHA256.blockByteCount)
      key.withUnsafeBytes { bytes in
        // A longer key is hashed first (RFC 2104).
        let short = bytes.count > block.count ? Array(SHA256.hash(data: Array(bytes))) : Array(bytes)
        for (place, byte) in short.enumerated() { block[place] ^= byte }
      }
      var hash = SHA256()
      block.withUnsafeBytes { hash.update(bufferPointer: $0) }
      return hash
    }
    inner = started(0x36)
    outer = started(0x5C)
  }

  /// The first 16 bytes of the code of the parts behind one another.
  func code(_ first: [UInt8], _ second: [UInt8] = []) -> [UInt8] {
    var hash = inner
    first.withUnsafeBytes { hash.update(bufferPointer: $0) }
    if !second.isEmpty { second.withUnsafeBytes { hash.update(bufferPointer: $0) } }
    var code = outer
    hash.finalize().withUnsafeBytes { code.update(bufferPointer: $0) }
    return code.finalize().withUnsafeBytes { Array($0.prefix(16)) }
  }
}
