import Files
import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// A sender and what it says.
struct FeedCast {
  let db: Database
  let account = ID<Account>(77)

  static func open(_ engine: TestDatabase.Engine, _ body: (FeedCast) async throws -> Void) async throws {
    try await TestDatabase.open(on: engine) { db in
      try await body(FeedCast(db: db))
    }
  }

  static let access = Access.system(purpose: .intake, surface: "api")

  /// Sends, and does what the workers do every two seconds.
  @discardableResult
  func send(_ events: [FeedEvent], from account: ID<Account>? = nil) async throws -> [FeedOutcome] {
    let outcomes = try await Feeds.receive(events, from: account ?? self.account, as: Self.access, in: db)
    _ = try await Feeds.settleWaiting(in: db)
    return outcomes
  }

  func read<T: Sendable>(_ body: @escaping @Sendable (ReadTx) throws -> T) async throws -> T {
    try await db.read(as: Self.access, body)
  }

  func act<T: Sendable>(_ body: @escaping @Sendable (Tx) throws -> T) async throws -> T {
    try await db.act(as: Self.access, body)
  }

  /// Kinds of a customer's events, the oldest first.
  func story(of key: String) async throws -> [String] {
    try await TestDatabase.settle(db)
    return try await read { tx in
      let id = try References.customers([key], source: "core", in: tx)[key]
      return try Events.after(.start, limit: 1_000, in: tx).filter { $0.event.customerID == id?.raw }
        .map(\.event.kind.rawValue)
    }
  }

  func export(_ kind: any ImportKind.Type, _ columns: [String]) async throws -> [[String]] {
    let rows = try await read { tx in try kind.export(after: nil, limit: 1_000, in: tx) }
    return rows.map { row in
      let values = Dictionary(uniqueKeysWithValues: zip(kind.fields.map(\.name), row.values))
      return columns.map { values[$0] ?? "" }
    }
  }

  // MARK: Events

  static func event(
    _ id: String, _ type: String, _ data: [String: String], at time: String? = "2026-11-20T08:00:00+08:00",
    source: String = "core", cleared: [String] = []
  ) -> FeedEvent {
    FeedEvent(id: id, source: source, type: "anban.\(type)", time: time, data: data, cleared: cleared)
  }

  static func customer(_ number: Int, id: String? = nil) -> FeedEvent {
    let digits = Array("零一二三四五六七八九")
    let name = "王" + String(String(number).compactMap { $0.wholeNumberValue.map { digits[$0] } })
    return event(
      id ?? "c\(number)", "customer.changed",
      ["source_id": "K\(number)", "name": name, "gender": "male", "birth_date": "1980-01-02"])
  }

  static let product = event(
    "p1", "product.changed",
    [
      "code": "L1", "name": "安心终身寿险", "line": "life", "kind": "base", "cooling_off_days": "15", "waiting_days": "90",
      "guaranteed_renewable": "0",
    ])

  static func policy(_ number: String = "P1", holder: String = "K1", id: String = "po1") -> FeedEvent {
    event(
      id, "policy.changed",
      [
        "policy_no": number, "product": "L1", "policyholder": holder, "insured": holder, "channel": "agency",
        "formed_on": "2024-01-05", "effective_on": "2024-01-06", "premium_mode": "annual", "premium": "8600",
        "sum_insured": "500000", "status": "in_force",
      ])
  }

  static let basics = [product, customer(1), policy()]
}

