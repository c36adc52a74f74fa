import Kernel
import Storage

/// The door to hand-overs: customers are given to others by a stated rule, once, and for a while it can be undone.
package enum Handovers {
  package static let ordered = EventKind("handover_ordered")
  package static let finished = EventKind("handover_finished")
  package static let undoOrdered = EventKind("handover_undo_ordered")
  package static let undone = EventKind("handover_undone")
  /// In the log of each customer.
  package static let handedOver = EventKind("customer_handed_over")
  package static let givenBack = EventKind("customer_given_back")

  // MARK: Before

  /// What an order comes to, once it is allowed.
  private struct Plan {
    let from: StaffMember?
    let receivers: [StaffMember]
    let loads: [ID<StaffMember>: Int]
  }

  /// What an order would do: which customers and policies go to whom, and why. It writes nothing.
  /// - Throws: as `order`.
  package static func preview(_ order: HandoverOrder, in tx: ReadTx) throws -> HandoverPreview {
    try tx.access.require(.write(.departure))
    let plan = try plan(order, in: tx)
    let shares = try tx.fetch(
      HandoverStore.shares(
        from: plan.from?.id, chosen: order.chosen, count: plan.receivers.count, on: tx.today))
    let byPlace = Dictionary(uniqueKeysWithValues: shares.map { ($0.place, $0) })
    return HandoverPreview(
      customers: shares.reduce(0) { $0 + $1.customers }, policies: shares.reduce(0) { $0 + $1.policies },
      shares: plan.receivers.enumerated().map { place, receiver in
        HandoverPreview.Share(
          receiver: receiver, load: plan.loads[receiver.id] ?? 0, customers: byPlace[place]?.customers ?? 0,
          policies: byPlace[place]?.policies ?? 0)
      },
      reasons: DepartureRules.reasons(order.rule, receivers: plan.receivers.count, isOutside: order.reachesOutside))
  }

  private static func plan(_ order: HandoverOrder, in tx: ReadTx) throws -> Plan {
    let home = try home(of: order, in: tx)
    let receivers = try receivers(for: order, home, in: tx)
    guard !receivers.isEmpty else { throw refused("rule", "HANDOVER_NOBODY", "nobody is there to receive") }
    if order.reachesOutside, !DepartureRules.reachesOutside(tx.access.role) {
      throw AppError(.forbidden, "HANDOVER_OUTSIDE", "\(tx.access.role.rawValue) gives nobody to another branch")
    }
    for receiver in receivers where !order.reachesOutside && receiver.branchID != home.branch {
      throw refused("receiver", "HANDOVER_OUTSIDE", "\(receiver.staffNo) is of another branch")
    }
    let loads = try tx.fetch(HandoverStore.loads(receivers.map(\.id)))
    return Plan(
      from: order.chosen.isEmpty ? home.member : nil, receivers: DepartureRules.order(receivers, loads: loads),
      loads: loads)
  }

  private struct Home {
    /// Who left; of chosen customers, the first of those who did.
    let member: StaffMember?
    let branch: ID<Branch>?
  }

  /// Where the customers are from.
  private static func home(of order: HandoverOrder, in tx: ReadTx) throws -> Home {
    if let departure = order.departure, order.chosen.isEmpty {
      guard let found = try tx.fetch(DepartureStore.find(departure, for: tx.access)),
        let member = try tx.fetch(Staff.find(found.staffID))
      else { throw AppError.notFound("departure") }
      guard found.effectiveAt != nil else {
        throw AppError.conflict("DEPARTURE_AHEAD", "\(member.staffNo) is here until \(found.leftOn)")
      }
      guard found.listedAt != nil else {
        throw AppError.conflict("DEPARTURE_UNLISTED", "whom to tell is still being listed")
      }
      return Home(member: member, branch: member.branchID)
    }
    guard (1...HandoverOrder.chosenMax).contains(order.chosen.count) else {
      throw AppError.invalid([Finding("customers", order.chosen.isEmpty ? .required : .tooLong, .reject).error])
    }
    let agents = try tx.fetch(HandoverStore.agents(of: order.chosen, on: tx.today))
    guard Set(agents.map(\.customer)) == Set(order.chosen.map(\.raw)) else { throw AppError.notFound("orphan") }
    let members = try tx.fetch(Staff.some(agents.compactMap(\.agent)))
    guard members.allSatisfy({ DepartureRules.oversees(tx.access, $0) }) else { throw AppError.notFound("orphan") }
    let branches = Set(members.map(\.branchID))
    guard branches.count <= 1 || order.reachesOutside else {
      throw refused("customers", "HANDOVER_BRANCHES", "the customers are of several branches")
    }
    return Home(member: members.first, branch: branches.first ?? nil)
  }

  private static func receivers(for order: HandoverOrder, _ home: Home, in tx: ReadTx) throws -> [StaffMember] {
    let role: Role = home.member?.role == .adviser ? .adviser : .agent
    switch order.rule {
    case .one:
      guard let number = order.receiver, !number.isEmpty,
        let member = try tx.fetch(Staff.byNumbers([number])).first
      else {
        throw AppError.invalid([Finding("receiver", .referenceUnknown, .reject).error])
      }
      if let code = DepartureRules.receives(member, from: home.member, on: tx.today) {
        throw refused("receiver", code, "\(number) receives no customers")
      }
      return [member]
    case .team, .branch:
      let group = order.rule == .team ? home.member?.teamID?.raw : home.branch?.raw
      guard let group else { return [] }
      // Of the same channel: agency customers are not dealt out to the telesales desk.
      return try tx.fetch(Staff.present(role, in: group, on: tx.today)).filter {
        DepartureRules.receives($0, from: home.member, on: tx.today) == nil && $0.channel == home.member?.channel
      }
    }
  }

  static func refused(_ field: String, _ code: String, _ message: String) -> AppError {
    AppError.invalid([FieldError(field, code, message)])
  }

  // MARK: Acts

  /// Orders a hand-over, to be done by a worker.
  /// - Throws: `notFound` for a departure or customers that are not the viewer's to give; `forbidden`
  ///   `HANDOVER_OUTSIDE`; `conflict` `DEPARTURE_AHEAD`, `DEPARTURE_UNLISTED`, `HANDOVER_RUNNING`; `invalid` with the
  ///   fields' codes: `HANDOVER_NOBODY`, `HANDOVER_ROLE`, `HANDOVER_TO_SELF`, `HANDOVER_OUTSIDE`, `HANDOVER_BRANCHES`,
  ///   `STAFF_LEFT`.
  package static func order(_ order: HandoverOrder, in tx: Tx) throws -> Handover {
    try tx.access.require(.write(.departure))
    let reason = try Reading.needed(order.reason, "reason", limit: 500, atLeast: TaskRules.reasonMin)
    if let departure = order.departure { try tx.lock(named: "handover/\(departure)") }
    let plan = try plan(order, in: tx)
    if let departure = order.departure, order.chosen.isEmpty,
      try tx.fetch(HandoverStore.all(of: departure)).contains(where: \.state.isUnderWay)
    {
      throw AppError.conflict("HANDOVER_RUNNING", "a hand-over of this departure is under way")
    }
    let preview = try preview(order, in: tx)
    let handover = Handover(
      id: tx.newID(), departureID: order.chosen.isEmpty ? order.departure : nil,
      fromID: try plan.from?.id ?? home(of: order, in: tx).member?.id, rule: order.rule,
      receivers: plan.receivers.map(\.id), chosen: order.chosen, reachesOutside: order.reachesOutside, state: .waiting,
      total: preview.customers, walkedTo: 0, dealt: 0, policies: 0, undone: 0, kept: 0, orderedAt: tx.now,
      orderedBy: tx.access.actor)
    try HandoverStore.insert(handover, reason: try tx.vault.sealForStore(Array(reason.utf8)), in: tx)
    tx.recordSystem(
      ordered, subject: handover.id.raw,
      facts: ["rule": order.rule.code, "customers": "\(preview.customers)", "receivers": "\(plan.receivers.count)"])
    try tx.enqueue(RunHandover(handover.id), unique: "\(RunHandover.name)/\(handover.id)")
    return handover
  }

  /// Orders that a hand-over be undone: each customer to whom nothing has happened since goes back to where he was.
  /// - Throws: `notFound`; `conflict` `HANDOVER_STATE`, `HANDOVER_UNDO_LATE`.
  package static func undo(_ id: ID<Handover>, in tx: Tx) throws {
    try tx.access.require(.write(.departure))
    try HandoverStore.lock(id, in: tx)
    guard var handover = try tx.fetch(HandoverStore.find(id, for: tx.access)) else {
      throw AppError.notFound("hand-over")
    }
    guard handover.state == .done else {
      throw AppError.conflict("HANDOVER_STATE", "the hand-over is \(handover.state.code)")
    }
    guard let until = handover.undoUntil, tx.now <= until else {
      throw AppError.conflict("HANDOVER_UNDO_LATE", "it can be undone no more")
    }
    handover.state = .undoing
    handover.walkedTo = 0
    handover.undoneBy = tx.access.actor
    try HandoverStore.update(handover, in: tx)
    tx.recordSystem(undoOrdered, subject: id.raw)
    try tx.enqueue(RunHandover(id), unique: "\(RunHandover.name)/\(id)/undo")
  }

  // MARK: Reading

  package static func find(_ id: ID<Handover>, in tx: ReadTx) throws -> HandoverDetail {
    try tx.access.require(.read(.departure))
    guard let handover = try tx.fetch(HandoverStore.find(id, for: tx.access)) else {
      throw AppError.notFound("hand-over")
    }
    let staff = handover.receivers + [handover.fromID].compactMap { $0 }
    let (reason, shares, names) = try tx.fetch(
      HandoverStore.reason(id), HandoverStore.shares(of: id), Staff.entries(staff))
    return HandoverDetail(
      handover: handover,
      reason: try reason.map { String(decoding: try tx.vault.openFromStore($0), as: UTF8.self) } ?? "",
      shares: shares, names: names)
  }

  /// Who served a policy before and since when, newest first; for who may see departures.
  package static func history(of policy: ID<Policy>, customer: ID<Customer>, in tx: ReadTx) throws
    -> [PolicyServingSpan]
  {
    guard tx.access.permissions.contains(.read(.departure)) else { return [] }
    return try tx.fetch(HandoverStore.spans(of: policy, customer: customer))
  }
}
