import Kernel
import Storage
import Synchronization
import TestKit
import Testing

@testable import Insurer

@Suite struct FeedAgesTests {
  private final class Days: Sendable {
    private let passed = Mutex(0)
    var clock: Clock {
      let start = TestDatabase.clock.now()
      return Clock { start + self.passed.withLock { $0 } * 86_400 }
    }
    func pass(_ days: Int) { passed.withLock { $0 += days } }
  }

  private static let type = "anban.customer.changed"

  private func prune(_ cast: FeedCast) async throws -> Int {
    var gone = 0
    while true {
      let batch = try await cast.act { tx in try Feeds.prune(limit: 3, in: tx) }
      gone += batch
      if batch < 3 { return gone }
    }
  }

  private func report(_ cast: FeedCast, day: String, to: String, sent: Int) async throws -> FeedTally {
    let (from, to) = (try #require(Instant(day)), try #require(Instant(to)))
    return try await cast.act { tx in
      try Feeds.report(source: "core", type: Self.type, from: from, to: to, sent: sent, by: ID(77), in: tx)
    }
  }

  @Test(arguments: TestDatabase.engines) func settledEventsAreForgottenAndCountsStay(_ engine: TestDatabase.Engine)
    async throws
  {
    let days = Days()
    try await TestDatabase.open(on: engine, clock: days.clock) { db in
      let cast = FeedCast(db: db)
      var dead = FeedCast.customer(8)
      dead.data["name"] = nil
      try await cast.send((1...7).map { FeedCast.customer($0) } + [dead])
      #expect(try await report(cast, day: "2026-11-20", to: "2026-11-21", sent: 9).missing == 1)
      let before = try await cast.read { tx in try Feeds.counts(in: tx) }

      days.pass(Feeds.keptDays)
      #expect(try await prune(cast) == 0, "to the last day a repetition is known")
      #expect(try await cast.send([FeedCast.customer(1)]).map(\.result) == [.duplicate])
      days.pass(1)
      #expect(try await prune(cast) == 7)
      #expect(try await prune(cast) == 0, "what is to be mended stays")

      #expect(try await cast.read { tx in try Feeds.tallies(in: tx) }.map(\.here) == [8])
      #expect(try await report(cast, day: "2026-11-20", to: "2026-11-21", sent: 8).missing == 0)
      await #expect(throws: AppError.self, "a period of which some is forgotten") {
        try await report(cast, day: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z", sent: 8)
      }
      #expect(try await report(cast, day: "2026-11-22", to: "2026-11-23", sent: 0).here == 0)
      let after = try await cast.read { tx in try Feeds.counts(in: tx) }
      #expect(after.map(\.applied) == before.map(\.applied) && after.allSatisfy { $0.addsUp })

      // What comes again much later says nothing new, and the letter is still its sender's to mend.
      #expect(try await cast.send([FeedCast.customer(1)]).map(\.result) == [.applied])
      #expect(try await cast.story(of: "K1") == ["customer_created"])
      #expect(try await cast.send([FeedCast.customer(8)]).map(\.result) == [.applied])
      #expect(try await prune(cast) == 0, "settled today, known for as long")
      #expect(try await cast.send([FeedCast.customer(8)]).map(\.result) == [.duplicate])
      days.pass(Feeds.keptDays + 1)
      #expect(try await prune(cast) == 2)
      #expect(try await cast.read { tx in try Feeds.letterCounts(in: tx) } == [:])
    }
  }
}
