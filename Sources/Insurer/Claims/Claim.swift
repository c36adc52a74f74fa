import Kernel

/// A claim as the core states it; it lives with, and its health text is sealed for, the insured (decision 12).
package struct Claim: Identified, Hashable, Sendable {
  package static let idPrefix = "CL"

  package let id: ID<Claim>
  /// The insured.
  package let customerID: ID<Customer>
  package let claimNo: String
  package let policyID: ID<Policy>
  package var policyholderID: ID<Customer>
  package let policyNo: String
  package let productID: ID<Product>
  package let line: Line
  package var servicingAgentID: ID<StaffMember>?
  package var handlerID: ID<StaffMember>?
  /// 报案: starts no clock.
  package var notifiedAt: Instant?
  /// 索赔申请, with its proofs: starts the legal clock.
  package var requestedAt: Instant?
  package var lossOn: Day?
  package var kind: ClaimKind
  /// Opened only inside acts and for viewers who see contract health; else nil.
  package var diagnosis: String?
  package var claimed: Money?
  package var paid: Money?
  package var status: ClaimStatus
  package var decision: ClaimDecision?
  package var decidedOn: Day?
  package var paidOn: Day?
  /// The policy's own limit for the determination.
  package var clauseDays: Int?
  package var isComplex = false
  /// Why it is marked complex; sealed like the diagnosis.
  package var complexReason: String?
  package var supplementAskedOn: Day?
  package var supplementReceivedOn: Day?
  package var agreedOn: Day?
  package var source: String
  package var version: Int64
  package var updatedAt: Instant

  package var isOpen: Bool { status.isOpen }

  /// What the clock runs by.
  package var facts: ClaimFacts {
    var facts = ClaimFacts(status: status)
    facts.notifiedOn = notifiedAt?.day
    facts.requestedOn = requestedAt?.day
    facts.clauseDays = clauseDays
    facts.isComplex = isComplex
    facts.pauses = supplementAskedOn.map { [ClaimPause(askedOn: $0, receivedOn: supplementReceivedOn)] } ?? []
    facts.decidedOn = decidedOn
    facts.decision = decision
    facts.agreedOn = agreedOn
    facts.paidOn = paidOn
    return facts
  }

  package func progress(on today: Day, law: Law) -> ClaimProgress { ClaimProgress(facts, on: today, law: law) }

  /// The next open deadline that a list may sort by: none while the clock stands still or nothing is open.
  func deadline(on today: Day, law: Law) -> Deadline? {
    guard isOpen else { return nil }
    let clock = ClaimClock(facts, on: today, law: law)
    return clock.pausedSince == nil ? clock.next : nil
  }

  /// The columns that files bring, but for the key and what never changes.
  static let fields: [RecordField<Claim>] = [
    RecordField("handler", \.handlerID) { $0.map { "\($0)" } ?? "" },
    RecordField("notified_at", \.notifiedAt) { $0?.description ?? "" },
    RecordField("requested_at", \.requestedAt) { $0?.description ?? "" },
    RecordField("loss_on", \.lossOn, dayText),
    RecordField("kind", \.kind) { $0.code },
    RecordField("diagnosis", \.diagnosis) { $0 ?? "" },
    RecordField("claimed", \.claimed, moneyText),
    RecordField("paid", \.paid, moneyText),
    RecordField("status", \.status) { $0.code },
    RecordField("decision", \.decision) { $0?.code ?? "" },
    RecordField("decided_on", \.decidedOn, dayText),
    RecordField("paid_on", \.paidOn, dayText),
    RecordField("clause_days", \.clauseDays) { $0.map(String.init) ?? "" },
    RecordField("complex_reason", \.complexReason) { $0 ?? "" },
    RecordField("supplement_asked_on", \.supplementAskedOn, dayText),
    RecordField("supplement_received_on", \.supplementReceivedOn, dayText),
    RecordField("agreed_on", \.agreedOn, dayText),
  ]
}

