import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// Customers assigned to an adviser, applications assigned to an underwriter: in their books, and in nobody else's.
struct AssignedTests {
  private static func hire(_ cast: ContractCast) async throws -> [String: StaffMember] {
    let drafts = [("V1", Role.adviser), ("U1", .underwriter), ("U2", .underwriter), ("M2", .manager)].map {
      StaffDraft(staffNo: $0, name: "何静", team: "三组", branch: "北区", role: $1)
    }
    return try await cast.db.act(as: ContractCast.system) { tx in
      _ = try Staff.upsert(drafts, source: "core", in: tx)
      return Dictionary(
        uniqueKeysWithValues: try tx.fetch(Staff.byNumbers(drafts.map(\.staffNo))).map { ($0.staffNo, $0) })
    }
  }

  private static func seen(_ cast: ContractCast, _ member: StaffMember) async throws -> (
    people: Set<String>, policies: Int
  ) {
    try await cast.read(as: CustomerCast.agent(member)) { tx in
      let people = try [cast.wang, cast.li, cast.chen].compactMap { id -> String? in
        do { return try Customers.find(id, in: tx).name } catch let error as AppError where error.kind == .notFound {
          return nil
        }
      }
      let place = try tx.fetch(Policies.places(["P1"]))[0]
      let policies = try tx.fetch(PolicyStore.visible(place)) == nil ? 0 : 1
      return (Set(people), policies)
    }
  }

  @Test(arguments: TestDatabase.engines) func anUnderwriterSeesHisApplications(_ engine: TestDatabase.Engine)
    async throws
  {
    try await ContractCast.open(engine) { cast in
      let staff = try await Self.hire(cast)
      try await cast.take(PoliciesKind.self, [cast.life()])
      let (before, after) = (try #require(staff["U1"]), try #require(staff["U2"]))
      #expect(try await Self.seen(cast, before) == ([], 0))
      try await cast.take(PoliciesKind.self, [cast.life(["underwriter": "U1"])], changed: ["underwriter"])
      #expect(try await Self.seen(cast, before) == (["王小敏", "李小宝"], 1))
      #expect(try await Self.seen(cast, after) == ([], 0))
      #expect(try await Self.seen(cast, try #require(staff["M2"])) == ([], 0), "his group is told nothing")
      #expect(try await cast.events(of: cast.wang).suffix(1) == ["policy_changed"])
      let row = try await cast.export(PoliciesKind.self)[0]
      #expect(row.last == "U1")
      let unknown = try await cast.take(PoliciesKind.self, [cast.life(["underwriter": "U9"])], changed: ["underwriter"])
      #expect(unknown.count == 1)
      try await cast.take(PoliciesKind.self, [cast.life(["underwriter": "U2"])], changed: ["underwriter"])
      #expect(try await Self.seen(cast, before) == ([], 0))
      #expect(try await Self.seen(cast, after) == (["王小敏", "李小宝"], 1))
    }
  }

  @Test(arguments: TestDatabase.engines) func anAdviserSeesWhoIsAssigned(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let staff = try await Self.hire(cast)
      let adviser = try #require(staff["V1"])
      try await cast.take(PoliciesKind.self, [cast.life()])
      #expect(try await Self.seen(cast, adviser) == ([], 0))
      try await cast.db.act(as: ContractCast.system) { tx in
        _ = try Customers.update(cast.wang, ["adviser": "V1"], expected: nil, in: tx)
      }
      #expect(try await Self.seen(cast, adviser) == (["王小敏"], 1))
      #expect(try await cast.events(of: cast.wang).suffix(1) == ["customer_corrected"])
      await #expect(throws: AppError.self) {
        try await cast.db.act(as: ContractCast.system) { tx in
          _ = try Customers.update(cast.wang, ["adviser": "V9"], expected: nil, in: tx)
        }
      }
      let made = try await cast.db.act(as: ContractCast.system) { tx in
        try Customers.create(["name": "赵新", "adviser": "V1"], in: tx).id
      }
      let listed = try await cast.read(as: CustomerCast.agent(adviser)) { tx in
        try Customers.list(limit: 10, in: tx).rows.map(\.id)
      }
      #expect(Set(listed) == [cast.wang, made])
    }
  }

  /// `domain.md`: who else serves a customer is hidden from his agent.
  @Test(arguments: TestDatabase.engines) func anAgentIsNotToldWhoElseServes(_ engine: TestDatabase.Engine) async throws
  {
    try await ContractCast.open(engine) { cast in
      _ = try await Self.hire(cast)
      let agent = try #require(cast.staff["A1"])
      try await cast.take(PoliciesKind.self, [cast.life()])
      try await cast.db.act(as: ContractCast.system) { tx in
        _ = try Customers.update(cast.wang, ["adviser": "V1", "owner": "A2"], expected: nil, in: tx)
      }
      let told = try await cast.read(as: CustomerCast.agent(agent)) { tx in
        let profile = try Customers.profile(cast.wang, in: tx).customer
        return (
          profile.staff, try Customers.corrections(profile, in: tx),
          try CustomersKind.export(after: nil, limit: 9, in: tx)
        )
      }
      #expect(told.0.isEmpty)
      #expect(told.1.map(\.field).sorted() == ["adviser", "owner"])
      #expect(told.1.allSatisfy { $0.before == nil && $0.after == nil })
      #expect(told.2.first { $0.values[1] == "王小敏" }?.values.suffix(2) == ["", ""])
      let whole = try await cast.read(as: CustomerCast.access(.steward)) { tx in
        let profile = try Customers.profile(cast.wang, in: tx).customer
        return (profile.staff.count, try Customers.corrections(profile, in: tx).map { $0.after ?? "" })
      }
      #expect(whole.0 == 2 && Set(whole.1) == ["V1", "A2"])
    }
  }
}
