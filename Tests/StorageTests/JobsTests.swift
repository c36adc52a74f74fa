import Foundation
import Kernel
import Storage
import Synchronization
import TestKit
import Testing

/// A clock that tests push forward.
final class MovingClock: Sendable {
  private let instant = Mutex(Instant(Day(number: 20_779), secondOfDay: 9 * 3600))
  var clock: Clock { Clock { self.instant.withLock { $0 } } }
  func forward(seconds: Int) { instant.withLock { $0 = $0 + seconds } }
}

/// What the jobs of these tests do: they note that they ran, and answer as they are told.
final class Bench: Sendable {
  let ran = Mutex<[String]>([])
  let answers = Mutex<[JobResult]>([])
  func note(_ what: String) -> JobResult {
    ran.withLock { $0.append(what) }
    return answers.withLock { $0.isEmpty ? .done : $0.removeFirst() }
  }
}

struct Noting: Job {
  static let name = "tests.note"
  static let attemptsMax = 3
  let text: String
  func run(_ app: Bench) async throws -> JobResult { app.note(text) }
}

/// Holds its worker up until it is let go.
struct Holding: Job {
  static let name = "tests.hold"
  func run(_ app: Bench) async throws -> JobResult {
    _ = app.note("held")
    try await Task.sleep(for: .seconds(60))
    return .done
  }
}

@Suite struct JobsTests {
  private static let access = Access.system(purpose: .administration)

  private func open(
    on engine: TestDatabase.Engine,
    _ body: (Database, Bench, Worker<Bench>, MovingClock) async throws -> Void
  ) async throws {
    let clock = MovingClock()
    try await TestDatabase.open(on: engine, clock: clock.clock) { db in
      let bench = Bench()
      var registry = JobRegistry<Bench>()
      registry.add(Noting.self)
      registry.add(Holding.self)
      try await body(db, bench, Worker(database: db, app: bench, registry: registry), clock)
    }
  }

  private func rows(_ db: Database) async throws -> [JobRow] {
    try await db.read(as: Self.access) { tx in try Jobs.list(limit: 100, in: tx) }
  }

  @Test(arguments: TestDatabase.engines)
  func aJobIsEnqueuedWithItsActAndRunsOnce(_ engine: TestDatabase.Engine) async throws {
    try await open(on: engine) { db, bench, worker, _ in
      try await db.act(as: Self.access) { tx in
        try tx.enqueue(Noting(text: "王敏"), unique: "a")
        try tx.enqueue(Noting(text: "again"), unique: "a")
        try tx.enqueue(Noting(text: "other"))
      }
      await #expect(throws: AppError.self) {
        try await db.act(as: Self.access) { tx in
          try tx.enqueue(Noting(text: "undone"))
          throw AppError.conflict("TEST", "undone")
        }
      }
      let waiting = try await db.read(as: Self.access) { tx in try Jobs.enqueued(Noting.self, in: tx).map(\.text) }
      #expect(waiting == ["王敏", "other"])
      try await worker.runDue()
      #expect(bench.ran.withLock { $0 } == ["王敏", "other"])
      let states = try await rows(db).map(\.state)
      #expect(states == [.done, .done])
      // The key is free again.
      try await db.act(as: Self.access) { tx in try tx.enqueue(Noting(text: "third"), unique: "a") }
      try await worker.runDue()
      #expect(bench.ran.withLock { $0.count } == 3)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aFailingJobIsTriedLaterAndGivenUp(_ engine: TestDatabase.Engine) async throws {
    try await open(on: engine) { db, bench, worker, clock in
      bench.answers.withLock { $0 = [.retry("no line"), .later(seconds: 10), .retry("no line"), .retry("no line")] }
      try await db.act(as: Self.access) { tx in try tx.enqueue(Noting(text: "x")) }
      try await worker.runDue()
      #expect(try await rows(db).first?.state == .waiting)
      #expect(try await rows(db).first?.lastError == "no line")
      for _ in 0..<5 {
        clock.forward(seconds: 60)
        try await worker.runDue()
      }
      let row = try #require(try await rows(db).first)
      #expect(bench.ran.withLock { $0.count } == 4)
      #expect(row.state == .failed)
      #expect(row.attempts == 3)
    }
  }

