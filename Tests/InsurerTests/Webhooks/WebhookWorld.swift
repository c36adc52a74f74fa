import Kernel
import Storage
import Synchronization
import TestKit
import Testing

@testable import Insurer

/// A clock that a test moves.
final class MovingClock: Sendable {
  private let now = Mutex(TestDatabase.clock.now())
  var clock: Clock { Clock { self.now.withLock { $0 } } }
  func move(seconds: Int) { now.withLock { $0 = $0 + seconds } }
}

/// A receiver that keeps what it is sent and answers as it is told.
final class FakeReceiver: Sendable {
  struct Message: Sendable {
    let id: String
    let timestamp: String
    let signatures: String
    let body: String
    let url: String
    var raw: [UInt8] { Array(body.utf8) }
  }

  typealias Reply = @Sendable (Int) -> Result<WebhookAnswer, WebhookFailure>
  private let state = Mutex(([Message](), { @Sendable _ in .success(WebhookAnswer(status: 200)) } as Reply))

  var messages: [Message] { state.withLock { $0.0 } }
  var ids: [String] { messages.map(\.id) }

  func answer(_ reply: @escaping Reply) { state.withLock { $0.1 = reply } }
  func answer(_ status: Int, retryAfter: String? = nil) {
    answer { _ in .success(WebhookAnswer(status: status, retryAfter: retryAfter, body: Array("answer".utf8))) }
  }

  var outside: Outside {
    Outside(postWebhook: { request throws(WebhookFailure) in
      func header(_ name: String) -> String { request.headers.first { $0.name == name }?.value ?? "" }
      let message = Message(
        id: header("webhook-id"), timestamp: header("webhook-timestamp"), signatures: header("webhook-signature"),
        body: String(decoding: request.body, as: UTF8.self), url: request.url.text)
      let (reply, count) = self.state.withLock { state -> (Reply, Int) in
        state.0.append(message)
        return (state.1, state.0.count)
      }
      return try reply(count).get()
    })
  }
}

/// An insurer with one customer and a steward who has a webhook.
struct WebhookWorld {
  let db: Database
  let clock: MovingClock
  let receiver = FakeReceiver()
  let account: Account
  let customer: ID<Customer>
  let policy: WebhookPolicy
  var worker: WebhookWorker { WebhookWorker(db: db, outside: receiver.outside, policy: policy) }

  static func open(
    _ engine: TestDatabase.Engine, role: Role = .steward, _ body: (WebhookWorld) async throws -> Void
  ) async throws {
    let clock = MovingClock()
    try await TestDatabase.open(on: engine, clock: clock.clock, visibility: .insurer) { db in
      let system = Access.system(purpose: .administration)
      let (account, customer) = try await db.act(as: system) { tx in
        let new = NewAccount(name: "hooks", role: role, staffID: nil, passwordHash: "x")
        let customer = try Customers.create(["name": "李岚", "gender": "female", "birth_date": "1991-04-17"], in: tx).id
        return (try Accounts.add(new, in: tx), customer)
      }
      try await TestDatabase.settle(db)
      let policy = try WebhookPolicyTests.policy(hosts: ["hooks.example.cn", "*.example.cn"])
      try await body(
        WebhookWorld(db: db, clock: clock, account: account, customer: customer, policy: policy))
    }
  }

  func access(_ purpose: Purpose = .administration) -> Access { .system(purpose: purpose) }

  func read<T: Sendable>(_ body: @escaping @Sendable (ReadTx) throws -> T) async throws -> T {
    try await db.read(as: access(), body)
  }

  func act<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T {
    try await db.act(as: access(), body)
  }

  func add(
    _ url: String = "https://hooks.example.cn/in", kinds: [String] = [], purpose: Purpose = .quality,
    scopes: Set<Permission> = [.read(.customer), .read(.policy), .read(.claim), .read(.interaction)]
  ) async throws -> (webhook: Webhook, secret: String) {
    let (account, policy) = (account, policy)
    return try await act { tx in
      try Webhooks.add(
        NewWebhook(url: url, kinds: kinds, scopes: scopes, purpose: purpose), of: account, by: policy, in: tx)
    }
  }

  /// Something happens to the customer.
  func happens(_ kind: EventKind = Customers.corrected) async throws {
    let customer = customer
    try await act { tx in tx.record(kind, customer: customer.raw, facts: ["fields": "name"]) }
    try await TestDatabase.settle(db)
  }

  func deliveries(_ webhook: Webhook) async throws -> [WebhookDelivery] {
    try await read { try Webhooks.deliveries(of: webhook.id, limit: 100, in: $0) }
  }

  func states(_ webhook: Webhook) async throws -> [String] {
    try await deliveries(webhook).reversed().map(\.state.rawValue)
  }

  func find(_ webhook: Webhook) async throws -> Webhook { try await read { try Webhooks.find(webhook.id, in: $0) } }
}