/// What a file says of a claim, read and checked.
package struct ClaimDraft: Sendable {
  let claim: Claim
  let applied: Applied

  package var insured: ID<Customer> { claim.customerID }

  package static func read(
    _ values: [String: String], changed: Set<String>? = nil, references: ClaimReferences, source: String, now: Instant
  ) -> Drafted<ClaimDraft> {
    if let (kind, key) = missing(values, references) { return .waiting(kind: kind, key: key) }
    var reader = FieldReader(values)
    let number = reader.text("claim_no", required: true, limit: 64)
    let policy = reader.text("policy_no", required: true, limit: 64).flatMap { references.policies[$0] }
    let status = reader.enumeration(ClaimStatus.self, "status", required: true)
    let kind = reader.enumeration(ClaimKind.self, "kind", required: true)
    let insured = values["insured"].flatMap { references.customers[$0] } ?? policy?.insuredID
    if policy != nil, insured == nil { reader.find("insured", .required, .reject) }
    guard let number, let policy, let status, let kind, let insured else {
      return .rejected(reader.findings.rejections)
    }
    var claim = Claim(
      id: ID(0), customerID: insured, claimNo: number, policyID: policy.place.id,
      policyholderID: policy.place.customerID, policyNo: policy.place.policyNo, productID: policy.productID,
      line: policy.line, servicingAgentID: policy.servicingAgentID, kind: kind, status: status, source: source,
      version: 1, updatedAt: now)
    claim.handlerID = values["handler"].flatMap { references.staff[$0] }
    readDays(&reader, &claim)
    readMatter(&reader, &claim)
    check(&reader, claim, now.day)
    guard !reader.isRejected else { return .rejected(reader.findings.rejections) }
    let draft = ClaimDraft(claim: claim, applied: applied(values, changed))
    return .draft(draft, flags: reader.findings.flags)
  }

  private static func missing(_ values: [String: String], _ known: ClaimReferences) -> (String, String)? {
    if let key = values["policy_no"], known.policies[key] == nil { return ("policies", key) }
    if let key = values["insured"], known.customers[key] == nil { return ("customers", key) }
    if let key = values["handler"], known.staff[key] == nil { return ("staff", key) }
    return nil
  }

  /// A decision that follows from the row's other fields goes with them.
  private static func applied(_ values: [String: String], _ changed: Set<String>?) -> Applied {
    let derives = values["decision"] == nil && !(changed ?? []).isDisjoint(with: ["status", "paid", "decided_on"])
    let given = Set(values.keys).union(values["decision"] == nil && changed == nil ? ["decision"] : [])
    return Applied(given: given, changed: derives ? changed?.union(["decision"]) : changed)
  }

  private static func readDays(_ reader: inout FieldReader, _ claim: inout Claim) {
    claim.notifiedAt = reader.instant("notified_at", .flag)
    claim.requestedAt = reader.instant("requested_at", .flag)
    claim.lossOn = reader.day("loss_on", .flag)
    claim.decidedOn = reader.day("decided_on", .flag)
    claim.paidOn = reader.day("paid_on", .flag)
    claim.supplementAskedOn = reader.day("supplement_asked_on", .flag)
    claim.supplementReceivedOn = reader.day("supplement_received_on", .flag)
    claim.agreedOn = reader.day("agreed_on", .flag)
  }

  private static func readMatter(_ reader: inout FieldReader, _ claim: inout Claim) {
    claim.diagnosis = reader.text("diagnosis", limit: 2_000)
    claim.claimed = reader.money("claimed")
    claim.paid = reader.money("paid")
    claim.clauseDays = reader.int("clause_days", in: 1...365, .flag).map { Int($0) }
    claim.complexReason = reader.text("complex_reason", limit: 2_000)
    claim.isComplex = claim.complexReason != nil
    claim.decision = reader.enumeration(ClaimDecision.self, "decision", .flag) ?? derived(claim)
  }

  /// A determined claim that pays is paid; one that is closed and pays nothing was declined.
  private static func derived(_ claim: Claim) -> ClaimDecision? {
    guard claim.decidedOn != nil else { return nil }
    if let paid = claim.paid, paid.fen > 0 { return .paid }
    return claim.status == .closed || claim.status == .determined && claim.paid?.fen == 0 ? .declined : nil
  }

  private static func check(_ reader: inout FieldReader, _ claim: Claim, _ today: Day) {
    let pairs: [(String, Day?, Day?)] = [
      ("notified_at", claim.lossOn, claim.notifiedAt?.day),
      ("decided_on", claim.requestedAt?.day, claim.decidedOn), ("paid_on", claim.decidedOn, claim.paidOn),
      ("supplement_received_on", claim.supplementAskedOn, claim.supplementReceivedOn),
    ]
    for (field, earlier, later) in pairs {
      if let earlier, let later, later < earlier { reader.find(field, .dateOrder, .flag) }
    }
    let past: [(String, Day?)] = [
      ("loss_on", claim.lossOn), ("notified_at", claim.notifiedAt?.day), ("decided_on", claim.decidedOn),
      ("paid_on", claim.paidOn),
    ]
    for (field, day) in past { if let day, day > today { reader.find(field, .dateFuture, .flag) } }
  }
}

/// What the keys in a file of claims stand for.
package struct ClaimReferences: Sendable {
  package var customers: [String: ID<Customer>] = [:]
  package var staff: [String: ID<StaffMember>] = [:]
  package var policies: [String: InsuredPolicy] = [:]

  package init() {}
}
