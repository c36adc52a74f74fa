import Kernel
import Storage

/// The work of a hand-over and of its undoing, in short transactions that each go on where the last one ended: a worker
/// that is killed repeats nothing and leaves nothing out.
extension Handovers {
  /// Customers in one transaction.
  static let together = 20

  /// As whom a hand-over's transactions run: whoever ordered it, with the right to move what he has ordered.
  static func access(of handover: Handover) -> Access {
    Access(
      actor: handover.state == .undoing ? handover.undoneBy ?? handover.orderedBy : handover.orderedBy, role: .admin,
      purpose: .contract, scope: .all, permissions: Permission.all, sees: Set(Sight.allCases), staffID: 0,
      surface: "job")
  }

  /// A hand-over as its job knows it; nil when there is none.
  static func found(_ id: ID<Handover>, in tx: ReadTx) throws -> Handover? {
    try tx.fetch(HandoverStore.find(id, for: tx.access))
  }

  /// Takes the next step.
  /// - Returns: false when nothing is left to do.
  package static func advance(_ id: ID<Handover>, in tx: Tx) throws -> Bool {
    try tx.access.require(.write(.departure))
    try HandoverStore.lock(id, in: tx)
    guard let handover = try found(id, in: tx) else { return false }
    switch handover.state {
    case .waiting, .running: return try give(handover, in: tx)
    case .undoing: return try takeBack(handover, in: tx)
    case .done, .undone: return false
    }
  }

  // MARK: Giving

  private static func give(_ handover: Handover, in tx: Tx) throws -> Bool {
    var handover = handover
    let units = try tx.fetch(
      HandoverStore.units(
        from: handover.chosen.isEmpty ? handover.fromID : nil, chosen: handover.chosen, after: handover.walkedTo,
        limit: together, on: tx.today))
    guard let last = units.last else {
      handover.state = .done
      handover.finishedAt = tx.now
      handover.undoUntil = tx.now + DepartureRules.undoHours * 3_600
      try HandoverStore.update(handover, in: tx)
      tx.recordSystem(
        finished, subject: handover.id.raw,
        facts: ["customers": "\(handover.dealt)", "policies": "\(handover.policies)"])
      return false
    }
    let receivers = handover.receivers
    var shares: [ID<Customer>: ID<StaffMember>] = [:]
    for (place, unit) in units.enumerated() {
      shares[unit.customer] = receivers[DepartureRules.share(at: handover.dealt + place, of: receivers.count)]
    }
    handover.policies += try move(handover, shares, in: tx)
    handover.state = .running
    handover.walkedTo = last.customer.raw
    handover.dealt += units.count
    try HandoverStore.update(handover, in: tx)
    return true
  }

  /// - Returns: how many policies changed hands.
  private static func move(
    _ handover: Handover, _ shares: [ID<Customer>: ID<StaffMember>], in tx: Tx
  ) throws -> Int {
    let customers = shares.keys.sorted()
    let held = HandoverStore.held(handover.fromID, isChosen: !handover.chosen.isEmpty, on: tx.today)
    var servings = try tx.fetch(Policies.served(held, of: customers))
    for place in servings.indices { servings[place].to = shares[servings[place].customer] }
    let parties = try Policies.serve(servings, why: "departure", in: tx)
    try HandoverStore.insert(servings, why: "departure", of: handover.id, in: tx)
    let from = handover.chosen.isEmpty ? handover.fromID : nil
    let parts = try giveParts(from, shares, in: tx)
    for (receiver, group) in Dictionary(grouping: customers, by: { shares[$0] }) {
      try DepartureNoticeStore.assign(group, from: from, to: receiver, in: tx)
    }
    try CustomerBook.refresh(parties.union(customers.map(\.raw)), in: tx)
    try giveTaken(from, shares, of: handover.id, in: tx)
    let counts = Dictionary(grouping: servings, by: \.customer).mapValues(\.count)
    for customer in customers {
      tx.record(
        handedOver, customer: customer.raw, source: "anban", facts: ["policies": "\(counts[customer] ?? 0)"])
    }
    let mark = tx.newID(Handover.self).raw
    let lines = customers.compactMap { customer in
      shares[customer].map {
        HandoverStore.Line(
          customer: customer, to: $0, policies: counts[customer] ?? 0, parts: parts[customer.raw] ?? [], mark: mark)
      }
    }
    try HandoverStore.insert(lines, of: handover.id, in: tx)
    return servings.count
  }

  /// Gives relations and applications of somebody who left.
  /// - Returns: what of it was there, by customer.
  private static func giveParts(
    _ from: ID<StaffMember>?, _ shares: [ID<Customer>: ID<StaffMember>], in tx: Tx
  ) throws -> [Int64: Set<String>] {
    guard let from else { return [:] }
    let customers = shares.keys.sorted()
    var (parts, applied) = try tx.fetch(
      Customers.owned(by: from, of: customers), Applications.served(by: from, of: customers))
    for customer in applied { parts[customer, default: []].insert("application") }
    for (receiver, group) in Dictionary(grouping: customers, by: { shares[$0] }) {
      guard let receiver else { continue }
      try Customers.give(group, from: from, to: receiver, in: tx)
      try Applications.give(group, from: from, to: receiver, in: tx)
    }
    return parts
  }

