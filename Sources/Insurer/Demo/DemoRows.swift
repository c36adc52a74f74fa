import Kernel

/// One row of a file that an insurer's system would hand over: the columns of an import kind, as text.
package protocol DemoRow: Sendable {
  /// The import kind's name, `customers`.
  static var kind: String { get }
  /// The kind's columns in the order of `values`.
  static var columns: [String] { get }
  /// The key by which the kind orders and finds its rows.
  var key: String { get }
  /// As files carry them; empty for what is not there.
  var values: [String] { get }
}

package struct DemoStaff: DemoRow {
  package static let kind = "staff"
  package static let columns = [
    "staff_no", "name", "team", "branch", "role", "channel", "registration_no", "qualification", "joined_on",
    "left_on", "mobile",
  ]
  package var staffNo, name: String
  package var team = ""
  package var branch = ""
  package var role = "agent"
  package var channel = ""
  package var registrationNo = ""
  package var qualification = ""
  package var joinedOn: Day
  package var leftOn: Day?
  package var mobile = ""

  package var key: String { staffNo }
  package var values: [String] {
    [
      staffNo, name, team, branch, role, channel, registrationNo, qualification, joinedOn.description, text(leftOn),
      mobile,
    ]
  }
}

package struct DemoProduct: DemoRow {
  package static let kind = "products"
  package static let columns = [
    "code", "name", "line", "kind", "term", "waiting_days", "cooling_off_days", "guaranteed_renewable", "filed_name",
  ]
  package var code, name, line, productKind, term: String
  package var waitingDays, coolingOffDays: Int
  package var guaranteedRenewable: Bool
  package var filedName: String

  package var key: String { code }
  package var values: [String] {
    [
      code, name, line, productKind, term, String(waitingDays), String(coolingOffDays),
      guaranteedRenewable ? "1" : "0", filedName,
    ]
  }
}

package struct DemoCustomer: DemoRow {
  package static let kind = "customers"
  package static let columns = [
    "source_id", "name", "gender", "birth_date", "id_type", "national_id", "mobile", "email", "address", "occupation",
    "income", "channel", "created_on", "owner", "adviser",
  ]
  package var sourceID, name: String
  package var gender = ""
  package var birthDate: Day?
  package var idType = "resident_id"
  package var nationalID = ""
  package var mobile = ""
  package var email = ""
  package var address = ""
  package var occupation = ""
  package var income: Money?
  package var channel = "agency"
  package var createdOn: Day
  package var owner = ""
  package var adviser = ""
  /// The source key of the first record of the same person: the truth, never a column.
  package var person: String

  package var key: String { sourceID }
  package var values: [String] {
    [
      sourceID, name, gender, text(birthDate), idType, nationalID, mobile, email, address, occupation, text(income),
      channel, createdOn.description, owner, adviser,
    ]
  }
}

/// `from` is the `relation` of `to`: a parent of the child, the referrer of the one referred.
package struct DemoRelationship: DemoRow {
  package static let kind = "relationships"
  package static let columns = ["from", "to", "kind", "since"]
  package var from, to, relation: String
  package var since: Day?

  package var key: String { "\(from)|\(to)|\(relation)" }
  package var values: [String] { [from, to, relation, text(since)] }
}

/// One decision on one purpose, with what shows it.
package struct DemoConsent: DemoRow {
  package static let kind = "consents"
  package static let columns = [
    "customer", "purpose", "category", "given_at", "state", "withdrawn_at", "text_version", "by", "evidence",
  ]
  package var customer, purpose, category: String
  package var givenAt: Instant
  package var state = "given"
  package var withdrawnAt: Instant?
  package var by = "self"
  package var evidence: String

  package var key: String { "\(customer)|\(purpose)|\(category)|\(givenAt)" }
  package var values: [String] {
    [
      customer, purpose, category, givenAt.description, state, withdrawnAt?.description ?? "", "1", by, evidence,
    ]
  }
}

package struct DemoPolicy: DemoRow {
  package static let kind = "policies"
  package static let columns = [
    "policy_no", "product", "base_policy_no", "policyholder", "insured", "channel", "writing_agent",
    "servicing_agent", "applied_on", "formed_on", "effective_on", "delivered_on", "expires_on", "premium_mode",
    "premium", "sum_insured", "status", "termination_reason", "status_as_of", "flags", "suspended_on",
    "reinstated_on", "terminated_on", "loan", "automatic_loan_from", "waived_from", "reduced_on", "premium_years",
    "underwriter",
  ]
  package var policyNo, product: String
  package var basePolicyNo = ""
  package var policyholder, insured: String
  package var channel = "agency"
  package var writingAgent = ""
  package var servicingAgent = ""
  package var appliedOn, formedOn, effectiveOn: Day
  package var deliveredOn: Day?
  package var expiresOn: Day?
  package var premiumMode = "annual"
  package var premium, sumInsured: Money
  package var status = "in_force"
  package var terminationReason = ""
  package var statusAsOf: Instant
  package var flags = ""
  package var suspendedOn: Day?
  package var reinstatedOn: Day?
  package var terminatedOn: Day?
  package var loan: Money?
  package var automaticLoanFrom: Day?
  package var waivedFrom: Day?
  package var reducedOn: Day?
  /// Years for which premiums are due.
  package var premiumYears: Int?
  package var underwriter = ""
  /// An application has neither formation nor effect yet.
  package var isIssued = true

  package var key: String { policyNo }
  package var values: [String] {
    [
      policyNo, product, basePolicyNo, policyholder, insured, channel, writingAgent, servicingAgent,
      appliedOn.description, text(isIssued ? formedOn : nil), text(isIssued ? effectiveOn : nil), text(deliveredOn),
      text(expiresOn),
      premiumMode, premium.yuan, sumInsured.yuan, status, terminationReason, statusAsOf.description, flags,
      text(suspendedOn), text(reinstatedOn), text(terminatedOn), text(loan), text(automaticLoanFrom),
      text(waivedFrom), text(reducedOn), premiumYears.map { String($0) } ?? "", underwriter,
    ]
  }
}

