import Kernel
import Storage

/// The door to leads: taking one in, giving it to somebody, following it up, and what became of it (R97).
package enum Leads {
  package static let entered = EventKind("lead_entered")
  package static let assigned = EventKind("lead_assigned")
  package static let returned = EventKind("lead_returned")
  package static let followedUp = EventKind("lead_followed_up")
  package static let visited = EventKind("lead_visited")
  package static let won = EventKind("lead_won")
  package static let lost = EventKind("lead_lost")
  package static let kinds = [entered, assigned, returned, followedUp, visited, won, lost]

  /// The columns that form and API share; `assignee` and `team_of` are staff numbers.
  package static let columns = [
    "name", "mobile", "origin", "line", "note", "agreed", "customer", "assignee", "team_of",
  ]

  // MARK: Taking in

  /// Takes a lead in. An agent's own is his at once; all others go to a pool unless somebody is named.
  /// Whoever is known by name and mobile, or named by `customer`, is noted; who has not agreed to marketing is not
  /// followed up: the lead is kept as blocked, so that the next list does not bring it again.
  /// - Throws: `invalid` with the fields' codes; `notFound` for a customer whom the viewer may not see.
  package static func enter(_ values: [String: String], source: String = "anban", in tx: Tx) throws -> ID<Lead> {
    try tx.access.require(.write(.customer))
    let draft = try read(values, in: tx)
    var known = draft.customer
    if let customer = draft.customer {
      guard try tx.fetch(Customers.names(of: [customer]))[customer]?.isVisible == true else {
        throw AppError.notFound("customer")
      }
    } else if let mobile = draft.mobile {
      known = try Customers.known(name: draft.name, mobile: mobile, in: tx)
    }
    let holds = try known.map { try tx.fetch(Consents.held($0, at: tx.now)).contains(.marketing) }
    let isBlocked = LeadRules.fault(origin: draft.origin, agreed: draft.agreed, holds: holds) != nil
    let owner = isBlocked ? nil : draft.owner
    let state: LeadState = isBlocked ? .blocked : owner == nil ? .new : .assigned
    let lead = Lead(
      id: tx.newID(), customerID: known, name: draft.name, origin: draft.origin, line: draft.line,
      agreed: draft.agreed, state: state, ownerID: owner, groupID: draft.group, nextAt: nil,
      returnAt: LeadRules.returnAt(state, next: nil, now: tx.now), returned: 0, source: source, createdAt: tx.now,
      createdBy: tx.access.actor, touchedAt: tx.now, closedAt: isBlocked ? tx.now : nil, version: 1)
    try LeadStore.insert(
      lead, mobile: try draft.mobile.map { try tx.vault.sealForStore(Array($0.utf8)) },
      index: draft.mobile.map { tx.vault.index(.mobile, $0) }, in: tx)
    try LeadStore.insert(.entered, try seal(draft.note, tx), staff: owner, of: lead.id, in: tx)
    record(entered, lead, in: tx)
    return lead.id
  }

  private struct Draft {
    let name: String
    let mobile: String?
    let origin: LeadOrigin
    let line: Line?
    let note: String?
    let agreed: Bool
    let customer: ID<Customer>?
    let owner: ID<StaffMember>?
    let group: Int64
  }

  private static func read(_ values: [String: String], in tx: ReadTx) throws -> Draft {
    let admitsDemo = try tx.fetch(Customers.admitsDemo)
    var reader = FieldReader(values)
    let name = reader.value("name", required: true) { (text) throws(ReadingFault) in try PersonName.parse(text).text }
    let mobile = reader.value("mobile") { (text) throws(ReadingFault) in
      try Mobile.parse(text, admitsDemo: admitsDemo).number
    }
    let origin = reader.enumeration(LeadOrigin.self, "origin", required: true)
    let line = reader.enumeration(Line.self, "line")
    let note = reader.text("note", limit: 2_000)
    let agreed = reader.flag("agreed") ?? false
    let customer = reader.value("customer") { (text) throws(ReadingFault) in
      guard let id = ID<Customer>(text) else { throw ReadingFault(.referenceUnknown) }
      return id
    }
    if mobile == nil, customer == nil, reader.findings.isEmpty { reader.find("mobile", .required, .reject) }
    let place = try owner(&reader, in: tx)
    guard !reader.isRejected, let name, let origin else { throw AppError.invalid(reader.findings.map(\.error)) }
    return Draft(
      name: name, mobile: mobile, origin: origin, line: line, note: note, agreed: agreed, customer: customer,
      owner: place.staff, group: place.group)
  }

  /// Whom it goes to, and whose pool it comes back to.
  private static func owner(
    _ reader: inout FieldReader, in tx: ReadTx
  ) throws -> (staff: ID<StaffMember>?, group: Int64) {
    let number = reader.text("assignee", limit: 64)
    let leader = reader.text("team_of", limit: 64)
    if let asked = number ?? leader {
      guard let member = try tx.fetch(Staff.byNumbers([asked])).first else {
        reader.find(number == nil ? "team_of" : "assignee", .referenceUnknown, .reject)
        return (nil, 0)
      }
      return (number == nil ? nil : member.id, member.teamID?.raw ?? member.branchID?.raw ?? 0)
    }
    let own = try tx.fetch(Staff.groups(of: [tx.access.staffID]))[tx.access.staffID]?.first ?? 0
    let sells = tx.access.role == .agent || tx.access.role == .adviser
    return (sells && tx.access.staffID != 0 ? ID(tx.access.staffID) : nil, own)
  }

  // MARK: What all acts share

  static func seal(_ text: String?, _ tx: ReadTx) throws -> [UInt8]? {
    guard let text, !text.isEmpty else { return nil }
    return try tx.vault.sealForStore(Array(text.utf8))
  }

  static func record(_ kind: EventKind, _ lead: Lead, _ facts: [String: String] = [:], in tx: Tx) {
    if let customer = lead.customerID {
      tx.record(kind, customer: customer.raw, subject: lead.id, source: "anban", facts: facts)
    } else {
      tx.recordSystem(kind, subject: lead.id.raw, facts: facts)
    }
  }

  static func held(_ id: ID<Lead>, in tx: Tx) throws -> Lead {
    try tx.access.require(.write(.customer))
    try LeadStore.lock(id, in: tx)
    guard let sealed = try tx.fetch(LeadStore.find(id, for: tx.access)) else { throw AppError.notFound("lead") }
    return sealed.lead
  }

  /// A lead as one that is followed up: open, and of somebody who may be contacted.
  static func heldOpen(_ id: ID<Lead>, in tx: Tx) throws -> Lead {
    let lead = try held(id, in: tx)
    guard !lead.state.isClosed else { throw AppError.conflict("LEAD_CLOSED", "the lead is \(lead.state.rawValue)") }
    let holds = try lead.customerID.map { try tx.fetch(Consents.held($0, at: tx.now)).contains(.marketing) }
    if let fault = LeadRules.fault(origin: lead.origin, agreed: lead.agreed, holds: holds) {
      throw AppError(.forbidden, fault.rawValue, fault.message)
    }
    return lead
  }

  static func save(_ lead: Lead, in tx: Tx) throws {
    var lead = lead
    lead.version += 1
    try LeadStore.update(lead, in: tx)
  }
}
