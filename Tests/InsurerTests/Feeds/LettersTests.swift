import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct LettersTests {
  @Test(arguments: TestDatabase.engines) func aLetterIsMendedByHand(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      var bad = FeedCast.customer(1)
      bad.data["name"] = nil
      bad.data["mobile"] = "13812340001"
      let outcome = try await cast.send([bad])[0]
      let id = try #require(outcome.letter)
      let open = try await cast.read { tx in try Feeds.open(id, in: tx) }
      #expect(open.fields.first { $0.name == "name" } == OpenLetter.Field(name: "name", value: "", isRequired: true))
      #expect(open.fields.first { $0.name == "mobile" }?.value == "13812340001")
      #expect(try await cast.act { tx in try Feeds.retry(id, in: tx) }.result == .deadLetter)
      let letter = try await cast.read { tx in try Feeds.letter(id, in: tx) }
      #expect(letter.attempts == 2 && letter.state == .dead)
      #expect(try await cast.act { tx in try Feeds.retry(id, fields: ["name": "王敏"], in: tx) }.result == .applied)
      await #expect(throws: AppError.self) { try await cast.act { tx in try Feeds.retry(id, in: tx) } }
      #expect(try await cast.export(CustomersKind.self, ["source_id", "name"]) == [["K1", "王敏"]])
      let counts = try await cast.read { tx in try Feeds.counts(in: tx) }
      #expect(counts.count == 1 && counts[0].addsUp && counts[0].applied == 1 && counts[0].dead == 0)
    }
  }

  @Test(arguments: TestDatabase.engines) func theSenderMayMendItToo(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      var bad = FeedCast.customer(1)
      bad.data["name"] = nil
      try await cast.send([bad])
      #expect(try await cast.send([FeedCast.customer(1)])[0].result == .applied)
      #expect(try await cast.send([FeedCast.customer(1)])[0].result == .duplicate)
      let counts = try await cast.read { tx in try Feeds.counts(in: tx) }
      #expect(counts[0].received == 2 && counts[0].applied == 1 && counts[0].duplicate == 1 && counts[0].addsUp)
      #expect(try await cast.read { tx in try Feeds.letterCounts(in: tx) } == [.applied: 1])
    }
  }

  @Test(arguments: TestDatabase.engines) func aLetterIsPutAwayWithAReason(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      let outcome = try await cast.send([FeedEvent(faults: [FieldError("", "TYPE", "no object")], raw: "5")])[0]
      let id = try #require(outcome.letter)
      for reason in ["", "\u{1}?", String(repeating: "长", count: 501)] {
        await #expect(throws: AppError.self) {
          try await cast.act { tx in try Feeds.discard(id, reason: reason, in: tx) }
        }
      }
      try await cast.act { tx in try Feeds.discard(id, reason: "测试数据", in: tx) }
      let letter = try await cast.read { tx in try Feeds.letter(id, in: tx) }
      #expect(letter.state == .discarded && letter.reason == "测试数据")
      let counts = try await cast.read { tx in try Feeds.counts(in: tx) }
      #expect(counts[0].discarded == 1 && counts[0].dead == 0 && counts[0].addsUp)
    }
  }

  /// What a desk does not see elsewhere it does not see in a letter, and keeps by sending it on.
  @Test func whatIsNotSeenIsKept() async throws {
    try await FeedCast.open(.sqlite) { cast in
      try await cast.send(FeedCast.basics)
      let claim = FeedCast.event(
        "cl", "claim.notified", ["claim_no": "K9", "policy_no": "P1", "kind": "?", "diagnosis": "急性阑尾炎"])
      let id = try #require(try await cast.send([claim])[0].letter)
      let steward = Access(
        actor: .system, role: .steward, purpose: .intake, scope: .all, permissions: [.read(.import), .write(.import)],
        sees: [.nationalID, .mobile], staffID: 0, surface: "page")
      let open = try await cast.db.read(as: steward) { tx in try Feeds.open(id, in: tx) }
      #expect(open.fields.contains { $0.name == "diagnosis" && $0.value == nil })
      let outcome = try await cast.act { tx in try Feeds.retry(id, fields: ["kind": "medical"], in: tx) }
      #expect(outcome.result == .applied)
      #expect(try await cast.export(ClaimsKind.self, ["claim_no", "diagnosis"]) == [["K9", "急性阑尾炎"]])
    }
  }

  @Test(arguments: TestDatabase.engines) func aSendersCountShowsWhatIsMissing(_ engine: TestDatabase.Engine)
    async throws
  {
    try await FeedCast.open(engine) { cast in
      try await cast.send((1...5).map { FeedCast.customer($0) })
      let (from, to) = (try #require(Instant("2026-11-20T00:00:00+08:00")), try #require(Instant("2026-11-21")))
      let tally = try await cast.act { tx in
        try Feeds.report(
          source: "core", type: "anban.customer.changed", from: from, to: to, sent: 7, by: ID(77), in: tx)
      }
      #expect(tally.here == 5 && tally.missing == 2)
      try await cast.send([FeedCast.customer(6), FeedCast.customer(7)])
      #expect(try await cast.read { tx in try Feeds.tallies(in: tx) }.map(\.missing) == [0])
      await #expect(throws: AppError.self) {
        try await cast.act { tx in
          try Feeds.report(
            source: "core", type: "anban.customer.changed", from: to, to: from, sent: 7, by: ID(77), in: tx)
        }
      }
    }
  }

  /// Letters hold personal data: nothing of it lies in the files in clear.
  @Test func lettersAreSealed() async throws {
    try await FeedCast.open(.sqlite) { cast in
      var bad = FeedCast.customer(1)
      bad.data["national_id"] = "110105199104170025"
      bad.data["name"] = nil
      try await cast.send([bad])
      let letter = try await cast.read { tx in try Feeds.letters(limit: 1, in: tx)[0] }
      #expect(!String(decoding: letter.sealed, as: UTF8.self).contains("110105199104170025"))
    }
  }
}
