import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// What core systems tell the desks: applications, complaints, what banks answered.
@Suite struct FeedDesksTests {
  private static func step(
    _ stage: String, day: Int, id: String? = nil, number: String = "TB1", _ data: [String: String] = [:]
  ) -> FeedEvent {
    FeedCast.event(
      id ?? "\(number)-\(stage)-\(day)", "application.\(stage)", ["application_no": number].merging(data) { $1 },
      at: "2026-11-\(day)T08:00:00+08:00")
  }

  private static let entered = step("entered", day: 10, ["customer": "K1", "product": "L1", "sum_insured": "300000"])
  private static let story = [
    entered, step("underwriting", day: 11),
    step("requirement", day: 12, ["asked": "请补充近一年体检报告", "due_on": "2026-11-25"]),
    step("underwriting", day: 14), step("issued", day: 16, ["policy_no": "P9"]),
  ]

  private func stages(_ cast: FeedCast) async throws -> [[ApplicationStage]] {
    try await cast.read { tx in
      try Applications.list(ApplicationFilter(), limit: 9, in: tx).map { line in
        try Applications.find(line.application.id, in: tx).steps.map(\.stage)
      }
    }
  }

  /// In any order, in one request or in many, the same stands there in the end.
  @Test(arguments: TestDatabase.engines) func applicationsInAnyOrder(_ engine: TestDatabase.Engine) async throws {
    let (first, last) = (Self.story, Array(Self.story.reversed()))
    for (round, events) in [first, last, [first[3], first[0], first[4], first[2], first[1]]].enumerated() {
      try await FeedCast.open(engine) { cast in
        try await cast.send([FeedCast.product, FeedCast.customer(1)])
        let outcomes = round == 0 ? try await cast.send(events) : try await one(by: events, cast)
        #expect(outcomes.allSatisfy { $0.result == .applied || $0.result == .waiting })
        _ = try await Feeds.settleWaiting(in: cast.db)
        #expect(try await stages(cast) == [[.entered, .underwriting, .requirement, .underwriting, .issued]])
        let line = try await cast.read { tx in try Applications.list(ApplicationFilter(), limit: 9, in: tx)[0] }
        #expect(line.application.outstanding == .receipt && line.application.policyNo == "P9")
        #expect(line.application.sumInsured == Money(fen: 30_000_000) && line.application.source == "core")
        // All of it again, as it was and under other ids: nothing moves.
        #expect(try await cast.send(events).allSatisfy { $0.result == .duplicate })
        let renamed = events.map { event in
          var event = event
          event.id += "-again"
          return event
        }
        #expect(try await cast.send(renamed).allSatisfy { [.applied, .stale].contains($0.result) })
        #expect(try await cast.story(of: "K1").filter { $0 == "application_moved" }.count == 5)
        #expect(try await cast.read { tx in try Feeds.counts(in: tx) }.allSatisfy { $0.addsUp && $0.waiting == 0 })
      }
    }
  }

  private func one(by events: [FeedEvent], _ cast: FeedCast) async throws -> [FeedOutcome] {
    var outcomes: [FeedOutcome] = []
    for event in events { outcomes += try await cast.send([event]) }
    return outcomes
  }

