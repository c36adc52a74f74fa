import Kernel

/// What one viewer sees otherwise than another, and why: pure. It compares two accesses and opens nothing.
package enum ViewAs {
  /// How something is seen.
  package enum Seen: String, CaseIterable, Sendable { case whole, masked, absent }

  /// Why it is seen so.
  package enum Why: String, CaseIterable, Sendable {
    /// The role's reach, right or sight (`domain.md`, «Who may see which policy»).
    case role
    /// The purpose does not need it.
    case purpose
    /// Health data is kept to its three purposes.
    case wall
  }

  /// A field that the two see differently.
  package struct FieldDifference: Hashable, Sendable {
    package let field: DataField
    package let mine, theirs: Seen
    /// Of whichever sees less.
    package let why: Why
  }

  /// A right that one has and the other lacks.
  package struct RightDifference: Hashable, Sendable {
    package let right: Permission
    package let isMine: Bool
    package let why: Why
  }

  package static func fields(_ mine: Access, _ theirs: Access) -> [FieldDifference] {
    DataFields.all.filter { DataFields.fault($0) == nil && !$0.isBookkeeping }.compactMap { field in
      let (own, other) = (seen(field, mine), seen(field, theirs))
      guard own.seen != other.seen else { return nil }
      let less = rank(own.seen) < rank(other.seen) ? own : other
      return FieldDifference(field: field, mine: own.seen, theirs: other.seen, why: less.why ?? .role)
    }
  }

  package static func rights(_ mine: Access, _ theirs: Access) -> [RightDifference] {
    mine.permissions.symmetricDifference(theirs.permissions).sorted { $0.rawValue < $1.rawValue }.map { right in
      let lacking = mine.permissions.contains(right) ? theirs : mine
      return RightDifference(
        right: right, isMine: mine.permissions.contains(right),
        why: Roles.rule(lacking.role).permissions.contains(right) ? .purpose : .role)
    }
  }

  private static func rank(_ seen: Seen) -> Int { seen == .whole ? 2 : seen == .masked ? 1 : 0 }

  private static let rights: [DataRecord: Permission] = [
    .customers: .read(.customer), .relationships: .read(.customer), .consents: .read(.consent),
    .policies: .read(.policy), .parties: .read(.policy), .coverages: .read(.policy), .premiums: .read(.policy),
    .claims: .read(.claim), .interactions: .read(.interaction), .applications: .read(.policy),
    .complaints: .read(.complaint),
  ]

  private static let sights: [String: Sight] = [
    "customers.national_id": .nationalID, "customers.mobile": .mobile, "customers.email": .email,
    "customers.address": .address, "claims.account": .account, "claims.diagnosis": .contractHealth,
    "claims.complex_reason": .contractHealth, "interactions.summary": .note, "applications.asked": .note,
  ]

  /// A mask of these would tell too much: they are left out.
  private static let unmasked: Set<Sight> = [.account, .contractHealth, .note]

  /// How a viewer sees a field, and why not whole.
  package static func seen(_ field: DataField, _ access: Access) -> (seen: Seen, why: Why?) {
    let isNeeded = DataFields.purposes(of: field).contains(access.purpose)
    guard isNeeded else { return (.absent, field.category == .health ? .wall : .purpose) }
    guard let right = rights[field.record], access.permissions.contains(right) else { return (.absent, .role) }
    guard let sight = sights[field.key], !access.sees.contains(sight) else { return (.whole, nil) }
    return (unmasked.contains(sight) ? .absent : .masked, .role)
  }
}