  /// Tasks and leads that were taken from somebody who left follow their customers.
  private static func giveTaken(
    _ from: ID<StaffMember>?, _ shares: [ID<Customer>: ID<StaffMember>], of handover: ID<Handover>, in tx: Tx
  ) throws {
    for item in try tx.fetch(DepartureStore.taken(from: from, about: shares.keys.sorted())) {
      guard let receiver = shares[ID(item.customer)] else { continue }
      switch item.kind {
      case .task:
        do {
          guard try Tasks.pass(ID(item.subject), to: .staff(receiver), in: tx) else { continue }
        } catch let error as AppError where error.code == "ASSIGNEE_CANNOT_SEE" { continue }
      case .lead:
        do {
          try Leads.assign(ID(item.subject), to: receiver, in: tx)
        } catch let error as AppError where [.conflict, .forbidden, .notFound].contains(error.kind) { continue }
      case .complaint: continue
      }
      try DepartureStore.setGiven(item, to: receiver, in: handover, tx: tx)
    }
  }

  // MARK: Taking back

  private static func takeBack(_ handover: Handover, in tx: Tx) throws -> Bool {
    var handover = handover
    let lines = try tx.fetch(HandoverStore.lines(of: handover.id, after: handover.walkedTo, limit: together))
    guard let last = lines.last else {
      handover.state = .undone
      handover.undoneAt = tx.now
      try HandoverStore.update(handover, in: tx)
      tx.recordSystem(
        undone, subject: handover.id.raw, facts: ["undone": "\(handover.undone)", "kept": "\(handover.kept)"])
      return false
    }
    let newest = try tx.fetch(HandoverStore.newest(of: lines.map(\.customer)))
    let untouched = lines.filter { (newest[$0.customer.raw] ?? 0) <= $0.mark }
    let kept = lines.filter { (newest[$0.customer.raw] ?? 0) > $0.mark }.map(\.customer)
    try takeBack(untouched, of: handover, in: tx)
    try HandoverStore.setState("undone", untouched.map(\.customer), of: handover.id, in: tx)
    try HandoverStore.setState("kept", kept, of: handover.id, in: tx)
    handover.undone += untouched.count
    handover.kept += kept.count
    handover.walkedTo = last.customer.raw
    try HandoverStore.update(handover, in: tx)
    return true
  }

  private static func takeBack(_ lines: [HandoverStore.Line], of handover: Handover, in tx: Tx) throws {
    guard !lines.isEmpty else { return }
    let customers = lines.map(\.customer)
    let servings = try tx.fetch(HandoverStore.before(handover.id, of: customers)).map { serving, from in
      var serving = serving
      serving.to = from
      return serving
    }
    let parties = try Policies.serve(servings, why: "undo", in: tx)
    try HandoverStore.insert(servings, why: "undo", of: handover.id, in: tx)
    let from = handover.chosen.isEmpty ? handover.fromID : nil
    try takeBackParts(lines, from, in: tx)
    try DepartureNoticeStore.assign(customers, from: from, to: nil, in: tx)
    for (item, receiver) in try tx.fetch(DepartureStore.given(in: handover.id, about: customers.map(\.raw))) {
      try takeBack(item, from: ID(receiver), of: handover.id, in: tx)
    }
    try CustomerBook.refresh(parties.union(customers.map(\.raw)), in: tx)
    for customer in customers {
      let count = servings.count { $0.customer == customer }
      tx.record(givenBack, customer: customer.raw, source: "anban", facts: ["policies": "\(count)"])
    }
  }

  private static func takeBackParts(
    _ lines: [HandoverStore.Line], _ from: ID<StaffMember>?, in tx: Tx
  ) throws {
    guard let from else { return }
    for (receiver, group) in Dictionary(grouping: lines, by: \.to) {
      let owned = group.filter { !$0.parts.isDisjoint(with: ["owner", "adviser"]) }.map(\.customer)
      let applied = group.filter { $0.parts.contains("application") }.map(\.customer)
      try Customers.give(owned, from: receiver, to: from, in: tx)
      try Applications.give(applied, from: receiver, to: from, in: tx)
    }
  }

  /// A task goes back to the pool it came from, a lead too.
  private static func takeBack(
    _ item: DepartureStore.Item, from receiver: ID<StaffMember>, of handover: ID<Handover>, in tx: Tx
  ) throws {
    guard let member = try tx.fetch(Staff.find(receiver)) else { return }
    let pool: TaskOwner = (member.teamID?.raw ?? member.branchID?.raw).map { .group($0) } ?? .role(.manager)
    switch item.kind {
    case .task: try Tasks.pass(ID(item.subject), to: pool, in: tx)
    case .lead: try Leads.putBack(ID(item.subject), from: receiver, in: tx)
    case .complaint: return
    }
    try DepartureStore.setGiven(item, to: nil, in: handover, tx: tx)
  }
}
