import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct PremiumsTests {
  /// On 2026-03-12, two days after the premium of the policy's third year was due.
  private static let clock = Clock.fixed(Instant(Day(number: 20_524), secondOfDay: 9 * 3600))
  private static let due = Day(number: 20_522)

  /// 王小敏's policy since 2024-03-10, serviced by A1, 6,000 yuan a year.
  private static func open(
    _ engine: TestDatabase.Engine, change: [String: String] = [:],
    _ body: (ContractCast, ID<Policy>) async throws -> Void
  ) async throws {
    try await ContractCast.open(engine, clock: clock) { cast in
      let life = cast.life(
        [
          "applied_on": "2024-03-01", "formed_on": "2024-03-08", "effective_on": "2024-03-10",
          "delivered_on": "2024-03-12", "premium": "6000", "status_as_of": "2026-03-12 06:00",
        ].merging(change) { $1 })
      try await cast.take(PoliciesKind.self, [life])
      try await cast.take(
        PremiumsKind.self,
        ["2024-03-10", "2025-03-10"].map {
          ["policy_no": "P1", "due_on": $0, "amount": "6000", "received_on": $0, "method": "debit"]
        } + [["policy_no": "P1", "due_on": "2026-03-10", "amount": "6000", "method": "debit"]])
      try await body(cast, try await cast.policy().id)
    }
  }

  private static func agent(_ cast: ContractCast) -> Access { cast.access("A1") }
  private static let service = CustomerCast.access(.service)

  private func row(_ cast: ContractCast, _ list: DueList = .thisMonth, as access: Access? = nil) async throws -> DueRow?
  {
    try await cast.read(as: access ?? Self.agent(cast)) { tx in
      try Premiums.due(DueFilter(list), limit: 9, in: tx).rows.first
    }
  }

  /// Debit failed on 03-10: on the list with its reason, a call task once, and the projected suspension.
  @Test(arguments: TestDatabase.engines) func aFailedDebit(_ engine: TestDatabase.Engine) async throws {
    #expect("\(Self.due)" == "2026-03-10")
    try await Self.open(engine) { cast, policy in
      let before = try await cast.events(of: cast.wang).count
      for _ in 0..<2 {
        try await cast.db.act(as: Self.service) { tx in
          try Premiums.debited(
            policy, dueOn: Self.due, receivedOn: nil, failure: .insufficientFunds, source: "core", in: tx)
        }
      }
      #expect(try await cast.events(of: cast.wang).dropFirst(before) == ["premium_failed", "task_opened"])
      let row = try #require(try await row(cast))
      #expect(row.premium?.result == .failed && row.premium?.failureReason == .insufficientFunds)
      #expect(row.forecast.day == Day("2026-05-10") && row.forecast.reasons.map(\.rule) == ["grace"])
      #expect(row.contractYear == 3)
      let tasks = try await cast.read(as: Self.agent(cast)) { tx in
        try Tasks.list(TaskFilter(), limit: 9, in: tx)
      }
      #expect(tasks.map(\.task.kind) == [.premiumCall] && tasks[0].task.args == ["P1", "2026-03-10"])
      let figures = try await cast.read(as: Self.agent(cast)) { tx in
        try Premiums.figures(DueFilter(.thisMonth), in: tx)
      }
      #expect(figures.all == DueFigure(count: BoundedCount(1, isExact: true), amount: Money(fen: 600_000)))
      #expect(figures.parts[.failed]?.count.value == 1 && figures.parts[.year3]?.count.value == 1)
      #expect(figures.parts[.year2]?.count.value == 0 && figures.parts[.promised]?.count.value == 0)
      #expect(try await self.row(cast, as: cast.access("A3")) == nil, "another agent's desk")
      let all = CustomerCast.access(.claims, staff: 9)
      await #expect(throws: AppError.self) { try await self.row(cast, as: all) }
    }
  }

  /// What files bring asks for a call too, once; when the premium comes the call is closed and a promise kept.
  @Test(arguments: TestDatabase.engines) func filesAskForCallsToo(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine, change: ["servicing_agent": ""]) { cast, policy in
      let failed = [
        "policy_no": "P1", "due_on": "2026-03-10", "amount": "6000", "result": "扣款失败", "failure_reason": "余额不足",
      ]
      try await cast.take(PremiumsKind.self, [failed], changed: ["result", "failure_reason"])
      let access = Access.system(purpose: .contract)
      for expected in [1, 0] {
        let count = try await cast.db.act(as: access) { tx in try Premiums.lookAfterCalls(limit: 9, in: tx) }
        #expect(count == expected)
      }
      let tasks = try await cast.read(as: Self.service) { tx in
        try Tasks.list(TaskFilter(), limit: 9, in: tx)
      }
      #expect(tasks.map(\.task.owner) == [.role(.service)], "nobody services it: the desk's")
      _ = try await cast.db.act(as: Self.service) { tx in
        try Premiums.promise(
          policy, dueOn: Self.due, payBy: Self.due + 10, by: .policyholder, over: .phone, in: tx)
      }
      let paid = ["policy_no": "P1", "due_on": "2026-03-10", "amount": "6000", "received_on": "2026-03-12"]
      try await cast.take(PremiumsKind.self, [paid], changed: ["received_on"])
      let counts = try await cast.db.act(as: access) { tx in
        [
          try Premiums.lookAfterCalls(limit: 9, in: tx), try Premiums.lookAfterCalls(limit: 9, in: tx),
          try Premiums.settle(limit: 9, in: tx), try Premiums.settle(limit: 9, in: tx),
        ]
      }
      #expect(counts == [1, 0, 1, 0], "once, and then nothing")
      let told = try await cast.events(of: cast.wang).suffix(5)
      #expect(
        told == ["task_opened", "premium_promised", "premium_received", "task_done", "premium_promise_kept"])
      #expect(try await row(cast, as: Self.service) == nil, "nothing is open this month")
    }
  }

  @Test(arguments: TestDatabase.engines) func promises(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast, policy in
      let before = try await cast.events(of: cast.wang).count
      func promise(_ day: String, dueOn: Day = Self.due) async throws {
        let payBy = try #require(Day(day))
        _ = try await cast.db.act(as: Self.agent(cast)) { tx in
          try Premiums.promise(policy, dueOn: dueOn, payBy: payBy, by: .policyholder, over: .wechat, in: tx)
        }
      }
      await Self.expect("VALIDATION") { try await promise("2026-03-11") }
      await Self.expect("VALIDATION") { try await promise("2026-05-10") }
      await Self.expect("PREMIUM_NOT_OPEN") { try await promise("2026-03-20", dueOn: Self.due - 1) }
      try await promise("2026-03-14")
      try await promise("2026-03-14")
      try await promise("2026-03-20")
      #expect(try await cast.events(of: cast.wang).dropFirst(before) == ["premium_promised", "premium_promised"])
      #expect(try await row(cast)?.promise?.payBy == Day("2026-03-20"))
      #expect(try await row(cast)?.forecast.day == Day("2026-05-10"), "a promise moves nothing")
      let stranger = cast.access("A3")
      await Self.expect("NOT_FOUND") {
        _ = try await cast.db.act(as: stranger) { tx in
          try Premiums.promise(policy, dueOn: Self.due, payBy: Self.due + 9, by: .family, over: .phone, in: tx)
        }
      }
    }
  }

  /// A reminder starts nothing, a demand sent neither; only one that reached the person, with proof, does.
  @Test(arguments: TestDatabase.engines) func demands(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast, policy in
      let before = try await cast.events(of: cast.wang).count
      let demand = try await cast.db.act(as: Self.service) { tx in
        _ = try Premiums.remind(policy, dueOn: Self.due, over: .phone, in: tx)
        return try Premiums.demand(policy, dueOn: Self.due, over: .registeredMail, in: tx).id
      }
      #expect(try await row(cast)?.forecast.day == Day("2026-05-10"))
      func reached(_ proof: String, as access: Access = Self.service, on day: Day = Self.due + 2) async throws {
        _ = try await cast.db.act(as: access) { tx in
          try Premiums.reached(demand, of: policy, on: day, .mailTrace, proof: proof, in: tx)
        }
      }
      await Self.expect("VALIDATION") { try await reached(" ") }
      await Self.expect("VALIDATION") { try await reached("XA123", on: Self.due + 1) }
      await Self.expect("VALIDATION") { try await reached("XA123", on: Self.due + 3) }
      await Self.expect("FORBIDDEN") { try await reached("XA123", as: Self.agent(cast)) }
      try await reached("XA123")
      await Self.expect("DEMAND_REACHED") { try await reached("XA124") }
      let row = try #require(try await row(cast))
      #expect(row.forecast.day == Day("2026-04-12") && row.forecast.reasons.map(\.rule) == ["grace_demand"])
      #expect(row.demand?.proofKind == .mailTrace && row.notices.map(\.kind) == [.demand, .reminder])
      #expect(
        try await cast.events(of: cast.wang).dropFirst(before) == [
          "premium_reminded", "premium_demand_sent", "premium_demanded",
        ])
      let clear = try await cast.read { tx in
        try tx.fetch(Query<[[UInt8]?]>.all("SELECT proof FROM premium_notices") { $0.blobOrNil(0) })
      }
      #expect(!clear.compactMap { $0 }.contains { String(decoding: $0, as: UTF8.self).contains("XA123") })
    }
  }

  /// Each open premium stands on one list: in April it is in its second month, in May its grace ends.
  @Test(arguments: [
    ("2026-03-12", DueList.thisMonth), ("2026-02-20", .nextMonth), ("2026-04-20", .secondMonth),
    ("2026-05-02", .graceEnd), ("2026-05-12", .pastGrace),
  ])
  func listsFollowTheMonths(_ today: String, _ list: DueList) async throws {
    let day = try #require(Day(today))
    try await ContractCast.open(.sqlite, clock: .fixed(Instant(day, secondOfDay: 32_400))) { cast in
      let life = cast.life([
        "applied_on": "2024-03-01", "formed_on": "2024-03-08", "effective_on": "2024-03-10",
        "delivered_on": "2024-03-12", "status_as_of": "2026-02-12 06:00",
      ])
      try await cast.take(PoliciesKind.self, [life])
      try await cast.take(
        PremiumsKind.self,
        ["2024-03-10", "2025-03-10"].map {
          ["policy_no": "P1", "due_on": $0, "amount": "1000", "received_on": $0, "method": "debit"]
        } + [["policy_no": "P1", "due_on": "2026-03-10", "amount": "1000"]])
      let counts = try await cast.read(as: Self.agent(cast)) { tx in
        try Premiums.counts(DueFilter(.thisMonth), in: tx)
      }
      #expect(counts.filter { $0.value.value > 0 }.map(\.key) == [list], "\(today)")
    }
  }

  static func expect(_ code: String, _ body: () async throws -> Void) async {
    do {
      try await body()
      Issue.record("\(code) is expected")
    } catch let error as AppError {
      #expect(error.code == code, "\(error)")
    } catch {
      Issue.record("\(error)")
    }
  }
}
