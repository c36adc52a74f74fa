/// Who acts: a member of staff, an integrator's token, or the system itself. Written on every event.
package struct Actor: Hashable, Sendable, CustomStringConvertible {
  /// `staff:17`, `system`, `token:4`: as stored.
  package let description: String
  package init(stored: String) { description = stored }
  package static let system = Actor(stored: "system")
  package static func staff(_ raw: Int64) -> Actor { Actor(stored: "staff:\(raw)") }
}

/// The roles of `docs/glossary.md`. Each has a scope of rows and a set of kinds of data it sees whole.
package enum Role: String, CaseIterable, Sendable, Codable {
  case agent, adviser, manager, service, claims, underwriter, steward, analyst, compliance, admin
}

/// What the data is wanted for; carried by every access and written in the access log.
package enum Purpose: String, CaseIterable, Sendable, Codable {
  /// Serving the contract: policies, premiums, claims.
  case contract
  case claims
  case underwriting
  case service
  case marketing
  /// Readings and plans of one's own health; not the contract's health data.
  case healthService = "health_service"
  /// Suggestions of cover that rest on those readings: a purpose of its own.
  case insuranceSuggestions = "insurance_suggestions"
  /// Recommendations by profile, with the tags they rest on.
  case personalisation
  case intake
  case quality
  case audit
  case administration
}

/// What one may do, `customer:read`; a token's scopes and a role's permissions are sets of these.
package struct Permission: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
  package enum Subject: String, CaseIterable, Sendable {
    case customer, policy, claim, interaction, task, complaint, departure, product, staff, consent, `import`, webhook
    case job, audit
  }
  package enum Verb: String, CaseIterable, Sendable { case read, write }

  package let subject: Subject
  package let verb: Verb

  package init(_ subject: Subject, _ verb: Verb) {
    self.subject = subject
    self.verb = verb
  }

  package init?(rawValue: String) {
    let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let subject = Subject(rawValue: String(parts[0])),
      let verb = Verb(rawValue: String(parts[1]))
    else { return nil }
    self.init(subject, verb)
  }

  package var rawValue: String { "\(subject.rawValue):\(verb.rawValue)" }
  package var description: String { rawValue }

  // Asked for on every request; what comes with RawRepresentable would build the text each time.
  package static func == (a: Self, b: Self) -> Bool { a.subject == b.subject && a.verb == b.verb }
  package func hash(into hasher: inout Hasher) {
    hasher.combine(subject)
    hasher.combine(verb)
  }

  package static func read(_ subject: Subject) -> Permission { Permission(subject, .read) }
  package static func write(_ subject: Subject) -> Permission { Permission(subject, .write) }
  package static let all: Set<Permission> = Set(
    Subject.allCases.flatMap { subject in Verb.allCases.map { Permission(subject, $0) } })
}

/// Kinds of data that are masked or absent unless the viewer's role sees them whole (`domain.md`).
package enum Sight: String, CaseIterable, Sendable {
  case nationalID, mobile, email, address, account, contractHealth, note
}

/// Which rows a viewer may see.
package enum Scope: Hashable, Sendable {
  case all
  /// The rows entered in the book of this staff member, team or branch (its raw id).
  case book(Int64)
  case none
}

/// Who reads or acts, in which role, for which purpose, from where: every transaction is opened with one.
/// It decides rows (`scope`), columns (`sees`) and acts (`require`).
package struct Access: Sendable {
  package let actor: Actor
  package let role: Role
  package let purpose: Purpose
  package let scope: Scope
  package let permissions: Set<Permission>
  package let sees: Set<Sight>
  /// The staff member's raw id, 0 for the system.
  package let staffID: Int64
  /// `page`, `api`, `cli`, `job`: where the request came in.
  package let surface: String
  /// The caller's network address, or empty.
  package let address: String
  /// The account's raw id while it holds a grant to see somebody beyond its scope, else 0: then no statement asks.
  package let grantee: Int64

  package init(
    actor: Actor, role: Role, purpose: Purpose, scope: Scope, permissions: Set<Permission>, sees: Set<Sight>,
    staffID: Int64, surface: String, address: String = "", grantee: Int64 = 0
  ) {
    self.actor = actor
    self.role = role
    self.purpose = purpose
    self.scope = scope
    self.permissions = permissions
    self.sees = sees
    self.staffID = staffID
    self.surface = surface
    self.address = address
    self.grantee = grantee
  }

  /// Jobs, imports and commands: sees and may do everything, and is named as `system` in the logs.
  package static func system(purpose: Purpose, surface: String = "job") -> Access {
    Access(
      actor: .system, role: .admin, purpose: purpose, scope: .all, permissions: Permission.all,
      sees: Set(Sight.allCases), staffID: 0, surface: surface)
  }

  /// - Throws: `AppError.forbidden` when the permission is missing.
  package func require(_ permission: Permission) throws {
    guard permissions.contains(permission) else {
      throw AppError.forbidden("\(role.rawValue) lacks \(permission.rawValue)")
    }
  }
}

/// How sensitive a field is (decision 14). Sensitive and secret values and contact details are sealed.
package enum Grade: String, CaseIterable, Sendable { case open, `internal`, personal, sensitive, secret }

/// Categories that the law treats apart.
package enum Category: String, CaseIterable, Sendable {
  case none, contact, identity, account, health, genetic, minor, biometric
}
