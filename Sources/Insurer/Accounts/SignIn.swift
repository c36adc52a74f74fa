import Kernel
import Storage

/// Signing in: the slow hash runs between two short transactions.
package enum SignIn {
  package enum Outcome: Sendable {
    /// The secret goes into the browser's cookie and nowhere else.
    case signedIn(SignedIn, secret: String)
    case refused
    /// This account from this address has to wait (decision 32).
    case wait(seconds: Int)
  }

  /// Failures that cost nothing; the next ones wait 2, 4, 8 … seconds, at most a quarter of an hour.
  package static let freeFailures: Int64 = 5
  package static let waitMaxSeconds = 900

  /// Seconds still to wait after so many failures, the last of them at `lastAt`.
  package static func wait(failures: Int64, lastAt: Instant, now: Instant) -> Int {
    guard failures >= freeFailures else { return 0 }
    let doubling = min(failures - freeFailures + 1, 10)
    let pause = min(1 << Int(doubling), waitMaxSeconds)
    return max(0, pause - now.seconds(since: lastAt))
  }

  package static func attempt(
    name: String, password: String, address: String, agent: String, passwords: Passwords, database: Database
  ) async throws -> Outcome {
    let name = String(name.lowercased().prefix(80))
    let system = Access.system(purpose: .administration, surface: "sign-in")
    let (found, attempts, now) = try await database.read(as: system) { tx in
      let (found, attempts) = try tx.fetch(AccountStore.credentials(name: name), AccountStore.attempts(name, address))
      return (found, attempts, tx.now)
    }
    if let attempts {
      let seconds = wait(failures: attempts.failures, lastAt: attempts.lastAt, now: now)
      if seconds > 0 { return .wait(seconds: seconds) }
    }
    let isRight = try await passwords.verify(password, found?.hash)
    guard isRight, let account = found?.account, account.disabledAt == nil else {
      try await database.act(as: system) { tx in
        try AccountStore.failed(name, address, in: tx)
        tx.recordSystem(Accounts.signInFailed, subject: found?.account.id.raw ?? 0, facts: ["address": address])
      }
      return .refused
    }
    return try await open(account, address: address, agent: agent, database)
  }

  private static func open(
    _ account: Account, address: String, agent: String, _ database: Database
  ) async throws -> Outcome {
    let secret = Secret()
    let signedIn: SignedIn? = try await database.act(as: .system(purpose: .administration, surface: "sign-in")) { tx in
      let session = Session(
        id: tx.newID(), accountID: account.id, csrf: Secret().text, createdAt: tx.now, seenAt: tx.now,
        expiresAt: tx.now + Session.lifetimeSeconds, address: address, agent: String(agent.prefix(200)))
      try AccountStore.insert(session, digest: secret.digest, in: tx)
      try AccountStore.succeeded(account.name, address, in: tx)
      try AccountStore.forgetOld(before: tx.now - 30 * 86_400, in: tx)
      tx.recordSystem(Accounts.signedIn, subject: account.id.raw, facts: ["address": address])
      return try Accounts.session(secret.text, in: tx)
    }
    // Whoever has left is refused like anybody else.
    guard let signedIn else { return .refused }
    return .signedIn(signedIn, secret: secret.text)
  }
}
