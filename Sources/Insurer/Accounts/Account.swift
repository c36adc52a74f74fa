import Kernel

/// Who may sign in: a name, a role, and the member of staff it belongs to, if any.
package struct Account: Hashable, Sendable, Identified {
  package static let idPrefix = "AC"
  package let id: ID<Account>
  package let name: String
  package let staffID: ID<StaffMember>?
  package let role: Role
  package let createdAt: Instant
  package let disabledAt: Instant?

  /// As the logs name whoever acts from it.
  package var actor: Actor { staffID.map { .staff($0.raw) } ?? Actor(stored: "account:\(id.raw)") }
}

/// One sign-in in one browser. The secret lies only there; we keep its digest.
package struct Session: Hashable, Sendable, Identified {
  package static let idPrefix = "SE"
  package let id: ID<Session>
  package let accountID: ID<Account>
  /// What a form of this session has to carry.
  package let csrf: String
  package let createdAt, seenAt, expiresAt: Instant
  package let address: String
  /// The browser's own description.
  package let agent: String

  /// Hours after which one signs in again, and idle ones.
  package static let lifetimeSeconds = 12 * 3600
  package static let idleSeconds = 2 * 3600
}

/// A program's key: narrower than the account it acts for, and with an end.
package struct APIToken: Hashable, Sendable, Identified {
  package static let idPrefix = "TK"
  package let id: ID<APIToken>
  package let accountID: ID<Account>
  package let name: String
  package let scopes: Set<Permission>
  package let createdAt, expiresAt: Instant
  package let revokedAt: Instant?
}

/// Somebody whose secret was right: all that opening a transaction needs.
package struct SignedIn: Sendable {
  package enum Means: Sendable {
    case session(Session)
    case token(APIToken)
  }

  package let account: Account
  package let means: Means
  package var holder: Roles.Holder
  /// The member of staff's name, or the account's.
  package let displayName: String

  package var session: Session? { if case .session(let session) = means { session } else { nil } }

  package func access(purpose: Purpose? = nil, address: String) -> Access {
    switch means {
    case .session: Roles.access(holder, purpose: purpose, surface: "page", address: address)
    case .token(let token):
      Roles.access(holder, purpose: purpose, surface: "api", address: address, scopes: token.scopes)
    }
  }
}

/// A new account as the command line or the demo gives it.
package struct NewAccount: Sendable {
  package let name: String
  package let role: Role
  package let staffID: ID<StaffMember>?
  /// From `Passwords.hash`.
  package let passwordHash: String

  package init(name: String, role: Role, staffID: ID<StaffMember>?, passwordHash: String) {
    self.name = name
    self.role = role
    self.staffID = staffID
    self.passwordHash = passwordHash
  }
}
