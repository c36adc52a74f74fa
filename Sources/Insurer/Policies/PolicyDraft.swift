import Kernel

/// What the keys in a file's rows stand for: products by code, customers by their source's key, staff by number,
/// policies by number.
package struct PolicyReferences: Sendable {
  package var products: [String: ID<Product>] = [:]
  package var customers: [String: ID<Customer>] = [:]
  package var staff: [String: ID<StaffMember>] = [:]
  package var policies: [String: PolicyPlace] = [:]

  package init() {}
}

/// A row that is read: a draft, a reason to refuse it, or something it refers to that is not there yet.
package enum Drafted<Draft: Sendable>: Sendable {
  case draft(Draft, flags: [FieldError])
  case rejected([FieldError])
  case waiting(kind: String, key: String)
}

/// What a file says of a policy, read and checked; which of it applies to a policy that is there already.
package struct PolicyDraft: Sendable {
  package let policyNo: String
  let policy: Policy
  /// The main insured; nil when the row does not say.
  let insuredID: ID<Customer>?
  let applied: Applied

  package var holder: ID<Customer> { policy.customerID }

  /// - Parameter now: stands for a missing `status_as_of`.
  package static func read(
    _ values: [String: String], changed: Set<String>? = nil, references: PolicyReferences, source: String, now: Instant
  ) -> Drafted<PolicyDraft> {
    if let (kind, key) = missing(values, references) { return .waiting(kind: kind, key: key) }
    var reader = FieldReader(values)
    let number = reader.text("policy_no", required: true, limit: 64)
    let product = reader.text("product", required: true, limit: 64).flatMap { references.products[$0] }
    let holder = reader.text("policyholder", required: true, limit: 200).flatMap { references.customers[$0] }
    let status = reader.enumeration(PolicyStatus.self, "status", required: true)
    let asOf = reader.instant("status_as_of", .flag) ?? now
    let seed = seed(number, product, holder, status, asOf, source, now)
    guard var policy = seed else { return .rejected(reader.findings.rejections) }
    readPeople(&reader, &policy, references)
    readDays(&reader, &policy)
    readMoney(&reader, &policy)
    checkOrder(&reader, policy, now.day)
    guard !reader.isRejected else { return .rejected(reader.findings.rejections) }
    let draft = PolicyDraft(
      policyNo: policy.policyNo, policy: policy, insuredID: values["insured"].flatMap { references.customers[$0] },
      applied: Applied(given: Set(values.keys), changed: changed))
    return .draft(draft, flags: reader.findings.flags)
  }

  /// The first reference that leads nowhere yet.
  private static func missing(_ values: [String: String], _ known: PolicyReferences) -> (String, String)? {
    if let key = values["product"], known.products[key] == nil { return ("products", key) }
    for field in ["policyholder", "insured"] {
      if let key = values[field], known.customers[key] == nil { return ("customers", key) }
    }
    for field in ["writing_agent", "servicing_agent", "underwriter"] {
      if let key = values[field], known.staff[key] == nil { return ("staff", key) }
    }
    if let key = values["base_policy_no"], known.policies[key] == nil { return ("policies", key) }
    return nil
  }

  private static func seed(
    _ number: String?, _ product: ID<Product>?, _ holder: ID<Customer>?, _ status: PolicyStatus?, _ asOf: Instant,
    _ source: String, _ now: Instant
  ) -> Policy? {
    guard let number, let product, let holder, let status else { return nil }
    return Policy(
      id: ID(0), customerID: holder, policyNo: number, productID: product, status: status, statusAsOf: asOf, flags: [],
      source: source, version: 1, updatedAt: now, projection: .none)
  }

  private static func readPeople(_ reader: inout FieldReader, _ policy: inout Policy, _ known: PolicyReferences) {
    policy.baseID = reader.values["base_policy_no"].flatMap { known.policies[$0]?.id }
    policy.channel = reader.enumeration(Channel.self, "channel", .flag)
    policy.writingAgentID = reader.values["writing_agent"].flatMap { known.staff[$0] }
    policy.servicingAgentID = reader.values["servicing_agent"].flatMap { known.staff[$0] }
    policy.underwriterID = reader.values["underwriter"].flatMap { known.staff[$0] }
    policy.reason = reader.enumeration(TerminationReason.self, "termination_reason", .flag)
    policy.flags = reader.value("flags", .flag, readFlags) ?? []
  }

  /// Flags by code or label, between bars, commas or blanks.
  private static func readFlags(_ text: String) throws(ReadingFault) -> Set<PolicyFlag> {
    var flags: Set<PolicyFlag> = []
    for part in text.split(whereSeparator: { "|,;、，；".contains($0) }) {
      let word = part.trimmingPrefix { $0 == " " }
      flags.insert(try Reading.enumeration(PolicyFlag.self, String(word)))
    }
    return flags
  }

  private static func readDays(_ reader: inout FieldReader, _ policy: inout Policy) {
    policy.appliedOn = reader.day("applied_on", .flag)
    policy.formedOn = reader.day("formed_on", .flag)
    policy.effectiveOn = reader.day("effective_on", .flag)
    policy.deliveredOn = reader.day("delivered_on", .flag)
    policy.expiresOn = reader.day("expires_on", .flag)
    policy.suspendedOn = reader.day("suspended_on", .flag)
    policy.reinstatedOn = reader.day("reinstated_on", .flag)
    policy.terminatedOn = reader.day("terminated_on", .flag)
    policy.automaticLoanFrom = reader.day("automatic_loan_from", .flag)
    policy.waivedFrom = reader.day("waived_from", .flag)
    policy.reducedOn = reader.day("reduced_on", .flag)
  }

  private static func readMoney(_ reader: inout FieldReader, _ policy: inout Policy) {
    policy.mode = reader.enumeration(PremiumMode.self, "premium_mode", .flag)
    policy.premium = reader.money("premium")
    policy.sumInsured = reader.money("sum_insured")
    policy.loan = reader.money("loan")
    policy.premiumYears = reader.int("premium_years", in: 1...120, .flag).map { Int($0) }
    policy.graceDays = reader.int("grace_days", in: 1...366, .flag).map { Int($0) }
  }

  /// Days in an order that cannot be, and days of the past that lie ahead: kept and listed.
  private static func checkOrder(_ reader: inout FieldReader, _ policy: Policy, _ today: Day) {
    let pairs: [(String, Day?, Day?)] = [
      ("formed_on", policy.appliedOn, policy.formedOn), ("expires_on", policy.effectiveOn, policy.expiresOn),
      ("delivered_on", policy.appliedOn, policy.deliveredOn), ("suspended_on", policy.effectiveOn, policy.suspendedOn),
      ("terminated_on", policy.formedOn, policy.terminatedOn),
    ]
    for (field, earlier, later) in pairs {
      if let earlier, let later, later < earlier { reader.find(field, .dateOrder, .flag) }
    }
    let past: [(String, Day?)] = [
      ("applied_on", policy.appliedOn), ("formed_on", policy.formedOn), ("delivered_on", policy.deliveredOn),
      ("suspended_on", policy.suspendedOn), ("reinstated_on", policy.reinstatedOn),
    ]
    for (field, day) in past { if let day, day > today { reader.find(field, .dateFuture, .flag) } }
  }
}
