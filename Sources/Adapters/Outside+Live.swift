import Insurer

extension Outside {
  /// The world as it is.
  package static func live(_ policy: WebhookPolicy) -> Outside {
    let client = WebhookClient(policy)
    return Outside(postWebhook: { request throws(WebhookFailure) in try await client.post(request) })
  }
}