package struct DemoParty: DemoRow {
  package static let kind = "parties"
  package static let columns = ["policy_no", "role", "customer", "name", "benefit", "rank", "share"]
  package var policyNo: String
  package var role = "beneficiary"
  package var customer = ""
  package var name = ""
  package var benefit = ""
  package var rank = 1
  package var share: Rate?

  package var key: String { "\(policyNo)|\(role)|\(customer.isEmpty ? name : customer)|\(benefit)|\(rank)" }
  package var values: [String] { [policyNo, role, customer, name, benefit, String(rank), share?.decimal ?? ""] }
}

package struct DemoCoverage: DemoRow {
  package static let kind = "coverages"
  package static let columns = ["policy_no", "benefit", "sum_insured", "deductible", "rate", "limit"]
  package var policyNo, benefit: String
  package var sumInsured: Money
  package var deductible: Money?
  package var rate: Rate?
  package var limit: Money?

  package var key: String { "\(policyNo)|\(benefit)" }
  package var values: [String] {
    [policyNo, benefit, sumInsured.yuan, text(deductible), rate?.decimal ?? "", text(limit)]
  }
}

package struct DemoPremium: DemoRow {
  package static let kind = "premiums"
  package static let columns = [
    "policy_no", "due_on", "amount", "received_on", "method", "result", "failure_reason",
  ]
  package var policyNo: String
  package var dueOn: Day
  package var amount: Money
  package var receivedOn: Day?
  package var method = "debit"
  package var result = ""

  package var key: String { "\(policyNo)|\(dueOn)" }
  package var values: [String] {
    [policyNo, dueOn.description, amount.yuan, text(receivedOn), method, result, failureReason]
  }

  /// Most accounts were empty; drawn from what is there, so that nothing else moves.
  private var failureReason: String {
    guard result == "failed" else { return "" }
    let draw = (key.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF }) % 100
    if draw < 62 { return "insufficient_funds" }
    return draw < 76 ? "mandate_ended" : draw < 88 ? "account_closed" : draw < 95 ? "limit_exceeded" : "account_frozen"
  }
}

package struct DemoClaim: DemoRow {
  package static let kind = "claims"
  package static let columns = [
    "claim_no", "policy_no", "insured", "notified_at", "requested_at", "loss_on", "kind", "diagnosis", "claimed",
    "paid", "status", "decided_on", "paid_on", "handler", "clause_days", "complex_reason", "supplement_asked_on",
    "supplement_received_on", "agreed_on",
  ]
  package var claimNo, policyNo, insured: String
  package var notifiedAt: Instant
  package var requestedAt: Instant?
  package var lossOn: Day
  package var claimKind, diagnosis: String
  package var claimed: Money
  package var paid: Money?
  package var status = "closed"
  package var decidedOn: Day?
  package var paidOn: Day?
  package var handler = ""
  package var clauseDays = 5
  package var complexReason = ""
  package var supplementAskedOn: Day?
  package var supplementReceivedOn: Day?
  package var agreedOn: Day?

  package var key: String { claimNo }
  package var values: [String] {
    [
      claimNo, policyNo, insured, notifiedAt.description, requestedAt?.description ?? "", lossOn.description,
      claimKind, diagnosis, claimed.yuan, text(paid), status, text(decidedOn), text(paidOn), handler,
      String(clauseDays), complexReason, text(supplementAskedOn), text(supplementReceivedOn), text(agreedOn),
    ]
  }
}

package struct DemoInteraction: DemoRow {
  package static let kind = "interactions"
  package static let columns = ["source_id", "customer", "at", "channel", "direction", "topic", "summary", "staff"]
  package var sourceID, customer: String
  package var at: Instant
  package var channel, direction, topic, summary: String
  package var staff = ""

  package var key: String { sourceID }
  package var values: [String] {
    [sourceID, customer, at.description, channel, direction, topic, summary, staff]
  }
}

private func text(_ day: Day?) -> String { day?.description ?? "" }
private func text(_ money: Money?) -> String { money?.yuan ?? "" }

/// The rows of about a hundred people, in the order in which they can be taken in.
package struct DemoBlock: Sendable {
  package var customers: [DemoCustomer] = []
  package var relationships: [DemoRelationship] = []
  package var consents: [DemoConsent] = []
  package var policies: [DemoPolicy] = []
  package var parties: [DemoParty] = []
  package var coverages: [DemoCoverage] = []
  package var premiums: [DemoPremium] = []
  package var claims: [DemoClaim] = []
  package var interactions: [DemoInteraction] = []

  mutating func append(_ other: DemoBlock) {
    customers += other.customers
    relationships += other.relationships
    consents += other.consents
    policies += other.policies
    parties += other.parties
    coverages += other.coverages
    premiums += other.premiums
    claims += other.claims
    interactions += other.interactions
  }
}
