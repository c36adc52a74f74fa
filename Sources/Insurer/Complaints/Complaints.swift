import Kernel
import Storage

/// The door to complaints: taken down from every channel, looked into by somebody whom they do not concern, decided and
/// answered within the days of the law, explained.
package enum Complaints {
  package static let received = EventKind("complaint_received")
  package static let assigned = EventKind("complaint_assigned")
  /// Who handled it has left: it waits for another.
  package static let released = EventKind("complaint_released")
  package static let acknowledged = EventKind("complaint_acknowledged")
  package static let extended = EventKind("complaint_extended")
  package static let escalated = EventKind("complaint_escalated")
  package static let determined = EventKind("complaint_determined")
  package static let replied = EventKind("complaint_replied")
  package static let explained = EventKind("complaint_explained")
  package static let kinds = [
    received, assigned, released, acknowledged, extended, escalated, determined, replied, explained,
  ]
  package static let improvementOpened = EventKind("improvement_opened")

  // MARK: Reading

  /// A page of a list, those nearest their end first.
  package static func list(
    _ filter: ComplaintFilter = ComplaintFilter(), after: DuePlace? = nil, limit: Int, in tx: ReadTx
  ) throws -> DuePage<ComplaintLine> {
    try tx.access.require(.read(.complaint))
    let found = try tx.fetch(
      ComplaintStore.page(filter, after: after, limit: limit + 1, for: tx.access, on: tx.today))
    let page = found.prefix(limit).map(\.complaint)
    let next = found.count > limit ? page.last.map { DuePlace(day: $0.dueOn, id: $0.id.raw) } : nil
    return DuePage(rows: try lines(Array(page), in: tx), next: next)
  }

  package static func count(_ filter: ComplaintFilter, in tx: ReadTx) throws -> BoundedCount {
    try tx.access.require(.read(.complaint))
    let bound = BoundedCount.bound
    return BoundedCount(
      upTo: bound, try tx.fetch(ComplaintStore.count(filter, bound: bound, for: tx.access, on: tx.today)))
  }

  /// A person's complaints, newest first; none for who may not see any.
  static func all(of person: PersonRef, for access: Access) -> Query<[ComplaintStore.Sealed]> {
    guard access.permissions.contains(.read(.complaint)) else { return .given([]) }
    return ComplaintStore.all(of: person.records, for: access)
  }

  /// One complaint whole.
  /// - Throws: `notFound` when there is none, the viewer may not see the person, or it is about the viewer.
  package static func detail(_ id: ID<Complaint>, in tx: ReadTx) throws -> ComplaintDetail {
    try tx.access.require(.read(.complaint))
    guard let sealed = try tx.fetch(ComplaintStore.find(id, for: tx.access)) else {
      throw AppError.notFound("complaint")
    }
    let complaint = sealed.complaint
    guard let line = try lines([complaint], in: tx).first else { throw AppError.notFound("complaint") }
    tx.logAccess(AccessRecord(.view, subjects: [complaint.customerID.raw], what: "complaint"))
    let (rules, improvement, places) = try tx.fetch(
      LegalRules.stored, ComplaintStore.improvement(complaint.improvementID ?? ID(0)),
      Policies.places(of: [complaint.policyID].compactMap { $0 }))
    return ComplaintDetail(
      line: line, words: try opened(sealed, in: tx),
      clock: ComplaintRules.clock(
        receivedOn: complaint.receivedAt.day, complaint.term, law: try rules.on(complaint.receivedAt.day)),
      improvement: improvement, policyNo: places.first?.policyNo)
  }

  package static let openImprovements: Query<[Improvement]> = ComplaintStore.openImprovements

  private static func opened(_ sealed: ComplaintStore.Sealed, in tx: ReadTx) throws -> ComplaintWords {
    let customer = sealed.complaint.customerID
    guard let key = try Customers.sealingKeys(of: [customer], in: tx)[customer] else { return ComplaintWords() }
    func open(_ bytes: [UInt8]?) throws -> String? { try bytes.map { try tx.vault.open($0, with: key) } }
    return ComplaintWords(
      said: try open(sealed.said) ?? "", termReason: try open(sealed.termReason),
      determination: try open(sealed.determination), replyProof: try open(sealed.replyProof),
      causeNote: try open(sealed.causeNote))
  }

  static func lines(_ complaints: [Complaint], in tx: ReadTx) throws -> [ComplaintLine] {
    guard !complaints.isEmpty else { return [] }
    // Who sells is not told who else serves the person.
    let tells = ComplaintRules.handles(tx.access.role)
    let (names, staff) = try tx.fetch(
      Customers.names(of: complaints.map(\.customerID)),
      Staff.names(complaints.flatMap { [$0.handlerID?.raw, $0.aboutStaffID?.raw] }.compactMap { $0 }))
    return complaints.map { complaint in
      ComplaintLine(
        complaint: complaint, customer: names[complaint.customerID],
        handler: complaint.handlerID.flatMap { staff[$0.raw] },
        about: tells ? complaint.aboutStaffID.flatMap { staff[$0.raw] } : nil)
    }
  }

  // MARK: Taking down

  /// Takes a complaint down. One of the same source and reference is the same one: it is answered again.
  /// - Throws: `notFound` when the viewer may not see the person; `invalid`.
  @discardableResult
  package static func open(_ new: NewComplaint, in tx: Tx) throws -> Complaint {
    try tx.access.require(.write(.complaint))
    let names = try tx.fetch(Customers.names(of: [new.customer]))
    guard names[new.customer]?.isVisible == true else { throw AppError.notFound("customer") }
    var reader = FieldReader(["said": new.said, "reference": new.reference ?? "", "about": new.about ?? ""])
    let said = reader.text("said", required: true, limit: 4_000) ?? ""
    let reference = reader.text("reference", limit: 64)
    let number = reader.text("about", limit: 64)
    let at = new.receivedAt ?? tx.now
    if at > tx.now { reader.find("received_at", .dateFuture, .reject) }
    let about = try number.flatMap { try tx.fetch(Staff.byNumbers([$0])).first }
    if number != nil, about == nil { reader.find("about", .referenceUnknown, .reject) }
    if let policy = new.policy, try Policies.bundle(policy, in: tx).parties.contains(new.customer) == false {
      reader.find("policy", .referenceUnknown, .reject)
    }
    guard reader.findings.isEmpty else { throw AppError.invalid(reader.findings.map(\.error)) }
    try Customers.lock([new.customer], in: tx)
    if let reference,
      let known = try tx.fetch(ComplaintStore.find(reference: reference, source: new.source, of: new.customer))
    {
      return known.complaint
    }
    let law = try tx.fetch(LegalRules.stored).on(at.day)
    let clock = ComplaintRules.clock(receivedOn: at.day, .plain, law: law)
    let complaint = Complaint(
      id: tx.newID(), customerID: new.customer, channel: new.channel, topic: new.topic, receivedAt: at,
      reference: reference, policyID: new.policy, aboutStaffID: about?.id, aboutGroupID: nil, handlerID: nil,
      term: .plain, dueOn: clock.dueOn, escalateOn: clock.escalateOn, source: new.source, version: 1,
      createdBy: tx.access.actor)
    guard let key = try Customers.sealingKeys(of: [new.customer], in: tx)[new.customer] else {
      throw AppError.conflict("ERASED", "the record was erased")
    }
    try ComplaintStore.insert(complaint, said: try tx.vault.seal(said, with: key), in: tx)
    record(
      received, complaint, ["complaint_channel": new.channel.code, "complaint_topic": new.topic.code], at: at, in: tx)
    return complaint
  }

  static func record(
    _ kind: EventKind, _ complaint: Complaint, _ facts: [String: String] = [:], at: Instant? = nil, in tx: Tx
  ) {
    tx.record(kind, customer: complaint.customerID.raw, subject: complaint.id, at: at, source: "anban", facts: facts)
  }
}
