import Foundation
import Kernel
import Logging

/// What a worker does by the clock, beside the jobs: seals, deletions by age.
package struct Chore: Sendable {
  let name: String
  let everySeconds: Int
  let run: @Sendable () async throws -> Void

  package init(_ name: String, everySeconds: Int, run: @escaping @Sendable () async throws -> Void) {
    self.name = name
    self.everySeconds = everySeconds
    self.run = run
  }
}

/// Takes jobs one after the other until its task is cancelled. Any number may run, in any number of processes.
package struct Worker<App: Sendable>: Sendable {
  private let database: Database
  private let app: App
  private let registry: JobRegistry<App>
  private let chores: [Chore]
  private let holder: String
  /// A job whose worker has not been heard of for so long is taken by another.
  package var leaseSeconds = 60
  /// Jobs at once.
  package var lanes = 2
  package var pauseMilliseconds = 500
  private static var access: Access { .system(purpose: .administration) }
  private static var keptSeconds: Int { 7 * 24 * 3600 }

  package init(database: Database, app: App, registry: JobRegistry<App>, chores: [Chore] = []) {
    self.database = database
    self.app = app
    self.registry = registry
    self.chores = chores
    holder = "\(ProcessInfo.processInfo.processIdentifier)-\(Randomness.bytes(4).map(String.init).joined())"
  }

  package func run() async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<lanes { group.addTask { await lane() } }
      for chore in chores + [deletion] { group.addTask { await repeated(chore) } }
    }
  }

  private func lane() async {
    while !Task.isCancelled {
      do {
        if try await runOne() { continue }
      } catch {
        database.logger.error("a worker could not look for jobs: \(error)")
      }
      try? await Task.sleep(for: .milliseconds(pauseMilliseconds))
    }
  }

  private func repeated(_ chore: Chore) async {
    while !Task.isCancelled {
      do { try await chore.run() } catch { database.logger.error("\(chore.name) failed: \(error)") }
      try? await Task.sleep(for: .seconds(chore.everySeconds))
    }
  }

  private var deletion: Chore {
    Chore("deleting finished jobs", everySeconds: 3600) { [database] in
      try await database.act(as: Self.access, background: true) { tx in
        try JobStore.deleteFinished(before: tx.now - Self.keptSeconds, in: tx)
      }
    }
  }

  /// Runs every job that is due, and returns: for tests and commands.
  package func runDue() async throws {
    while try await runOne() {}
  }

  /// - Returns: false when none is due.
  package func runOne() async throws -> Bool {
    let (holder, lease) = (holder, leaseSeconds)
    let isDue = try await database.read(as: Self.access) { tx in try tx.fetch(JobStore.isOneDue(tx.now)) == 1 }
    guard isDue else { return false }
    let claimed = try await database.act(as: Self.access, background: true) { tx in
      try JobStore.claim(holder: holder, lease: tx.now + lease, in: tx)
    }
    guard let claimed else { return false }
    let result = await attempt(claimed)
    try await settle(claimed, result)
    return true
  }

  private func attempt(_ job: JobStore.Claimed) async -> JobResult {
    guard let entry = registry.entries[job.name] else { return .giveUp("this program knows no job \(job.name)") }
    do {
      let payload = try database.vault.openFromStore(job.payload)
      return try await withThrowingTaskGroup(of: JobResult?.self) { group in
        group.addTask { try await entry.run(payload, app) }
        group.addTask { try await heartbeat(job.id) }
        defer { group.cancelAll() }
        while let result = try await group.next() { if let result { return result } }
        return .retry("no result")
      }
    } catch is CancellationError {
      return .later(seconds: 0)
    } catch let error as AppError {
      return .retry(error.description)
    } catch {
      // Others' errors may quote what they failed on.
      return .retry("\(type(of: error))")
    }
  }

  /// Keeps the lease while the job runs; ends the job when it is no longer ours.
  private func heartbeat(_ id: ID<JobRow>) async throws -> JobResult? {
    let (holder, lease) = (holder, leaseSeconds)
    while true {
      try await Task.sleep(for: .milliseconds(lease * 1_000 / 3))
      let isOurs = try await database.act(as: Self.access) { tx in
        try JobStore.extend(id, holder: holder, lease: tx.now + lease, in: tx)
      }
      if !isOurs { throw CancellationError() }
    }
  }

  private func settle(_ job: JobStore.Claimed, _ result: JobResult) async throws {
    let holder = holder
    let attemptsMax = registry.entries[job.name]?.attemptsMax ?? 1
    try await database.act(as: Self.access, background: true) { tx in
      switch result {
      case .done: try JobStore.finish(job.id, holder: holder, as: .done, error: nil, in: tx)
      case .giveUp(let why): try JobStore.finish(job.id, holder: holder, as: .failed, error: why, in: tx)
      case .uncertain(let why): try JobStore.finish(job.id, holder: holder, as: .uncertain, error: why, in: tx)
      case .later(let seconds):
        try JobStore.putBack(
          job.id, holder: holder, until: tx.now + seconds, attempts: job.attempts - 1, error: nil, in: tx)
      case .retry(let why) where job.attempts >= attemptsMax:
        try JobStore.finish(job.id, holder: holder, as: .failed, error: why, in: tx)
      case .retry(let why):
        let pause = Backoff.seconds(afterAttempt: job.attempts)
        try JobStore.putBack(
          job.id, holder: holder, until: tx.now + pause, attempts: job.attempts, error: why, in: tx)
      }
    }
  }
}

/// How long a failed job waits: 4, 8, 16 … seconds, at most six hours.
enum Backoff {
  static func seconds(afterAttempt attempt: Int) -> Int { min(6 * 3600, 2 << min(attempt, 20)) }
}
