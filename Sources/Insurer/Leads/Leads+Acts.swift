import Kernel
import Storage

extension Leads {
  /// Gives a lead to a member of staff; who sells takes from his pool, and gives nobody anything.
  package static func assign(_ id: ID<Lead>, to staff: ID<StaffMember>, in tx: Tx) throws {
    var lead = try heldOpen(id, in: tx)
    let sells = tx.access.role == .agent || tx.access.role == .adviser
    if sells, staff.raw != tx.access.staffID || lead.ownerID != nil {
      throw AppError.forbidden("who sells takes from the pool and gives nobody leads")
    }
    guard let member = try tx.fetch(Staff.find(staff)) else { throw AppError.notFound("member of staff") }
    if let left = member.leftOn, left < tx.today { throw AppError.conflict("STAFF_LEFT", "\(member.staffNo) has left") }
    guard lead.ownerID != staff else { return }
    (lead.ownerID, lead.state, lead.nextAt, lead.touchedAt) = (staff, .assigned, nil, tx.now)
    lead.groupID = member.teamID?.raw ?? member.branchID?.raw ?? lead.groupID
    lead.returnAt = LeadRules.returnAt(.assigned, next: nil, now: tx.now)
    try save(lead, in: tx)
    try LeadStore.insert(.assigned, nil, staff: staff, of: id, in: tx)
    record(assigned, lead, in: tx)
  }

  /// Notes a contact, with what comes next; `isAppointment` when a meeting was agreed for then.
  package static func followUp(
    _ id: ID<Lead>, note: String?, next: Instant?, isAppointment: Bool = false, in tx: Tx
  ) throws {
    var lead = try heldOpen(id, in: tx)
    var reader = FieldReader(["note": note ?? ""])
    let words = reader.text("note", limit: 2_000)
    if isAppointment, next == nil { reader.find("next_at", .required, .reject) }
    if let next, next < tx.now { reader.find("next_at", .dateOrder, .reject) }
    guard reader.findings.isEmpty else { throw AppError.invalid(reader.findings.map(\.error)) }
    try touch(&lead, as: isAppointment ? .appointment : .contacted, next: next, in: tx)
    try LeadStore.insert(
      isAppointment ? .appointment : .contact, try seal(words, tx), staff: nil, of: id, in: tx)
    record(followedUp, lead, in: tx)
  }

  private static func touch(_ lead: inout Lead, as state: LeadState, next: Instant?, in tx: Tx) throws {
    // Who touches a lead of nobody has taken it.
    if lead.ownerID == nil, tx.access.staffID != 0 { lead.ownerID = ID(tx.access.staffID) }
    (lead.state, lead.nextAt, lead.touchedAt) = (state, next, tx.now)
    lead.returnAt = LeadRules.returnAt(state, next: next, now: tx.now)
    try save(lead, in: tx)
  }

  /// Notes a visit: that it was, and whether somebody was met.
  package static func visit(_ id: ID<Lead>, _ outcome: VisitOutcome, in tx: Tx) throws {
    var lead = try heldOpen(id, in: tx)
    try touch(&lead, as: .contacted, next: nil, in: tx)
    try LeadStore.insert(.visit, try seal(outcome.rawValue, tx), staff: nil, of: id, in: tx)
    record(visited, lead, ["outcome": outcome.rawValue], in: tx)
  }

  /// Notes a visit to a customer, as a contact of his.
  package static func visit(
    customer: ID<Customer>, _ outcome: VisitOutcome, in tx: Tx
  ) throws {
    _ = try Interactions.record(
      ["channel": ContactChannel.visit.code, "direction": Direction.outgoing.code, "topic": outcome.topic],
      with: customer, in: tx)
  }

  /// Ends a lead that came to nothing, with the reason.
  package static func lose(_ id: ID<Lead>, _ reason: LeadLoss, in tx: Tx) throws {
    var lead = try held(id, in: tx)
    if lead.state == .lost { return }
    guard !lead.state.isClosed else { throw AppError.conflict("LEAD_CLOSED", "the lead is \(lead.state.rawValue)") }
    (lead.state, lead.loss, lead.closedAt, lead.returnAt, lead.touchedAt) = (.lost, reason, tx.now, nil, tx.now)
    try save(lead, in: tx)
    try LeadStore.insert(.lost, nil, staff: nil, of: id, in: tx)
    record(lost, lead, ["reason": reason.rawValue], in: tx)
  }

