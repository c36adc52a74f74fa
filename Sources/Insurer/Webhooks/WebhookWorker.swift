import Kernel
import Logging
import Storage
import Synchronization

/// Sends what webhooks are to be told, until its task is cancelled. Any number may run, in any number of processes.
/// Each webhook has a lane of its own, so that a slow one holds up nobody else.
package struct WebhookWorker: Sendable {
  let db: Database
  let outside: Outside
  let policy: WebhookPolicy
  /// Webhooks that are sent to at once.
  private static let lanesMax = 32
  /// Messages of one webhook before others have their turn.
  private static let turn = 50
  private static let pauseMilliseconds = 500
  private static let forgetEverySeconds = 600

  package init(db: Database, outside: Outside, policy: WebhookPolicy) {
    self.db = db
    self.outside = outside
    self.policy = policy
  }

  package func run() async {
    let busy = Busy()
    await withDiscardingTaskGroup { group in
      group.addTask { await forget() }
      while !Task.isCancelled {
        do {
          try await collect()
          for id in try await due() where busy.enter(id, atMost: Self.lanesMax) {
            group.addTask {
              await lane(id)
              busy.leave(id)
            }
          }
        } catch {
          db.logger.error("webhooks could not be looked after: \(error)")
        }
        try? await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
      }
    }
  }

  /// Which webhooks have a lane now.
  private final class Busy: Sendable {
    private let ids = Mutex(Set<ID<Webhook>>())

    func enter(_ id: ID<Webhook>, atMost most: Int) -> Bool {
      ids.withLock { ids in ids.count < most && ids.insert(id).inserted }
    }

    func leave(_ id: ID<Webhook>) { _ = ids.withLock { $0.remove(id) } }
  }

  private func lane(_ id: ID<Webhook>) async {
    do {
      for _ in 0..<Self.turn where !Task.isCancelled {
        guard try await sendOne(of: id) else { return }
      }
    } catch is CancellationError {
      return
    } catch {
      db.logger.error("a webhook's message could not be sent: \(error)")
    }
  }

  private func forget() async {
    while !Task.isCancelled {
      do {
        while try await db.act(as: Webhooks.access, background: true, { try Webhooks.forget(in: $0) }) > 0 {}
      } catch {
        db.logger.error("old deliveries could not be removed: \(error)")
      }
      try? await Task.sleep(for: .seconds(Self.forgetEverySeconds))
    }
  }

  /// Collects and sends all that is due, and returns: for tests.
  package func runDue() async throws {
    try await collect()
    for id in try await due() { while try await sendOne(of: id) {} }
  }

  func collect() async throws {
    guard try await db.read(as: Webhooks.access, { try Webhooks.isAnythingNew(in: $0) }) else { return }
    while try await db.act(as: Webhooks.access, background: true, { try Webhooks.collect(in: $0) }) {}
  }

  private func due() async throws -> [ID<Webhook>] {
    try await db.read(as: Webhooks.access) { tx in
      try tx.fetch(WebhookStore.due(tx.now, limit: 2 * Self.lanesMax))
    }
  }

  /// - Returns: false when there is nothing to send to it now.
  func sendOne(of id: ID<Webhook>) async throws -> Bool {
    let claimed = try await db.act(as: Webhooks.access, background: true) { tx in try Webhooks.claim(of: id, in: tx) }
    guard let claimed else { return false }
    let clock = ContinuousClock()
    let start = clock.now
    let outcome = try await attempt(claimed)
    let milliseconds = Int((clock.now - start) / .milliseconds(1))
    let jitter = Double.random(in: 0...1)
    try await db.act(as: Webhooks.access, background: true) { tx in
      try Webhooks.settle(claimed, outcome, milliseconds: milliseconds, jitter: jitter, in: tx)
    }
    return true
  }

  /// - Throws: `CancellationError` when this process ends meanwhile: the lease runs out, and it is sent again.
  private func attempt(_ claimed: Webhooks.Claimed) async throws -> Webhooks.Outcome {
    guard let url = try? WebhookURL(claimed.webhook.url) else { return .failed(.hostRefused) }
    if let refusal = policy.refusal(of: url) { return .failed(refusal) }
    guard let viewer = Webhooks.viewer(claimed) else { return .withheld }
    // The look is in the access log before anything leaves.
    let body = try await db.read(as: viewer) { tx in try Webhooks.body(of: claimed.delivery, in: tx) }
    guard let body else { return .withheld }
    do {
      return .answered(try await outside.postWebhook(Webhooks.request(claimed, to: url, body)))
    } catch {
      try Task.checkCancellation()
      return .failed(error.code)
    }
  }
}
