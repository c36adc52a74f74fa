import Kernel
import Storage

enum AccountStore {
  private static let account: SQL = "a.id, a.name, a.staff_id, a.role, a.created_at, a.disabled_at"
  private static let session: SQL =
    "s.id, s.account_id, s.csrf, s.created_at, s.seen_at, s.expires_at, s.address, s.agent"
  private static let token: SQL = "t.id, t.account_id, t.name, t.scopes, t.created_at, t.expires_at, t.revoked_at"

  private static func account(_ row: Row, _ first: Int = 0) throws -> Account {
    Account(
      id: row.id(first), name: row.text(first + 1), staffID: row.idOrNil(first + 2), role: try row.code(first + 3),
      createdAt: row.instant(first + 4), disabledAt: row.instantOrNil(first + 5))
  }

  private static func session(_ row: Row, _ first: Int = 0) -> Session {
    Session(
      id: row.id(first), accountID: row.id(first + 1), csrf: row.text(first + 2), createdAt: row.instant(first + 3),
      seenAt: row.instant(first + 4), expiresAt: row.instant(first + 5), address: row.text(first + 6),
      agent: row.text(first + 7))
  }

  private static func token(_ row: Row, _ first: Int = 0) -> APIToken {
    APIToken(
      id: row.id(first), accountID: row.id(first + 1), name: row.text(first + 2),
      scopes: Set(row.text(first + 3).split(separator: ",").compactMap { Permission(rawValue: String($0)) }),
      createdAt: row.instant(first + 4), expiresAt: row.instant(first + 5), revokedAt: row.instantOrNil(first + 6))
  }

  // MARK: Accounts

  static func find(name: String) -> Query<Account?> {
    .first("SELECT \(account) FROM accounts a WHERE a.name = \(name)") { try account($0) }
  }

  static func find(_ id: ID<Account>) -> Query<Account?> {
    .first("SELECT \(account) FROM accounts a WHERE a.id = \(id)") { try account($0) }
  }

  static func credentials(name: String) -> Query<(account: Account, hash: String)?> {
    .first("SELECT \(account), a.password_hash FROM accounts a WHERE a.name = \(name)") {
      (try account($0), $0.text(6))
    }
  }

  static let all: Query<[Account]> = .all("SELECT \(account) FROM accounts a ORDER BY a.name") { try account($0) }

  static func names(_ ids: [Int64]) -> Query<[Int64: String]> {
    guard !ids.isEmpty else { return .given([:]) }
    return Query<[(Int64, String)]>.all("SELECT id, name FROM accounts WHERE id IN \(list: ids)") {
      ($0.int(0), $0.text(1))
    }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  static func open(of staff: ID<StaffMember>) -> Query<[Account]> {
    .all("SELECT \(account) FROM accounts a WHERE a.staff_id = \(staff) AND a.disabled_at IS NULL ORDER BY a.id") {
      try account($0)
    }
  }

  static func insert(_ account: Account, hash: String, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO accounts (id, name, staff_id, role, password_hash, created_at, disabled_at)
      VALUES (\(account.id), \(account.name), \(account.staffID), \(account.role.rawValue), \(hash),
        \(account.createdAt), \(account.disabledAt))
      """)
  }

  static func setPassword(_ id: ID<Account>, hash: String, in tx: Tx) throws {
    try tx.run("UPDATE accounts SET password_hash = \(hash) WHERE id = \(id)")
  }

  static func disable(_ id: ID<Account>, in tx: Tx) throws {
    try tx.run("UPDATE accounts SET disabled_at = \(tx.now) WHERE id = \(id) AND disabled_at IS NULL")
    try tx.run("UPDATE sessions SET revoked_at = \(tx.now) WHERE account_id = \(id) AND revoked_at IS NULL")
    try tx.run("UPDATE api_tokens SET revoked_at = \(tx.now) WHERE account_id = \(id) AND revoked_at IS NULL")
  }

  // MARK: Sessions

  static func session(digest: [UInt8], now: Instant) -> Query<(Session, Account)?> {
    .first(
      """
      SELECT \(session), \(account) FROM sessions s JOIN accounts a ON a.id = s.account_id
      WHERE s.secret_hash = \(digest) AND s.revoked_at IS NULL AND s.expires_at > \(now)
        AND s.seen_at > \(now - Session.idleSeconds) AND a.disabled_at IS NULL
      """
    ) { (session($0), try account($0, 8)) }
  }

  static func sessions(of id: ID<Account>, now: Instant) -> Query<[Session]> {
    .all(
      """
      SELECT \(session) FROM sessions s
      WHERE s.account_id = \(id) AND s.revoked_at IS NULL AND s.expires_at > \(now)
        AND s.seen_at > \(now - Session.idleSeconds) ORDER BY s.created_at DESC LIMIT 100
      """
    ) { session($0) }
  }

  static func insert(_ session: Session, digest: [UInt8], in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO sessions
        (id, secret_hash, account_id, csrf, created_at, seen_at, expires_at, revoked_at, address, agent)
      VALUES (\(session.id), \(digest), \(session.accountID), \(session.csrf), \(session.createdAt), \(session.seenAt),
        \(session.expiresAt), NULL, \(session.address), \(session.agent))
      """)
  }

