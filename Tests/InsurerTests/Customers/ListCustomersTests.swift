import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

struct ListCustomersTests {
  private static let names = ["张三", "李四", "王五", "赵六", "安七"]

  @Test(arguments: TestDatabase.engines) func sortsAndPagesByKey(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      try await db.act(as: CustomerCast.system) { tx in
        for name in Self.names { _ = try Customers.create(["name": name], in: tx) }
      }
      func all(_ sort: CustomerSort) async throws -> [String] {
        var names: [String] = []
        var next: String? = ""
        while let place = next {
          let page = try await db.read(as: CustomerCast.system) { tx in
            try Customers.list(sort: sort, after: place.isEmpty ? nil : place, limit: 2, in: tx)
          }
          names += page.rows.map(\.name)
          next = page.next
        }
        return names
      }
      #expect(try await all(.pinyin) == ["安七", "李四", "王五", "张三", "赵六"])
      #expect(try await all(.created) == Self.names.reversed())
      #expect(try await all(.latest) == Self.names.reversed())
      #expect(try await all(.due) == Self.names)
    }
  }

  @Test(arguments: TestDatabase.engines) func filtersAndCounts(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let staff = try await CustomerCast.staff(db)
      let agent = staff["A1"]!
      try await db.act(as: CustomerCast.agent(agent)) { tx in
        for name in Self.names { _ = try Customers.create(["name": name], in: tx) }
      }
      let someone = try await db.read(as: CustomerCast.system) { tx in
        try Customers.search("王五", in: tx).rows[0].id
      }
      try await db.act(as: CustomerCast.system) { tx in
        try tx.run(Self.party(someone, agent: agent.id, line: "medical", status: "in_force", due: 20_800))
        try CustomerBook.refresh([someone.raw], in: tx)
        try CustomerBook.refresh([someone.raw], in: tx)
      }
      func names(_ access: Access, _ filter: CustomerFilter) async throws -> [String] {
        try await db.read(as: access) { tx in
          let page = try Customers.list(filter: filter, in: tx)
          #expect(page.count == BoundedCount(page.rows.count, isExact: true))
          return page.rows.map(\.name)
        }
      }
      let viewer = CustomerCast.agent(agent)
      #expect(try await names(viewer, .init(line: .medical)) == ["王五"])
      #expect(try await names(viewer, .init(line: .life)) == [])
      #expect(try await names(viewer, .init(relation: .active)) == ["王五"])
      #expect(try await names(viewer, .init(stage: .premiumDue)) == ["王五"])
      #expect(try await names(viewer, .init(stage: .acquisition)).count == 4)
      #expect(try await names(CustomerCast.agent(staff["M1"]!), .init(agent: agent.id)).count == 5)
      #expect(try await names(CustomerCast.system, .init(agent: staff["A2"]!.id)) == [])
      await #expect(throws: AppError.self) {
        _ = try await names(CustomerCast.agent(staff["A2"]!), .init(agent: agent.id))
      }
      let first = try await db.read(as: viewer) { tx in try Customers.list(sort: .due, limit: 1, in: tx).rows[0] }
      #expect(first.name == "王五")
      #expect(first.nextDueOn == Day(number: 20_800))
      #expect(
        try await CustomerCast.events(db, of: someone) == [
          "customer_created", "relation_changed",
        ])
    }
  }

  @Test(arguments: TestDatabase.engines) func daysAloneOpenAPremiumsStage(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let staff = try await CustomerCast.staff(db)
      let ids = try await db.act(as: CustomerCast.system) { tx in
        try ["王敏", "李强", "张伟"].map { try Customers.create(["name": $0], in: tx).id }
      }
      try await db.act(as: CustomerCast.system) { tx in
        for (place, id) in ids.enumerated() {
          let due = place == 1 ? 20_900 : 20_790
          try tx.run(
            Self.party(
              id, agent: staff["A1"]!.id, policy: Int64(900 + place), line: "life", status: "in_force",
              due: Int64(due)))
        }
        var next: Int64? = 0
        while let place = next { next = try CustomerBook.refreshDue(after: place, limit: 1, in: tx) }
      }
      let open = try await db.read(as: CustomerCast.system) { tx in
        try Customers.list(filter: .init(stage: .premiumDue), in: tx).rows.map(\.name)
      }
      #expect(open == ["王敏", "张伟"])
    }
  }

  static func party(
    _ customer: ID<Customer>, agent: ID<StaffMember>, policy: Int64 = 900, line: String, status: String, due: Int64?
  ) -> SQL {
    """
    INSERT INTO policy_parties (customer_id, policy_id, role, policyholder_id, policy_no, product_id, line, status,
      status_as_of, source, phases, flags, next_due_on, servicing_agent_id)
    VALUES (\(customer), \(policy), 'policyholder', \(customer), 'P1', 1, \(line), \(status), 0, 'core', '', '',
      \(due), \(agent))
    """
  }
}
