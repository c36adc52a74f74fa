import Kernel
import Storage

/// Accounts, sessions and tokens: who is asking, and with what.
package enum Accounts {
  package static let added = EventKind("account_added")
  package static let disabled = EventKind("account_disabled")
  package static let passwordChanged = EventKind("password_changed")
  package static let signedIn = EventKind("signed_in")
  package static let signInFailed = EventKind("sign_in_failed")
  package static let signedOut = EventKind("signed_out")
  package static let tokenCreated = EventKind("token_created")
  package static let tokenRevoked = EventKind("token_revoked")

  package static func find(name: String) -> Query<Account?> { AccountStore.find(name: name) }
  package static var all: Query<[Account]> { AccountStore.all }

  /// - Throws: `ACCOUNT_NAME` for a name that is no `[a-z0-9._-]{2,40}`, `ACCOUNT_TAKEN` for one that is there.
  package static func add(_ new: NewAccount, in tx: Tx) throws -> Account {
    try tx.access.require(.write(.staff))
    let letters = Set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    guard (2...40).contains(new.name.count), new.name.allSatisfy({ letters.contains($0) }) else {
      throw AppError.invalid("ACCOUNT_NAME", "a name is 2 to 40 of a–z, 0–9, dot, hyphen and underscore")
    }
    guard try tx.fetch(AccountStore.find(name: new.name)) == nil else {
      throw AppError.conflict("ACCOUNT_TAKEN", "there is an account \(new.name) already")
    }
    let account = Account(
      id: tx.newID(), name: new.name, staffID: new.staffID, role: new.role, createdAt: tx.now, disabledAt: nil)
    try AccountStore.insert(account, hash: new.passwordHash, in: tx)
    tx.recordSystem(added, subject: account.id.raw, facts: ["name": account.name, "role": account.role.rawValue])
    return account
  }

  package static func setPassword(of name: String, hash: String, in tx: Tx) throws {
    try tx.access.require(.write(.staff))
    let account = try named(name, tx)
    try AccountStore.setPassword(account.id, hash: hash, in: tx)
    tx.recordSystem(passwordChanged, subject: account.id.raw)
  }

  /// Ends the account's sessions and tokens with it.
  package static func disable(_ name: String, in tx: Tx) throws {
    try tx.access.require(.write(.staff))
    let account = try named(name, tx)
    try AccountStore.disable(account.id, in: tx)
    tx.recordSystem(disabled, subject: account.id.raw)
  }

  /// Closes whatever a member of staff signs in by: his accounts, with their sessions and tokens.
  /// - Returns: how many accounts were open.
  @discardableResult
  package static func close(of staff: ID<StaffMember>, in tx: Tx) throws -> Int {
    let open = try tx.fetch(AccountStore.open(of: staff))
    for account in open {
      try AccountStore.disable(account.id, in: tx)
      tx.recordSystem(disabled, subject: account.id.raw)
    }
    return open.count
  }

  private static func named(_ name: String, _ tx: ReadTx) throws -> Account {
    guard let account = try tx.fetch(AccountStore.find(name: name)) else { throw AppError.notFound("account \(name)") }
    return account
  }

  // MARK: Sessions

  /// Whoever holds a session's secret; nil when it has ended, was idle too long, or was revoked.
  package static func session(_ secret: String, in tx: ReadTx) throws -> SignedIn? {
    guard let (session, account) = try tx.fetch(AccountStore.session(digest: Secret.digest(secret), now: tx.now))
    else { return nil }
    return try signedIn(account, .session(session), tx)
  }

  package static func sessions(of account: ID<Account>, in tx: ReadTx) throws -> [Session] {
    try tx.fetch(AccountStore.sessions(of: account, now: tx.now))
  }

  /// Notes that the session is in use; called once in a while, not on every request.
  package static func touch(_ id: ID<Session>, in tx: Tx) throws { try AccountStore.touch(id, in: tx) }

  /// - Throws: `notFound` when it is not a session of this account that is still open.
  package static func end(_ id: ID<Session>, of account: ID<Account>, in tx: Tx) throws {
    guard try AccountStore.revoke(id, of: account, in: tx) == 1 else { throw AppError.notFound("session") }
    tx.recordSystem(signedOut, subject: id.raw)
  }

  // MARK: Tokens

  package static func token(_ secret: String, in tx: ReadTx) throws -> SignedIn? {
    guard let (token, account) = try tx.fetch(AccountStore.token(digest: Secret.digest(secret), now: tx.now))
    else { return nil }
    return try signedIn(account, .token(token), tx)
  }

  package static func tokens(of account: ID<Account>, in tx: ReadTx) throws -> [APIToken] {
    try tx.fetch(AccountStore.tokens(of: account))
  }

  /// A new token of an account; its secret is in the answer and nowhere else.
  /// - Throws: `TOKEN_NAME`, `TOKEN_SCOPES`, `TOKEN_EXPIRY` (at most two years), by field.
  package static func createToken(
    of account: Account, name: String, scopes: Set<Permission>, expiresAt: Instant, in tx: Tx
  ) throws -> (token: APIToken, secret: String) {
    var faults: [FieldError] = []
    if name.isEmpty || name.count > 80 { faults.append(FieldError("name", "TOKEN_NAME", "1 to 80 characters")) }
    let allowed = Roles.rule(account.role).permissions
    if scopes.isEmpty || !scopes.isSubset(of: allowed) {
      faults.append(FieldError("scopes", "TOKEN_SCOPES", "at least one, and only what the role has"))
    }
    if expiresAt <= tx.now || expiresAt > tx.now + 2 * 366 * 86_400 {
      faults.append(FieldError("expires", "TOKEN_EXPIRY", "after now, within two years"))
    }
    guard faults.isEmpty else { throw AppError.invalid(faults) }
    let secret = Secret(prefix: "anban_")
    let token = APIToken(
      id: tx.newID(), accountID: account.id, name: name, scopes: scopes, createdAt: tx.now, expiresAt: expiresAt,
      revokedAt: nil)
    try AccountStore.insert(token, digest: secret.digest, in: tx)
    tx.recordSystem(tokenCreated, subject: token.id.raw, facts: ["account": account.name])
    return (token, secret.text)
  }

  package static func revokeToken(_ id: ID<APIToken>, of account: ID<Account>, in tx: Tx) throws {
    guard try AccountStore.revoke(id, of: account, in: tx) == 1 else { throw AppError.notFound("token") }
    tx.recordSystem(tokenRevoked, subject: id.raw)
  }

  /// As whom an account acts while nobody is signed in; nil when it is not there or disabled, or its
  /// holder has left.
  package static func holder(of id: ID<Account>, in tx: ReadTx) throws -> Roles.Holder? {
    guard let account = try tx.fetch(AccountStore.find(id)), account.disabledAt == nil else { return nil }
    let member = try account.staffID.flatMap { try tx.fetch(Staff.find($0)) }
    if let left = member?.leftOn, left < tx.today { return nil }
    return holder(of: account, member, as: account.actor)
  }

  private static func holder(of account: Account, _ member: StaffMember?, as actor: Actor) -> Roles.Holder {
    Roles.Holder(
      actor: actor, role: account.role, staffID: member?.id.raw ?? 0, teamID: member?.teamID?.raw ?? 0,
      branchID: member?.branchID?.raw ?? 0)
  }

  /// Nil for who has left, whatever became of his account.
  private static func signedIn(_ account: Account, _ means: SignedIn.Means, _ tx: ReadTx) throws -> SignedIn? {
    let member = try account.staffID.flatMap { try tx.fetch(Staff.find($0)) }
    if let left = member?.leftOn, left < tx.today { return nil }
    let actor: Actor =
      if case .token(let token) = means { Actor(stored: "token:\(token.id.raw)") } else { account.actor }
    let holder = holder(of: account, member, as: actor)
    return SignedIn(account: account, means: means, holder: holder, displayName: member?.name ?? account.name)
  }

  // MARK: Names

  /// The actor that an account's name or a staff number stands for.
  package static func actor(named name: String, in tx: ReadTx) throws -> Actor? {
    let (account, members) = try tx.fetch(AccountStore.find(name: name.lowercased()), Staff.byNumbers([name]))
    return account?.actor ?? members.first.map { .staff($0.id.raw) }
  }

  /// How the logs' actors are called: members of staff, accounts and tokens by name; others as they are stored.
  package static func names(of actors: Set<Actor>, in tx: ReadTx) throws -> [Actor: String] {
    var byFamily: [Substring: [Int64]] = [:]
    for actor in actors {
      let parts = actor.description.split(separator: ":")
      guard parts.count == 2, let raw = Int64(parts[1]) else { continue }
      byFamily[parts[0], default: []].append(raw)
    }
    let (staff, accounts, tokens) = try tx.fetch(
      Staff.names(byFamily["staff"] ?? []), AccountStore.names(byFamily["account"] ?? []),
      AccountStore.tokenOwners(byFamily["token"] ?? []))
    var names: [Actor: String] = [:]
    for (raw, name) in staff { names[.staff(raw)] = name }
    for (raw, name) in accounts { names[Actor(stored: "account:\(raw)")] = name }
    for (raw, name) in tokens { names[Actor(stored: "token:\(raw)")] = name }
    return names
  }
}
