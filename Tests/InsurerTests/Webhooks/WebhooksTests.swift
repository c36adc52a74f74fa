import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct WebhooksTests {
  private func systemEvents(_ world: WebhookWorld) async throws -> [String] {
    try await world.read { tx in
      try tx.fetch(
        Query<[String]>.all("SELECT kind FROM system_events WHERE kind LIKE 'webhook%' ORDER BY id") { $0.text(0) })
    }
  }

  @Test(arguments: TestDatabase.engines) func aWebhookIsMadeChangedAndRemoved(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await WebhookWorld.open(engine) { world in
      let (webhook, secret) = try await world.add("HTTPS://Hooks.Example.cn/in", kinds: ["claim_paid", "claim_paid"])
      #expect(webhook.url == "https://hooks.example.cn/in" && webhook.kinds == [.claimPaid])
      #expect(secret.hasPrefix("whsec_") && WebhookSignature.key(of: secret) != nil)
      #expect(try await world.find(webhook) == webhook)
      let (owner, policy) = (world.account.id, world.policy)
      let paused = try await world.act { tx in
        try Webhooks.change(
          webhook.id, WebhookChange(description: "对账", kinds: [], state: .paused), expected: 1, by: owner,
          under: policy, in: tx)
      }
      #expect(paused.state == .paused && paused.kinds.isEmpty && paused.version == 2)
      await #expect(throws: AppError.self) {
        try await world.act { tx in
          try Webhooks.change(
            webhook.id, WebhookChange(state: .active), expected: 1, by: owner, under: policy, in: tx)
        }
      }
      // Another account stops it, and bends it nowhere.
      let stranger = ID<Account>(99)
      _ = try await world.act { tx in
        try Webhooks.change(webhook.id, WebhookChange(state: .active), by: stranger, under: policy, in: tx)
      }
      for change in [WebhookChange(url: "https://b.example.cn/"), WebhookChange(kinds: [])] {
        await #expect(throws: AppError.self) {
          try await world.act { tx in
            try Webhooks.change(webhook.id, change, by: stranger, under: policy, in: tx)
          }
        }
      }
      await #expect(throws: AppError.self) {
        try await world.act { tx in try Webhooks.rotate(webhook.id, by: stranger, in: tx) }
      }
      let rotated = try await world.act { tx in try Webhooks.rotate(webhook.id, by: owner, in: tx) }
      #expect(rotated.secret != secret && rotated.webhook.oldSecretUntil != nil)
      try await world.act { tx in try Webhooks.remove(webhook.id, in: tx) }
      await #expect(throws: AppError.self) { try await world.find(webhook) }
      #expect(try await world.act { try Webhooks.forget(in: $0) } == 0)
      #expect(
        try await systemEvents(world) == [
          "webhook_added", "webhook_changed", "webhook_changed", "webhook_secret_rotated", "webhook_removed",
        ])
    }
  }

  private func faults(
    _ new: NewWebhook, ownName: String = "", _ world: WebhookWorld
  ) async throws -> [String] {
    let (account, policy) = (world.account, world.policy)
    do {
      _ = try await world.act { tx in try Webhooks.add(new, of: account, by: policy, ownName: ownName, in: tx) }
      return []
    } catch let error as AppError {
      return error.fields.map { "\($0.field) \($0.code)" }
    }
  }

  @Test func whatIsWrongIsSaidByField() async throws {
    try await WebhookWorld.open(.sqlite) { world in
      let good = NewWebhook(url: "https://hooks.example.cn/", scopes: [.read(.customer)], purpose: .quality)
      var new = good
      let found1 = try await faults(good, world)
      #expect(found1 == [])
      for (url, code) in [
        ("https://user:x@hooks.example.cn/", "WEBHOOK_URL_CREDENTIALS"), ("nonsense", "WEBHOOK_URL"),
        ("https://hooks.example.cn/\r\nHost: evil", "WEBHOOK_URL"), ("https://evil.com/", "WEBHOOK_HOST"),
        ("http://hooks.example.cn/", "WEBHOOK_HOST"), ("https://127.0.0.1/", "WEBHOOK_HOST"),
        ("https://169.254.169.254/latest/meta-data/", "WEBHOOK_HOST"), ("https://[::ffff:10.0.0.1]/", "WEBHOOK_HOST"),
      ] {
        new.url = url
        let found2 = try await faults(new, world)
        #expect(found2 == ["url \(code)"], "\(url)")
      }
      let found3 = try await faults(good, ownName: "hooks.example.cn", world)
      #expect(found3 == ["url WEBHOOK_HOST"])
      let found4 = try await faults(good, ownName: "hooks.example.cn:443", world)
      #expect(found4 == ["url WEBHOOK_HOST"])
      let found5 = try await faults(good, ownName: "hooks.example.cn:8443", world)
      #expect(found5 == [])
      new = good
      new.kinds = ["claim_paid", "nonsense"]
      new.description = "a\r\nb"
      new.scopes = [.read(.claim)]
      new.purpose = .audit
      let all = try await faults(new, world)
      #expect(
        all == [
          "description TEXT_INVALID", "types WEBHOOK_TYPES", "scopes TOKEN_SCOPES", "purpose PURPOSE_FORBIDDEN",
        ])
    }
  }

  @Test func whoMayNotMayNot() async throws {
    try await WebhookWorld.open(.sqlite) { world in
      let (webhook, _) = try await world.add()
      let (account, policy) = (world.account, world.policy)
      let agent = Roles.access(Roles.Holder(actor: .staff(1), role: .agent, staffID: 1), surface: "api")
      await #expect(throws: AppError.self) {
        try await world.db.read(as: agent) { try Webhooks.list(limit: 5, in: $0) }
      }
      await #expect(throws: AppError.self) {
        try await world.db.act(as: agent) { tx in
          try Webhooks.add(NewWebhook(url: "https://hooks.example.cn/", scopes: []), of: account, by: policy, in: tx)
        }
      }
      let compliance = Roles.access(Roles.Holder(actor: .staff(2), role: .compliance), surface: "page")
      #expect(try await world.db.read(as: compliance) { try Webhooks.list(limit: 5, in: $0).count } == 1)
      await #expect(throws: AppError.self) {
        try await world.db.act(as: compliance) { try Webhooks.remove(webhook.id, in: $0) }
      }
    }
  }
}
