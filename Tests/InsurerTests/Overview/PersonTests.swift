import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// Decision 11: a person may be several records, and a read of him reads them all.
@Suite struct PersonTests {
  /// Wang and Chen are one person: Wang holds P1 for Li, served by A1; Chen is insured on P2, which Wang holds, and on
  /// P3, which Li holds, both served by A3.
  private static func open(
    _ engine: TestDatabase.Engine, _ body: @escaping @Sendable (ContractCast) async throws -> Void
  ) async throws {
    try await ContractCast.open(engine) { cast in
      let (wang, chen, li) = (cast.wang.description, cast.chen.description, cast.li.description)
      try await cast.take(
        PoliciesKind.self,
        [
          cast.life(["policyholder": wang, "insured": li]),
          cast.life(["policy_no": "P2", "policyholder": wang, "insured": chen, "servicing_agent": "A3"]),
          cast.life(["policy_no": "P3", "policyholder": li, "insured": chen, "servicing_agent": "A3"]),
        ])
      try await cast.take(
        ClaimsKind.self,
        [
          cast.claim(["insured": li, "handler": ""]),
          cast.claim(["claim_no": "C2", "policy_no": "P2", "insured": chen, "handler": ""]),
          cast.claim(["claim_no": "C3", "policy_no": "P3", "insured": chen, "handler": ""]),
        ])
      try await cast.db.act(as: ContractCast.system) { tx in
        for (id, text) in [(cast.wang, "问续期"), (cast.chen, "问理赔")] {
          _ = try Interactions.record(["channel": "微信", "direction": "in", "summary": text], with: id, in: tx)
        }
        for (place, id) in [cast.wang, cast.chen].enumerated() {
          try tx.run(
            """
            INSERT INTO customer_links (customer_id, person_id, linked_at)
            VALUES (\(id), \(cast.wang), \(tx.now + place))
            """)
        }
      }
      try await body(cast)
    }
  }

  @Test(arguments: TestDatabase.engines) func oneAnswerOfAllRecords(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast in
      for (id, name) in [(cast.wang, "王小敏"), (cast.chen, "陈静")] {
        let overview = try await cast.read { tx in try Overview.load(id, in: tx) }
        #expect(overview.profile.customer.id == id, "\(name)")
        #expect(overview.policies?.map(\.policyNo) == ["P3", "P2", "P1"])
        #expect(overview.policies?.map(\.roles) == [[.insured], [.policyholder, .insured], [.policyholder]])
        #expect(overview.totals?.map(\.insuredCount) == [2] && overview.totals?.map(\.heldCount) == [2])
        #expect(overview.claims?.map(\.claim.claimNo) == ["C3", "C2"], "his own, under his and another's policy")
        #expect(overview.claimsOnPolicies?.map(\.claim.claimNo) == ["C1"])
        #expect(Set(overview.interactions?.map(\.interaction.summary) ?? []) == ["问续期", "问理赔"], "each by its key")
        let told = Set(overview.timeline.compactMap { $0.facts["claim_no"] })
        #expect(told == ["C1", "C2", "C3"])
        #expect(overview.timeline.compactMap(\.contact?.interaction.summary).count == 2)
        let others = overview.timeline.filter { $0.insured != nil }
        #expect(!others.isEmpty && others.allSatisfy { $0.customerID == cast.li && $0.insured?.id == cast.li })
        #expect(Set(overview.stages.map(\.stage)).contains(.claim))
      }
      let looks = try await cast.read { tx in
        try tx.fetch(AccessLog.looks(at: [cast.wang.raw, cast.chen.raw], limit: 50)).map(\.subjects)
      }
      #expect(looks.filter { $0 == [cast.wang.raw] }.count == 2 && looks.filter { $0 == [cast.chen.raw] }.count == 2)
    }
  }

  @Test(arguments: TestDatabase.engines) func theOtherReadsToo(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast in
      try await cast.read { tx in
        let person = try tx.fetch(Customers.person(cast.chen))
        #expect(person.records == [cast.chen, cast.wang])
        #expect(try tx.fetch(Customers.person(cast.li)).records == [cast.li])
        #expect(try Interactions.list(of: person, limit: 9, in: tx).compactMap(\.interaction.summary).count == 2)
        let all = try Timeline.page(of: person, limit: 99, in: tx)
        #expect(Set(all.map(\.customerID)) == [cast.wang, cast.chen, cast.li])
        var pages: [TimelineEntry] = []
        while true {
          let place = pages.last.map { InteractionCursor(at: $0.happenedAt, id: $0.id) } ?? .newest
          let page = try Timeline.page(of: person, before: place, limit: 3, in: tx)
          pages += page
          if page.count < 3 { break }
        }
        #expect(pages.map(\.id) == all.map(\.id))
        let profile = try Customers.profile(cast.chen, in: tx)
        let own = try tx.fetch(Customers.contacts(person))
        #expect(profile.contacts.count == own.count)
        let line = CustomerLine.joined(try Customers.lines(person.records, in: tx), as: cast.chen)
        #expect(line?.id == cast.chen && line?.stages.contains(.claim) == true && line?.relation == .active)
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func eachReadAsksForEachRecord(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { cast in
      let overview = try await cast.read(as: cast.access("A1")) { tx in try Overview.load(cast.wang, in: tx) }
      #expect(overview.policies?.map(\.policyNo) == ["P1"])
      #expect(overview.claims?.isEmpty == true)
      #expect(overview.claimsOnPolicies?.map(\.claim.claimNo) == ["C1"])
      #expect(!overview.timeline.contains { $0.customerID == cast.chen })
      await #expect(throws: AppError.self) {
        try await cast.read(as: cast.access("A1")) { tx in _ = try Overview.load(cast.chen, in: tx) }
      }
    }
  }
}

extension PersonTests {
  /// The claim of another insured is on the policyholder's timeline for who may see the claim, and for nobody else.
  @Test(arguments: TestDatabase.engines) func claimsOfOthersOnMyPolicies(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      try await cast.take(ClaimsKind.self, [cast.claim(["handler": ""])])
      func told(_ access: Access, _ kinds: [EventKind] = []) async throws -> [TimelineEntry] {
        try await cast.read(as: access) { tx in
          try Timeline.page(of: PersonRef(cast.wang), TimelineFilter(kinds: kinds), limit: 50, in: tx)
        }.filter { $0.kind.rawValue.hasPrefix("claim_") }
      }
      let mine = try await told(cast.access("A1"))
      #expect(!mine.isEmpty && mine.allSatisfy { $0.insured?.name == "李小宝" && $0.customerID == cast.li })
      #expect(mine.allSatisfy { $0.facts["diagnosis"] == nil })
      #expect(try await told(cast.access("A1"), [.claimRequested]).map(\.kind) == [.claimRequested])
      #expect(try await told(cast.access("A1"), [.policyIssued]).isEmpty)
      #expect(try await told(cast.access("A2")).isEmpty)
      let whole = ContractCast.system
      let blind = Access(
        actor: whole.actor, role: whole.role, purpose: whole.purpose, scope: whole.scope,
        permissions: [.read(.customer), .read(.policy)], sees: whole.sees, staffID: 0, surface: "api")
      #expect(try await told(blind).isEmpty)
    }
  }
}
