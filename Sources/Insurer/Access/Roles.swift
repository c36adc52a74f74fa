import Kernel

/// What a role may see and do: one row a role of `domain.md`'s «Who may see which policy».
package struct RoleRule: Sendable {
  package enum Reach: Sendable {
    /// Every row.
    case everyone
    /// What is in the book of the member of staff: policies serviced, relations owned, customers and cases assigned.
    case own
    /// What is in the book of the team, or else of the branch, of the staff row.
    case group
  }

  package let reach: Reach
  package let permissions: Set<Permission>
  /// Kinds of data seen whole; all others are masked, or absent where a mask would tell too much.
  package let sees: Set<Sight>
}

/// The roles' table, and how a person's role becomes the `Access` that opens his transactions.
package enum Roles {
  private static let contact: Set<Sight> = [.mobile, .email, .address]
  private static let readBook: Set<Permission> = [
    .read(.customer), .read(.policy), .read(.claim), .read(.interaction), .read(.product), .read(.staff),
    .read(.consent), .read(.task), .write(.task),
  ]

  /// Made once: every request asks.
  private static let rules = Dictionary(uniqueKeysWithValues: Role.allCases.map { ($0, written($0)) })

  package static func rule(_ role: Role) -> RoleRule { rules[role] ?? written(role) }

  /// An e-mail address goes with the postal one. Notes are what staff wrote about a contact.
  private static func written(_ role: Role) -> RoleRule {
    switch role {
    case .agent, .adviser:
      RoleRule(
        reach: .own,
        permissions: readBook.union([
          .write(.customer), .write(.interaction), .write(.consent), .read(.complaint), .write(.complaint),
          .read(.departure),
        ]),
        sees: contact.union([.note]))
    case .manager:
      RoleRule(
        reach: .group,
        permissions: readBook.union([
          .write(.customer), .write(.interaction), .write(.consent), .read(.complaint), .write(.complaint),
          .read(.departure), .write(.departure),
        ]),
        sees: [.mobile, .note])
    case .service:
      RoleRule(
        reach: .everyone,
        permissions: readBook.union([
          .write(.customer), .write(.policy), .write(.claim), .write(.interaction), .write(.consent),
          .read(.complaint), .write(.complaint), .read(.departure),
        ]),
        sees: contact.union([.note]))
    case .claims, .underwriter:
      RoleRule(
        reach: .own,
        permissions: readBook.union([
          .write(.claim), .write(.interaction), .read(.complaint), .write(.complaint),
        ]),
        sees: [.nationalID, .account, .contractHealth, .note])
    case .steward:
      RoleRule(
        reach: .everyone,
        permissions: readBook.union([
          .write(.customer), .write(.product), .write(.staff), .write(.consent), .read(.import), .write(.import),
          .read(.webhook), .write(.webhook), .read(.job), .read(.departure), .write(.departure),
        ]), sees: [.nationalID, .mobile, .email, .address, .note])
    case .analyst:
      RoleRule(reach: .everyone, permissions: readBook.subtracting([.write(.task)]), sees: [])
    case .compliance:
      RoleRule(
        reach: .everyone,
        permissions: readBook.union([
          .read(.audit), .write(.audit), .read(.job), .read(.import), .read(.webhook), .read(.complaint),
          .write(.complaint), .read(.departure),
        ]),
        sees: [])
    case .admin:
      RoleRule(reach: .everyone, permissions: Permission.all, sees: [])
    }
  }

  /// Who acts from an account, with the staff row it belongs to.
  package struct Holder: Sendable {
    package let actor: Actor
    package let role: Role
    /// The account's raw id while it holds a grant, else 0.
    package var grantee: Int64 = 0
    /// The staff row's raw ids; 0 where there is none.
    package let staffID: Int64
    package let teamID: Int64
    package let branchID: Int64

    package init(actor: Actor, role: Role, staffID: Int64 = 0, teamID: Int64 = 0, branchID: Int64 = 0) {
      self.actor = actor
      self.role = role
      self.staffID = staffID
      self.teamID = teamID
      self.branchID = branchID
    }
  }

  /// The access of a holder for a purpose, with what it needs and no more; `scopes` are a token's and narrow the role's
  /// permissions.
  package static func access(
    _ holder: Holder, purpose: Purpose? = nil, surface: String, address: String = "", scopes: Set<Permission>? = nil
  ) -> Access {
    let rule = rule(holder.role)
    return Access(
      actor: holder.actor, role: holder.role, purpose: purpose ?? defaultPurpose(holder.role),
      scope: scope(rule.reach, holder),
      permissions: scopes.map { rule.permissions.intersection($0) } ?? rule.permissions, sees: rule.sees,
      staffID: holder.staffID, surface: surface, address: address, grantee: holder.grantee
    ).narrowed
  }

  private static func scope(_ reach: RoleRule.Reach, _ holder: Holder) -> Scope {
    switch reach {
    case .everyone: return .all
    case .own: return holder.staffID == 0 ? .none : .book(holder.staffID)
    case .group:
      let group = holder.teamID != 0 ? holder.teamID : holder.branchID
      return group == 0 ? .none : .book(group)
    }
  }

  /// What a role may look for: its own work, and for those who speak with customers also what these have agreed to.
  /// Claims and underwriting never read for another purpose, nor does compliance.
  package static func purposes(_ role: Role) -> [Purpose] {
    let own = [defaultPurpose(role)]
    switch role {
    case .claims, .underwriter, .compliance: return own
    case .agent, .adviser, .manager, .service, .steward, .analyst, .admin:
      return own + Purposes.ofConsent.map(\.purpose)
    }
  }

  private static func defaultPurpose(_ role: Role) -> Purpose {
    switch role {
    case .agent, .adviser, .manager: .contract
    case .service: .service
    case .claims: .claims
    case .underwriter: .underwriting
    case .steward: .quality
    case .analyst: .quality
    case .compliance: .audit
    case .admin: .administration
    }
  }
}
