import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct PersonFactsTests {
  /// One column of a kept row; nil where there is no row or no value.
  private func value(
    _ column: StaticString, of person: ID<Customer>, scope: Int64? = nil, _ cast: ContractCast
  ) async throws -> Int64? {
    try await PersonFacts.freshen([person], in: cast.db)
    return try await cast.read { tx in
      let sql: SQL
      if let scope {
        sql = "SELECT \(raw: column) FROM facts_contract WHERE customer_id = \(person) AND scope = \(scope)"
      } else {
        sql = "SELECT \(raw: column) FROM facts_person WHERE customer_id = \(person)"
      }
      return try tx.fetch(Query<Int64??>.first(sql) { $0.intOrNil(0) }) ?? nil
    }
  }

  /// R19: six enquiries in 90 days, two per 90 days before: 200 % over his own baseline.
  @Test(arguments: TestDatabase.engines) func enquiriesAgainstOnesOwnBaseline(_ engine: TestDatabase.Engine)
    async throws
  {
    try await ContractCast.open(engine) { cast in
      let days = [3, 10, 20, 40, 60, 89, 90, 120, 200, 250, 300, 359, 360, 400]
      try await cast.take(
        InteractionsKind.self,
        days.map { age in
          [
            "source_id": "E\(age)", "customer": cast.wang.description, "at": "\(Day("2026-11-22")! - age) 08:00",
            "channel": "phone", "direction": "in",
          ]
        })
      #expect(try await value("enquiries_30", of: cast.wang, cast) == 3)
      #expect(try await value("enquiries_90", of: cast.wang, cast) == 6)
      #expect(try await value("enquiries_earlier", of: cast.wang, cast) == 6)
      #expect(try await value("enquiry_change", of: cast.wang, cast) == 200)
      #expect(try await value("phone_365", of: cast.wang, cast) == 13)
      #expect(try await value("changes_on", of: cast.wang, cast) == (Day("2026-11-22")! + 1).number)
      #expect(try await value("enquiry_change", of: cast.li, cast) == nil)
    }
  }

  /// R19: every March, twelve days early; what the bank debits does not count.
  @Test(arguments: TestDatabase.engines) func thePaymentRhythmLeavesAutoDebitApart(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life(["effective_on": "2021-03-10"])])
      func paid(_ due: String, _ received: String, _ method: String) -> [String: String] {
        ["policy_no": "P1", "due_on": due, "amount": "1000", "received_on": received, "method": method]
      }
      try await cast.take(
        PremiumsKind.self,
        [
          paid("2021-03-10", "2021-03-10", "自动扣款"), paid("2022-03-10", "2022-02-20", "转账"),
          paid("2023-03-10", "2023-02-26", "转账"), paid("2024-03-10", "2024-03-09", "转账"),
          paid("2025-03-10", "2025-03-10", "自动扣款"), paid("2026-03-10", "2026-03-10", "自动扣款"),
        ])
      #expect(try await value("lead_days", of: cast.wang, scope: 0, cast) == 12)
      #expect(try await value("usual_month", of: cast.wang, scope: 0, cast) == 3)
      #expect(try await value("debit_730", of: cast.wang, scope: 0, cast) == 2)
      #expect(try await value("voluntary_730", of: cast.wang, scope: 0, cast) == 0)
      #expect(try await value("paid_365_fen", of: cast.wang, scope: 0, cast) == 1_000_00)
      #expect(try await value("paid_change", of: cast.wang, scope: 0, cast) == 0)
    }
  }

  /// What somebody else services is in nobody's figures but his, his group's and everybody's.
  @Test(arguments: TestDatabase.engines) func aScopeCountsWhatItServes(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      let (a1, a3) = (cast.staff["A1"]!, cast.staff["A3"]!)
      #expect(try await value("agent_id", of: cast.wang, cast) == a1.id.raw)
      #expect(try await value("in_force", of: cast.wang, scope: 0, cast) == 1)
      #expect(try await value("in_force", of: cast.wang, scope: a1.id.raw, cast) == nil)
      try await cast.take(PoliciesKind.self, [cast.life(["policy_no": "P2", "servicing_agent": "A3"])])
      #expect(try await value("agent_id", of: cast.wang, cast) == nil)
      #expect(try await value("in_force", of: cast.wang, scope: 0, cast) == 2)
      #expect(try await value("in_force", of: cast.wang, scope: a1.id.raw, cast) == 1)
      #expect(try await value("in_force", of: cast.wang, scope: a3.branchID!.raw, cast) == 1)
      #expect(try await value("annual_premium_fen", of: cast.wang, scope: 0, cast) == 2_000_00)
      #expect(try await value("sum_life_fen", of: cast.li, scope: 0, cast) == 1_000_000_00)
      #expect(try await value("agent_id", of: cast.chen, cast) == -1)
    }
  }

  /// Nothing that an agent or his manager may ask moves when somebody else's policy, premium and claim are written.
  @Test(arguments: TestDatabase.engines) func whatOthersServeMovesNoFigureOfMine(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await ContractCast.open(engine) { cast in
      let own = ["policyholder": cast.wang.description, "insured": cast.wang.description]
      try await cast.take(PoliciesKind.self, [cast.life(own)])
      try await cast.take(ClaimsKind.self, [cast.claim(["handler": ""])])
      func told(_ member: String) async throws -> [String: FactValue] {
        try await PersonFacts.freshen([cast.wang], in: cast.db)
        return try await cast.read(as: cast.access(member)) { tx in
          let values = try PersonFacts.values(of: cast.wang, in: tx)
          return Dictionary(uniqueKeysWithValues: values.map { ($0.fact.key, $0.value) })
        }
      }
      let (agent, manager) = (try await told("A1"), try await told("M1"))
      #expect(agent["policies.in_force"] == .int(1) && agent["claims.all"] == .int(1))
      let others = own.merging(["policy_no": "P2", "servicing_agent": "A3", "premium": "7777"]) { $1 }
      try await cast.take(PoliciesKind.self, [cast.life(others)])
      try await cast.take(
        PremiumsKind.self,
        [["policy_no": "P2", "due_on": "2026-01-10", "amount": "7777", "received_on": "2026-01-09", "method": "转账"]])
      try await cast.take(ClaimsKind.self, [cast.claim(["claim_no": "C2", "policy_no": "P2", "handler": ""])])
      #expect(try await told("A1") == agent)
      #expect(try await told("M1") == manager)
      let other = try await told("A3")
      #expect(other["policies.in_force"] == .int(1) && other["premiums.paid"] == .int(1))
      let whole = try await cast.read { tx in try PersonFacts.values(of: cast.wang, in: tx) }
      #expect(whole.first { $0.fact.key == "policies.in_force" }?.value == .int(2))
    }
  }

  @Test(arguments: TestDatabase.engines) func aBirthdayIsMonthAndDay(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      for date in ["1903-01-01", "1969-12-31", "1970-01-01", "1996-02-29", "2000-03-01", "2024-12-31"] {
        let person = try await cast.db.act(as: ContractCast.system) { tx in
          try Customers.create(["name": "钱多", "birth_date": date], onDuplicate: .tell, in: tx).id
        }
        let day = Day(date)!
        #expect(try await value("birthday", of: person, cast) == Int64(day.month * 100 + day.day), "\(date)")
      }
    }
  }

  /// An act leaves everybody it wrote about to be computed again, and no act's mark is lost.
  @Test(arguments: TestDatabase.engines) func anActMarksWhomItWroteAbout(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let access = Access.system(purpose: .administration)
      while try await cast.db.act(as: access, { try PersonFacts.refreshDue(in: $0) }) > 0 {}
      #expect(try await PersonFacts.freshen(in: cast.db))
      try await cast.take(PoliciesKind.self, [cast.life()])
      let stale = try await cast.read { tx in try tx.fetch(FactStore.stale(limit: 9)) }
      #expect(stale == [cast.wang.raw, cast.li.raw].sorted())
      #expect(try await cast.db.act(as: access) { try PersonFacts.refreshDue(in: $0) } == 2)
      #expect(try await cast.db.act(as: access) { try PersonFacts.refreshDue(in: $0) } == 0)
    }
  }

  /// A rebuild that was cut off goes on where it was.
  @Test(arguments: TestDatabase.engines) func aRebuildGoesOn(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.db.act(as: ContractCast.system) { tx in try FactStore.setRebuilt(to: cast.wang.raw, in: tx) }
      #expect(try await PersonFacts.rebuild(cast.db, size: 1) == 2)
      #expect(try await PersonFacts.rebuild(cast.db, size: 1) == 3)
    }
  }

  /// As his page: by approval alone, where he is not one's own.
  @Test func aMinorsFactsAreNoOpenerThanHisPage() async throws {
    try await ContractCast.open(.sqlite) { cast in
      let child = try await cast.db.act(as: ContractCast.system) { tx in
        try Customers.create(["name": "周小", "birth_date": "2020-05-01"], in: tx).id
      }
      try await PersonFacts.freshen([child], in: cast.db)
      let analyst = CustomerCast.access(.analyst)
      await #expect(throws: AppError.self) {
        try await cast.read(as: analyst) { tx in try PersonFacts.values(of: child, in: tx).count }
      }
      #expect(try await cast.read { tx in try PersonFacts.values(of: child, in: tx).count } > 60)
      #expect(try await cast.read(as: analyst) { tx in try PersonFacts.values(of: cast.chen, in: tx).count } > 60)
    }
  }
}
