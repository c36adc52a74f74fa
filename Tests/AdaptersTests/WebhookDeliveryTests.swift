import Insurer
import Kernel
import Storage
import Synchronization
import TestKit
import Testing

@testable import Adapters

/// The whole way, from an event of the log to a receiver on a socket that checks signatures.
@Suite struct WebhookDeliveryTests {
  private final class Hours: Sendable {
    let now = Mutex(TestDatabase.clock.now())
    var clock: Clock { Clock { self.now.withLock { $0 } } }
    func move(seconds: Int) { now.withLock { $0 = $0 + seconds } }
  }

  private static let access = Access.system(purpose: .administration)

  @Test(arguments: TestDatabase.engines) func aReceiverFailsAndRecovers(_ engine: TestDatabase.Engine) async throws {
    let hours = Hours()
    try await Receiver.open { receiver, port in
      try await TestDatabase.open(on: engine, clock: hours.clock, visibility: .insurer) { db in
        let policy = try Receiver.policy()
        let (customer, webhook, secret) = try await db.act(as: Self.access) { tx in
          let account = try Accounts.add(
            NewAccount(name: "hooks", role: .steward, staffID: nil, passwordHash: "x"), in: tx)
          let customer = try Customers.create(
            ["name": "李岚", "gender": "female", "birth_date": "1991-04-17"], in: tx
          ).id
          let new = NewWebhook(
            url: "http://127.0.0.1:\(port)/in", kinds: ["customer_corrected"], scopes: [.read(.customer)],
            purpose: .quality)
          let (webhook, secret) = try Webhooks.add(new, of: account, by: policy, in: tx)
          return (customer, webhook, secret)
        }
        try await TestDatabase.settle(db)
        for _ in 0..<3 {
          try await db.act(as: Self.access) { tx in
            tx.record(Customers.corrected, customer: customer.raw, facts: ["fields": "name"])
          }
        }
        try await TestDatabase.settle(db)
        receiver.status.withLock { $0 = 500 }
        // Another worker each time, as after a restart.
        func work() async throws {
          try await WebhookWorker(db: db, outside: .live(policy), policy: policy).runDue()
          hours.move(seconds: 600)
        }
        try await work()
        #expect(receiver.messages.count == 1)
        receiver.status.withLock { $0 = 204 }
        for _ in 0..<3 { try await work() }
        let messages = receiver.messages
        #expect(messages.count == 4 && Set(messages.map(\.id)).count == 3)
        for message in messages {
          let isRight = WebhookSignature.verify(
            id: message.id, timestamp: message.timestamp, signatures: message.signatures, body: message.body,
            secrets: [secret], now: Int64(message.timestamp) ?? 0)
          #expect(isRight)
        }
        let states = try await db.read(as: Self.access) { tx in
          try Webhooks.deliveries(of: webhook.id, limit: 10, in: tx).map(\.state)
        }
        #expect(states == [.delivered, .delivered, .delivered])
      }
    }
  }
}
