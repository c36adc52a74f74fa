import Crypto
import Foundation
import Testing

@testable import Storage

struct KeyedHashTests {
  @Test("is HMAC-SHA-256, cut to 16 bytes", arguments: [0, 1, 32, 64, 65, 200], [0, 5, 64, 300])
  func equalsTheLibrarys(_ keyLength: Int, _ textLength: Int) {
    let key = SymmetricKey(data: (0..<keyLength).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) })
    let text = (0..<textLength).map { UInt8(truncatingIfNeeded: $0 * 13) }
    let expected = Array(HMAC<SHA256>.authenticationCode(for: text, using: key).prefix(16))
    let hash = KeyedHash(key)
    #expect(hash.code(text) == expected)
    #expect(hash.code(Array(text.prefix(3)), Array(text.dropFirst(3))) == expected)
    #expect(hash.code(text) == expected)
  }
}
