import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct OverviewTests {
  /// R18: insured on three policies and policyholder of one more → four lines; critical illness counts only what is in
  /// force and insures the person.
  @Test(arguments: TestDatabase.engines) func everyPolicyWithTheRightRole(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      var product = ContractCast.lifeProduct
      product.merge(["code": "CI", "name": "重疾险", "line": "critical_illness"]) { $1 }
      try await cast.take(ProductsKind.self, [product])
      let own = ["policyholder": cast.chen.description, "insured": cast.li.description]
      try await cast.take(
        PoliciesKind.self,
        [
          cast.life(["product": "CI"]),
          cast.life(["policy_no": "P2", "product": "CI", "status": "终止", "terminated_on": "2026-05-01"]),
          cast.life(["policy_no": "P3"]),
          cast.life(
            own.merging([
              "policy_no": "P4", "product": "CI", "policyholder": cast.li.description, "insured": cast.chen.description,
            ]) { $1 }),
        ])
      let overview = try await cast.read { tx in try Overview.load(cast.li, in: tx) }
      let lines = try #require(overview.policies)
      #expect(lines.map(\.policyNo) == ["P4", "P3", "P2", "P1"])
      #expect(lines.map(\.roles) == [[.policyholder], [.insured], [.insured], [.insured]])
      let illness = try #require(overview.totals?.first { $0.line == .criticalIllness })
      #expect(illness.insuredCount == 1 && illness.sumInsured == Money(fen: 500_000_00))
      #expect(illness.heldCount == 1 && illness.yearlyPremium == Money(fen: 1_000_00))
    }
  }

  @Test(arguments: TestDatabase.engines) func theWholePersonInOneAnswer(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life(["insured": cast.wang.description])])
      try await cast.take(ClaimsKind.self, [cast.claim()])
      _ = try await cast.db.act(as: cast.access("A1")) { tx in
        try Interactions.record(["channel": "微信", "direction": "in", "summary": "问理赔"], with: cast.wang, in: tx)
      }
      let overview = try await cast.read(as: cast.access("A1")) { tx in try Overview.load(cast.wang, in: tx) }
      #expect(overview.profile.customer.name == "王小敏" && overview.profile.customer.relation == .active)
      #expect(overview.policies?.map(\.roles) == [[.policyholder, .insured]])
      #expect(overview.claims?.count == 1 && overview.claims?[0].progress?.clock.next?.subject == .determination)
      #expect(overview.claimsOnPolicies?.isEmpty == true)
      #expect(overview.interactions?.map(\.interaction.summary) == ["问理赔"])
      #expect(overview.timeline.compactMap(\.contact).count == 1)
      #expect(Set(overview.stages.map(\.stage)) == [.claim])
      let looks = try await cast.read { tx in
        try tx.fetch(.all("SELECT customer_id, what FROM access_log") { "\($0.int(0)) \($0.text(1))" })
      }
      #expect(looks == ["\(cast.wang.raw) overview"])
    }
  }

  @Test(arguments: TestDatabase.engines) func partsWithoutTheRightAreAbsent(_ engine: TestDatabase.Engine) async throws
  {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      let whole = ContractCast.system
      let narrow = Access(
        actor: whole.actor, role: whole.role, purpose: whole.purpose, scope: whole.scope,
        permissions: [.read(.customer)], sees: whole.sees, staffID: 0, surface: "api")
      let overview = try await cast.read(as: narrow) { tx in try Overview.load(cast.wang, in: tx) }
      #expect(overview.policies == nil && overview.totals == nil)
      #expect(overview.claims == nil && overview.claimsOnPolicies == nil && overview.interactions == nil)
      #expect(!overview.timeline.contains { $0.kind.rawValue.hasPrefix("policy_") })
      await #expect(throws: AppError.self) {
        try await cast.read(as: cast.access("A2")) { tx in _ = try Overview.load(cast.wang, in: tx) }
      }
    }
  }
}
