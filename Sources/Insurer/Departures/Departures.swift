import Kernel
import Storage

/// The door to departures: somebody who serves customers leaves, and nothing of his is silently left with him.
package enum Departures {
  package static let recorded = EventKind("departure_recorded")
  package static let tookEffect = EventKind("departure_took_effect")
  package static let withdrawn = EventKind("departure_withdrawn")

  // MARK: Acts

  /// Notes that a member of staff leaves on a day, or left on it before this program knew of departures. On that day
  /// or later what he signs in by is closed at once; else at the day's end.
  /// - Throws: `notFound` for who is not the viewer's to look after; `forbidden` `DEPARTURE_OWN`; `conflict`
  ///   `DEPARTURE_KNOWN` where another day is noted; `invalid` with the field's code.
  @discardableResult
  package static func record(_ number: String, leftOn: Day, in tx: Tx) throws -> Departure {
    try tx.access.require(.write(.departure))
    guard let member = try tx.fetch(Staff.byNumbers([number])).first, DepartureRules.oversees(tx.access, member) else {
      throw AppError.invalid([Finding("staff_no", .referenceUnknown, .reject).error])
    }
    guard member.id.raw != tx.access.staffID else {
      throw AppError(.forbidden, "DEPARTURE_OWN", "nobody records his own departure")
    }
    if let code = DepartureRules.fault(leftOn: leftOn, joinedOn: member.joinedOn, on: tx.today) {
      throw AppError.invalid([Finding("left_on", code, .reject).error])
    }
    try tx.lock(named: "departure/\(member.id)")
    if let known = try tx.fetch(DepartureStore.find(of: member.id)) {
      guard known.leftOn == leftOn else {
        throw AppError.conflict("DEPARTURE_KNOWN", "\(number) leaves on \(known.leftOn)")
      }
      return known
    }
    if member.leftOn != leftOn { try Staff.setLeft(member.id, on: leftOn, in: tx) }
    return try open(member.id, leftOn: leftOn, source: "anban", in: tx)
  }

  /// What the staff's own file says of a member of staff: it is taken up, moved to another day, or withdrawn.
  package static func follow(_ staff: ID<StaffMember>, leftOn: Day?, source: String, in tx: Tx) throws {
    try tx.access.require(.write(.staff))
    let known = try tx.fetch(DepartureStore.find(of: staff))
    switch (known, leftOn) {
    case (nil, let day?): try open(staff, leftOn: day, source: source, in: tx)
    case (let known?, let day?) where known.leftOn != day:
      try DepartureStore.move(known.id, to: day, in: tx)
      try DepartureNoticeStore.move(
        known.id, to: DepartureRules.tellBy(leftOn: day, law: LegalRules.today(in: tx)).day, in: tx)
      tx.recordSystem(recorded, subject: known.id.raw, facts: ["left_on": day.description, "source": source])
    case (let known?, nil):
      try DepartureStore.withdraw(known.id, in: tx)
      try DepartureNoticeStore.forgetOpen(of: known.id, in: tx)
      tx.recordSystem(withdrawn, subject: known.id.raw, facts: ["source": source])
    default: break
    }
  }

  @discardableResult
  private static func open(_ staff: ID<StaffMember>, leftOn: Day, source: String, in tx: Tx) throws -> Departure {
    let departure = Departure(
      id: tx.newID(), staffID: staff, leftOn: leftOn, source: source, recordedAt: tx.now,
      recordedBy: tx.access.actor, effectiveAt: nil, listedTo: 0, listedAt: nil)
    try DepartureStore.insert(departure, in: tx)
    tx.recordSystem(recorded, subject: departure.id.raw, facts: ["left_on": leftOn.description, "source": source])
    if DepartureRules.takesEffect(leftOn: leftOn, on: tx.today, isAnnounced: false) {
      try takeEffect(departure, in: tx)
    }
    return try tx.fetch(DepartureStore.find(of: staff)) ?? departure
  }

  private static func takeEffect(_ departure: Departure, in tx: Tx) throws {
    let accounts = try Accounts.close(of: departure.staffID, in: tx)
    try DepartureStore.setEffective(departure.id, in: tx)
    tx.recordSystem(tookEffect, subject: departure.id.raw, facts: ["accounts": "\(accounts)"])
    try list(departure, limit: 200, in: tx)
  }

  /// Departures announced ahead whose day has passed. Run again it finds nothing.
  /// - Returns: how many took effect.
  package static func takeEffectDue(limit: Int = 50, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.departure))
    let due = try tx.fetch(DepartureStore.toTakeEffect(on: tx.today, limit: limit))
    for departure in due { try takeEffect(departure, in: tx) }
    return due.count
  }

  // MARK: Reading

  private static func overseen(_ tx: ReadTx) throws {
    try tx.access.require(.read(.departure))
    guard DepartureRules.oversees(tx.access) else {
      throw AppError.forbidden("\(tx.access.role.rawValue) looks over no departures")
    }
  }

  /// Latest first; `after` is the last page's `next`.
  package static func list(after: DuePlace? = nil, limit: Int, in tx: ReadTx) throws -> DuePage<DepartureLine> {
    try overseen(tx)
    let found = try tx.fetch(DepartureStore.page(after: after, limit: limit + 1, for: tx.access))
    let page = Array(found.prefix(limit))
    let next = found.count > limit ? page.last.map { DuePlace(day: $0.leftOn, id: $0.id.raw) } : nil
    return DuePage(rows: try lines(page, in: tx), next: next)
  }

  package static func find(_ id: ID<Departure>, in tx: ReadTx) throws -> DepartureDetail {
    try overseen(tx)
    guard let departure = try tx.fetch(DepartureStore.find(id, for: tx.access)),
      let line = try lines([departure], in: tx).first,
      let member = try tx.fetch(Staff.find(departure.staffID))
    else { throw AppError.notFound("departure") }
    let (served, taken, handovers) = try tx.fetch(
      DepartureStore.served(departure.staffID), DepartureStore.takenCounts(id), HandoverStore.all(of: id))
    let group = member.branchID?.raw ?? member.teamID?.raw ?? 0
    let role: Role = member.role == .adviser ? .adviser : .agent
    let receivers = try tx.fetch(Staff.present(role, in: group, on: tx.today)).filter { $0.id != member.id }
    return DepartureDetail(
      line: line, served: served,
      taken: Dictionary(uniqueKeysWithValues: taken.map { ($0.kind, (all: $0.all, given: $0.given)) }),
      handovers: handovers, receivers: receivers)
  }

  private static func lines(_ departures: [Departure], in tx: ReadTx) throws -> [DepartureLine] {
    guard !departures.isEmpty else { return [] }
    let ids = departures.map(\.staffID)
    let (names, members, branches, teams, orphans, notices, rules) = try tx.fetch(
      Staff.entries(ids), Staff.some(ids), Staff.branches, Staff.teams, DepartureStore.orphans(of: ids),
      DepartureNoticeStore.counts(of: departures.map(\.id), on: tx.today), LegalRules.stored)
    let law = try rules.on(tx.today)
    return departures.map { departure in
      let member = members.first { $0.id == departure.staffID }
      let told = notices[departure.id.raw]
      return DepartureLine(
        departure: departure, staffNo: names[departure.staffID]?.staffNo ?? "",
        name: names[departure.staffID]?.name ?? "", role: member?.role ?? .agent,
        team: teams.first { $0.id == member?.teamID }?.name,
        branch: branches.first { $0.id == member?.branchID }?.name, orphans: orphans[departure.staffID.raw] ?? 0,
        noticesOpen: told?.open ?? 0, noticesOverdue: told?.overdue ?? 0, noticesTold: told?.told ?? 0,
        tellBy: DepartureRules.tellBy(leftOn: departure.leftOn, law: law).day)
    }
  }
}
