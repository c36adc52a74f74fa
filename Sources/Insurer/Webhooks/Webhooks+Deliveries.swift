import Kernel
import Storage

/// What became of each message, and sending it once more.
extension Webhooks {
  /// The newest first.
  package static func deliveries(
    of id: ID<Webhook>, _ state: WebhookDelivery.State? = nil, after: ID<WebhookDelivery>? = nil, limit: Int,
    in tx: ReadTx
  ) throws -> [WebhookDelivery] {
    _ = try find(id, in: tx)
    return try tx.fetch(WebhookDeliveryStore.list(of: id, state, after: after, limit: limit))
  }

  package static func delivery(
    _ id: ID<WebhookDelivery>, of webhook: ID<Webhook>, in tx: ReadTx
  ) throws -> WebhookDelivery {
    _ = try find(webhook, in: tx)
    guard let delivery = try tx.fetch(WebhookDeliveryStore.find(id, of: webhook)) else {
      throw AppError.notFound("delivery")
    }
    return delivery
  }

  /// With every attempt, and what is sent as far as the viewer himself may see the event.
  package static func detail(
    _ id: ID<WebhookDelivery>, of webhook: ID<Webhook>, in tx: ReadTx
  ) throws -> WebhookDeliveryDetail {
    let delivery = try delivery(id, of: webhook, in: tx)
    let attempts = try tx.fetch(WebhookDeliveryStore.attempts(of: id)).map { sealed in
      let answer = try sealed.answer.map { String(decoding: try tx.vault.openFromStore($0), as: UTF8.self) }
      return WebhookAttempt(
        number: sealed.number, startedAt: sealed.startedAt, durationMilliseconds: sealed.duration, code: sealed.code,
        status: sealed.status, answer: answer ?? "")
    }
    let body = try body(of: delivery, in: tx)
    return WebhookDeliveryDetail(
      delivery: delivery, attempts: attempts, body: body.map { String(decoding: $0, as: UTF8.self) })
  }

  /// What is sent to whoever this transaction is opened as; nil when he may not be told. Asked anew for each attempt:
  /// scope, purpose and what the person has agreed to are in the query.
  static func body(of delivery: WebhookDelivery, in tx: ReadTx) throws -> [UInt8]? {
    if delivery.isTest { return WebhookRules.body(ofTest: delivery) }
    let access = tx.access
    // What concerns a contract or a contact is needed where its record is, and else not among the permissions; all
    // the rest is news of the person.
    let isNeeded = EventKind.ofContracts.contains(delivery.kind) || access.needs.shows("latest_at")
    guard access.permissions.contains(.read(.customer)), isNeeded else { return nil }
    let seen = try tx.fetch(Timeline.seen([delivery.eventID], of: [delivery.customerID], for: access))
    guard let entry = seen.first else { return nil }
    tx.logAccess(AccessRecord(.list, subjects: [delivery.customerID.raw], what: "webhook"))
    return WebhookRules.body(of: entry)
  }

  // MARK: Acts

  /// Sends a delivery anew, under the id it has.
  package static func replay(
    _ id: ID<WebhookDelivery>, of webhook: ID<Webhook>, in tx: Tx
  ) throws -> WebhookDelivery {
    _ = try held(webhook, in: tx)
    let known = try delivery(id, of: webhook, in: tx)
    guard known.state != .sending else { throw AppError.conflict("WEBHOOK_STATE", "it is being sent") }
    try WebhookDeliveryStore.replay(id, in: tx)
    tx.recordSystem(replayed, subject: webhook.raw, facts: ["count": "1"])
    return try delivery(id, of: webhook, in: tx)
  }

  /// Sends everything anew that was first sent at or after a moment, as far as it is kept.
  /// - Returns: how many.
  package static func replay(of webhook: ID<Webhook>, since: Instant, in tx: Tx) throws -> Int {
    _ = try held(webhook, in: tx)
    let count = try WebhookDeliveryStore.replay(of: webhook, since: since, in: tx)
    tx.recordSystem(replayed, subject: webhook.raw, facts: ["count": "\(count)"])
    return count
  }

  /// Sends a message with nobody's data, to try the way.
  package static func test(_ webhook: ID<Webhook>, in tx: Tx) throws -> WebhookDelivery {
    let held = try held(webhook, in: tx)
    guard held.state == .active else { throw AppError.conflict("WEBHOOK_STATE", "the webhook does not run") }
    let id = tx.newID(WebhookDelivery.self)
    let delivery = WebhookDelivery(
      id: id, webhookID: webhook, customerID: ID(0), eventID: id.raw, kind: WebhookTypes.test, happenedAt: tx.now,
      createdAt: tx.now, state: .waiting, attempts: 0, attemptsBefore: 0, nextAt: tx.now, finishedAt: nil, code: nil,
      status: nil)
    try WebhookDeliveryStore.insert([delivery], in: tx)
    tx.recordSystem(tested, subject: webhook.raw)
    return delivery
  }
}
