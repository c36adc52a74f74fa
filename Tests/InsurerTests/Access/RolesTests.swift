import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

struct RolesTests {
  @Test(
    "sees whole what domain.md says",
    arguments: [
      (Role.agent, [Sight.mobile, .address]), (.adviser, [.mobile, .address]), (.manager, [.mobile]),
      (.service, [.mobile, .address]), (.claims, [.nationalID, .account, .contractHealth]),
      (.underwriter, [.nationalID, .account, .contractHealth]), (.steward, [.nationalID, .mobile, .address]),
      (.analyst, []), (.compliance, []), (.admin, []),
    ])
  func sights(role: Role, expected: [Sight]) {
    let graded: Set<Sight> = [.nationalID, .mobile, .address, .account, .contractHealth]
    #expect(Roles.rule(role).sees.intersection(graded) == Set(expected))
  }

  @Test func reachesByTheStaffRow() {
    func scope(_ role: Role, staff: Int64 = 0, team: Int64 = 0, branch: Int64 = 0) -> Scope {
      CustomerCast.access(role, staff: staff, team: team, branch: branch).scope
    }
    #expect(scope(.agent, staff: 5, team: 7) == .book(5))
    #expect(scope(.agent) == .none)
    #expect(scope(.manager, staff: 5, team: 7, branch: 9) == .book(7))
    #expect(scope(.manager, staff: 5, branch: 9) == .book(9))
    #expect(scope(.manager, staff: 5) == .none)
    #expect(scope(.analyst) == .all)
  }

  @Test func aTokensScopesNarrowTheRole() {
    let holder = Roles.Holder(actor: .staff(1), role: .analyst, staffID: 1)
    let access = Roles.access(holder, surface: "api", scopes: [.read(.customer), .write(.customer)])
    #expect(access.permissions == [.read(.customer)])
  }

  @Test(arguments: TestDatabase.engines) func policiesAndClaimsAreSeenByThoseWhoServeThem(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await CustomerCast.open(engine) { db in
      let staff = try await CustomerCast.staff(db)
      let customer = try await db.act(as: CustomerCast.system) { tx in
        let id = try Customers.create(["name": "王敏"], in: tx).id
        try tx.run(
          ListCustomersTests.party(id, agent: staff["A1"]!.id, policy: 1, line: "life", status: "in_force", due: nil))
        try tx.run(
          ListCustomersTests.party(id, agent: staff["A3"]!.id, policy: 2, line: "life", status: "in_force", due: nil))
        try tx.run(
          """
          INSERT INTO claims (customer_id, id, claim_no, policy_id, policyholder_id, policy_no, product_id, line,
            servicing_agent_id, handler_id, kind, status, source, status_as_of, version, updated_at)
          VALUES (\(id), 3, 'K1', 2, \(id), 'P2', 1, 'life', \(staff["A3"]!.id), \(staff["C1"]!.id), 'medical',
            'requested',
            'core', 0, 1, 0)
          """)
        try CustomerBook.refresh([id.raw], in: tx)
        return id
      }
      func counts(_ access: Access) async throws -> [Int] {
        try await db.read(as: access) { tx in
          let (people, policies, claims) = try tx.fetch(
            Query<Int>.count(
              "SELECT COUNT(*) FROM customers c WHERE c.id = \(customer) AND \(visible: .customer, "c")"),
            Query<Int>.count("SELECT COUNT(*) FROM policy_parties p WHERE \(visible: .policy, "p")"),
            Query<Int>.count("SELECT COUNT(*) FROM claims k WHERE \(visible: .claim, "k")"))
          return [people, policies, claims]
        }
      }
      #expect(try await counts(CustomerCast.agent(staff["A1"]!)) == [1, 1, 0])
      #expect(try await counts(CustomerCast.agent(staff["A3"]!)) == [1, 1, 1])
      #expect(try await counts(CustomerCast.agent(staff["A2"]!)) == [0, 0, 0])
      #expect(try await counts(CustomerCast.agent(staff["M1"]!)) == [1, 1, 0])
      #expect(try await counts(CustomerCast.agent(staff["C1"]!)) == [1, 2, 1])
      #expect(try await counts(CustomerCast.access(.compliance)) == [1, 2, 1])
    }
  }
}
