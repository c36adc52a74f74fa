import Files
import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct PolicyPartsTests {
  private static let noise: Set<String> = ["customer_created", "policy_issued", "policy_delivered", "relation_changed"]

  @Test(arguments: TestDatabase.engines) func premiumsMoveTheProjection(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life(["effective_on": "2025-09-10", "premium_mode": "季交"])])
      let due = ["policy_no": "P1", "due_on": "2026-09-10", "amount": "1000", "result": "应收"]
      let first = due.merging(["due_on": "2026-06-10", "received_on": "2026-06-09", "result": ""]) { $1 }
      let outcomes = try await cast.take(PremiumsKind.self, [first.filter { !$0.value.isEmpty }, due])
      #expect(outcomes.map(\.result) == [.created, .created])
      #expect(try await cast.events(of: cast.wang, without: Self.noise) == ["premium_received", "premium_scheduled"])
      var policy = try await cast.policy()
      #expect(policy.projection.status == .suspended && policy.projection.mismatches == [.status])
      let paid = due.merging(["received_on": "2026-11-01", "result": "实收"]) { $1 }
      #expect(try await cast.take(PremiumsKind.self, [paid], changed: ["received_on", "result"])[0].result == .updated)
      #expect(try await cast.take(PremiumsKind.self, [paid], changed: [])[0].result == .unchanged)
      #expect(try await cast.events(of: cast.wang, without: Self.noise).last == "premium_received")
      policy = try await cast.policy()
      #expect(policy.projection.status == .inForce && policy.projection.nextDueOn == Day("2026-12-10"))
      let failed = ["policy_no": "P1", "due_on": "2026-12-10", "amount": "1000", "result": "扣款失败"]
      try await cast.take(PremiumsKind.self, [failed])
      let corrected = failed.merging(["amount": "900"]) { $1 }
      try await cast.take(PremiumsKind.self, [corrected], changed: ["amount"])
      #expect(
        try await cast.events(of: cast.wang, without: Self.noise).suffix(2) == ["premium_failed", "premium_changed"])
      let rows = try await cast.export(PremiumsKind.self, limit: 2)
      #expect(rows.map { $0[1] } == ["2026-06-10", "2026-09-10", "2026-12-10"])
      #expect(rows[1] == ["P1", "2026-09-10", "1000.00", "2026-11-01", "", "received", "", ""])
    }
  }

  @Test(arguments: TestDatabase.engines) func demandsAndOwnDaysEndGrace(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(
        PoliciesKind.self,
        [
          cast.life([
            "effective_on": "2025-10-20", "formed_on": "2025-10-18",
            "applied_on": "2025-10-10", "delivered_on": "",
          ])
        ])
      let due = ["policy_no": "P1", "due_on": "2026-10-20", "amount": "1000", "result": "应收"]
      try await cast.take(PremiumsKind.self, [due])
      func told() async throws -> (suspends: Day?, rules: Set<String>) {
        let id = try await cast.policy().id
        return try await cast.read { tx in
          let detail = try Policies.detail(id, in: tx)
          return (detail.policy.projection.suspendsOn, Set(detail.projection.reasons.map(\.rule)))
        }
      }
      var now = try await told()
      #expect(now.suspends == Day("2026-12-20") && now.rules.contains("grace"))
      let demanded = due.merging(["demanded_on": "2026年11月1日"]) { $1 }
      #expect(try await cast.take(PremiumsKind.self, [demanded], changed: ["demanded_on"])[0].result == .updated)
      #expect(try await cast.take(PremiumsKind.self, [demanded], changed: [])[0].result == .unchanged)
      now = try await told()
      #expect(now.suspends == Day("2026-12-02") && now.rules.contains("grace_demand"))
      #expect(
        try await cast.events(of: cast.wang, without: Self.noise) == ["premium_scheduled", "premium_demanded"])
      #expect(try await cast.export(PremiumsKind.self).map { $0[6] } == ["2026-11-01"])
      let own = cast.life([
        "effective_on": "2025-10-20", "formed_on": "2025-10-18", "applied_on": "2025-10-10", "delivered_on": "",
        "grace_days": "90",
      ])
      #expect(try await cast.take(PoliciesKind.self, [own], changed: ["grace_days"])[0].result == .updated)
      now = try await told()
      #expect(now.suspends == Day("2027-01-19") && now.rules.contains("grace_contract"))
      let row = try await cast.export(PoliciesKind.self)[0]
      #expect(row[try #require(PoliciesKind.fields.firstIndex { $0.name == "grace_days" })] == "90")
      let odd = try await cast.take(
        PoliciesKind.self, [cast.life(["policy_no": "P7", "grace_days": "0"])])[0]
      #expect(odd.result == .created && odd.flags.map(\.field) == ["grace_days"])
      let early = ["policy_no": "P7", "due_on": "2026-11-01", "amount": "1", "demanded_on": "2026-10-01"]
      #expect(try await cast.take(PremiumsKind.self, [early])[0].flags.map(\.code) == ["DATE_ORDER"])
    }
  }

  @Test(arguments: TestDatabase.engines) func eachCoverageIsAnEvent(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      let death = ["policy_no": "P1", "benefit": "身故", "sum_insured": "500000"]
      let hospital = ["policy_no": "P1", "benefit": "住院", "deductible": "100", "rate": "90%", "limit": "20000"]
      let taken = try await cast.take(CoveragesKind.self, [death, hospital])
      #expect(taken.map(\.result) == [.created, .created])
      let more = death.merging(["sum_insured": "600000"]) { $1 }
      #expect(try await cast.take(CoveragesKind.self, [more], changed: ["sum_insured"])[0].result == .updated)
      #expect(
        try await cast.events(of: cast.wang, without: Self.noise) == [
          "coverage_added", "coverage_added", "coverage_changed",
        ])
      #expect(
        try await cast.export(CoveragesKind.self, limit: 1) == [
          ["P1", "death", "600000.00", "", "", ""], ["P1", "hospital", "", "100.00", "0.9", "20000.00"],
        ])
    }
  }

  @Test(arguments: TestDatabase.engines) func beneficiariesAndTheirShares(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life(), cast.life(["policy_no": "P2"])])
      func party(_ change: [String: String]) -> [String: String] {
        ["policy_no": "P1", "role": "beneficiary", "benefit": "death", "rank": "1"].merging(change) { $1 }
      }
      let rows = [
        party(["customer": cast.chen.description, "share": "60%"]), party(["name": "王大明", "share": "30%"]),
        party(["name": "王大明", "rank": "2", "share": "100%"]), party(["name": "法定", "benefit": "生存金"]),
        party(["policy_no": "P2", "name": "法定"]),
      ]
      let outcomes = try await cast.take(PartiesKind.self, rows)
      #expect(outcomes.allSatisfy { $0.result == .created })
      #expect(outcomes.map { $0.flags.map(\.code) } == [["SHARE_SUM"], ["SHARE_SUM"], [], [], []])
      #expect(try await cast.events(of: cast.wang, without: Self.noise) == Array(repeating: "party_added", count: 5))
      #expect(try await cast.events(of: cast.chen).isEmpty)
      let mended = party(["name": "王大明", "share": "40%"])
      let changed = try await cast.take(PartiesKind.self, [mended], changed: ["share"])
      #expect(changed[0].result == .updated && changed[0].flags.isEmpty)
      #expect(try await cast.events(of: cast.wang).last == "party_changed")
      let policy = try await cast.policy()
      let detail = try await cast.read(as: cast.access("A1")) { tx in try Policies.detail(policy.id, in: tx) }
      #expect(detail.shareFaults.isEmpty)
      #expect(
        detail.parties.map(\.role) == [.policyholder, .insured, .beneficiary, .beneficiary, .beneficiary, .beneficiary])
      let chen = try #require(detail.parties.first { $0.rank == 1 && $0.share == .percent(60) })
      #expect(chen.customerID == nil && chen.name == "陈*")
      let whole = try await cast.read { tx in try Policies.detail(policy.id, in: tx) }
      #expect(whole.parties.contains { $0.customerID == cast.chen && $0.name == "陈静" })
      #expect(detail.parties.filter { $0.designation == .none }.map(\.name) == [""])
      #expect(detail.parties.contains { $0.name == "王**" && $0.customerID == nil })
      let lines = try await cast.read { tx in try tx.fetch(Policies.lines(of: PersonRef(cast.chen))) }
      #expect(lines.map(\.roles) == [[.beneficiary]] && lines[0].sumInsured == nil)
      let sealed = try await cast.read { tx in
        try tx.fetch(
          .all("SELECT name FROM policy_members WHERE name IS NOT NULL") { String(decoding: $0.blob(0), as: UTF8.self) }
        )
      }
      #expect(sealed.count == 2 && sealed.allSatisfy { !$0.contains("王") })
      let exported = try await cast.export(PartiesKind.self, limit: 2)
      #expect(exported.count == 5 && exported.contains(["P2", "beneficiary", "", "法定", "death", "1", ""]))
    }
  }

  /// A policy's parties are never cut apart, whatever the batch; so the last policy of a batch is judged like others.
  @Test(arguments: TestDatabase.engines) func sharesAtTheEndOfABatch(_ engine: TestDatabase.Engine) async throws {
    let file = """
      policy_no,role,name,benefit,rank,share
      P1,beneficiary,王一,death,1,50%
      P1,beneficiary,王二,death,1,30%
      P1,beneficiary,王三,death,1,20%
      P2,beneficiary,李一,death,1,60%
      P2,beneficiary,李二,death,1,30%

      """
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life(), cast.life(["policy_no": "P2"])])
      let look = try ImportLook.at(MemoryBytes(Array(file.utf8)), kind: PartiesKind.self)
      let feed = ImportFeed(kind: PartiesKind.self, mapping: look.suggestion.mapping, vault: cast.db.vault) {
        MemoryBytes(Array(file.utf8))
      }
      var batches: [[ImportRow]] = []
      while let batch = try await feed.next(2) { batches.append(batch.rows.compactMap(\.row)) }
      #expect(batches.map { $0.map { $0["name"] ?? "" } } == [["王一", "王二", "王三"], ["李一", "李二"]])
      var flags: [[[String]]] = []
      for batch in batches {
        let outcomes = try await cast.db.act(as: ContractCast.system) { [batch] tx in
          try PartiesKind.apply(batch, source: "core", in: tx)
        }
        flags.append(outcomes.map { $0.flags.map(\.code) })
      }
      #expect(flags == [[[], [], []], [["SHARE_SUM"], ["SHARE_SUM"]]])
      // What comes later in another file is judged with what is there.
      let rest = [
        "policy_no": "P2", "role": "beneficiary", "name": "李三", "benefit": "death", "rank": "1", "share": "10%",
      ]
      #expect(try await cast.take(PartiesKind.self, [rest])[0].flags.isEmpty)
    }
  }

  @Test(
    "parties that cannot be placed",
    arguments: [
      (["role": "投保人", "name": "王"], "ENUM_UNKNOWN"), (["role": "受益人"], "NAME_MISSING"),
      (["role": "受益人", "name": "王", "rank": "0"], "NUMBER_RANGE"),
      (["role": "受益人", "name": "王", "share": "110%"], "RATE_INVALID"),
    ])
  func faults(_ change: [String: String], _ code: String) {
    var references = PolicyReferences()
    references.policies = ["P1": PolicyPlace(policyNo: "P1", id: ID(1), customerID: ID(2))]
    let values = ["policy_no": "P1"].merging(change) { $1 }
    switch PartyDraft.read(values, references: references) {
    case .rejected(let errors): #expect(errors.map(\.code) == [code])
    case .draft(_, let flags): #expect(flags.map(\.code) == [code])
    case .waiting: Issue.record("nothing is missing")
    }
  }

  @Test(arguments: TestDatabase.engines) func aFurtherInsuredIsTold(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      let row = ["policy_no": "P1", "role": "被保险人", "customer": cast.chen.description]
      try await cast.take(PartiesKind.self, [row])
      #expect(try await cast.events(of: cast.chen) == ["party_added", "relation_changed"])
      let lines = try await cast.read { tx in try tx.fetch(Policies.lines(of: PersonRef(cast.chen))) }
      #expect(lines.map(\.roles) == [[.insured]])
      let policies = try await cast.export(PoliciesKind.self)
      #expect(policies[0][4] == cast.li.description)
    }
  }
}
