import Insurer
import Kernel
import Logging
import Storage

/// What the routes of one running server share.
package final class Site: Sendable {
  package let database: Database
  package let renderer: Renderer
  package let config: Config
  package let limits: Limits
  package let passwords: Passwords
  package let metrics = Metrics()
  package let logger: Logger
  /// Where webhooks may go.
  let webhooks: WebhookPolicy
  let references = References()
  let sessions: SessionCache
  let live: LiveHub
  let strangers: RateLimiter
  let accounts: RateLimiter

  /// How much of a server one request may use.
  package struct Limits: Sendable {
    /// A form or a JSON document.
    package var bodyBytes = 1_048_576
    /// A file to import.
    package var uploadBytes = 536_870_912
    package var idleSeconds: Int64 = 60
    /// Requests a second and address before signing in.
    package var strangersPerSecond = 20.0
    package init() {}
  }

  package init(
    database: Database, config: Config, limits: Limits = Limits(), passwords: Passwords = Passwords(), logger: Logger
  ) throws {
    self.database = database
    self.config = config
    self.limits = limits
    self.passwords = passwords
    self.logger = logger
    webhooks = try WebhookPolicy(config)
    renderer = try Renderer()
    sessions = SessionCache(database: database)
    live = LiveHub(database: database)
    strangers = RateLimiter(perSecond: limits.strangersPerSecond, burst: limits.strangersPerSecond * 5)
    accounts = RateLimiter(perSecond: Double(config.requestsPerSecond), burst: Double(config.requestsPerSecond) * 2)
  }

  /// Whether browsers may be told to send cookies over TLS only.
  func isSecure(_ forwardedProtocol: String?) -> Bool { config.tlsCertificate != nil || forwardedProtocol == "https" }
}
