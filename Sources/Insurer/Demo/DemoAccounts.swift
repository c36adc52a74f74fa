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

  /// Makes the accounts with random passwords, all or none, and with them ends the filling.
  package func open() async throws -> [Opened] {
    let access = Access.system(purpose: .administration, surface: "cli")
    let people = Self.people(demo.roster)
    var secrets: [(password: String, hash: String)] = []
    for _ in people {
      let password = String(Secret().text.prefix(16))
      secrets.append((password, try await passwords.hash(password)))
    }
    return try await db.act(as: access) { [secrets] tx in
      let opened = try zip(people, secrets).map { person, secret in
        let member = try tx.fetch(Staff.byNumbers([person.staffNo])).first
        let new = NewAccount(name: person.name, role: person.role, staffID: member?.id, passwordHash: secret.hash)
        _ = try Accounts.add(new, in: tx)
        return Opened(
          name: person.name, password: secret.password, role: person.role, staffName: member?.name ?? "")
      }
      try DemoDesks.fill(demo, in: tx)
      try DemoCare.fill(demo, in: tx)
      try DemoDepartures.fill(demo, in: tx)
      try DemoStore.finish(in: tx)
      return opened
    }
  }
}
