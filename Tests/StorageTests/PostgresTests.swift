import Foundation
import Kernel
@testable import Storage
import Synchronization
import TestKit
import Testing

/// What only a server can do: deadlocks, killed backends, answers that never come.
@Suite struct PostgresTests {
  private static let access = Access.system(purpose: .administration)

  private static func put(_ name: String, _ value: String = "", in tx: Tx) throws {
    try tx.run("INSERT INTO settings (name, value) VALUES (\(name), \(value))")
  }

  private static func count(_ db: Database) async throws -> Int {
    try await db.read(as: access) { tx in try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM settings")) }
  }

  @Test func aDeadlockIsTriedAgain() async throws {
    try await TestDatabase.open(on: .postgres) { db in
      try await db.act(as: Self.access) { tx in
        try Self.put("a", "0", in: tx)
        try Self.put("b", "0", in: tx)
      }
      let met = Meeting()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for names in [["a", "b"], ["b", "a"]] {
          group.addTask {
            try await db.act(as: Self.access) { tx in
              for (place, name) in names.enumerated() {
                try tx.lock("SELECT 1 FROM settings WHERE name = \(name)")
                if place == 0 { met.arrive() }
              }
              try tx.run("UPDATE settings SET value = value || '+'")
            }
          }
        }
        try await group.waitForAll()
      }
      let values = try await db.read(as: Self.access) { tx in
        try tx.fetch(Query.all("SELECT value FROM settings") { $0.text(0) })
      }
      #expect(values == ["0++", "0++"])
    }
  }

  /// Two threads wait for each other the first time; later, nobody waits.
  private final class Meeting: Sendable {
    private let arrived = Mutex(0)
    func arrive() {
      let number = arrived.withLock { arrived in
        arrived += 1
        return arrived
      }
      guard number <= 2 else { return }
      while arrived.withLock({ $0 }) < 2 { usleep(1_000) }
    }
  }

  @Test func anActWhoseBackendDiesBeforeItsCommitIsTriedAgain() async throws {
    try await TestDatabase.open(on: .postgres) { db in
      let attempts = Mutex(0)
      try await db.act(as: Self.access) { tx in
        let attempt = attempts.withLock { attempts in
          attempts += 1
          return attempts
        }
        try Self.put("n\(attempt)", in: tx)
        let process = try tx.fetch(Query<Int>.count("SELECT pg_backend_pid()"))
        if attempt == 1 { try Self.kill(process, db) }
      }
      #expect(attempts.withLock { $0 } == 2)
      let kept = try await Self.count(db)
      #expect(kept == 1)
    }
  }

  private static func kill(_ process: Int, _ db: Database) throws {
    guard case .postgres(let url) = db.address else { return }
    try PostgresServer.run("SELECT pg_terminate_backend(\(process), 5000)", at: url)
  }

