import Insurer
import Kernel
import Storage
import Synchronization

/// Who holds which secret, asked of the database every five seconds at most (decision 32). A sign-out here is obeyed
/// at once, one on another server within five seconds.
final class SessionCache: Sendable {
  private struct Entry {
    let signedIn: SignedIn?
    let until: ContinuousClock.Instant
  }

  private static let keptSeconds = 5
  private static let entriesMax = 20_000
  /// How often the use of a session is written down.
  private static let touchSeconds = 300

  private let database: Database
  private let entries = Mutex<[String: Entry]>([:])
  private let system = Access.system(purpose: .administration, surface: "sign-in")

  init(database: Database) { self.database = database }

  func session(_ secret: String) async throws -> SignedIn? {
    if let known = kept(secret) { return known.signedIn }
    let found = try await database.read(as: system) { try SessionCache.granted(Accounts.session(secret, in: $0), $0) }
    keep(secret, found)
    if let session = found?.session, database.clock.now().seconds(since: session.seenAt) > SessionCache.touchSeconds {
      try await database.act(as: system) { try Accounts.touch(session.id, in: $0) }
    }
    return found
  }

  func token(_ secret: String) async throws -> SignedIn? {
    if let known = kept(secret) { return known.signedIn }
    let found = try await database.read(as: system) { try SessionCache.granted(Accounts.token(secret, in: $0), $0) }
    keep(secret, found)
    return found
  }

  /// Who holds a secret at this moment, for what stays open: not kept, and no use of the session.
  /// - Throws: `WebError.unauthenticated` when nobody does any more.
  func now(_ secret: String, isToken: Bool) async throws -> SignedIn {
    let found = try await database.read(as: system) { tx in
      try SessionCache.granted(
        isToken ? Accounts.token(secret, in: tx) : Accounts.session(secret, in: tx), tx)
    }
    guard let found else { throw WebError.unauthenticated }
    return found
  }

  /// Who holds a grant is asked for it by each statement while he does; nobody else's statements know of grants.
  private static func granted(_ found: SignedIn?, _ tx: ReadTx) throws -> SignedIn? {
    guard var found, try Grants.isHolder(found.account.id, in: tx) else { return found }
    found.holder.grantee = found.account.id.raw
    return found
  }

  func forget() { entries.withLock { $0.removeAll() } }

  private func kept(_ secret: String) -> Entry? {
    let now = ContinuousClock.now
    return entries.withLock { entries in
      guard let entry = entries[secret], entry.until > now else { return nil }
      return entry
    }
  }

  private func keep(_ secret: String, _ signedIn: SignedIn?) {
    let until = ContinuousClock.now + .seconds(SessionCache.keptSeconds)
    entries.withLock { entries in
      if entries.count >= SessionCache.entriesMax { entries.removeAll() }
      entries[secret] = Entry(signedIn: signedIn, until: until)
    }
  }
}
