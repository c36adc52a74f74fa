import Kernel
import Storage

/// The door to webhooks: who is told of what happens outside, and what became of each message.
package enum Webhooks {
  package static let added = EventKind("webhook_added")
  package static let changed = EventKind("webhook_changed")
  package static let removed = EventKind("webhook_removed")
  package static let rotated = EventKind("webhook_secret_rotated")
  package static let disabled = EventKind("webhook_disabled")
  package static let replayed = EventKind("webhook_replayed")
  package static let tested = EventKind("webhook_tested")

  private static let atMost = 500
  private static let descriptionMax = 200

  // MARK: Reading

  /// The newest first.
  package static func list(after: ID<Webhook>? = nil, limit: Int, in tx: ReadTx) throws -> [Webhook] {
    try tx.access.require(.read(.webhook))
    return try tx.fetch(WebhookStore.list(after: after, limit: limit))
  }

  package static func find(_ id: ID<Webhook>, in tx: ReadTx) throws -> Webhook {
    try tx.access.require(.read(.webhook))
    guard let webhook = try tx.fetch(WebhookStore.find(id)) else { throw AppError.notFound("webhook") }
    return webhook
  }

  /// How many deliveries are in which state, of each.
  package static func counts(
    of ids: [ID<Webhook>], in tx: ReadTx
  ) throws -> [ID<Webhook>: [WebhookDelivery.State: Int]] {
    try tx.access.require(.read(.webhook))
    var counts: [ID<Webhook>: [WebhookDelivery.State: Int]] = [:]
    for (id, state, count) in try tx.fetch(WebhookDeliveryStore.counts(of: ids)) {
      if let state = WebhookDelivery.State(rawValue: state) { counts[id, default: [:]][state] = count }
    }
    return counts
  }

  // MARK: Acts

  /// Registers a webhook of an account; its secret is in the answer and nowhere else.
  /// - Parameter ownName: the name under which this server was asked: it is not told of what it does.
  /// - Throws: by field: `WEBHOOK_URL…`, `WEBHOOK_HOST`, `WEBHOOK_TYPES`, `TOKEN_SCOPES`, `PURPOSE_FORBIDDEN`.
  package static func add(
    _ new: NewWebhook, of account: Account, by policy: WebhookPolicy, ownName: String = "", in tx: Tx
  ) throws -> (webhook: Webhook, secret: String) {
    try tx.access.require(.write(.webhook))
    var faults = self.faults(url: new.url, by: policy, ownName)
    faults += self.faults(description: new.description, kinds: new.kinds)
    if !new.scopes.contains(.read(.customer)) || !new.scopes.isSubset(of: tx.access.permissions) {
      faults.append(FieldError("scopes", "TOKEN_SCOPES", "customer:read, and only what the caller has"))
    }
    let purposes = Roles.purposes(account.role)
    let purpose = new.purpose ?? tx.access.purpose
    if !purposes.contains(purpose) {
      faults.append(FieldError("purpose", "PURPOSE_FORBIDDEN", "the account's role does not work for this purpose"))
    }
    guard faults.isEmpty else { throw AppError.invalid(faults) }
    guard try tx.fetch(WebhookStore.count()) < atMost else {
      throw AppError.conflict("WEBHOOKS_TOO_MANY", "there are \(atMost) webhooks already")
    }
    let webhook = Webhook(
      id: tx.newID(), accountID: account.id, url: try WebhookURL(new.url).text, description: new.description,
      kinds: kinds(new.kinds), scopes: new.scopes, purpose: purpose, state: .active, reason: nil, oldSecretUntil: nil,
      failures: 0, failingSince: nil, createdAt: tx.now, createdBy: tx.access.actor, version: 1)
    let secret = WebhookSignature.newSecret()
    let sealed = try tx.vault.sealForStore(Array(secret.utf8))
    try WebhookStore.insert(webhook, secret: sealed, cursor: try Events.end(in: tx), in: tx)
    tx.recordSystem(added, subject: webhook.id.raw, facts: ["account": account.name])
    return (webhook, secret)
  }

  /// - Throws: `conflict` `STALE` for another version; `forbidden` `WEBHOOK_FORBIDDEN` when somebody else than its
  ///   account changes more than whether it runs.
  @discardableResult
  package static func change(
    _ id: ID<Webhook>, _ change: WebhookChange, expected version: Int64? = nil, by account: ID<Account>,
    under policy: WebhookPolicy, ownName: String = "", in tx: Tx
  ) throws -> Webhook {
    var webhook = try held(id, in: tx)
    if let version, version != webhook.version {
      throw AppError.conflict("STALE", "the webhook has version \(webhook.version), not \(version)")
    }
    if change.url != nil || change.description != nil || change.kinds != nil { try owned(webhook, by: account) }
    var faults: [FieldError] = []
    if let url = change.url { faults += self.faults(url: url, by: policy, ownName) }
    faults += self.faults(description: change.description ?? "", kinds: change.kinds ?? [])
    if change.state == .disabled || change.state == .removed {
      faults.append(FieldError("state", "ENUM_UNKNOWN", "active or paused"))
    }
    guard faults.isEmpty else { throw AppError.invalid(faults) }
    if let url = change.url { webhook.url = try WebhookURL(url).text }
    if let description = change.description { webhook.description = description }
    if let names = change.kinds { webhook.kinds = kinds(names) }
    if let state = change.state {
      webhook.state = state
      webhook.reason = nil
    }
    webhook.version += 1
    try WebhookStore.update(webhook, in: tx)
    tx.recordSystem(changed, subject: id.raw, facts: ["state": webhook.state.rawValue])
    return webhook
  }

  /// Another secret; the one before signs beside it for a while, so that the receiver can change over in peace.
  package static func rotate(
    _ id: ID<Webhook>, overlapSeconds: Int = WebhookRules.overlapSeconds, by account: ID<Account>, in tx: Tx
  ) throws -> (webhook: Webhook, secret: String) {
    let webhook = try held(id, in: tx)
    try owned(webhook, by: account)
    guard (0...WebhookRules.overlapSecondsMax).contains(overlapSeconds) else {
      throw AppError.invalid([FieldError("overlap_seconds", "NUMBER_RANGE", "0 to a week")])
    }
    let secret = WebhookSignature.newSecret()
    try WebhookStore.rotate(
      id, to: try tx.vault.sealForStore(Array(secret.utf8)), oldUntil: tx.now + overlapSeconds, in: tx)
    tx.recordSystem(rotated, subject: id.raw)
    return (try find(id, in: tx), secret)
  }

  package static func remove(_ id: ID<Webhook>, in tx: Tx) throws {
    _ = try held(id, in: tx)
    try WebhookStore.remove(id, in: tx)
    tx.recordSystem(removed, subject: id.raw)
  }

  // MARK: Shared

  static func held(_ id: ID<Webhook>, in tx: Tx) throws -> Webhook {
    try tx.access.require(.write(.webhook))
    try WebhookStore.lock(id, in: tx)
    return try find(id, in: tx)
  }

  /// What is told rests on the account's rights: who has others may not bend it to an address of his own.
  private static func owned(_ webhook: Webhook, by account: ID<Account>) throws {
    guard webhook.accountID == account else {
      throw AppError(.forbidden, "WEBHOOK_FORBIDDEN", "the webhook belongs to another account")
    }
  }

  private static func faults(url: String, by policy: WebhookPolicy, _ ownName: String) -> [FieldError] {
    do {
      let url = try WebhookURL(url)
      let own = ownName.lowercased().split(separator: ":", maxSplits: 1)
      if let name = own.first, url.host == name, own.count == 1 || Int(own[1]) == url.port {
        return [FieldError("url", "WEBHOOK_HOST", "this server is not told of what it does itself")]
      }
      guard let refusal = policy.refusal(of: url) else { return [] }
      return [FieldError("url", "WEBHOOK_HOST", "refused by this installation's settings: \(refusal.rawValue)")]
    } catch {
      return [FieldError("url", error.rawValue, "an https address without a name or password in it")]
    }
  }

  private static func faults(description: String, kinds: [String]) -> [FieldError] {
    var faults: [FieldError] = []
    let scalars = description.unicodeScalars
    if scalars.count > descriptionMax || scalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
      faults.append(FieldError("description", "TEXT_INVALID", "at most \(descriptionMax) characters, in one line"))
    }
    if !kinds.allSatisfy(WebhookTypes.isKnown) {
      faults.append(FieldError("types", "WEBHOOK_TYPES", "of the list of types only"))
    }
    return faults
  }

  private static func kinds(_ names: [String]) -> [EventKind] {
    Set(names).sorted().map { EventKind(rawValue: $0) }
  }
}
