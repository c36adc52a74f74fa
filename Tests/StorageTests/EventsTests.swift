import Glibc
import Kernel
import Storage
import Synchronization
import TestKit
import Testing

/// Following the event log: nothing twice, nothing skipped.
@Suite struct EventsTests {
  private static let access = Access.system(purpose: .administration)

  private static func record(_ db: Database, _ customer: Int64) async throws {
    try await db.act(as: access) { tx in tx.record(EventKind("tested"), customer: customer) }
  }

  private static func follow(_ db: Database, from cursor: EventCursor) async throws -> [Events.Logged] {
    try await db.read(as: access) { tx in try Events.after(cursor, limit: 3, in: tx) }
  }

  @Test(arguments: TestDatabase.engines)
  func eventsComeInPagesOnceEach(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      let start = try await db.read(as: Self.access) { tx in try Events.end(in: tx) }
      for customer in 1...7 { try await Self.record(db, Int64(customer)) }
      var cursor = start
      var seen: [Int64] = []
      try await TestDatabase.settle(db)
      while true {
        let page = try await Self.follow(db, from: cursor)
        guard let last = page.last else { break }
        seen += page.map(\.event.customerID)
        cursor = try #require(EventCursor(last.cursor.description))
      }
      #expect(seen == [1, 2, 3, 4, 5, 6, 7])
      let end = try await db.read(as: Self.access) { tx in try Events.end(in: tx) }
      #expect(end.description != start.description)
      let behind = try await Self.follow(db, from: end)
      #expect(behind.isEmpty)
    }
  }

  /// One transaction is held open while others commit: what it writes late is not skipped.
  @Test func aLateCommitIsNotSkipped() async throws {
    try await TestDatabase.open(on: .postgres) { db in
      let wrote = Mutex(false)
      let mayEnd = Mutex(false)
      async let late: Void = db.act(as: Self.access) { tx in
        // Its number is taken here, long before it commits.
        _ = try tx.fetch(Query<Int>.count("SELECT 1"))
        tx.record(EventKind("tested"), customer: 1)
        wrote.withLock { $0 = true }
        while !mayEnd.withLock({ $0 }) { usleep(1_000) }
      }
      defer { mayEnd.withLock { $0 = true } }
      while !wrote.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(2)) }
      try await Self.record(db, 2)
      try await Self.record(db, 3)
      let early = try await Self.follow(db, from: .start)
      #expect(early.isEmpty)
      mayEnd.withLock { $0 = true }
      try await late
      try await TestDatabase.settle(db)
      let all = try await Self.follow(db, from: .start).map(\.event.customerID)
      #expect(all == [1, 2, 3])
    }
  }
}
