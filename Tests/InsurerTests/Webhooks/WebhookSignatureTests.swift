import Foundation
import Testing

@testable import Insurer

@Suite struct WebhookSignatureTests {
  /// The specification's own example.
  private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  private let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
  private let body = Array(#"{"test": 2432232314}"#.utf8)
  private let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
  private let at: Int64 = 1_614_265_330

  private func isRight(
    _ signatures: String, id: String? = nil, timestamp: String? = nil, body: [UInt8]? = nil, _ secrets: [String],
    after seconds: Int64 = 0
  ) -> Bool {
    WebhookSignature.verify(
      id: id ?? self.id, timestamp: timestamp ?? "\(at)", signatures: signatures, body: body ?? self.body,
      secrets: secrets, now: at + seconds)
  }

  @Test func theVectorOfTheSpecification() {
    #expect(WebhookSignature.header(id: id, timestamp: at, body: body, secrets: [secret]) == signature)
    #expect(isRight(signature, [secret]))
  }

  @Test func whatWasChangedIsNotRight() {
    #expect(!isRight(signature, id: "msg_other", [secret]))
    #expect(!isRight(signature, body: Array(#"{"test": 2432232315}"#.utf8), [secret]))
    #expect(!isRight(signature, timestamp: "\(at + 1)", [secret]))
    #expect(!isRight(signature, timestamp: "soon", [secret]))
    #expect(!isRight(signature, [WebhookSignature.newSecret()]))
    #expect(!isRight("", [secret]) && !isRight("v1,", [secret]) && !isRight("v1,!", [secret]))
    #expect(!isRight(signature.replacing("v1,", with: "v2,"), [secret]))
    #expect(!isRight(String(signature.dropLast(4)), [secret]))
  }

  @Test func fiveMinutesAreTolerated() {
    #expect(isRight(signature, [secret], after: 300) && isRight(signature, [secret], after: -300))
    #expect(!isRight(signature, [secret], after: 301) && !isRight(signature, [secret], after: -301))
  }

  @Test func whileASecretIsReplacedBothSign() {
    let new = WebhookSignature.newSecret()
    let both = WebhookSignature.header(id: id, timestamp: at, body: body, secrets: [new, secret])
    #expect(both.split(separator: " ").count == 2 && both.hasSuffix(signature))
    #expect(isRight(both, [secret]) && isRight(both, [new]))
    #expect(!isRight(both, [WebhookSignature.newSecret()]))
  }

  @Test func secretsHave24To64Bytes() {
    func secret(_ count: Int) -> String { "whsec_" + Data(repeating: 7, count: count).base64EncodedString() }
    for count in [24, 32, 64] { #expect(WebhookSignature.key(of: secret(count)) != nil) }
    for count in [0, 23, 65] { #expect(WebhookSignature.key(of: secret(count)) == nil) }
    #expect(WebhookSignature.key(of: "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") == nil)
    #expect(WebhookSignature.key(of: WebhookSignature.newSecret()) != nil)
    #expect(WebhookSignature.newSecret() != WebhookSignature.newSecret())
  }
}