  /// The lead's person is this customer now, made by the customers' own act or here already.
  package static func win(_ id: ID<Lead>, customer: ID<Customer>, in tx: Tx) throws {
    var lead = try held(id, in: tx)
    if lead.state == .won, lead.customerID == customer { return }
    guard !lead.state.isClosed else { throw AppError.conflict("LEAD_CLOSED", "the lead is \(lead.state.rawValue)") }
    guard try tx.fetch(Customers.names(of: [customer]))[customer]?.isVisible == true else {
      throw AppError.notFound("customer")
    }
    (lead.state, lead.customerID, lead.closedAt, lead.returnAt) = (.won, customer, tx.now, nil)
    lead.touchedAt = tx.now
    try save(lead, in: tx)
    try LeadStore.insert(.won, nil, staff: nil, of: id, in: tx)
    record(won, lead, in: tx)
  }

  /// What nobody has touched in time goes back to the pool; asked by a worker, as often as it likes.
  /// - Returns: how many there were; fewer than the limit when none is left.
  package static func returnUntouched(limit: Int, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.customer))
    let due = try tx.fetch(LeadStore.toReturn(at: tx.now, limit: limit))
    for sealed in due { try putBack(sealed.lead, in: tx) }
    return due.count
  }

  private static func putBack(_ lead: Lead, in tx: Tx) throws {
    var lead = lead
    let owner = lead.ownerID
    (lead.state, lead.ownerID, lead.returnAt, lead.nextAt) = (.new, nil, nil, nil)
    lead.returned += 1
    try save(lead, in: tx)
    try LeadStore.insert(.returned, nil, staff: owner, of: lead.id, in: tx)
    record(returned, lead, in: tx)
  }

  /// Takes one lead back from who was given it, if he still has it.
  package static func putBack(_ id: ID<Lead>, from staff: ID<StaffMember>, in tx: Tx) throws {
    let lead = try held(id, in: tx)
    if lead.ownerID == staff, !lead.state.isClosed { try putBack(lead, in: tx) }
  }

  /// Takes open leads from somebody who is gone: they go back to their pools.
  /// - Returns: which, and whose.
  package static func release(
    of staff: ID<StaffMember>, limit: Int, in tx: Tx
  ) throws -> [(id: ID<Lead>, customer: ID<Customer>?)] {
    try tx.access.require(.write(.customer))
    let held = try tx.fetch(LeadStore.open(of: staff, limit: limit)).map(\.lead)
    for lead in held { try putBack(lead, in: tx) }
    return held.map { ($0.id, $0.customerID) }
  }

  // MARK: Reading

  package static func list(
    _ filter: LeadFilter, after place: (at: Instant, id: Int64)? = nil, limit: Int, in tx: ReadTx
  ) throws -> [LeadLine] {
    try tx.access.require(.read(.customer))
    let sealed = try tx.fetch(LeadStore.page(filter, after: place, limit: limit, for: tx.access))
    return try lines(sealed, in: tx)
  }

  package static func count(_ filter: LeadFilter, in tx: ReadTx) throws -> BoundedCount {
    try tx.access.require(.read(.customer))
    return BoundedCount(upTo: 1_000, try tx.fetch(LeadStore.count(filter, bound: 1_000, for: tx.access)))
  }

  package static func find(_ id: ID<Lead>, in tx: ReadTx) throws -> LeadDetail {
    try tx.access.require(.read(.customer))
    guard let sealed = try tx.fetch(LeadStore.find(id, for: tx.access)), let line = try lines([sealed], in: tx).first
    else { throw AppError.notFound("lead") }
    let reads = tx.access.sees.contains(.note)
    let steps = try tx.fetch(LeadStore.steps(of: id)).map { step, words in
      LeadStep(
        kind: step.kind,
        words: reads ? try words.map { String(decoding: try tx.vault.openFromStore($0), as: UTF8.self) } : nil,
        staff: step.staff, actor: step.actor, at: step.at)
    }
    return LeadDetail(line: line, steps: steps)
  }

  private static func lines(_ sealed: [LeadStore.Sealed], in tx: ReadTx) throws -> [LeadLine] {
    guard !sealed.isEmpty else { return [] }
    let customers = Array(Set(sealed.compactMap(\.lead.customerID)))
    let (names, staff) = try tx.fetch(
      Customers.names(of: customers), Staff.names(sealed.compactMap(\.lead.ownerID?.raw)))
    if !customers.isEmpty {
      tx.logAccess(AccessRecord(.list, subjects: customers.map(\.raw).sorted(), what: "leads"))
    }
    let opens = tx.access.sees.contains(.mobile)
    return try sealed.map { row in
      var lead = row.lead
      lead.mobile = try row.mobile.map { bytes in
        let number = String(decoding: try tx.vault.openFromStore(bytes), as: UTF8.self)
        return opens ? number : Masks.mobile(number)
      }
      return LeadLine(
        lead: lead, customer: lead.customerID.flatMap { names[$0] }, owner: lead.ownerID.flatMap { staff[$0.raw] })
    }
  }
}
