/// What we ask of the world outside the process: closures that `Adapters` fills with the live calls, and that fail
/// unless a test allows them.
package struct Outside: Sendable {
  /// Sends one message of a webhook.
  package var postWebhook: @Sendable (WebhookRequest) async throws(WebhookFailure) -> WebhookAnswer

  package init(postWebhook: @escaping @Sendable (WebhookRequest) async throws(WebhookFailure) -> WebhookAnswer) {
    self.postWebhook = postWebhook
  }

  /// Nobody is there.
  package static let failing = Outside(postWebhook: { _ throws(WebhookFailure) in throw WebhookFailure(.unreachable) })
}
