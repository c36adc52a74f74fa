import Kernel
import Storage

/// The law's list: whom his agent's leaving is to be told within 30 days, by whom, and that it was.
package enum DepartureNotices {
  package static let told = EventKind("departure_told")
  package static let kinds = [told, Handovers.handedOver, Handovers.givenBack]
  private static let rule = "departures.notices/1"

  /// A page of the list, overdue ones on top; `after` is the last page's `next`.
  package static func list(
    _ filter: DepartureNoticeFilter = DepartureNoticeFilter(), after: DuePlace? = nil, limit: Int, in tx: ReadTx
  ) throws -> DuePage<DepartureNoticeLine> {
    try tx.access.require(.read(.departure))
    let found = try tx.fetch(
      DepartureNoticeStore.page(filter, after: after, limit: limit + 1, for: tx.access, on: tx.today))
    let page = Array(found.prefix(limit))
    let next = found.count > limit ? page.last.map { DuePlace(day: $0.dueOn, id: $0.id.raw) } : nil
    return DuePage(rows: try lines(page, in: tx), next: next)
  }

  package static func count(_ filter: DepartureNoticeFilter, in tx: ReadTx) throws -> BoundedCount {
    try tx.access.require(.read(.departure))
    let bound = BoundedCount.bound
    return BoundedCount(
      upTo: bound, try tx.fetch(DepartureNoticeStore.count(filter, bound: bound, for: tx.access, on: tx.today)))
  }

  package static func find(_ id: ID<DepartureNotice>, in tx: ReadTx) throws -> DepartureNoticeLine {
    try tx.access.require(.read(.departure))
    let found = try tx.fetch(DepartureNoticeStore.some([id], for: tx.access))
    guard let line = try lines(found, in: tx).first else { throw AppError.notFound("notice") }
    return line
  }

  private static func lines(_ notices: [DepartureNotice], in tx: ReadTx) throws -> [DepartureNoticeLine] {
    guard !notices.isEmpty else { return [] }
    let staff = notices.flatMap { [$0.oldID, $0.newID] }.compactMap { $0 }
    let (names, members, places) = try tx.fetch(
      Customers.names(of: notices.map(\.customerID)), Staff.entries(Array(Set(staff))),
      Policies.places(of: notices.flatMap(\.policies)))
    let numbers = Dictionary(places.map { ($0.id, $0.policyNo) }) { first, _ in first }
    return notices.map { notice in
      DepartureNoticeLine(
        notice: notice, customer: names[notice.customerID], policyNos: notice.policies.compactMap { numbers[$0] },
        old: members[notice.oldID], new: notice.newID.flatMap { members[$0] })
    }
  }

  /// How many customers with contracts of more than a year in force members of staff serve.
  static func customerCounts(of staff: [ID<StaffMember>]) -> Query<[ID<StaffMember>: Int]> {
    DepartureNoticeStore.customerCounts(of: staff)
  }

  // MARK: Telling

  /// Notes that policyholders were told. Where the way is a contact, it stands among their contacts too. One that was
  /// told already stays as it is.
  /// - Returns: how many were told by this.
  /// - Throws: `notFound` when one of them is not the viewer's; `invalid` `PROOF_REQUIRED`, `DATE_FUTURE`,
  ///   `DATE_ORDER`; `TOO_LONG` for too many at once.
  @discardableResult
  package static func tell(
    _ ids: [ID<DepartureNotice>], _ telling: DepartureTelling, in tx: Tx
  ) throws -> Int {
    try tx.access.require(.read(.departure))
    try tx.access.require(.write(.interaction))
    guard ids.count <= DepartureTelling.noticesMax else { throw refused("notices", .tooLong) }
    guard !ids.isEmpty else { throw refused("notices", .required) }
    let proof = try Reading.proof(telling.proof)
    let seen = try tx.fetch(DepartureNoticeStore.some(ids, for: tx.access))
    try Customers.lock(seen.map(\.customerID), in: tx)
    let found = try tx.fetch(DepartureNoticeStore.some(ids, for: tx.access))
    guard Set(found.map(\.id)) == Set(ids) else { throw AppError.notFound("notice") }
    let on = telling.on ?? tx.today
    for notice in found where notice.toldOn == nil {
      if let code = DepartureRules.fault(toldOn: on, leftOn: notice.leftOn, on: tx.today) {
        throw refused("told_on", code)
      }
    }
    let open = found.filter { $0.toldOn == nil }
    let keys = try Customers.sealingKeys(of: open.map(\.customerID), in: tx)
    for notice in open { try tell(notice, telling, on: on, proof, keys[notice.customerID], in: tx) }
    return open.count
  }

  private static func tell(
    _ notice: DepartureNotice, _ telling: DepartureTelling, on day: Day, _ proof: String, _ key: SealingKey?, in tx: Tx
  ) throws {
    guard let key else { throw AppError.conflict("ERASED", "the record was erased") }
    var notice = notice
    (notice.toldOn, notice.way, notice.proofKind) = (day, telling.way, telling.proofKind)
    (notice.toldBy, notice.toldAt) = (tx.access.actor, tx.now)
    if let channel = DepartureRules.contact(telling.way) {
      // The day is known, not the hour: noon of a day past.
      let at = day == tx.today ? tx.now : Instant(day, secondOfDay: 12 * 3_600)
      let contact = [
        "channel": channel.code, "direction": Direction.outgoing.code, "topic": "agent_left", "at": at.description,
      ]
      notice.interactionID = try Interactions.record(contact, with: notice.customerID, in: tx).id
    }
    try DepartureNoticeStore.tell(notice, proof: try tx.vault.seal(proof, with: key), in: tx)
    tx.record(
      told, customer: notice.customerID.raw, source: "anban",
      facts: ["way": telling.way.code, "on": day.description, "until": notice.dueOn.description])
  }

  private static func refused(_ field: String, _ code: ValidationCode) -> AppError {
    AppError.invalid([Finding(field, code, .reject).error])
  }

  /// What proves that somebody was told; nil for who reads no notes.
  package static func proof(of line: DepartureNoticeLine, in tx: ReadTx) throws -> String? {
    guard tx.access.sees.contains(.note), line.notice.toldOn != nil else { return nil }
    let sealed = try tx.fetch(DepartureNoticeStore.proofs(of: [line.notice]))[line.notice.id.raw]
    let key = try Customers.sealingKeys(of: [line.notice.customerID], in: tx)[line.notice.customerID]
    guard let sealed, let key else { return nil }
    return try tx.vault.open(sealed, with: key)
  }

  /// Tells the manager and compliance of departures whose notices run out: once each. Run again it finds nothing.
  /// - Returns: how many departures that were.
  package static func escalateDue(limit: Int = 20, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.departure))
    let law = try LegalRules.today(in: tx)
    let due = try tx.fetch(
      DepartureNoticeStore.toEscalate(by: tx.today + law[.departureEscalationDays], limit: limit))
    for each in due {
      try DepartureNoticeStore.setEscalated(each.departure, in: tx)
      guard let member = try tx.fetch(Staff.find(each.staff)) else { continue }
      let group = member.branchID?.raw ?? member.teamID?.raw ?? 0
      let manager = try tx.fetch(Staff.present(.manager, in: group, on: tx.today)).first
      for owner in [TaskOwner.role(.compliance), manager.map { .staff($0.id) } ?? .role(.manager)] {
        var task = NewTask(.departureNotices, customer: nil, owner: owner, dueOn: max(each.first, tx.today))
        task.args = ["\(each.count)", each.first.description, "\(member.name) \(member.staffNo)"]
        task.priority = .high
        task.source = rule
        let whom = owner == .role(.compliance) ? "compliance" : "manager"
        try Tasks.open(task, key: "\(rule)/\(each.departure)/\(each.first)/\(whom)", in: tx)
      }
    }
    return due.count
  }
}
