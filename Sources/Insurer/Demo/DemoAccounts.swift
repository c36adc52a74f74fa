import Kernel
import Storage

/// One account for each role, belonging to the member of staff whose stories the demo tells.
package struct DemoAccounts: Sendable {
  /// An account as it is told to whoever built the demo; the password is known nowhere else.
  package struct Opened: Sendable {
    package let name: String
    package let password: String
    package let role: Role
    package let staffName: String
  }

  private let demo: Demo
  private let db: Database
  private let passwords: Passwords

  package init(_ demo: Demo, db: Database, passwords: Passwords = Passwords()) {
    self.demo = demo
    self.db = db
    self.passwords = passwords
  }

  /// Name of the account and number of the member of staff.
  static func people(_ roster: DemoRoster) -> [(name: String, role: Role, staffNo: String)] {
    [
      ("admin", .admin, DemoRoster.admin), ("agent", .agent, roster.agentNo(0)),
      ("agent2", .agent, roster.agentNo(roster.agents / 3)), ("adviser", .adviser, DemoRoster.adviser),
      ("manager", .manager, DemoRoster.manager), ("service", .service, DemoRoster.service),
      ("claims", .claims, DemoRoster.claims), ("underwriter", .underwriter, DemoRoster.underwriter),
      ("steward", .steward, DemoRoster.steward), ("analyst", .analyst, DemoRoster.analyst),
      ("compliance", .compliance, DemoRoster.compliance),
    ]
  }

  /// Makes the accounts with random passwords.
  package func open() async throws -> [Opened] {
    let access = Access.system(purpose: .administration, surface: "cli")
    var opened: [Opened] = []
    for person in Self.people(demo.roster) {
      let password = String(Secret().text.prefix(16))
      let hash = try await passwords.hash(password)
      let staffName = try await db.act(as: access) { tx in
        let member = try tx.fetch(Staff.byNumbers([person.staffNo])).first
        let new = NewAccount(name: person.name, role: person.role, staffID: member?.id, passwordHash: hash)
        _ = try Accounts.add(new, in: tx)
        return member?.name ?? ""
      }
      opened.append(Opened(name: person.name, password: password, role: person.role, staffName: staffName))
    }
    return opened
  }
}
