import Insurer
import Kernel
import Storage
import TestKit
import Testing

@Suite struct AccountsTests {
  private static let system = Access.system(purpose: .administration)

  private func account(_ database: Database, _ name: String = "hejing", _ role: Role = .agent) async throws -> Account {
    let hash = try await Passwords(passes: 1).hash("correct horse battery")
    return try await database.act(as: Self.system) { tx in
      try Accounts.add(NewAccount(name: name, role: role, staffID: nil, passwordHash: hash), in: tx)
    }
  }

  private func signIn(_ database: Database, _ password: String, from address: String = "10.0.0.1") async throws
    -> SignIn.Outcome
  {
    try await SignIn.attempt(
      name: "HeJing", password: password, address: address, agent: "test", passwords: Passwords(passes: 1),
      database: database)
  }

  @Test(arguments: TestDatabase.engines)
  func aSessionIsKnownByItsSecretUntilItEnds(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { database in
      let account = try await account(database)
      guard case .signedIn(let signedIn, let secret) = try await signIn(database, "correct horse battery") else {
        Issue.record("not signed in")
        return
      }
      let found = try await database.read(as: Self.system) { try Accounts.session(secret, in: $0) }
      #expect(found?.account == account)
      #expect(try await database.read(as: Self.system) { try Accounts.session(secret + "x", in: $0) } == nil)
      let session = try #require(signedIn.session)
      try await database.act(as: Self.system) { try Accounts.end(session.id, of: account.id, in: $0) }
      #expect(try await database.read(as: Self.system) { try Accounts.session(secret, in: $0) } == nil)
      await #expect(throws: AppError.self) {
        try await database.act(as: Self.system) { try Accounts.end(session.id, of: account.id, in: $0) }
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func failuresDelayOneAddressOnly(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { database in
      _ = try await account(database)
      for _ in 0..<Int(SignIn.freeFailures) {
        guard case .refused = try await signIn(database, "wrong") else {
          Issue.record("not refused")
          return
        }
      }
      guard case .wait(let seconds) = try await signIn(database, "correct horse battery") else {
        Issue.record("no delay")
        return
      }
      #expect(seconds == 2)
      guard case .signedIn = try await signIn(database, "correct horse battery", from: "10.0.0.2") else {
        Issue.record("another address has to wait")
        return
      }
    }
  }

  @Test(arguments: TestDatabase.engines)
  func tokensAreNarrowAndEndWithTheAccount(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine) { database in
      let account = try await account(database)
      let secret = try await database.act(as: Self.system) { tx in
        try Accounts.createToken(
          of: account, name: "daily", scopes: [.read(.customer)], expiresAt: tx.now + 60, in: tx
        ).secret
      }
      let found = try await database.read(as: Self.system) { try Accounts.token(secret, in: $0) }
      #expect(try #require(found).access(address: "").permissions == [.read(.customer)])
      try await database.act(as: Self.system) { try Accounts.disable("hejing", in: $0) }
      #expect(try await database.read(as: Self.system) { try Accounts.token(secret, in: $0) } == nil)
      guard case .refused = try await signIn(database, "correct horse battery") else {
        Issue.record("a disabled account signs in")
        return
      }
    }
  }

  @Test func secretsRestOnlyAsDigests() async throws {
    let passwords = Passwords(passes: 1)
    let hash = try await passwords.hash("correct horse battery")
    #expect(hash.hasPrefix("$argon2id$") && hash.contains("m=19456"))
    #expect(try await passwords.verify("correct horse battery", hash))
    #expect(try await !passwords.verify("correct horse", hash))
    #expect(try await !passwords.verify("correct horse battery", nil))
    await #expect(throws: AppError.self) { try await passwords.hash("short") }
    #expect(Secret().text.count == 43)
    #expect(Secret.digest("a") != Secret.digest("b"))
  }

  @Test func namesAreUniqueAndPlain() async throws {
    try await TestDatabase.open(on: .sqlite) { database in
      _ = try await account(database)
      for name in ["hejing", "He Jing", "h", "何静"] {
        await #expect(throws: AppError.self) { try await account(database, name) }
      }
    }
  }
}
