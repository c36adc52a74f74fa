import Crypto
import Foundation

/// Signing as the Standard Webhooks specification 1.0 has it: HMAC-SHA256 over `id.timestamp.body`, written `v1,` and
/// base64; a secret is `whsec_` and the base64 of 24 to 64 bytes. While a secret is replaced both sign, apart by a
/// blank.
package enum WebhookSignature {
  /// How far a receiver's and a sender's clock may differ, in seconds.
  package static let toleranceSeconds: Int64 = 300
  private static let prefix = "whsec_"

  package static func newSecret() -> String {
    prefix + SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }.base64EncodedString()
  }

  /// Nil for what is no secret of this kind.
  static func key(of secret: String) -> SymmetricKey? {
    guard secret.hasPrefix(prefix), let bytes = Data(base64Encoded: String(secret.dropFirst(prefix.count))),
      (24...64).contains(bytes.count)
    else { return nil }
    return SymmetricKey(data: bytes)
  }

  private static func signed(_ id: String, _ timestamp: String, _ body: [UInt8]) -> Data {
    Data("\(id).\(timestamp).".utf8) + Data(body)
  }

  /// The value of `webhook-signature`: one signature a secret, the newest first.
  package static func header(id: String, timestamp: Int64, body: [UInt8], secrets: [String]) -> String {
    let content = signed(id, String(timestamp), body)
    return secrets.compactMap(key).map { key in
      "v1," + Data(HMAC<SHA256>.authenticationCode(for: content, using: key)).base64EncodedString()
    }.joined(separator: " ")
  }

  /// What a receiver does: true when one of the signatures is right by one of the secrets and the time is near `now`
  /// (seconds since 1970). Codes are compared in a time that does not tell where they differ.
  package static func verify(
    id: String, timestamp: String, signatures: String, body: [UInt8], secrets: [String], now: Int64
  ) -> Bool {
    guard let sentAt = Int64(timestamp), sentAt <= now + toleranceSeconds, sentAt >= now - toleranceSeconds else {
      return false
    }
    let content = signed(id, timestamp, body)
    let keys = secrets.compactMap(key)
    var isRight = false
    for part in signatures.split(separator: " ").prefix(16) where part.hasPrefix("v1,") {
      guard let code = Data(base64Encoded: String(part.dropFirst("v1,".count))) else { continue }
      for key in keys where HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: key) {
        isRight = true
      }
    }
    return isRight
  }
}
