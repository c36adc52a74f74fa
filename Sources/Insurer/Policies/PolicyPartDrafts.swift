import Kernel

/// What a file says of somebody on a policy.
package struct PartyDraft: Sendable {
  let place: PolicyPlace
  let role: PartyRole
  let partyID: ID<Customer>?
  /// Of somebody without a record.
  let name: String?
  let benefit: String
  let rank: Int
  let share: Rate?
  let applied: Applied

  package var holder: ID<Customer> { place.customerID }

  package static func read(
    _ values: [String: String], changed: Set<String>? = nil, references: PolicyReferences
  ) -> Drafted<PartyDraft> {
    var reader = FieldReader(values)
    let number = reader.text("policy_no", required: true, limit: 64)
    let role = reader.enumeration(PartyRole.self, "role", required: true)
    if role == .policyholder { reader.find("role", .enumUnknown, .reject) }
    let name = reader.text("name", limit: 120)
    if values["customer"] == nil, name == nil { reader.find("name", .nameMissing, .reject) }
    let benefit = reader.text("benefit", limit: 60).map { Benefit.read($0)?.code ?? $0 } ?? ""
    let rank = reader.int("rank", in: 1...99, .flag).map { Int($0) } ?? 1
    let share = reader.rate("share", .flag)
    guard !reader.isRejected, let number, let role else { return .rejected(reader.findings.rejections) }
    guard let place = references.policies[number] else { return .waiting(kind: "policies", key: number) }
    if let key = values["customer"], references.customers[key] == nil { return .waiting(kind: "customers", key: key) }
    let party = values["customer"].flatMap { references.customers[$0] }
    let isNobody = party == nil && name.map { BeneficiaryDesignation.read($0) == BeneficiaryDesignation.none } ?? false
    let draft = PartyDraft(
      place: place, role: role, partyID: party, name: party == nil && !isNobody ? name : nil, benefit: benefit,
      rank: rank, share: share, applied: Applied(given: Set(values.keys), changed: changed))
    return .draft(draft, flags: reader.findings.flags)
  }
}

/// What a file says of one benefit of a policy.
package struct CoverageDraft: Sendable {
  let coverage: Coverage
  let applied: Applied

  package var holder: ID<Customer> { coverage.customerID }

  package static func read(
    _ values: [String: String], changed: Set<String>? = nil, references: PolicyReferences, source: String
  ) -> Drafted<CoverageDraft> {
    var reader = FieldReader(values)
    let number = reader.text("policy_no", required: true, limit: 64)
    let benefit = reader.text("benefit", required: true, limit: 60).map { Benefit.read($0)?.code ?? $0 }
    let sum = reader.money("sum_insured")
    let deductible = reader.money("deductible")
    let rate = reader.rate("rate", .flag)
    let limit = reader.money("limit")
    guard !reader.isRejected, let number, let benefit else { return .rejected(reader.findings.rejections) }
    guard let place = references.policies[number] else { return .waiting(kind: "policies", key: number) }
    let coverage = Coverage(
      customerID: place.customerID, policyID: place.id, benefit: benefit, sumInsured: sum, deductible: deductible,
      rate: rate, limit: limit, source: source)
    let applied = Applied(given: Set(values.keys), changed: changed)
    return .draft(CoverageDraft(coverage: coverage, applied: applied), flags: reader.findings.flags)
  }
}

/// What a file says of one premium.
package struct PremiumDraft: Sendable {
  let premium: Premium
  let applied: Applied

  package var holder: ID<Customer> { premium.customerID }

  package static func read(
    _ values: [String: String], changed: Set<String>? = nil, references: PolicyReferences, source: String, today: Day
  ) -> Drafted<PremiumDraft> {
    var reader = FieldReader(values)
    let number = reader.text("policy_no", required: true, limit: 64)
    let due = reader.day("due_on", required: true)
    let amount = reader.money("amount", required: true)
    let received = reader.day("received_on", .flag)
    let method = reader.enumeration(PremiumMethod.self, "method", .flag)
    let result = reader.enumeration(PremiumResult.self, "result", .flag)
    let demanded = reader.day("demanded_on", .flag)
    let failure = reader.enumeration(DebitFailure.self, "failure_reason", .flag)
    if let received, received > today { reader.find("received_on", .dateFuture, .flag) }
    if let demanded, demanded > today { reader.find("demanded_on", .dateFuture, .flag) }
    if let due, let demanded, demanded < due { reader.find("demanded_on", .dateOrder, .flag) }
    guard !reader.isRejected, let number, let due, let amount else { return .rejected(reader.findings.rejections) }
    guard let place = references.policies[number] else { return .waiting(kind: "policies", key: number) }
    let premium = Premium(
      customerID: place.customerID, policyID: place.id, dueOn: due, amount: amount, receivedOn: received,
      method: method, result: result ?? (received == nil ? .due : .received),
      demandedOn: demanded, failureReason: failure, source: source)
    let applied = Applied(given: Set(values.keys), changed: changed)
    return .draft(PremiumDraft(premium: premium, applied: applied), flags: reader.findings.flags)
  }
}