  @Test(arguments: TestDatabase.engines) func anUnknownApplicationWaits(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      try await cast.send([FeedCast.product])
      let letter = try await cast.send([Self.step("requirement", day: 12)])
      #expect(letter.map(\.result) == [.waiting])
      #expect(try await cast.send([Self.entered]).map(\.result) == [.waiting], "its person is not known either")
      _ = try await Feeds.settleWaiting(in: cast.db)
      #expect(try await stages(cast) == [])
      try await cast.send([FeedCast.customer(1)])
      _ = try await Feeds.settleWaiting(in: cast.db)
      #expect(try await stages(cast) == [[.entered, .requirement]])
      // Another source's number is another application.
      var other = Self.step("issued", day: 16)
      other.source = "bank"
      #expect(try await cast.send([other]).map(\.result) == [.waiting])
      let told = FeedCast.event("x", "application.sold", ["application_no": "TB1"])
      let staffed = Self.step("declined", day: 17, ["underwriter": "U404"])
      let future = Self.step("declined", day: 18, ["at": "2027-01-01"])
      let outcomes = try await cast.send([told, staffed, future])
      #expect(outcomes.map(\.result) == [.deadLetter, .waiting, .deadLetter])
      #expect(outcomes.map { $0.errors.first?.code } == ["TYPE_UNKNOWN", "REFERENCE_UNKNOWN", "DATE_FUTURE"])
    }
  }

  @Test(arguments: TestDatabase.engines) func complaintsAreTakenDownOnce(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      let data = [
        "reference": "12378-7", "customer": "K1", "channel": "regulator", "topic": "claims", "said": "理赔太慢",
        "policy_no": "P1",
      ]
      let complaint = FeedCast.event("co1", "complaint.received", data)
      #expect(try await cast.send([complaint]).map(\.result) == [.waiting])
      try await cast.send(FeedCast.basics)
      _ = try await Feeds.settleWaiting(in: cast.db)
      let found = try await cast.read { tx in
        try Complaints.list(limit: 9, in: tx).rows.map { try Complaints.detail($0.complaint.id, in: tx) }
      }
      #expect(found.map(\.words.said) == ["理赔太慢"] && found[0].policyNo == "P1")
      #expect(found[0].complaint.receivedAt == Instant("2026-11-20T08:00:00+08:00"))
      #expect(try await cast.story(of: "K1").filter { $0.hasPrefix("complaint") } == ["complaint_received"])
      // Said otherwise later: it stands, and somebody is told.
      let again = FeedCast.event(
        "co2", "complaint.received", data.merging(["said": "理赔太慢，要求赔偿"]) { $1 }, at: "2026-11-21T08:00:00+08:00")
      let outcome = try await cast.send([again])[0]
      #expect(outcome.result == .applied && outcome.flags.map(\.field).contains("said"))
      let bad = FeedCast.event("co3", "complaint.received", ["reference": "R2", "customer": "K1", "channel": "?"])
      let dead = try await cast.send([bad])[0]
      #expect(dead.result == .deadLetter)
      #expect(dead.errors.map { "\($0.field) \($0.code)" } == ["channel ENUM_UNKNOWN", "topic REQUIRED"])
      #expect(try await cast.read { tx in try Complaints.list(limit: 9, in: tx).rows.count } == 1)
    }
  }

  /// What is said in a complaint nobody reads in a letter; he who reads notes reads what a requirement letter asks.
  @Test func wordsStaySealed() async throws {
    try await FeedCast.open(.sqlite) { cast in
      let complaint = FeedCast.event("co", "complaint.received", ["reference": "R", "said": "理赔太慢", "topic": "?"])
      let id = try #require(try await cast.send([complaint])[0].letter)
      let open = try await cast.read { tx in try Feeds.open(id, in: tx) }
      let said = try #require(open.fields.first { $0.name == "said" })
      #expect(said.value == nil && said.isKnown)
    }
  }

  @Test(arguments: TestDatabase.engines) func whatTheBankAnsweredIsFollowed(_ engine: TestDatabase.Engine) async throws
  {
    try await FeedCast.open(engine) { cast in
      var policy = FeedCast.policy()
      policy.data["formed_on"] = "2023-11-19"
      policy.data["effective_on"] = "2023-11-20"
      try await cast.send([FeedCast.product, FeedCast.customer(1), policy])
      let premium = ["policy_no": "P1", "due_on": "2026-11-20", "amount": "8600"]
      let earlier = (2024...2025).map { year in
        FeedCast.event(
          "d\(year)", "premium.received",
          premium.merging(["due_on": "\(year)-11-20", "received_on": "\(year)-11-20"]) { $1 })
      }
      try await cast.send(earlier)
      let failed = FeedCast.event(
        "d1", "premium.debit_failed", premium.merging(["failure_reason": "insufficient_funds"]) { $1 })
      #expect(try await cast.send([failed]).map(\.result) == [.applied])
      let calls = { (cast: FeedCast) in
        try await cast.read { tx in try Tasks.list(TaskFilter(.all), limit: 9, in: tx).map(\.task.kind) }
      }
      #expect(try await calls(cast) == [.premiumCall])
      #expect(try await cast.send([failed]).map(\.result) == [.duplicate])
      let place = try await cast.read { tx in try tx.fetch(Policies.places(["P1"]))[0] }
      let due = try #require(Day("2026-11-20"))
      let desk = Access(
        actor: .system, role: .service, purpose: .contract, scope: .all, permissions: Permission.all,
        sees: Set(Sight.allCases), staffID: 0, surface: "page")
      _ = try await cast.db.act(as: desk) { tx in
        try Premiums.promise(place.id, dueOn: due, payBy: tx.today + 3, by: .policyholder, over: .phone, in: tx)
      }
      let received = FeedCast.event(
        "d2", "premium.received", premium.merging(["received_on": "2026-11-22"]) { $1 }, at: "2026-11-22T08:00:00+08:00"
      )
      #expect(try await cast.send([received]).map(\.result) == [.applied])
      #expect(try await cast.story(of: "K1").contains("premium_promise_kept"))
      #expect(try await calls(cast) == [.premiumCall], "the worker closes it")
    }
  }
}
