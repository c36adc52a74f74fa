import Kernel
import Storage

/// From the event log to the receiver: collect (act) → claim (act) → ask and post → settle (act). A crash between any
/// two only delays; a message that nobody knows the fate of is sent again under its id.
extension Webhooks {
  /// Events looked at in one transaction.
  static let collectedAtOnce = 200
  /// Whoever sends is waited for so long.
  static let leaseSeconds = 60

  static let access = Access.system(purpose: .administration, surface: "webhook")

  // MARK: From the log

  /// Whether anything has happened that somebody is to be told of: a short look, before a writer is troubled.
  static func isAnythingNew(in tx: ReadTx) throws -> Bool {
    for cursor in Set(try tx.fetch(WebhookStore.following()).map(\.cursor)) {
      guard let place = EventCursor(cursor) else { continue }
      if try !Events.after(place, limit: 1, in: tx).isEmpty { return true }
    }
    return false
  }

  /// Makes the deliveries of what has happened since, and moves each webhook's place in the log with them: both or
  /// neither.
  /// - Returns: whether there may be more.
  package static func collect(in tx: Tx) throws -> Bool {
    try tx.lock(named: "webhooks/collect")
    let following = try tx.fetch(WebhookStore.following())
    var isMore = false
    for (cursor, group) in Dictionary(grouping: following, by: \.cursor).sorted(by: { $0.key < $1.key }) {
      guard let place = EventCursor(cursor) else { throw AppError.broken("a webhook stands nowhere in the log") }
      let logged = try Events.after(place, limit: collectedAtOnce, in: tx)
      guard let last = logged.last else { continue }
      isMore = isMore || logged.count == collectedAtOnce
      let known = Set(WebhookTypes.all)
      let deliveries = group.flatMap { webhook, _ in
        logged.filter { known.contains($0.event.kind) && webhook.wants($0.event.kind) }.map { item in
          WebhookDelivery(
            id: tx.newID(), webhookID: webhook.id, customerID: ID(item.event.customerID), eventID: item.event.id,
            kind: item.event.kind, happenedAt: item.event.happenedAt, createdAt: tx.now, state: .waiting, attempts: 0,
            attemptsBefore: 0, nextAt: tx.now, finishedAt: nil, code: nil, status: nil)
        }
      }
      if !deliveries.isEmpty { try WebhookDeliveryStore.insert(deliveries, in: tx) }
      try WebhookStore.move(group.map(\.webhook.id), to: last.cursor, in: tx)
    }
    return isMore
  }

  // MARK: One message

  struct Claimed: Sendable {
    let webhook: Webhook
    let delivery: WebhookDelivery
    let secrets: [String]
    /// Nil when the account is gone or disabled.
    let holder: Roles.Holder?
    let at: Instant
  }

  /// Takes the next message of a webhook and notes that it is being sent.
  static func claim(of id: ID<Webhook>, in tx: Tx) throws -> Claimed? {
    try WebhookStore.lock(id, in: tx)
    guard let webhook = try tx.fetch(WebhookStore.sendable(id, tx.now)),
      let delivery = try WebhookDeliveryStore.claim(of: id, lease: tx.now + leaseSeconds, in: tx)
    else { return nil }
    try WebhookDeliveryStore.insertAttempt(of: delivery, in: tx)
    let secrets = try tx.fetch(WebhookStore.secrets(of: id, now: tx.now)).map {
      String(decoding: try tx.vault.openFromStore($0), as: UTF8.self)
    }
    let holder = try Accounts.holder(of: webhook.accountID, in: tx)
    return Claimed(webhook: webhook, delivery: delivery, secrets: secrets, holder: holder, at: tx.now)
  }

  /// As whom the message is asked for, as he is at this moment; nil when he may be told nothing.
  static func viewer(_ claimed: Claimed) -> Access? {
    guard let holder = claimed.holder, Roles.purposes(holder.role).contains(claimed.webhook.purpose) else {
      return nil
    }
    return Roles.access(
      holder, purpose: claimed.webhook.purpose, surface: "webhook", scopes: claimed.webhook.scopes)
  }

  static func request(_ claimed: Claimed, to url: WebhookURL, _ body: [UInt8]) -> WebhookRequest {
    let id = "\(claimed.delivery.id)"
    let timestamp = claimed.at.microseconds / 1_000_000
    return WebhookRequest(
      url: url,
      headers: [
        ("content-type", "application/json"), ("user-agent", "Anban-Webhooks/1"), ("webhook-id", id),
        ("webhook-timestamp", "\(timestamp)"),
        (
          "webhook-signature",
          WebhookSignature.header(id: id, timestamp: timestamp, body: body, secrets: claimed.secrets)
        ),
      ], body: body)
  }

  /// What came of an attempt.
  enum Outcome: Sendable {
    case answered(WebhookAnswer)
    case failed(WebhookFailure.Code)
    case withheld
  }