  @Test(arguments: TestDatabase.engines, [JobResult.giveUp("gone"), .uncertain("the bank did not answer")])
  func whatNeedsAPersonWaitsForOne(_ engine: TestDatabase.Engine, _ result: JobResult) async throws {
    try await open(on: engine) { db, bench, worker, clock in
      bench.answers.withLock { $0 = [result] }
      try await db.act(as: Self.access) { tx in try tx.enqueue(Noting(text: "x"), at: tx.now + 5) }
      try await worker.runDue()
      #expect(bench.ran.withLock { $0.isEmpty })
      clock.forward(seconds: 5)
      try await worker.runDue()
      clock.forward(seconds: 86_400)
      try await worker.runDue()
      #expect(bench.ran.withLock { $0.count } == 1)
      let row = try #require(try await rows(db).first)
      #expect(row.state == .failed || row.state == .uncertain)
      try await db.act(as: Self.access) { tx in try Jobs.retry(row.id, in: tx) }
      try await worker.runDue()
      #expect(try await rows(db).first?.state == .done)
      await #expect(throws: AppError.self) {
        try await db.act(as: Self.access) { tx in try Jobs.cancel(row.id, in: tx) }
      }
      let events = try await db.read(as: Self.access) { tx in
        try tx.fetch(Query.all("SELECT kind FROM system_events ORDER BY id") { $0.text(0) })
      }
      #expect(events == ["job_retried"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aDeadWorkersJobIsTakenByAnother(_ engine: TestDatabase.Engine) async throws {
    try await open(on: engine) { db, bench, worker, clock in
      try await db.act(as: Self.access) { tx in try tx.enqueue(Holding()) }
      let dying = Task { try await worker.runOne() }
      while try await rows(db).first?.state != .running { try await Task.sleep(for: .milliseconds(5)) }
      // Another worker leaves it alone while the lease holds.
      try await worker.runDue()
      #expect(bench.ran.withLock { $0.count } <= 1)
      clock.forward(seconds: 61)
      let second = Task { try await worker.runOne() }
      while bench.ran.withLock({ $0.count }) < 2 { try await Task.sleep(for: .milliseconds(5)) }
      second.cancel()
      dying.cancel()
      _ = try? await second.value
      _ = try? await dying.value
      #expect(try await rows(db).first?.state == .waiting)
    }
  }

  @Test(arguments: TestDatabase.engines)
  func manyWorkersRunEachJobOnce(_ engine: TestDatabase.Engine) async throws {
    try await open(on: engine) { db, bench, worker, _ in
      try await db.act(as: Self.access) { tx in
        for number in 0..<40 { try tx.enqueue(Noting(text: "\(number)")) }
      }
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 { group.addTask { try await worker.runDue() } }
        try await group.waitForAll()
      }
      #expect(Set(bench.ran.withLock { $0 }).count == 40)
      #expect(bench.ran.withLock { $0.count } == 40)
      let counts = try await db.read(as: Self.access) { tx in try Jobs.counts(in: tx) }
      #expect(counts == [.done: 40])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func aPayloadIsSealedAndAnUnknownNameIsGivenUp(_ engine: TestDatabase.Engine) async throws {
    try await open(on: engine) { db, bench, worker, _ in
      try await db.act(as: Self.access) { tx in try tx.enqueue(Noting(text: "13812345678")) }
      let payload = try await db.read(as: Self.access) { tx in
        try tx.fetch(Query<[UInt8]?>.first("SELECT payload FROM jobs") { $0.blob(0) })
      }
      let clear = String(decoding: payload ?? [], as: UTF8.self)
      #expect(!clear.contains("13812345678"))
      let strange = Worker(database: db, app: bench, registry: JobRegistry<Bench>())
      try await strange.runDue()
      #expect(try await rows(db).first?.state == .failed)
      _ = worker
    }
  }

  @Test(arguments: TestDatabase.engines)
  func onlyThoseWhoMayTouchJobs(_ engine: TestDatabase.Engine) async throws {
    try await open(on: engine) { db, _, _, _ in
      let agent = Access(
        actor: .staff(1), role: .agent, purpose: .service, scope: .book(1), permissions: [.read(.customer)], sees: [],
        staffID: 1, surface: "page")
      await #expect(throws: AppError.self) { try await db.read(as: agent) { tx in try Jobs.list(limit: 1, in: tx) } }
      await #expect(throws: AppError.self) { try await db.act(as: agent) { tx in try Jobs.retry(ID(1), in: tx) } }
      await #expect(throws: AppError.self) {
        try await db.act(as: Self.access) { tx in try Jobs.retry(ID(1), in: tx) }
      }
    }
  }
}
