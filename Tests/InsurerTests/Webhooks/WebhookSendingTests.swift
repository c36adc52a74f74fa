import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct WebhookSendingTests {
  @Test(arguments: TestDatabase.engines) func whatHappensIsToldOnceAndSigned(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await WebhookWorld.open(engine) { world in
      try await world.happens()
      let (webhook, secret) = try await world.add()
      let (narrow, _) = try await world.add("https://a.example.cn/", kinds: ["claim_paid"])
      try await world.worker.runDue()
      // What was before is not told.
      #expect(world.receiver.messages.isEmpty)
      try await world.happens()
      try await world.happens(Consents.given)
      try await world.worker.runDue()
      try await world.worker.runDue()
      #expect(world.receiver.messages.count == 2 && Set(world.receiver.ids).count == 2)
      #expect(try await world.states(webhook) == ["delivered", "delivered"])
      #expect(try await world.deliveries(narrow).isEmpty)
      let message = try #require(world.receiver.messages.first)
      let now = world.clock.clock.now().microseconds / 1_000_000
      #expect(
        WebhookSignature.verify(
          id: message.id, timestamp: message.timestamp, signatures: message.signatures, body: message.raw,
          secrets: [secret], now: now))
      #expect(message.body.contains(#""type":"anban.customer_corrected""#) && !message.body.contains("李岚"))
      // The look is logged, as the owner's.
      let looks = try await world.read { tx in try tx.fetch(AccessLog.looks(at: world.customer.raw, limit: 10)) }
      #expect(looks.filter { $0.what == "webhook" }.count == 2)
    }
  }

  @Test(arguments: TestDatabase.engines) func whatFailsIsTriedAgainUnderItsID(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await WebhookWorld.open(engine) { world in
      let (webhook, _) = try await world.add()
      world.receiver.answer(503, retryAfter: "120")
      try await world.happens()
      try await world.worker.runDue()
      world.clock.move(seconds: 100)
      try await world.worker.runDue()
      #expect(world.receiver.messages.count == 1)
      world.clock.move(seconds: 30)
      world.receiver.answer { _ in .failure(WebhookFailure(.timedOut)) }
      try await world.worker.runDue()
      #expect(try await world.find(webhook).failures == 2)
      world.clock.move(seconds: 400)
      world.receiver.answer(204)
      try await world.worker.runDue()
      #expect(world.receiver.messages.count == 3 && Set(world.receiver.ids).count == 1)
      let delivery = try #require(try await world.deliveries(webhook).first)
      #expect(delivery.state == .delivered && delivery.attempts == 3 && delivery.status == 204)
      let detail = try await world.read { try Webhooks.detail(delivery.id, of: webhook.id, in: $0) }
      #expect(detail.attempts.map(\.code) == [nil, .timedOut, .status])
      #expect(detail.attempts.map(\.status) == [204, nil, 503] && detail.attempts.last?.answer == "answer")
      #expect(detail.body == world.receiver.messages.last?.body)
      let after = try await world.find(webhook)
      #expect(after.failures == 0 && after.failingSince == nil)
      // Times go on, ids do not.
      #expect(Set(world.receiver.messages.map(\.timestamp)).count == 3)
    }
  }

  @Test func afterTheLastTryItIsOver() async throws {
    try await WebhookWorld.open(.sqlite) { world in
      let (webhook, _) = try await world.add()
      // Of one message only: the receiver takes others, so the webhook goes on.
      world.receiver.answer(400)
      try await world.happens()
      for pause in WebhookRules.schedule + [0, 0] {
        try await world.worker.runDue()
        world.clock.move(seconds: pause * 11 / 10 + 1)
      }
      #expect(world.receiver.messages.count == WebhookRules.attemptsMax)
      #expect(try await world.states(webhook) == ["failed"])
    }
  }

  /// Killed between the sending and its mark: nobody knows whether it arrived, so it is sent again, the same.
  @Test(arguments: TestDatabase.engines) func killedInBetweenItIsSentAgain(_ engine: TestDatabase.Engine) async throws {
    try await WebhookWorld.open(engine) { world in
      let (webhook, _) = try await world.add()
      try await world.happens()
      try await world.worker.collect()
      let claimed = try #require(try await world.act { try Webhooks.claim(of: webhook.id, in: $0) })
      // Here the process ends. Nobody else sends it before the lease has run out.
      try await world.worker.runDue()
      #expect(world.receiver.messages.isEmpty)
      world.clock.move(seconds: Webhooks.leaseSeconds + 1)
      try await world.worker.runDue()
      #expect(world.receiver.ids == ["\(claimed.delivery.id)"])
      let detail = try await world.read { try Webhooks.detail(claimed.delivery.id, of: webhook.id, in: $0) }
      #expect(detail.attempts.map(\.code) == [nil, .interrupted] && detail.delivery.state == .delivered)
      // The one that was given up comes back late: it changes nothing.
      try await world.act { try Webhooks.settle(claimed, .failed(.timedOut), milliseconds: 1, jitter: 0, in: $0) }
      #expect(try await world.states(webhook) == ["delivered"])
      #expect(try await world.find(webhook).failures == 0)
    }
  }

  /// Two processes collect and send at once: nothing is lost or made twice.
  @Test(arguments: TestDatabase.engines) func twoWorkersShareTheWork(_ engine: TestDatabase.Engine) async throws {
    try await WebhookWorld.open(engine) { world in
      let (webhook, _) = try await world.add()
      for _ in 0..<30 { try await world.happens() }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 { group.addTask { try await world.worker.runDue() } }
        try await group.waitForAll()
      }
      try await world.worker.runDue()
      #expect(world.receiver.messages.count == 30 && Set(world.receiver.ids).count == 30)
      #expect(Set(try await world.states(webhook)) == ["delivered"])
    }
  }

  @Test(arguments: TestDatabase.engines) func aWithdrawnConsentIsObeyedAtTheNextSending(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await WebhookWorld.open(engine) { world in
      let (webhook, _) = try await world.add(
        kinds: ["policy_issued", "claim_paid", "customer_corrected"], purpose: .personalisation)
      let customer = world.customer
      try await world.happens(.policyIssued)
      try await world.worker.runDue()
      #expect(try await world.states(webhook) == ["withheld"] && world.receiver.messages.isEmpty)
      let input = ConsentInput(.personalisation, .none, textVersion: 1)
      try await world.act { _ = try Consents.give(input, for: customer, in: $0) }
      try await world.happens(.policyIssued)
      try await world.worker.runDue()
      #expect(try await world.states(webhook) == ["withheld", "delivered"])
      // Withdrawn while a message waits for its next try.
      world.receiver.answer(500)
      try await world.happens(.policyIssued)
      try await world.worker.runDue()
      try await world.act { _ = try Consents.withdraw(.personalisation, .none, for: customer, in: $0) }
      world.receiver.answer(200)
      world.clock.move(seconds: 600)
      try await world.worker.runDue()
      #expect(try await world.states(webhook) == ["withheld", "delivered", "withheld"])
      #expect(world.receiver.messages.count == 2)
      // What the purpose does not need is not told, whatever was agreed.
      try await world.act { _ = try Consents.give(input, for: customer, in: $0) }
      try await world.happens(.claimPaid)
      try await world.happens()
      try await world.worker.runDue()
      #expect(Array(try await world.states(webhook).suffix(2)) == ["withheld", "withheld"])
      try await world.act { _ = try Consents.withdraw(.personalisation, .none, for: customer, in: $0) }
      // Sent anew, it is asked anew.
      _ = try await world.act { try Webhooks.replay(of: webhook.id, since: Instant(microseconds: 0), in: $0) }
      try await world.worker.runDue()
      #expect(world.receiver.messages.count == 2)
      #expect(Set(try await world.states(webhook)) == ["withheld"])
    }
  }

  @Test func theOwnersRightsDecide() async throws {
    try await WebhookWorld.open(.sqlite) { world in
      let (claims, _) = try await world.add(scopes: [.read(.customer)])
      try await world.happens(.claimPaid)
      try await world.happens()
      try await world.worker.runDue()
      #expect(try await world.states(claims) == ["withheld", "delivered"])
      let name = world.account.name
      try await world.act { try Accounts.disable(name, in: $0) }
      try await world.happens()
      try await world.worker.runDue()
      #expect(try await world.states(claims) == ["withheld", "delivered", "withheld"])
      #expect(world.receiver.messages.count == 1)
    }
    // An agent without a book sees nobody, so his webhook is told of nobody.
    try await WebhookWorld.open(.sqlite, role: .agent) { world in
      let (webhook, _) = try await world.add(purpose: .contract)
      try await world.happens()
      try await world.worker.runDue()
      #expect(try await world.states(webhook) == ["withheld"])
    }
  }

  @Test(arguments: TestDatabase.engines) func goneOrLongFailingIsSwitchedOffAndToldOf(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await WebhookWorld.open(engine) { world in
      let (gone, _) = try await world.add()
      world.receiver.answer(410)
      try await world.happens()
      try await world.worker.runDue()
      var webhook = try await world.find(gone)
      #expect(webhook.state == .disabled && webhook.reason == .gone)
      let id = gone.id
      try await world.act { try Webhooks.remove(id, in: $0) }
      let (failing, _) = try await world.add()
      world.receiver.answer { _ in .failure(WebhookFailure(.unreachable)) }
      for _ in 0..<4 {
        try await world.happens()
        try await world.worker.runDue()
        world.clock.move(seconds: 2 * 86_400)
      }
      webhook = try await world.find(failing)
      #expect(webhook.state == .disabled && webhook.reason == .failing)
      let sent = world.receiver.messages.count
      try await world.happens()
      try await world.worker.runDue()
      #expect(world.receiver.messages.count == sent)
      let tasks = try await world.read { tx in
        try tx.fetch(
          Query<[String]>.all("SELECT source FROM tasks WHERE kind = 'webhook_disabled' ORDER BY id") { $0.text(0) })
      }
      #expect(tasks == ["webhook.gone/1", "webhook.failing/1"])
      // Switched on again, it hears what happened meanwhile.
      world.receiver.answer(200)
      let (owner, policy, account) = (failing.id, world.policy, world.account.id)
      _ = try await world.act { tx in
        try Webhooks.change(owner, WebhookChange(state: .active), by: account, under: policy, in: tx)
      }
      try await world.worker.runDue()
      #expect(try await world.states(failing).last == "delivered")
    }
  }

  /// One whose receiver is slow or broken does not hold up the others.
  @Test func eachHasItsOwnLane() async throws {
    try await WebhookWorld.open(.sqlite) { world in
      let (slow, _) = try await world.add("https://slow.example.cn/")
      let (quick, _) = try await world.add("https://quick.example.cn/")
      let waiting = AsyncStream.makeStream(of: Void.self)
      let inner = world.receiver.outside
      let outside = Outside(postWebhook: { request throws(WebhookFailure) in
        if request.url.host.hasPrefix("slow") { for await _ in waiting.stream { break } }
        return try await inner.postWebhook(request)
      })
      for _ in 0..<5 { try await world.happens() }
      let worker = WebhookWorker(db: world.db, outside: outside, policy: world.policy)
      let running = Task { await worker.run() }
      for _ in 0..<600 {
        if try await world.states(quick) == Array(repeating: "delivered", count: 5) { break }
        try await Task.sleep(for: .milliseconds(25))
      }
      #expect(try await world.states(quick) == Array(repeating: "delivered", count: 5))
      #expect(try await world.states(slow) == ["sending", "waiting", "waiting", "waiting", "waiting"])
      waiting.continuation.finish()
      for _ in 0..<600 {
        if try await world.states(slow) == Array(repeating: "delivered", count: 5) { break }
        try await Task.sleep(for: .milliseconds(25))
      }
      running.cancel()
      await running.value
      #expect(try await world.states(slow) == Array(repeating: "delivered", count: 5))
    }
  }

  @Test(arguments: TestDatabase.engines) func pausedWaitsAndReplayedIsTheSame(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await WebhookWorld.open(engine) { world in
      let (webhook, secret) = try await world.add()
      let (id, policy, owner) = (webhook.id, world.policy, world.account.id)
      _ = try await world.act { tx in
        try Webhooks.change(id, WebhookChange(state: .paused), by: owner, under: policy, in: tx)
      }
      for _ in 0..<3 { try await world.happens() }
      try await world.worker.runDue()
      #expect(world.receiver.messages.isEmpty)
      await #expect(throws: AppError.self) { try await world.act { try Webhooks.test(id, in: $0) } }
      _ = try await world.act { tx in
        try Webhooks.change(id, WebhookChange(state: .active), by: owner, under: policy, in: tx)
      }
      try await world.worker.runDue()
      #expect(world.receiver.messages.count == 3)
      let one = try #require(try await world.deliveries(webhook).last)
      let again = try await world.act { try Webhooks.replay(one.id, of: id, in: $0) }
      #expect(again.state == .waiting)
      let new = try await world.act { try Webhooks.rotate(id, overlapSeconds: 60, by: owner, in: $0) }.secret
      try await world.worker.runDue()
      let replayed = try #require(world.receiver.messages.last)
      #expect(replayed.id == "\(one.id)" && replayed.body == world.receiver.messages[0].body)
      func isRight(_ message: FakeReceiver.Message, _ secret: String) -> Bool {
        WebhookSignature.verify(
          id: message.id, timestamp: message.timestamp, signatures: message.signatures, body: message.raw,
          secrets: [secret], now: Int64(message.timestamp) ?? 0)
      }
      #expect(isRight(replayed, secret) && isRight(replayed, new))
      // The overlap is over; all since a moment is sent anew.
      world.clock.move(seconds: 61)
      let count = try await world.act { try Webhooks.replay(of: id, since: one.createdAt, in: $0) }
      try await world.worker.runDue()
      let last = try #require(world.receiver.messages.last)
      #expect(count == 3 && world.receiver.messages.count == 7)
      #expect(isRight(last, new) && !isRight(last, secret))
      let test = try await world.act { try Webhooks.test(id, in: $0) }
      try await world.worker.runDue()
      #expect(world.receiver.ids.last == "\(test.id)")
      #expect(world.receiver.messages.last?.body.contains("anban.webhook_test") == true)
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsOldGoes(_ engine: TestDatabase.Engine) async throws {
    try await WebhookWorld.open(engine) { world in
      let (webhook, _) = try await world.add()
      let (other, _) = try await world.add("https://b.example.cn/")
      try await world.happens()
      try await world.worker.runDue()
      world.clock.move(seconds: WebhookRules.keptSeconds - 10)
      try await world.happens()
      try await world.worker.runDue()
      #expect(try await world.act { try Webhooks.forget(in: $0) } == 0)
      world.clock.move(seconds: 20)
      #expect(try await world.act { try Webhooks.forget(in: $0) } == 2)
      #expect(try await world.deliveries(webhook).count == 1)
      let id = other.id
      try await world.act { try Webhooks.remove(id, in: $0) }
      #expect(try await world.act { try Webhooks.forget(in: $0) } == 1)
      _ = try await world.act { try Webhooks.forget(in: $0) }
      let left = try await world.read { tx in
        try tx.fetch(
          Query<Int>.count("SELECT COUNT(*) FROM webhook_attempts"), Query<Int>.count("SELECT COUNT(*) FROM webhooks"))
      }
      #expect(left == (1, 1))
    }
  }
}
