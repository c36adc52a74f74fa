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
}