  /// A deferred trigger holds COMMIT open, and the backend is killed in it: the transaction is undone.
  @Test func anActWhoseBackendDiesInItsCommitIsTriedAgain() async throws {
    try await TestDatabase.open(on: .postgres) { db in
      guard case .postgres(let url) = db.address else { return }
      try PostgresServer.run(
        """
        CREATE TABLE gate (open BIGINT);
        CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN
            IF NOT EXISTS (SELECT 1 FROM gate) THEN PERFORM pg_sleep(10); END IF;
            RETURN NULL;
          END $$;
        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON settings DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION wait_at_gate();
        """, at: url)
      let process = Mutex(0)
      async let acted: Void = db.act(as: Self.access) { tx in
        try Self.put("a", in: tx)
        let number = try tx.fetch(Query<Int>.count("SELECT pg_backend_pid()"))
        process.withLock { $0 = number }
      }
      while process.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(5)) }
      try await Task.sleep(for: .milliseconds(300))
      try PostgresServer.run("INSERT INTO gate VALUES (1)", at: url)
      try Self.kill(process.withLock { $0 }, db)
      try await acted
      let kept = try await Self.count(db)
      #expect(kept == 1)
    }
  }

  private func throughProxy(
    _ loss: PostgresProxy.Loss, _ body: (Database, Database, PostgresProxy) async throws -> Void
  ) async throws {
    let place = try TestDatabase.Place(.postgres)
    defer { place.remove() }
    guard case .postgres(let url) = place.address, let at = url.range(of: "host=") else {
      throw AppError.broken("the test server has no socket's directory in its address")
    }
    let real = url[at.upperBound...].prefix { $0 != "&" }
    let proxy = try PostgresProxy(server: "\(real)/.s.PGSQL.5432", directory: place.directory)
    defer { proxy.stop() }
    let direct = try Database.open(place.options())
    var options = try place.options()
    options.address = .postgres(url: url.replacingCharacters(in: at.upperBound..., with: place.directory))
    options.connections = 1
    let db = try Database.open(options)
    proxy.loseNext(loss)
    do {
      try await body(db, direct, proxy)
    } catch {
      Issue.record(error)
    }
    await db.close()
    await direct.close()
  }

  /// The body reads first, so that the act knows its transaction's number.
  private static func act(_ db: Database, attempts: Attempts) async throws {
    try await db.act(as: access) { tx in
      attempts.add()
      let before = try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM settings"))
      try put("n\(before)", in: tx)
      tx.recordSystem(EventKind("tested"))
    }
  }

  private final class Attempts: Sendable {
    private let number = Mutex(0)
    func add() { number.withLock { $0 += 1 } }
    var count: Int { number.withLock { $0 } }
  }

  @Test func aCommitWhoseAnswerIsLostIsFoundAndNotRepeated() async throws {
    try await throughProxy(.answer) { db, direct, proxy in
      let attempts = Attempts()
      try await Self.act(db, attempts: attempts)
      #expect(proxy.losses == 1)
      #expect(attempts.count == 1)
      let kept = try await Self.count(direct)
      #expect(kept == 1)
      // The connection made anew goes on, as another writer of the logs.
      try await Self.act(db, attempts: attempts)
      let (again, writers) = try await direct.read(as: Self.access) { tx in
        try tx.fetch(
          Query<Int>.count("SELECT COUNT(*) FROM settings"),
          Query<Int>.count("SELECT COUNT(DISTINCT writer) FROM system_events WHERE n = 1"))
      }
      #expect(again == 2)
      #expect(writers == 2)
    }
  }

  @Test func aCommitThatNeverArrivedIsRepeated() async throws {
    try await throughProxy(.commit) { db, direct, proxy in
      let attempts = Attempts()
      try await Self.act(db, attempts: attempts)
      #expect(proxy.losses == 1)
      #expect(attempts.count == 2)
      let kept = try await Self.count(direct)
      #expect(kept == 1)
    }
  }

  @Test func anOutcomeThatNobodyCanTellIsUnavailableAndNotRepeated() async throws {
    try await throughProxy(.answerAndServer) { db, direct, proxy in
      let attempts = Attempts()
      do {
        try await Self.act(db, attempts: attempts)
        Issue.record("the outcome cannot be known")
      } catch let error as AppError {
        #expect(error.kind == .unavailable)
      }
      #expect(attempts.count == 1)
      let kept = try await Self.count(direct)
      #expect(kept == 1)
    }
  }

  @Test func readsSurviveALostConnection() async throws {
    try await TestDatabase.open(on: .postgres) { db in
      guard case .postgres(let url) = db.address else { return }
      try await db.act(as: Self.access) { try Self.put("a", in: $0) }
      for _ in 0..<3 {
        try PostgresServer.run(
          """
          SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
          WHERE datname = current_database() AND pid <> pg_backend_pid()
          """, at: url)
        let kept = try await Self.count(db)
        #expect(kept == 1)
      }
    }
  }

  /// A thousand texts make the session forget its statements and prepare them again.
  @Test func statementsAreBounded() async throws {
    try await TestDatabase.open(on: .postgres) { db in
      let answers = try await db.read(as: Self.access) { tx in
        try (0..<1_200).map { number in
          try tx.fetch(Query<Int>.count(SQL(stringLiteral: "SELECT \(number) + 1")))
        }
      }
      #expect(answers == Array(1...1_200))
      let held = try await db.read(as: Self.access) { tx in
        try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM pg_prepared_statements"))
      }
      #expect(held <= 1_001)
    }
  }
}
