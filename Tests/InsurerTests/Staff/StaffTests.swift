import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

struct StaffTests {
  @Test(
    "reads roles by code and name",
    arguments: [
      ("agent", Role.agent), ("代理人", .agent), ("MANAGER", .manager), ("理赔员", .claims), ("合规", .compliance),
    ])
  func roles(text: String, expected: Role) throws { #expect(try Role.reading(text) == expected) }

  @Test func refusesATeamWithoutItsBranch() {
    let (draft, findings) = StaffDraft.read(
      ["staff_no": "A1", "name": "王敏", "role": "agent", "team": "一组"], admitsDemo: false)
    #expect(draft == nil)
    #expect(findings.map(\.code) == ["REQUIRED"])
  }

  @Test(arguments: TestDatabase.engines) func takesInAndListsInOrder(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      _ = try await CustomerCast.staff(db)
      let draft = StaffDraft(
        staffNo: "A0", name: "赵六", team: "一组", branch: "东区", role: .agent, channel: .agency,
        joinedOn: Day("2020-01-01"), mobile: "13812340000")
      func upsert(_ draft: StaffDraft) async throws -> [Staff.Outcome] {
        try await db.act(as: CustomerCast.system) { tx in try Staff.upsert([draft], source: "core", in: tx).outcomes }
      }
      let first = try await upsert(draft)
      guard case .created(let id) = first[0] else {
        Issue.record("not created")
        return
      }
      #expect(try await upsert(draft) == [.unchanged(id)])
      var moved = draft
      moved.team = "二组"
      moved.branch = "西区"
      #expect(try await upsert(moved) == [.updated(id)])
      func list(_ role: Role) async throws -> [StaffLine] {
        try await db.read(as: CustomerCast.access(role)) { tx in try Staff.list(limit: 10, in: tx) }
      }
      let lines = try await list(.service)
      #expect(lines.map(\.staffNo) == ["A0", "A1", "A2", "A3", "C1", "M1"])
      #expect(lines[0].branch == "西区")
      #expect(lines[0].mobile == "13812340000")
      #expect(try await list(.analyst)[0].mobile == "138****0000")
      let groups = try await db.read(as: CustomerCast.system) { tx in
        (try tx.fetch(Staff.branches).map(\.name), try tx.fetch(Staff.teams).count)
      }
      #expect(groups.0 == ["东区", "西区"])
      #expect(groups.1 == 2)
    }
  }

  @Test(arguments: TestDatabase.engines) func anAgentsCustomersMoveWithHisTeam(_ engine: TestDatabase.Engine)
    async throws
  {
    try await CustomerCast.open(engine) { db in
      let staff = try await CustomerCast.staff(db)
      let made = try await db.act(as: CustomerCast.agent(staff["A1"]!)) { tx in
        try Customers.create(["name": "王敏"], in: tx)
      }
      try await db.act(as: CustomerCast.system) { tx in
        let draft = StaffDraft(staffNo: "A1", name: "员工", team: "二组", branch: "西区", role: .agent)
        try CustomerBook.refresh(try Staff.upsert([draft], source: "core", in: tx).moved, in: tx)
      }
      let count = try await db.read(as: CustomerCast.agent(staff["M1"]!)) { tx in
        (try Customers.search("王敏", in: tx).rows.count, try tx.fetch(Customers.record(made.id)) == nil)
      }
      #expect(count == (0, true))
    }
  }
}