  /// Keeps what came of it, and decides how it goes on.
  /// - Parameter jitter: 0 to 1.
  static func settle(
    _ claimed: Claimed, _ outcome: Outcome, milliseconds: Int, jitter: Double, in tx: Tx
  ) throws {
    let delivery = claimed.delivery
    try WebhookStore.lock(claimed.webhook.id, in: tx)
    guard case .answered(let answer) = outcome else {
      if case .failed(let code) = outcome {
        try WebhookDeliveryStore.finishAttempt(
          of: delivery, duration: milliseconds, code, status: nil, answer: nil, in: tx)
        try fail(claimed, code, nil, retryAfter: nil, jitter, in: tx)
      } else {
        try WebhookDeliveryStore.forgetAttempt(of: delivery, in: tx)
        _ = try WebhookDeliveryStore.settle(delivery, as: .withheld, nil, status: nil, nextAt: nil, in: tx)
      }
      return
    }
    let failure = WebhookRules.failure(of: answer)
    let kept = answer.body.isEmpty ? nil : try tx.vault.sealForStore(answer.body)
    try WebhookDeliveryStore.finishAttempt(
      of: delivery, duration: milliseconds, failure, status: answer.status, answer: kept, in: tx)
    if let failure {
      let retryAfter = WebhookRules.retryAfter(answer.retryAfter, now: tx.now)
      try fail(claimed, failure, answer.status, retryAfter: retryAfter, jitter, in: tx)
    } else {
      _ = try WebhookDeliveryStore.settle(
        delivery, as: .delivered, nil, status: answer.status, nextAt: nil, in: tx)
      try WebhookStore.succeeded(claimed.webhook.id, in: tx)
    }
  }

  private static func fail(
    _ claimed: Claimed, _ code: WebhookFailure.Code, _ status: Int?, retryAfter: Int?, _ jitter: Double, in tx: Tx
  ) throws {
    let delivery = claimed.delivery
    let next =
      code == .gone
      ? nil
      : WebhookRules.retryAt(
        attempts: delivery.attempts - delivery.attemptsBefore, retryAfter: retryAfter, jitter: jitter, now: tx.now)
    guard
      try WebhookDeliveryStore.settle(
        delivery, as: next == nil ? .failed : .waiting, code, status: status, nextAt: next, in: tx)
    else { return }
    guard let webhook = try tx.fetch(WebhookStore.find(claimed.webhook.id)), webhook.state == .active else { return }
    let blocked =
      WebhookRules.blocks(code, status: status)
      ? WebhookRules.blockedUntil(failures: webhook.failures + 1, retryAfter: retryAfter, now: tx.now) : tx.now
    try WebhookStore.failed(webhook.id, blockedUntil: blocked, in: tx)
    if code == .gone {
      try disable(webhook, .gone, in: tx)
    } else if let since = webhook.failingSince, tx.now.seconds(since: since) >= WebhookRules.disabledAfterSeconds {
      try disable(webhook, .failing, in: tx)
    }
  }

  /// Stops what leads nowhere, and tells its owner by a task.
  private static func disable(_ webhook: Webhook, _ reason: Webhook.Reason, in tx: Tx) throws {
    try WebhookStore.disable(webhook.id, reason, in: tx)
    tx.recordSystem(disabled, subject: webhook.id.raw, facts: ["reason": reason.rawValue])
    let holder = try Accounts.holder(of: webhook.accountID, in: tx)
    let member = try holder.flatMap { try tx.fetch(Staff.find(ID($0.staffID))) }
    let isHere = member.map { $0.leftOn.map { $0 >= tx.today } ?? true } ?? false
    let owner: TaskOwner = isHere ? .staff(ID(holder?.staffID ?? 0)) : .role(holder?.role ?? .admin)
    var task = NewTask(.webhookDisabled, customer: nil, owner: owner, dueOn: tx.today)
    task.args = [host(of: webhook)]
    task.priority = .high
    task.source = "webhook.\(reason.rawValue)/1"
    try Tasks.open(task, key: "webhook/\(webhook.id)/\(tx.now.microseconds)", in: tx)
  }

  package static func host(of webhook: Webhook) -> String { (try? WebhookURL(webhook.url).host) ?? "" }

  // MARK: By age

  /// Removes deliveries that are old, or whose webhook is.
  /// - Returns: how many.
  package static func forget(limit: Int = 500, in tx: Tx) throws -> Int {
    let ids =
      try tx.fetch(WebhookDeliveryStore.old(before: tx.now - WebhookRules.keptSeconds, limit: limit))
      + tx.fetch(WebhookDeliveryStore.ofRemoved(limit: limit))
    if !ids.isEmpty { try WebhookDeliveryStore.delete(ids, in: tx) }
    if ids.count < limit { try WebhookStore.forgetRemoved(in: tx) }
    return ids.count
  }
}
