import Kernel
import Storage

extension Complaints {
  /// A complaint as an act of who handles complaints changes it, locked.
  /// - Throws: `notFound`, also for the one it is about; `forbidden` with the code of the recusal.
  private static func held(_ id: ID<Complaint>, in tx: Tx) throws -> Complaint {
    try tx.access.require(.write(.complaint))
    guard ComplaintRules.handles(tx.access.role) else {
      throw AppError.forbidden("\(tx.access.role.rawValue) handles no complaints")
    }
    guard let seen = try tx.fetch(ComplaintStore.find(id, for: tx.access)) else { throw AppError.notFound("complaint") }
    try Customers.lock([seen.complaint.customerID], in: tx)
    guard let sealed = try tx.fetch(ComplaintStore.find(id, for: tx.access)) else {
      throw AppError.notFound("complaint")
    }
    if tx.access.staffID != 0 { try checkRecusal(of: ID(tx.access.staffID), sealed.complaint, in: tx) }
    return sealed.complaint
  }

  private static func checkRecusal(of staff: ID<StaffMember>, _ complaint: Complaint, in tx: ReadTx) throws {
    let (found, about) = try tx.fetch(Staff.find(staff), Staff.find(complaint.aboutStaffID ?? ID(0)))
    guard let member = found else { throw AppError.notFound("member of staff") }
    if let code = ComplaintRules.recusal(
      .init(member), accused: about.map { ComplaintRules.Person($0) }, group: complaint.aboutGroupID)
    {
      throw AppError(.forbidden, code, "\(member.staffNo) may not handle this complaint")
    }
  }

  private static func checkOpen(_ complaint: Complaint) throws {
    guard complaint.repliedAt == nil else { throw AppError.conflict("COMPLAINT_REPLIED", "it has been answered") }
  }

  private static func words(_ text: String, _ field: String, min: Int = ComplaintRules.reasonMin) throws -> String {
    try Reading.needed(text, field, limit: 4_000, atLeast: min)
  }

  private static func seal(_ text: String, of complaint: Complaint, in tx: Tx) throws -> [UInt8] {
    guard let key = try Customers.sealingKeys(of: [complaint.customerID], in: tx)[complaint.customerID] else {
      throw AppError.conflict("ERASED", "the record was erased")
    }
    return try tx.vault.seal(text, with: key)
  }

  /// Gives it to somebody whom it does not concern.
  /// - Throws: `forbidden` `COMPLAINT_RECUSED`, `COMPLAINT_RECUSED_LINE`, `COMPLAINT_RECUSED_UNIT`; `invalid`.
  package static func assign(_ id: ID<Complaint>, to number: String, in tx: Tx) throws {
    var complaint = try held(id, in: tx)
    try checkOpen(complaint)
    guard let member = try tx.fetch(Staff.byNumbers([number])).first, ComplaintRules.handles(member.role),
      member.leftOn.map({ $0 >= tx.today }) ?? true
    else { throw AppError.invalid([Finding("handler", .referenceUnknown, .reject).error]) }
    try checkRecusal(of: member.id, complaint, in: tx)
    guard complaint.handlerID != member.id else { return }
    complaint.handlerID = member.id
    try ComplaintStore.update(complaint, in: tx)
    record(assigned, complaint, in: tx)
  }

  /// Takes open complaints from somebody who is gone: they wait for another handler.
  /// - Returns: which, and whose.
  package static func release(
    of staff: ID<StaffMember>, limit: Int, in tx: Tx
  ) throws -> [(id: ID<Complaint>, customer: ID<Customer>)] {
    try tx.access.require(.write(.complaint))
    let held = try tx.fetch(ComplaintStore.open(of: staff, limit: limit)).map(\.complaint)
    for var complaint in held {
      complaint.handlerID = nil
      try ComplaintStore.update(complaint, in: tx)
      record(released, complaint, in: tx)
    }
    return held.map { ($0.id, $0.customerID) }
  }

  /// The customer was told that it is being looked into.
  package static func acknowledge(_ id: ID<Complaint>, over way: NoticeWay, in tx: Tx) throws {
    var complaint = try held(id, in: tx)
    guard complaint.acknowledgedAt == nil else { return }
    complaint.acknowledgedAt = tx.now
    complaint.acknowledgedWay = way
    if complaint.handlerID == nil, tx.access.staffID != 0 { complaint.handlerID = ID(tx.access.staffID) }
    try ComplaintStore.update(complaint, in: tx)
    record(acknowledged, complaint, ["way": way.code], in: tx)
  }

