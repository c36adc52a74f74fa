/// One message on its way out: what the port is given, and what it answers.
package struct WebhookRequest: Sendable {
  package let url: WebhookURL
  package let headers: [(name: String, value: String)]
  package let body: [UInt8]
  /// From the look-up of the name to the last byte that is read.
  package var timeoutSeconds = 15
  /// Of the answer's body; the rest is not read.
  package var answerBytesMax = 1_024

  package init(url: WebhookURL, headers: [(name: String, value: String)], body: [UInt8]) {
    self.url = url
    self.headers = headers
    self.body = body
  }
}

package struct WebhookAnswer: Sendable {
  package let status: Int
  package let retryAfter: String?
  /// The body's beginning.
  package let body: [UInt8]

  package init(status: Int, retryAfter: String? = nil, body: [UInt8] = []) {
    self.status = status
    self.retryAfter = retryAfter
    self.body = body
  }
}

/// Why a message got no answer, or none that counts: stable codes, for programs and lists.
package struct WebhookFailure: Error, Hashable, Sendable {
  package enum Code: String, CaseIterable, Sendable {
    /// Another status than 2xx.
    case status
    /// 3xx: redirects are not followed.
    case redirected
    /// 410: it is not wanted any more.
    case gone
    /// The name leads nowhere.
    case nameUnknown = "name_unknown"
    /// A private, local, reserved or metadata address.
    case addressRefused = "address_refused"
    /// Not in `webhook_hosts`.
    case hostRefused = "host_refused"
    /// Not https.
    case plainRefused = "plain_refused"
    /// This server.
    case selfRefused = "self_refused"
    case unreachable
    case timedOut = "timed_out"
    /// The certificate is not good for the name, or there is no common protocol.
    case tlsFailed = "tls_failed"
    case connectionClosed = "connection_closed"
    /// What came is no HTTP.
    case malformed
    /// The sending was cut off and nobody knows whether it arrived: it is sent again with the same id.
    case interrupted
  }

  package let code: Code
  package init(_ code: Code) { self.code = code }
}
