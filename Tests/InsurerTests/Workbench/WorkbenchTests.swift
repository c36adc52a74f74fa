import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct WorkbenchTests {
  @Test(arguments: TestDatabase.engines) func theDayOfAnAgent(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let due = cast.life([
        "effective_on": "2025-12-10", "formed_on": "2025-12-08", "applied_on": "2025-12-01", "delivered_on": "",
      ])
      try await cast.take(PoliciesKind.self, [due, cast.life(["policy_no": "P2", "servicing_agent": "A3"])])
      try await cast.take(ClaimsKind.self, [cast.claim(["handler": ""])])
      let mine = try await cast.read(as: cast.access("A1")) { tx in try Workbench.load(in: tx) }
      #expect(mine.premiumsDue?.map(\.policy.policyNo) == ["P1"])
      #expect(mine.premiumsDue?[0].policy.projection.nextDueOn == Day("2026-12-10"))
      #expect(mine.claims?.map(\.claim.claimNo) == ["C1"])
      #expect(mine.events.map(\.customer).contains("李小宝"))
      let policies = Set([try await cast.policy("P2").id.raw])
      #expect(policies.isDisjoint(with: mine.events.map(\.entry.subject)))
      let nobody = try await cast.read(as: cast.access("A2")) { tx in try Workbench.load(in: tx) }
      #expect(nobody.events.isEmpty && nobody.premiumsDue?.isEmpty == true && nobody.claims?.isEmpty == true)
    }
  }

  /// A claims handler collects no premiums; an underwriter begins with the applications that wait for him.
  @Test(arguments: TestDatabase.engines) func theDayOfOtherDesks(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let drafts = [StaffDraft(staffNo: "U1", name: "贺延年", team: "核保部", branch: "东区", role: .underwriter)]
      try await cast.db.act(as: ContractCast.system) { tx in _ = try Staff.upsert(drafts, source: "core", in: tx) }
      let underwriter = try await cast.read { tx in try tx.fetch(Staff.byNumbers(["U1"]))[0] }
      let open = cast.life([
        "policy_no": "P7", "underwriter": "U1", "status": "未生效", "formed_on": "", "effective_on": "",
        "delivered_on": "", "applied_on": "2026-11-15",
      ])
      try await cast.take(PoliciesKind.self, [cast.life(["underwriter": "U1"]), open])
      try await cast.take(ClaimsKind.self, [cast.claim()])
      let desk = try await cast.read(as: CustomerCast.agent(underwriter)) { tx in
        (try Workbench.load(in: tx), try Policies.list(Policies.pending(of: underwriter.id), limit: 9, in: tx).rows)
      }
      #expect(desk.0.applications?.map(\.policy.policyNo) == ["P7"])
      #expect(desk.0.applicationCount == BoundedCount(1, isExact: true))
      #expect(desk.1.map(\.policy.policyNo) == ["P7"])
      #expect(desk.0.premiumsDue == nil && desk.0.dueCount == nil)
      let handler = try #require(cast.staff["C1"])
      let claims = try await cast.read(as: CustomerCast.agent(handler)) { tx in try Workbench.load(in: tx) }
      #expect(claims.claims?.map(\.claim.claimNo) == ["C1"])
      #expect(claims.premiumsDue == nil && claims.applications == nil)
    }
  }
}
