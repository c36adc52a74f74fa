import Kernel

/// A contract as the core system states it. It lives with its policyholder (decision 12).
package struct Policy: Identified, Hashable, Sendable {
  package static let idPrefix = "PO"

  package let id: ID<Policy>
  /// The policyholder (投保人).
  package var customerID: ID<Customer>
  package let policyNo: String
  package var productID: ID<Product>
  /// A rider's base cover.
  package var baseID: ID<Policy>?
  package var channel: Channel?
  /// 出单业务员.
  package var writingAgentID: ID<StaffMember>?
  /// 服务业务员: who sees the policy.
  package var servicingAgentID: ID<StaffMember>?
  package var appliedOn: Day?
  /// 合同成立日.
  package var formedOn: Day?
  package var effectiveOn: Day?
  /// 回执签收日.
  package var deliveredOn: Day?
  /// The last day of cover.
  package var expiresOn: Day?
  package var mode: PremiumMode?
  package var premium: Money?
  package var sumInsured: Money?
  package var status: PolicyStatus
  package var reason: TerminationReason?
  package var statusAsOf: Instant
  package var flags: Set<PolicyFlag>
  package var suspendedOn: Day?
  package var reinstatedOn: Day?
  package var terminatedOn: Day?
  package var loan: Money?
  package var automaticLoanFrom: Day?
  package var waivedFrom: Day?
  package var reducedOn: Day?
  /// Years for which premiums are due; nil for as long as the cover lasts.
  package var premiumYears: Int?
  /// The contract's own days of grace; nil where the product's or the law's apply.
  package var graceDays: Int?
  /// Who underwrites the application (核保); nil where rules passed it.
  package var underwriterID: ID<StaffMember>?
  package var source: String
  package var version: Int64
  package var updatedAt: Instant
  package var projection: StoredProjection

  /// Who wrote it, serves it, underwrites it.
  package var staff: [ID<StaffMember>] { [writingAgentID, servicingAgentID, underwriterID].compactMap { $0 } }
}

/// What lists and pages need of our projection, as stored with the policy; `dueOn` is the day it has to be made anew.
package struct StoredProjection: Hashable, Sendable {
  package var status: PolicyStatus?
  package var phases: [Phase] = []
  package var nextDueOn: Day?
  package var suspendsOn: Day?
  package var mismatches: [PolicyMismatch.Kind] = []
  package var dueOn: Day?

  package static let none = StoredProjection()

  package init() {}

  package init(_ projection: PolicyProjection, mismatches: [PolicyMismatch]) {
    status = projection.status
    phases = projection.phases
    nextDueOn = projection.nextPremium?.dueOn
    suspendsOn = projection.suspendsOn
    self.mismatches = mismatches.map(\.kind)
    dueOn = projection.changesOn
  }
}

extension Policy {
  /// What moves the policy's state, for the rules.
  package func facts(product: ProductTerms, premiums: [PremiumFact], base: PolicyFacts.BaseState?) -> PolicyFacts {
    var facts = PolicyFacts(
      product: product.with(graceDays: graceDays),
      core: CoreStatement(status, reason: reason, flags: flags, asOf: statusAsOf))
    facts.appliedOn = appliedOn
    facts.formedOn = formedOn
    facts.effectiveOn = effectiveOn
    facts.deliveredOn = deliveredOn
    facts.expiresOn = expiresOn
    facts.mode = mode ?? .single
    facts.premium = premium ?? .zero
    facts.paymentYears = premiumYears
    facts.suspendedOn = suspendedOn
    facts.reinstatedOn = reinstatedOn
    facts.terminatedOn = terminatedOn
    facts.loan = loan ?? .zero
    facts.automaticLoanFrom = automaticLoanFrom
    facts.waivedFrom = waivedFrom
    facts.reducedOn = reducedOn
    facts.premiums = premiums
    facts.base = base
    return facts
  }

  /// The columns that files bring, in their order, but for the key and the persons.
  static let fields: [RecordField<Policy>] = [
    RecordField("product", \.productID) { "\($0)" },
    RecordField("base_policy_no", \.baseID) { $0.map { "\($0)" } ?? "" },
    RecordField("policyholder", \.customerID) { "\($0)" },
    RecordField("channel", \.channel) { $0?.code ?? "" },
    RecordField("writing_agent", \.writingAgentID) { $0.map { "\($0)" } ?? "" },
    RecordField("servicing_agent", \.servicingAgentID) { $0.map { "\($0)" } ?? "" },
    RecordField("applied_on", \.appliedOn, dayText),
    RecordField("formed_on", \.formedOn, dayText),
    RecordField("effective_on", \.effectiveOn, dayText),
    RecordField("delivered_on", \.deliveredOn, dayText),
    RecordField("expires_on", \.expiresOn, dayText),
    RecordField("premium_mode", \.mode) { $0?.code ?? "" },
    RecordField("premium", \.premium, moneyText),
    RecordField("sum_insured", \.sumInsured, moneyText),
    RecordField("status", \.status) { $0.code },
    RecordField("termination_reason", \.reason) { $0?.code ?? "" },
    RecordField("status_as_of", \.statusAsOf) { $0.description },
    RecordField("flags", \.flags, flagText),
    RecordField("suspended_on", \.suspendedOn, dayText),
    RecordField("reinstated_on", \.reinstatedOn, dayText),
    RecordField("terminated_on", \.terminatedOn, dayText),
    RecordField("loan", \.loan, moneyText),
    RecordField("automatic_loan_from", \.automaticLoanFrom, dayText),
    RecordField("waived_from", \.waivedFrom, dayText),
    RecordField("reduced_on", \.reducedOn, dayText),
    RecordField("premium_years", \.premiumYears) { $0.map(String.init) ?? "" },
    RecordField("grace_days", \.graceDays) { $0.map(String.init) ?? "" },
    RecordField("underwriter", \.underwriterID) { $0.map { "\($0)" } ?? "" },
  ]
}

extension Policy {
  /// Its fields as files carry them, by column; references as ids.
  package var texts: [String: String] {
    Dictionary(uniqueKeysWithValues: Policy.fields.map { ($0.name, $0.text(of: self)) })
  }
}

@Sendable func dayText(_ day: Day?) -> String { day?.description ?? "" }
@Sendable func moneyText(_ money: Money?) -> String { money?.yuan ?? "" }

/// Flags as files and tables carry them: codes in the order of `PolicyFlag`, with a bar between.
@Sendable func flagText(_ flags: Set<PolicyFlag>) -> String {
  PolicyFlag.allCases.filter(flags.contains).map(\.code).joined(separator: "|")
}
