import Kernel
import Storage

/// The door to grants: seeing somebody beyond one's own rows for a while, told to the owner and to compliance.
package enum Grants {
  package static let asked = EventKind("access_asked")
  package static let given = EventKind("access_granted")
  package static let refused = EventKind("access_refused")
  package static let ended = EventKind("access_ended")
  package static let reviewed = EventKind("access_reviewed")
  package static let kinds = [asked, given, refused, ended, reviewed]

  // MARK: Reading

  /// The kinds that the viewer may use for a person. Nothing tells whether there is such a person: only of a child that
  /// a viewer of everybody sees in lists anyway it is said.
  package static func kinds(for customer: ID<Customer>, in tx: ReadTx) throws -> [GrantKind] {
    try tx.access.require(.read(.customer))
    guard tx.access.scope == .all else { return GrantRules.kinds(tx.access.role, isMinor: false) }
    let subject = try tx.fetch(GrantStore.subject(customer))
    return GrantRules.kinds(tx.access.role, isMinor: Minors.isMinor(subject?.birthDate, on: tx.today))
  }

  /// Whether an account holds any grant now.
  package static func isHolder(_ account: ID<Account>, in tx: ReadTx) throws -> Bool {
    try tx.fetch(GrantStore.isHeld(by: account, at: tx.now))
  }

  /// What an account holds now, without reasons.
  package static func held(by account: ID<Account>, in tx: ReadTx) throws -> [Grant] {
    try tx.fetch(GrantStore.held(by: account, at: tx.now)).map(\.grant)
  }

  /// Requests with their reasons, newest first: compliance's list.
  package static func list(
    before place: (at: Instant, id: Int64)? = nil, limit: Int, in tx: ReadTx
  ) throws -> [Grant] {
    try tx.access.require(.read(.audit))
    let sealed = try tx.fetch(GrantStore.page(before: place, limit: limit))
    let keys = try Customers.sealingKeys(of: Array(Set(sealed.map(\.grant.customerID))), in: tx)
    return try sealed.map { row in
      var grant = row.grant
      grant.reason = try keys[grant.customerID].map { try tx.vault.open(row.reason, with: $0) }
      return grant
    }
  }

  /// The notice to an owner: whose data was opened to somebody, without the reason.
  package static func notices(in tx: ReadTx) throws -> [Grant] {
    guard tx.access.staffID != 0 else { return [] }
    return try tx.fetch(GrantStore.unseen(by: ID(tx.access.staffID))).map(\.grant)
  }

  /// The notice to compliance: how many requests wait, or looks that nobody has reviewed; nil for everybody else.
  package static func openCount(in tx: ReadTx) throws -> BoundedCount? {
    guard tx.access.permissions.contains(.write(.audit)) else { return nil }
    return BoundedCount(upTo: 100, try tx.fetch(GrantStore.openCount(bound: 100)))
  }

  // MARK: Acts

  /// Opens a person's data to the viewer at once (broken glass, a verified call), or asks for it (an approval).
  /// - Throws: `forbidden` `GRANT_FORBIDDEN` for a role that may not; `notFound` when there is nobody; `invalid`.
  @discardableResult
  package static func open(
    _ kind: GrantKind, _ customer: ID<Customer>, reason: String, minutes: Int, account: ID<Account>, in tx: Tx
  ) throws -> Grant {
    try tx.access.require(.read(.customer))
    let reason = try checked(reason, minutes, kind)
    guard let subject = try tx.fetch(GrantStore.subject(customer)) else {
      // Who may break glass for nobody is told so; who may not is told that first, and learns nothing.
      guard GrantRules.kinds(tx.access.role, isMinor: true).contains(kind) else { throw forbidden(tx.access.role) }
      throw AppError.notFound("customer")
    }
    let isMinor = Minors.isMinor(subject.birthDate, on: tx.today)
    guard GrantRules.kinds(tx.access.role, isMinor: isMinor).contains(kind) else { throw forbidden(tx.access.role) }
    let length = kind == .approval ? GrantRules.approvalMinutes : minutes
    let isGiven = kind != .approval
    let grant = Grant(
      id: tx.newID(), customerID: customer, kind: kind, accountID: account, actor: tx.access.actor,
      role: tx.access.role, askedAt: tx.now, minutes: length, grantedAt: isGiven ? tx.now : nil,
      untilAt: isGiven ? tx.now + length * 60 : nil, ownerID: subject.ownerID)
    let key = try Customers.sealingKeys(of: [customer], in: tx)[customer]
    guard let key else { throw AppError.conflict("ERASED", "the record was erased") }
    try GrantStore.insert(grant, reason: try tx.vault.seal(reason, with: key), in: tx)
    record(isGiven ? given : asked, grant, in: tx)
    return grant
  }

  private static func forbidden(_ role: Role) -> AppError {
    AppError(.forbidden, "GRANT_FORBIDDEN", "\(role.rawValue) may not open this person's data so")
  }

  private static func checked(_ reason: String, _ minutes: Int, _ kind: GrantKind) throws -> String {
    let text = try Reading.needed(reason, "reason", limit: 1_000)
    if let fault = GrantRules.fault(reason: text, minutes: minutes, kind) {
      throw AppError.invalid([Finding(fault.field, fault.code, .reject).error])
    }
    return text
  }

  /// Gives or refuses what was asked for; never to oneself.
  package static func decide(_ id: ID<Grant>, of customer: ID<Customer>, isGiven: Bool, in tx: Tx) throws {
    try tx.access.require(.write(.audit))
    var grant = try found(id, customer, in: tx)
    guard grant.actor != tx.access.actor else {
      throw AppError(.forbidden, "FOUR_EYES", "somebody else has to approve this")
    }
    guard grant.state(at: tx.now) == .waiting else { throw AppError.conflict("GRANT_DECIDED", "decided already") }
    if isGiven {
      grant.grantedAt = tx.now
      grant.grantedBy = tx.access.actor
      grant.untilAt = tx.now + grant.minutes * 60
    } else {
      grant.refusedAt = tx.now
      grant.grantedBy = tx.access.actor
    }
    try GrantStore.update(grant, in: tx)
    record(isGiven ? given : refused, grant, in: tx)
  }

  /// Takes a grant back before its time.
  package static func end(_ id: ID<Grant>, of customer: ID<Customer>, in tx: Tx) throws {
    try tx.access.require(.write(.audit))
    var grant = try found(id, customer, in: tx)
    guard grant.state(at: tx.now) == .active else { return }
    grant.endedAt = tx.now
    try GrantStore.update(grant, in: tx)
    record(ended, grant, in: tx)
  }

  /// What compliance found when it looked at it afterwards.
  package static func review(
    _ id: ID<Grant>, of customer: ID<Customer>, _ review: GrantReview, in tx: Tx
  ) throws {
    try tx.access.require(.write(.audit))
    var grant = try found(id, customer, in: tx)
    guard grant.actor != tx.access.actor else {
      throw AppError(.forbidden, "FOUR_EYES", "somebody else has to look at this")
    }
    guard grant.grantedAt != nil, grant.reviewedAt == nil else {
      throw AppError.conflict("GRANT_REVIEWED", "nothing is to be looked at")
    }
    grant.review = review
    grant.reviewedAt = tx.now
    grant.reviewedBy = tx.access.actor
    try GrantStore.update(grant, in: tx)
    record(reviewed, grant, in: tx)
  }

  /// The owner has read his notices.
  package static func markSeen(in tx: Tx) throws {
    guard tx.access.staffID != 0 else { return }
    try GrantStore.markSeen(by: ID(tx.access.staffID), in: tx)
  }

  private static func found(_ id: ID<Grant>, _ customer: ID<Customer>, in tx: Tx) throws -> Grant {
    try Customers.lock([customer], in: tx)
    guard let found = try tx.fetch(GrantStore.find(id, of: customer)) else { throw AppError.notFound("grant") }
    return found.grant
  }

  /// In the person's log, without the reason: who, how, until when.
  private static func record(_ kind: EventKind, _ grant: Grant, in tx: Tx) {
    var facts = ["grant": grant.id.description, "grant_kind": grant.kind.rawValue, "grant_role": grant.role.rawValue]
    if let until = grant.untilAt { facts["until"] = "\(until)" }
    if let review = grant.review { facts["review"] = review.rawValue }
    tx.record(kind, customer: grant.customerID.raw, facts: facts)
  }
}
