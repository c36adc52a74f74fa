import Crypto
import Foundation

/// A random secret that somebody holds, and the digest by which we know it again.
package struct Secret: Sendable {
  /// 32 random bytes in base64url.
  package let text: String

  package init(prefix: String = "") {
    let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
    let encoded = bytes.base64EncodedString().replacingOccurrences(of: "+", with: "-")
      .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    text = prefix + encoded
  }

  package var digest: [UInt8] { Secret.digest(text) }

  /// SHA-256: the secret has 256 random bits, so it needs no slow hash.
  package static func digest(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Data(text.utf8))) }
}