  /// 30 days where the matter is complex; 30 more where somebody above approves it.
  /// - Throws: `conflict` `COMPLAINT_TERM` out of order or too late; `forbidden` `APPROVAL_REQUIRED`, `FOUR_EYES`.
  package static func extend(_ id: ID<Complaint>, because reason: String, in tx: Tx) throws {
    var complaint = try held(id, in: tx)
    try checkOpen(complaint)
    guard tx.today <= complaint.dueOn else { throw AppError.conflict("COMPLAINT_TERM", "its days have run out") }
    let text = try words(reason, "reason")
    switch complaint.term {
    case .plain: complaint.term = .complex
    case .complex:
      guard ComplaintRules.approves(tx.access.role) else {
        throw AppError(.forbidden, "APPROVAL_REQUIRED", "somebody above has to approve this")
      }
      guard complaint.handlerID?.raw != tx.access.staffID || tx.access.staffID == 0 else {
        throw AppError(.forbidden, "FOUR_EYES", "somebody else has to approve this")
      }
      complaint.term = .special
    case .special: throw AppError.conflict("COMPLAINT_TERM", "it has been extended twice")
    }
    let law = try tx.fetch(LegalRules.stored).on(complaint.receivedAt.day)
    let clock = ComplaintRules.clock(receivedOn: complaint.receivedAt.day, complaint.term, law: law)
    complaint.dueOn = clock.dueOn
    complaint.escalateOn = clock.escalateOn
    complaint.termBy = tx.access.actor
    // Who was told before is told again when the new days run out.
    complaint.escalatedAt = nil
    try ComplaintStore.update(complaint, in: tx)
    try ComplaintStore.write(.termReason, try seal(text, of: complaint, in: tx), of: complaint, in: tx)
    record(extended, complaint, ["term": complaint.term.code, "until": complaint.dueOn.description], in: tx)
  }

  /// What was found, and why.
  package static func determine(
    _ id: ID<Complaint>, _ finding: ComplaintFinding, because text: String, in tx: Tx
  ) throws {
    var complaint = try held(id, in: tx)
    try checkOpen(complaint)
    let text = try words(text, "determination")
    complaint.finding = finding
    complaint.determinedAt = tx.now
    complaint.determinedBy = tx.access.actor
    try ComplaintStore.update(complaint, in: tx)
    try ComplaintStore.write(.determination, try seal(text, of: complaint, in: tx), of: complaint, in: tx)
    record(determined, complaint, ["finding": finding.code], in: tx)
  }

  /// The customer was told what was decided, with proof: this ends the law's days.
  /// - Throws: `conflict` `COMPLAINT_UNDETERMINED`, `COMPLAINT_REPLIED`; `invalid` `PROOF_REQUIRED`.
  package static func reply(_ id: ID<Complaint>, over way: NoticeWay, proof: String, in tx: Tx) throws {
    var complaint = try held(id, in: tx)
    try checkOpen(complaint)
    guard complaint.determinedAt != nil else {
      throw AppError.conflict("COMPLAINT_UNDETERMINED", "nothing is decided yet")
    }
    let text = try Reading.proof(proof)
    complaint.repliedAt = tx.now
    complaint.replyWay = way
    try ComplaintStore.update(complaint, in: tx)
    try ComplaintStore.write(.replyProof, try seal(text, of: complaint, in: tx), of: complaint, in: tx)
    record(replied, complaint, ["way": way.code], in: tx)
  }

  /// Why it came to this, and what is put right: an improvement that is open, or a new one.
  /// - Throws: `notFound` for an improvement that is not there.
  package static func explain(
    _ id: ID<Complaint>, _ cause: RootCause, note: String, improvement: ID<Improvement>? = nil,
    opening title: String? = nil, in tx: Tx
  ) throws {
    var complaint = try held(id, in: tx)
    let text = try words(note, "cause_note")
    complaint.cause = cause
    if let improvement {
      guard try tx.fetch(ComplaintStore.improvement(improvement)) != nil else {
        throw AppError.notFound("improvement")
      }
      complaint.improvementID = improvement
    } else if let title, !title.isEmpty {
      let new = Improvement(
        id: tx.newID(), title: try words(title, "improvement"), cause: cause, dueOn: tx.today + 30, openedAt: tx.now,
        doneOn: nil)
      try ComplaintStore.insert(new, by: tx.access.actor, in: tx)
      tx.recordSystem(improvementOpened, subject: new.id.raw, facts: ["cause": cause.code])
      complaint.improvementID = new.id
    }
    try ComplaintStore.update(complaint, in: tx)
    try ComplaintStore.write(.causeNote, try seal(text, of: complaint, in: tx), of: complaint, in: tx)
    record(explained, complaint, ["cause": cause.code], in: tx)
  }

  /// Tells compliance and the manager's desk of complaints whose days run out: once each, and again after an
  /// extension. Run again it finds nothing.
  /// - Returns: how many were escalated.
  package static func escalateDue(limit: Int, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.complaint))
    let due = try tx.fetch(ComplaintStore.toEscalate(on: tx.today, limit: limit))
    for sealed in due {
      var complaint = sealed.complaint
      complaint.escalatedAt = tx.now
      try ComplaintStore.update(complaint, in: tx)
      record(escalated, complaint, ["until": complaint.dueOn.description], in: tx)
      var task = NewTask(
        .complaint, customer: complaint.customerID, owner: .role(.compliance),
        dueOn: max(complaint.dueOn, tx.today))
      task.args = [complaint.id.description, complaint.dueOn.description]
      task.priority = .high
      task.source = "complaints.escalation/1"
      try Tasks.open(task, key: "complaints.escalation/\(complaint.id)/\(complaint.term.code)", in: tx)
    }
    return due.count
  }
}

extension ComplaintRules.Person {
  init(_ member: StaffMember) {
    self.init(id: member.id.raw, role: member.role, team: member.teamID?.raw, branch: member.branchID?.raw)
  }
}
