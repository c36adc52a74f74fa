import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct ClaimsTests {
  private static let noise: Set<String> = ["customer_created", "policy_issued", "relation_changed"]

  private static func open(_ engine: TestDatabase.Engine, _ body: (ContractCast) async throws -> Void) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      try await body(cast)
    }
  }

  @Test(arguments: TestDatabase.engines) func aClaimLivesWithItsInsured(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast in
      let outcomes = try await cast.take(ClaimsKind.self, [cast.claim()])
      #expect(outcomes.map(\.result) == [.created] && outcomes[0].customer == cast.li.raw)
      #expect(try await cast.events(of: cast.li, without: Self.noise) == ["claim_notified", "claim_requested"])
      #expect(try await cast.take(ClaimsKind.self, [cast.claim()], changed: [])[0].result == .unchanged)
      let (own, held, stages) = try await cast.read { tx in
        try tx.fetch(
          Claims.claims(of: PersonRef(cast.li)), Claims.claims(onPoliciesOf: PersonRef(cast.wang)),
          CustomerBook.stages(of: PersonRef(cast.li)))
      }
      #expect(own.map(\.claimNo) == ["C1"] && held.map(\.claimNo) == ["C1"] && own[0].diagnosis == nil)
      #expect(stages.filter { $0.closedAt == nil }.map(\.stage) == [.claim])
      let due = try await cast.read(as: cast.access("A1")) { tx in
        try Claims.due(to: tx.today + 7, limit: 9, in: tx).rows
      }
      #expect(due.map { $0.progress.clock.next?.day } == [Day("2026-11-24")])
      #expect(due[0].insured?.name == "李小宝" && due[0].progress.nextActor == .insurer)
    }
  }

  @Test(arguments: TestDatabase.engines) func itsWayToPayment(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast in
      try await cast.take(ClaimsKind.self, [cast.claim()])
      var row: [String: String] = [:]
      func update(_ change: [String: String]) async throws -> [String] {
        let before = try await cast.events(of: cast.li)
        row.merge(change) { _, new in new }
        let outcome = try await cast.take(ClaimsKind.self, [cast.claim(row)], changed: Set(change.keys))
        #expect(outcome.map(\.result) == [.updated])
        let all = try await cast.events(of: cast.li)
        return Array(all.dropFirst(before.count))
      }
      #expect(try await update(["status": "待补资料", "supplement_asked_on": "2026-11-20"]) == ["claim_supplement_asked"])
      let paused = try await cast.read { tx in try tx.fetch(.all("SELECT due_on FROM claims") { $0.dayOrNil(0) }) }
      #expect(paused == [nil])
      #expect(
        try await update(["status": "理算", "supplement_received_on": "2026-11-21"]) == ["claim_supplement_received"])
      #expect(try await update(["complex_reason": "需第三方鉴定"]) == ["claim_marked_complex"])
      let due = try await cast.read { tx in
        try tx.fetch(.all("SELECT due_on, due_kind FROM claims") { "\($0.day(0)) \($0.text(1))" })
      }
      #expect(due == ["2026-12-20 determination"])
      #expect(try await update(["status": "核定", "decided_on": "2026-11-22", "paid": "3000"]) == ["claim_determined"])
      #expect(try await update(["status": "达成协议", "agreed_on": "2026-11-22"]) == ["claim_agreed"])
      #expect(try await update(["status": "已给付", "paid_on": "2026-11-22"]) == ["claim_paid"])
      let stages = try await cast.read { tx in try tx.fetch(CustomerBook.stages(of: PersonRef(cast.li))) }
      #expect(stages.allSatisfy { $0.closedAt != nil })
      #expect(try await update(["status": "重开"]) == ["claim_reopened"])
      #expect(try await update(["claimed": "4000"]) == ["claim_changed"])
      #expect(try await update(["status": "调查"]) == ["claim_status_changed"])
      #expect(try await update(["status": "撤案"]) == ["claim_withdrawn"])
    }
  }

  @Test(arguments: TestDatabase.engines) func healthIsForWhoHandlesIt(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast in
      try await cast.take(ClaimsKind.self, [cast.claim(["complex_reason": "需鉴定"])])
      let id = try await cast.read { tx in try tx.fetch(Claims.claims(of: PersonRef(cast.li)))[0].id }
      let agent = try await cast.read(as: cast.access("A1")) { tx in try Claims.detail(id, in: tx) }
      #expect(agent.claim.diagnosis == nil && agent.claim.complexReason == nil && agent.claim.isComplex)
      let handler = try await cast.read(as: cast.access("C1")) { tx in try Claims.detail(id, in: tx) }
      #expect(handler.claim.diagnosis == "急性阑尾炎" && handler.claim.complexReason == "需鉴定")
      #expect(handler.insured?.name == "李小宝" && handler.handler == "员工")
      await #expect(throws: AppError.self) {
        try await cast.read(as: cast.access("A2")) { tx in _ = try Claims.detail(id, in: tx) }
      }
      let bytes = try await cast.read { tx in
        try tx.fetch(.all("SELECT diagnosis FROM claims") { String(decoding: $0.blob(0), as: UTF8.self) })
      }
      #expect(!bytes[0].contains("阑尾"))
      let exported = try await cast.export(ClaimsKind.self)
      let values = Dictionary(uniqueKeysWithValues: zip(ClaimsKind.fields.map(\.name), exported[0]))
      #expect(values["diagnosis"] == "急性阑尾炎" && values["insured"] == cast.li.description && values["handler"] == "C1")
      #expect(values["claimed"] == "3200.50" && values["status"] == "registered")
    }
  }

  @Test(arguments: TestDatabase.engines) func aRefusalIsSeenFromWhatWasPaid(_ engine: TestDatabase.Engine) async throws
  {
    try await Self.open(engine) { cast in
      let refused = cast.claim(["status": "结案", "decided_on": "2026-11-21", "diagnosis": "", "handler": ""])
      let named = cast.claim(["claim_no": "C2", "status": "核定", "decided_on": "2026-11-21", "decision": "通融"])
      try await cast.take(ClaimsKind.self, [refused, named])
      let claims = try await cast.read { tx in try tx.fetch(Claims.claims(of: PersonRef(cast.li))) }
      #expect(claims.map(\.decision) == [.exGratia, .declined])
      #expect(try await cast.events(of: cast.li, without: Self.noise).contains("claim_declined"))
      var filter = ClaimFilter()
      filter.isOpen = true
      let open = try await cast.read { [filter] tx in try Claims.list(filter, limit: 9, in: tx) }
      #expect(open.rows.map(\.claim.claimNo) == ["C2"] && open.next == nil)
      let pages = try await cast.read { tx in try Claims.list(limit: 1, in: tx) }
      #expect(pages.rows.map(\.claim.claimNo) == ["C2"] && pages.next != nil)
    }
  }

  @Test(arguments: TestDatabase.engines) func claimsFollowTheServicingAgent(_ engine: TestDatabase.Engine) async throws
  {
    try await Self.open(engine) { cast in
      try await cast.take(ClaimsKind.self, [cast.claim(["handler": ""])])
      try await cast.take(PoliciesKind.self, [cast.life(["servicing_agent": "A3"])], changed: ["servicing_agent"])
      func count(_ who: String) async throws -> Int {
        try await cast.read(as: cast.access(who)) { tx in try Claims.list(limit: 9, in: tx).rows.count }
      }
      #expect(try await count("A1") == 0)
      #expect(try await count("A3") == 1)
    }
  }

  @Test(
    "claims that cannot be placed",
    arguments: [
      ("status", "哈", "ENUM_UNKNOWN", true), ("kind", "", "REQUIRED", true), ("claimed", "x", "MONEY_INVALID", true),
      ("paid_on", "2030-01-01", "DATE_FUTURE", false), ("loss_on", "2026-11-20", "DATE_ORDER", false),
      ("clause_days", "0", "NUMBER_RANGE", false),
    ])
  func faults(_ field: String, _ value: String, _ code: String, _ rejects: Bool) throws {
    var references = ClaimReferences()
    references.policies["P1"] = InsuredPolicy(
      place: PolicyPlace(policyNo: "P1", id: ID(1), customerID: ID(2)), productID: ID(3), line: .medical,
      servicingAgentID: nil, insuredID: ID(4))
    let values = [
      "claim_no": "C1", "policy_no": "P1", "status": "立案", "kind": "医疗", "notified_at": "2026-11-18",
    ].merging([field: value]) { $1 }.filter { !$0.value.isEmpty }
    switch ClaimDraft.read(values, references: references, source: "core", now: Instant(try day("2026-11-22"))) {
    case .rejected(let errors): #expect(rejects && errors.map(\.code) == [code])
    case .draft(_, let flags): #expect(!rejects && flags.map(\.code).contains(code))
    case .waiting: Issue.record("nothing is missing")
    }
  }
}
