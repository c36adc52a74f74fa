import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct PoliciesTests {
  @Test(arguments: TestDatabase.engines) func aPolicyComesWithItsPartiesAndStory(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await ContractCast.open(engine) { cast in
      let outcomes = try await cast.take(PoliciesKind.self, [cast.life()])
      #expect(outcomes.map(\.result) == [.created])
      #expect(outcomes[0].customer == cast.wang.raw && outcomes[0].flags.isEmpty)
      #expect(try await cast.events(of: cast.wang) == ["policy_issued", "policy_delivered", "relation_changed"])
      #expect(try await cast.events(of: cast.li) == ["policy_issued", "relation_changed"])
      let policy = try await cast.policy()
      #expect(policy.projection.status == .inForce && policy.projection.phases == [.paid])
      #expect(policy.projection.nextDueOn == Day("2027-01-10"))
      #expect(policy.projection.suspendsOn == Day("2027-03-12"))
      #expect(policy.projection.mismatches.isEmpty && policy.projection.dueOn == Day("2026-12-11"))
      let (held, insured) = try await cast.read { tx in
        try tx.fetch(Policies.lines(of: PersonRef(cast.wang)), Policies.lines(of: PersonRef(cast.li)))
      }
      #expect(held.map(\.roles) == [[.policyholder]] && held[0].premium == Money(fen: 1_000_00))
      #expect(insured.map(\.roles) == [[.insured]] && insured[0].premium == nil && insured[0].nextDueOn == nil)
      #expect(insured[0].sumInsured == Money(fen: 500_000_00))
      let again = try await cast.take(PoliciesKind.self, [cast.life()], changed: [])
      #expect(again.map(\.result) == [.unchanged])
    }
  }

  @Test(arguments: TestDatabase.engines) func whatIsNotThereYetIsWaitedFor(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      for (field, kind) in [
        ("product", "products"), ("policyholder", "customers"), ("insured", "customers"), ("servicing_agent", "staff"),
        ("writing_agent", "staff"), ("base_policy_no", "policies"),
      ] {
        let outcomes = try await cast.take(PoliciesKind.self, [cast.life([field: "X9"])])
        #expect(outcomes.map(\.result) == [.waiting(kind: kind, key: "X9")], "\(field)")
      }
      for kind in [PartiesKind.self, CoveragesKind.self, PremiumsKind.self] as [any ImportKind.Type] {
        let row = [
          "policy_no": "P9", "role": "受益人", "name": "法定", "benefit": "身故", "due_on": "2026-01-10", "amount": "1",
        ]
        #expect(try await cast.take(kind, [row]).map(\.result) == [.waiting(kind: "policies", key: "P9")])
      }
      #expect(
        try await cast.take(ClaimsKind.self, [cast.claim()]).map(\.result) == [.waiting(kind: "policies", key: "P1")])
    }
  }

  @Test(
    "fields that cannot be read",
    arguments: [
      ("status", "verkauft", "ENUM_UNKNOWN", true), ("premium", "eintausend", "MONEY_INVALID", true),
      ("effective_on", "2026-13-01", "DATE_INVALID", false), ("channel", "邮寄", "ENUM_UNKNOWN", false),
      ("flags", "质押|无此", "ENUM_UNKNOWN", false), ("expires_on", "2025-01-01", "DATE_ORDER", false),
      ("delivered_on", "2030-01-01", "DATE_FUTURE", false),
    ])
  func faults(_ field: String, _ value: String, _ code: String, _ rejects: Bool) throws {
    var references = PolicyReferences()
    references.products = ["LIFE": ID(1)]
    references.customers = ["K1": ID(2)]
    let values = [
      "policy_no": "P1", "product": "LIFE", "policyholder": "K1", "status": "有效", "applied_on": "2026-01-01",
      "effective_on": "2026-01-10",
    ].merging([field: value]) { _, new in new }
    let drafted = PolicyDraft.read(
      values, references: references, source: "core", now: Instant(try day("2026-11-22")))
    switch drafted {
    case .rejected(let errors): #expect(rejects && errors.map(\.code) == [code])
    case .draft(_, let flags): #expect(!rejects && flags.map(\.code) == [code])
    case .waiting: Issue.record("nothing is missing")
    }
  }

  @Test(arguments: TestDatabase.engines) func aRiderStandsInOneFileWithItsBase(_ engine: TestDatabase.Engine)
    async throws
  {
    try await ContractCast.open(engine) { cast in
      let rider = cast.life(["policy_no": "P0", "product": "MED", "base_policy_no": "P1", "premium": ""])
      #expect(try await cast.take(PoliciesKind.self, [rider, cast.life()]).map(\.result) == [.created, .created])
      let ended = cast.life([
        "status": "终止", "termination_reason": "退保", "terminated_on": "2026-11-01",
      ])
      try await cast.take(
        PoliciesKind.self, [ended], changed: ["status", "termination_reason", "terminated_on"])
      let policy = try await cast.policy("P0")
      #expect(policy.status == .inForce && policy.projection.status == .terminated)
      #expect(policy.projection.mismatches == [.status])
      let detail = try await cast.read { tx in try Policies.detail(policy.id, in: tx) }
      #expect(detail.base?.policyNo == "P1" && detail.projection.reason == .surrendered)
      let base = try await cast.policy()
      let whole = try await cast.read { tx in try Policies.detail(base.id, in: tx) }
      #expect(whole.riders.map(\.policyNo) == ["P0"])
    }
  }

  @Test(arguments: TestDatabase.engines) func whatTheCoreChangesIsRecorded(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      let noise: Set<String> = ["customer_created", "policy_issued", "policy_delivered", "relation_changed"]
      func update(_ change: [String: String]) async throws -> [String] {
        let before = try await cast.events(of: cast.wang, without: noise)
        _ = try await cast.take(PoliciesKind.self, [cast.life(change)], changed: Set(change.keys))
        let all = try await cast.events(of: cast.wang, without: noise)
        return Array(all.dropFirst(before.count))
      }
      #expect(try await update(["loan": "2000", "flags": "质押"]) == ["policy_loan_taken"])
      #expect(try await update(["loan": "500", "flags": "质押"]) == ["policy_loan_repaid"])
      #expect(try await update(["status": "效力中止", "suspended_on": "2026-11-20"]) == ["policy_suspended"])
      #expect(try await update(["status": "有效", "reinstated_on": "2026-11-21"]) == ["policy_reinstated"])
      #expect(try await update(["servicing_agent": "A3", "sum_insured": "1"]) == ["policy_changed"])
      #expect(try await update(["status_as_of": "2026-11-22 07:00"]) == [])
      #expect(
        try await update(["status": "终止", "termination_reason": "退保", "terminated_on": "2026-11-22"])
          == ["policy_terminated"])
      let policy = try await cast.policy()
      let history = try await cast.read { tx in try Policies.history(policy, in: tx) }
      #expect(history.map(\.correction.field).contains("sum_insured"))
      let sum = try #require(history.first { $0.correction.field == "sum_insured" })
      #expect(sum.correction.before == "500000.00" && sum.correction.after == "1.00" && sum.actor == .system)
      #expect(policy.version == 8)
    }
  }

  @Test(arguments: TestDatabase.engines) func anotherPolicyholderTakesEverythingAlong(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      try await cast.take(
        PartiesKind.self, [["policy_no": "P1", "role": "受益人", "name": "王大明", "benefit": "身故", "share": "100%"]])
      try await cast.take(CoveragesKind.self, [["policy_no": "P1", "benefit": "身故", "sum_insured": "500000"]])
      try await cast.take(
        PremiumsKind.self, [["policy_no": "P1", "due_on": "2026-01-10", "amount": "1000", "received_on": "2026-01-08"]])
      try await cast.take(ClaimsKind.self, [cast.claim()])
      try await cast.take(
        PoliciesKind.self, [cast.life(["policyholder": cast.chen.description])], changed: ["policyholder"])
      #expect(try await cast.events(of: cast.chen) == ["policyholder_changed", "relation_changed"])
      let policy = try await cast.policy()
      #expect(policy.customerID == cast.chen)
      let detail = try await cast.read { tx in try Policies.detail(policy.id, in: tx) }
      #expect(detail.coverages.count == 1 && detail.premiums.count == 1)
      #expect(detail.parties.map(\.name) == ["陈静", "李小宝", "王**"])
      let (before, after, claims) = try await cast.read { tx in
        try tx.fetch(
          Policies.lines(of: PersonRef(cast.wang)), Policies.lines(of: PersonRef(cast.chen)),
          Claims.claims(onPoliciesOf: PersonRef(cast.chen)))
      }
      #expect(before.isEmpty && after.map(\.roles) == [[.policyholder]])
      #expect(claims.map(\.policyholderID) == [cast.chen])
      #expect(try await cast.export(PartiesKind.self)[0][3] == "王大明")
    }
  }

  @Test(arguments: TestDatabase.engines) func onlyWhoServicesAPolicySeesIt(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life(), cast.life(["policy_no": "P2", "servicing_agent": "A3"])])
      let policy = try await cast.policy()
      func numbers(_ who: String) async throws -> [String] {
        try await cast.read(as: cast.access(who)) { tx in
          try Policies.list(limit: 10, in: tx).rows.map(\.policy.policyNo)
        }
      }
      #expect(try await numbers("A1") == ["P1"])
      #expect(try await numbers("A2") == [])
      #expect(try await numbers("A3") == ["P2"])
      #expect(try await numbers("M1") == ["P1"])
      await #expect(throws: AppError.self) {
        try await cast.read(as: cast.access("A2")) { tx in _ = try Policies.detail(policy.id, in: tx) }
      }
      let lines = try await cast.read(as: cast.access("A3")) { tx in
        try tx.fetch(Policies.lines(of: PersonRef(cast.wang))).map(\.policyNo)
      }
      #expect(lines == ["P2"])
      await #expect(throws: AppError.self) {
        try await cast.db.act(as: cast.access("A1")) { tx in
          _ = try Policies.upsert([PolicyDraft](), source: "x", in: tx)
        }
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func listsFilterAndPageByKey(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let rows = (1...5).map { cast.life(["policy_no": "P\($0)", "status": $0 == 3 ? "未生效" : "有效"]) }
      try await cast.take(PoliciesKind.self, rows)
      func page(_ filter: PolicyFilter, after: Int64? = nil) async throws -> ListPage<PolicyListRow> {
        try await cast.read { tx in try Policies.list(filter, after: after, limit: 2, in: tx) }
      }
      var filter = PolicyFilter()
      let first = try await page(filter)
      #expect(first.rows.map(\.policy.policyNo) == ["P5", "P4"] && !first.isBounded)
      let second = try await page(filter, after: first.next)
      #expect(second.rows.map(\.policy.policyNo) == ["P3", "P2"])
      #expect(second.rows[0].policyholder?.name == "王小敏" && second.rows[0].product == "传承终身寿险")
      #expect(try await page(filter, after: second.next).next == nil)
      filter.status = .notYetEffective
      #expect(try await page(filter).rows.map(\.policy.policyNo) == ["P3"])
      filter = PolicyFilter()
      filter.hasMismatch = true
      #expect(try await page(filter).rows.map(\.policy.policyNo) == ["P3"])
      filter.line = .medical
      #expect(try await page(filter).rows.isEmpty)
      let exported = try await cast.export(PoliciesKind.self, limit: 2)
      #expect(exported.map { $0[0] } == ["P1", "P2", "P3", "P4", "P5"])
      #expect(exported[0].count == PoliciesKind.fields.count)
      let fields = PoliciesKind.fields.map(\.name)
      let values = Dictionary(uniqueKeysWithValues: zip(fields, exported[0]))
      #expect(values["servicing_agent"] == "A1" && values["insured"] == cast.li.description)
      #expect(values["status"] == "in_force" && values["premium"] == "1000.00" && values["formed_on"] == "2026-01-08")
    }
  }

  @Test(arguments: TestDatabase.engines) func theNightlyJobProjectsWhatIsDue(_ engine: TestDatabase.Engine) async throws
  {
    let start = Clock.fixed(Instant(try day("2026-12-30"), secondOfDay: 3_600))
    try await ContractCast.open(engine, clock: start) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      try await cast.db.act(as: ContractCast.system) { tx in
        try tx.run("UPDATE policies SET projection_due_on = \(tx.today), phases = 'grace'")
      }
      #expect(try await ProjectPolicies().run(cast.db) == .done)
      #expect(try await cast.policy().projection.phases == [.paid])
      let waiting = try await cast.read { tx in
        try tx.fetch(.all("SELECT unique_key FROM jobs WHERE state = 'waiting'") { $0.text(0) })
      }
      #expect(waiting == ["policies.project/2026-12-31"])
    }
  }

  @Test(arguments: TestDatabase.engines) func readersBringOverdueLinesUpToDate(_ engine: TestDatabase.Engine)
    async throws
  {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      try await cast.db.act(as: ContractCast.system) { tx in
        try tx.run("UPDATE policy_parties SET projection_due_on = \(tx.today), phases = 'grace', next_due_on = NULL")
      }
      let lines = try await cast.read { tx in
        try Policies.fresh(try tx.fetch(Policies.lines(of: PersonRef(cast.wang))), in: tx)
      }
      #expect(lines[0].phases == [.paid] && lines[0].nextDueOn == Day("2027-01-10"))
    }
  }

  @Test(arguments: TestDatabase.engines) func theStoredLawIsTheCatalogue(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { db in
      let stored = try await db.read(as: ContractCast.system) { tx in try tx.fetch(LegalRules.stored).rules }
      #expect(Set(stored) == Set(try LegalRules.catalogue.get().rules))
    }
  }
}