@Suite struct FeedsTests {
  /// R37: 1,000 events with 10 duplicates and 3 malformed.
  @Test(arguments: TestDatabase.engines) func aThousandAreAccountedFor(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      var events = (1...987).map { FeedCast.customer($0) }
      events += (1...10).map { FeedCast.customer($0) }
      events.append(FeedCast.event("bad1", "customer.changed", ["source_id": "X1", "name": ""]))
      events.append(FeedCast.event("bad2", "customer.exploded", ["source_id": "X2"]))
      events.append(FeedEvent(source: "core", type: "anban.customer.changed", data: ["source_id": "X3"]))
      #expect(events.count == 1_000)
      var outcomes: [FeedOutcome] = []
      for start in stride(from: 0, to: 1_000, by: 100) {
        outcomes += try await cast.send(Array(events[start..<(start + 100)]))
      }
      func count(_ result: FeedOutcome.Result) -> Int { outcomes.count { $0.result == result } }
      #expect(count(.applied) == 987 && count(.duplicate) == 10 && count(.deadLetter) == 3)
      let letters = try await cast.read { tx in try Feeds.letters(limit: 10, in: tx) }
      #expect(
        letters.map { $0.findings.map { "\($0.field) \($0.code)" } } == [
          ["id REQUIRED"], ["type TYPE_UNKNOWN"], ["name NAME_MISSING"],
        ])
      // All of it again: nothing happens twice, the malformed ones neither.
      for start in stride(from: 0, to: 1_000, by: 100) {
        let again = try await cast.send(Array(events[start..<(start + 100)]))
        #expect(again.allSatisfy { $0.result == .duplicate })
      }
      let counts = try await cast.read { tx in try Feeds.counts(in: tx) }
      #expect(counts.allSatisfy { $0.addsUp })
      #expect(counts.map(\.received).reduce(0, +) == 2_000 && counts.map(\.dead).reduce(0, +) == 3)
      #expect(try await cast.read { tx in try Customers.count(CustomerFilter(), in: tx).value } == 987)
    }
  }

  @Test(arguments: TestDatabase.engines) func anyOrderComesToTheSame(_ engine: TestDatabase.Engine) async throws {
    let claim = ["claim_no": "K9", "policy_no": "P1", "kind": "medical"]
    func event(_ id: String, _ type: String, _ day: String, _ more: [String: String] = [:]) -> FeedEvent {
      FeedCast.event(id, type, claim.merging(more) { $1 }, at: "2026-11-\(day)T08:00:00+08:00")
    }
    let life = [
      event("n", "claim.notified", "10", ["loss_on": "2026-11-09"]),
      event("r", "claim.requested", "11", ["claimed": "900"]),
      event("d", "claim.determined", "14", ["decision": "paid", "claimed": "800"]),
      event("p", "claim.paid", "15", ["paid": "800"]),
    ]
    let columns = ["status", "notified_at", "requested_at", "claimed", "paid", "decided_on", "paid_on"]
    var generator = SeededGenerator(seed: 20_261_123)
    for round in 0..<6 {
      try await FeedCast.open(engine) { cast in
        try await cast.send(FeedCast.basics)
        let order = round == 0 ? life : life.shuffled(using: &generator)
        if round % 2 == 0 {
          for event in order { #expect(try await cast.send([event])[0].result != .deadLetter) }
        } else {
          #expect(try await cast.send(order).allSatisfy { $0.result != .deadLetter })
        }
        #expect(
          try await cast.export(ClaimsKind.self, columns) == [
            [
              "paid", "2026-11-10T08:00:00+08:00", "2026-11-11T08:00:00+08:00", "800.00", "800.00", "2026-11-14",
              "2026-11-15",
            ]
          ], "\(order.map(\.id))")
        let story = try await cast.story(of: "K1").filter { $0.hasPrefix("claim_") && $0 != "claim_changed" }
        #expect(
          Set(story).isSuperset(of: ["claim_notified", "claim_requested", "claim_determined", "claim_paid"]),
          "\(order.map(\.id)): \(story)")
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsNamedMayComeLater(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      let due = FeedCast.event("d", "premium.due", ["policy_no": "P1", "due_on": "2026-12-06", "amount": "860"])
      #expect(try await cast.send([due])[0].result == .waiting)
      #expect(try await cast.send([FeedCast.policy(), FeedCast.product])[0].result == .waiting)
      #expect(try await cast.send([due])[0].result == .duplicate)
      try await cast.send([FeedCast.customer(1)])
      #expect(try await cast.export(PremiumsKind.self, ["due_on", "result"]) == [["2026-12-06", "due"]])
      let counts = try await cast.read { tx in try Feeds.counts(in: tx) }
      #expect(counts.allSatisfy { $0.addsUp && $0.waiting == 0 && $0.dead == 0 })
    }
  }

  /// R57: a value that breaks a rule has one code; a file's row of that source keeps it alike.
  @Test(arguments: TestDatabase.engines) func theCodesAreThoseOfFiles(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      var bad = FeedCast.customer(1)
      bad.data["national_id"] = "110105194912310021"
      let kept = try await cast.send([bad])[0]
      #expect(kept.result == .applied && kept.flags.contains { $0.field == "national_id" && $0.code == "ID_CHECKSUM" })
      func changed(_ id: String, _ more: [String: String] = [:], at: String = "2026-11-20T08:00:00Z") -> FeedEvent {
        let data = ["source_id": "K2", "name": "李岚"].merging(more) { $1 }
        return FeedCast.event(id, "customer.changed", data, at: at)
      }
      let rows = [
        (changed("u", ["salary": "1"]), "salary UNKNOWN_FIELD"),
        (changed("g", ["genetic_test": "BRCA1"]), "CATEGORY_OFF"),
        (changed("f", at: "2999-01-01T00:00:00Z"), "time DATE_FUTURE"),
        (changed("t", at: "yesterday"), "time TIME_INVALID"),
        (FeedCast.event("n", "customer.changed", ["name": "李岚"]), "source_id REQUIRED"),
        (FeedCast.event("s", "premium.received", ["policy_no": "P1", "amount": "很多"]), "due_on REQUIRED"),
      ]
      for (event, code) in rows {
        let outcome = try await cast.send([event])[0]
        #expect(outcome.result == .deadLetter, "\(event.id)")
        #expect(outcome.errors.contains { "\($0.field) \($0.code)".hasSuffix(code) }, "\(event.id): \(outcome.errors)")
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func idsAndSourcesAreNotTakenOver(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      try await cast.send([FeedCast.customer(1)])
      let other = try await cast.send([FeedCast.customer(2, id: "c1")])[0]
      #expect(other.result == .deadLetter && other.errors.map(\.code) == ["EVENT_ID_REUSED"])
      #expect(try await cast.send([FeedCast.customer(2, id: "c1")])[0].result == .duplicate)
      await #expect(throws: AppError.self) { try await cast.send([FeedCast.customer(3)], from: ID(78)) }
      // The same id of another source is another event.
      var apart = FeedCast.customer(1)
      apart.source = "crm"
      #expect(try await cast.send([apart], from: ID(78))[0].result == .applied)
      #expect(try await cast.read { tx in try Customers.count(CustomerFilter(), in: tx).value } == 2)
      let guest = Access(
        actor: .system, role: .agent, purpose: .contract, scope: .all, permissions: [.read(.customer)], sees: [],
        staffID: 0, surface: "api")
      await #expect(throws: AppError.self) {
        try await Feeds.receive([FeedCast.customer(9)], from: ID(77), as: guest, in: cast.db)
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func olderEventsChangeNothing(_ engine: TestDatabase.Engine) async throws {
    try await FeedCast.open(engine) { cast in
      try await cast.send(FeedCast.basics)
      func status(_ id: String, _ status: String, _ day: String) -> FeedEvent {
        FeedCast.event(id, "policy.changed", ["policy_no": "P1", "status": status], at: "2026-11-\(day)T08:00:00Z")
      }
      #expect(try await cast.send([status("a", "suspended", "21")])[0].result == .applied)
      #expect(try await cast.send([status("b", "in_force", "19")])[0].result == .stale)
      #expect(try await cast.export(PoliciesKind.self, ["status"]) == [["suspended"]])
      #expect(try await cast.send([status("c", "in_force", "21")])[0].result == .applied)
      #expect(try await cast.export(PoliciesKind.self, ["status"]) == [["in_force"]])
      let story = try await cast.story(of: "K1")
      #expect(
        story.filter { ["policy_suspended", "policy_reinstated", "policy_status_changed"].contains($0) }.count == 2)
    }
  }
}

/// The same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
