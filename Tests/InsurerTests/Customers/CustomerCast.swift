import Kernel
import Storage
import TestKit

@testable import Insurer

/// Who acts in the tests of customers and staff.
enum CustomerCast {
  static func access(_ role: Role, staff: Int64 = 0, team: Int64 = 0, branch: Int64 = 0) -> Access {
    Roles.access(
      .init(actor: .staff(staff), role: role, staffID: staff, teamID: team, branchID: branch), surface: "api",
      address: "127.0.0.1")
  }

  static let system = Access.system(purpose: .service, surface: "cli")

  /// A database with the real predicate.
  @discardableResult
  static func open<T>(_ engine: TestDatabase.Engine, _ body: (Database) async throws -> T) async throws -> T {
    try await TestDatabase.open(on: engine, visibility: .insurer, body)
  }

  /// Two teams of two branches; agents A1, A2 and manager M1 in the first, A3 in the second.
  static func staff(_ db: Database) async throws -> [String: StaffMember] {
    let drafts = [
      ("A1", "一组", "东区", Role.agent), ("A2", "一组", "东区", .agent), ("M1", "一组", "东区", .manager),
      ("A3", "二组", "西区", .agent), ("C1", "二组", "西区", .claims),
    ].map { number, team, branch, role in
      StaffDraft(staffNo: number, name: "员工", team: team, branch: branch, role: role)
    }
    return try await db.act(as: system) { tx in
      _ = try Staff.upsert(drafts, source: "core", in: tx)
      let members = try tx.fetch(Staff.byNumbers(drafts.map(\.staffNo)))
      return Dictionary(uniqueKeysWithValues: members.map { ($0.staffNo, $0) })
    }
  }

  static func agent(_ member: StaffMember) -> Access {
    access(
      member.role, staff: member.id.raw, team: member.teamID?.raw ?? 0, branch: member.branchID?.raw ?? 0)
  }

  /// Events of a customer as they were recorded.
  static func events(_ db: Database, of id: ID<Customer>) async throws -> [String] {
    try await db.read(as: system) { tx in
      try tx.fetch(.all("SELECT kind FROM events WHERE customer_id = \(id) ORDER BY id") { $0.text(0) })
    }
  }

  static let wang = [
    "name": "王小敏", "gender": "女", "birth_date": "1949-12-31", "national_id": "11010519491231002X",
    "mobile": "138-1234-0000", "email": "wang@example.com", "address": "广东省韶关市乐昌市科技路104号",
    "occupation": "教师", "income": "120000", "channel": "代理人", "created_on": "2020-01-02",
  ]
}