  static func touch(_ id: ID<Session>, in tx: Tx) throws {
    try tx.run("UPDATE sessions SET seen_at = \(tx.now) WHERE id = \(id) AND seen_at < \(tx.now)")
  }

  static func revoke(_ id: ID<Session>, of account: ID<Account>, in tx: Tx) throws -> Int {
    try tx.runCounting(
      "UPDATE sessions SET revoked_at = \(tx.now) WHERE id = \(id) AND account_id = \(account) AND revoked_at IS NULL")
  }

  static func forgetOld(before: Instant, in tx: Tx) throws {
    try tx.run("DELETE FROM sessions WHERE expires_at < \(before)")
    try tx.run("DELETE FROM sign_in_attempts WHERE last_at < \(before)")
  }

  // MARK: Tokens

  static func token(digest: [UInt8], now: Instant) -> Query<(APIToken, Account)?> {
    .first(
      """
      SELECT \(token), \(account) FROM api_tokens t JOIN accounts a ON a.id = t.account_id
      WHERE t.secret_hash = \(digest) AND t.revoked_at IS NULL AND t.expires_at > \(now) AND a.disabled_at IS NULL
      """
    ) { (token($0), try account($0, 7)) }
  }

  static func tokens(of id: ID<Account>) -> Query<[APIToken]> {
    .all("SELECT \(token) FROM api_tokens t WHERE t.account_id = \(id) ORDER BY t.created_at DESC LIMIT 200") {
      token($0)
    }
  }

  static func insert(_ token: APIToken, digest: [UInt8], in tx: Tx) throws {
    let scopes = token.scopes.map(\.rawValue).sorted().joined(separator: ",")
    try tx.run(
      """
      INSERT INTO api_tokens (id, secret_hash, account_id, name, scopes, created_at, expires_at, revoked_at)
      VALUES (\(token.id), \(digest), \(token.accountID), \(token.name), \(scopes), \(token.createdAt),
        \(token.expiresAt), NULL)
      """)
  }

  static func revoke(_ id: ID<APIToken>, of account: ID<Account>, in tx: Tx) throws -> Int {
    try tx.runCounting(
      "UPDATE api_tokens SET revoked_at = \(tx.now) WHERE id = \(id) AND account_id = \(account) AND revoked_at IS NULL"
    )
  }

  static func tokenOwners(_ ids: [Int64]) -> Query<[Int64: String]> {
    guard !ids.isEmpty else { return .given([:]) }
    return Query<[(Int64, String)]>.all("SELECT id, name FROM api_tokens WHERE id IN \(list: ids)") {
      ($0.int(0), $0.text(1))
    }.map { Dictionary(uniqueKeysWithValues: $0) }
  }

  // MARK: Attempts

  static func attempts(_ name: String, _ address: String) -> Query<(failures: Int64, lastAt: Instant)?> {
    .first("SELECT failures, last_at FROM sign_in_attempts WHERE account = \(name) AND address = \(address)") {
      ($0.int(0), $0.instant(1))
    }
  }

  static func failed(_ name: String, _ address: String, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO sign_in_attempts (account, address, failures, last_at) VALUES (\(name), \(address), 1, \(tx.now))
      ON CONFLICT (account, address)
      DO UPDATE SET failures = sign_in_attempts.failures + 1, last_at = excluded.last_at
      """)
  }

  static func succeeded(_ name: String, _ address: String, in tx: Tx) throws {
    try tx.run("DELETE FROM sign_in_attempts WHERE account = \(name) AND address = \(address)")
  }
}
