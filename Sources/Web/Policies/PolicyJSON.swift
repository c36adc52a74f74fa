import Insurer
import Kernel

/// A policy as the API writes it: fields named as the columns of files.
enum PolicyJSON {
  // MARK: Lines

  /// As one of its parties may see it.
  static func write(_ line: Insurer.PolicyLine, _ references: References.Found, to json: inout JSONWriter) {
    json.field("id", line.id)
    json.field("policy_no", line.policyNo)
    json.field("base", line.baseID)
    json.field("policyholder", line.has(.policyholder) ? line.policyholderID : nil)
    json.field("product", references.code(line.productID))
    json.field("product_name", line.product)
    json.field("line", line.line)
    json.array("roles", line.roles) { $0.string($1.rawValue) }
    json.field("status", line.status)
    json.field("status_as_of", line.statusAsOf)
    json.field("source", line.source)
    json.field("termination_reason", line.reason)
    writeState(line.phases, line.flags, line.mismatches, to: &json)
    json.field("effective_on", line.effectiveOn)
    json.field("expires_on", line.expiresOn)
    json.field("terminated_on", line.terminatedOn)
    json.field("sum_insured", line.sumInsured)
    json.field("premium", line.premium)
    json.field("premium_mode", line.mode)
    json.field("next_due_on", line.nextDueOn)
    json.field("suspends_on", line.suspendsOn)
    json.field("servicing_agent", references.number(line.servicingAgentID))
  }

  /// As the policyholder's, in a list over a book.
  static func write(_ row: PolicyListRow, _ references: References.Found, to json: inout JSONWriter) {
    let policy = row.policy
    json.field("id", policy.id)
    json.field("policy_no", policy.policyNo)
    json.field("base", policy.baseID)
    json.field("policyholder", row.policyholder.flatMap { $0.isVisible ? $0.id : nil })
    json.field("product", references.code(policy.productID))
    json.field("product_name", row.product)
    json.field("line", row.line)
    json.array("roles", [PartyRole.policyholder]) { $0.string($1.rawValue) }
    json.field("status", policy.status)
    json.field("status_as_of", policy.statusAsOf)
    json.field("source", policy.source)
    json.field("termination_reason", policy.reason)
    writeState(policy.projection.phases, policy.flags, policy.projection.mismatches, to: &json)
    json.field("effective_on", policy.effectiveOn)
    json.field("expires_on", policy.expiresOn)
    json.field("terminated_on", policy.terminatedOn)
    json.field("sum_insured", policy.sumInsured)
    json.field("premium", policy.premium)
    json.field("premium_mode", policy.mode)
    json.field("next_due_on", policy.projection.nextDueOn)
    json.field("suspends_on", policy.projection.suspendsOn)
    json.field("servicing_agent", references.number(policy.servicingAgentID))
  }

  private static func writeState(
    _ phases: [Phase], _ flags: Set<PolicyFlag>, _ mismatches: [PolicyMismatch.Kind], to json: inout JSONWriter
  ) {
    json.array("phases", phases) { $0.string($1.rawValue) }
    if flags.isEmpty {
      json.array("flags", flags) { $0.string($1.rawValue) }
    } else {
      json.array("flags", PolicyFlag.allCases.filter(flags.contains)) { $0.string($1.rawValue) }
    }
    if !mismatches.isEmpty { json.array("mismatches", mismatches) { $0.string($1.rawValue) } }
  }

  static func write(_ total: LineTotal, to json: inout JSONWriter) {
    json.field("line", total.line)
    json.field("insured_policies", total.insuredCount)
    json.field("sum_insured", total.sumInsured)
    json.field("held_policies", total.heldCount)
    json.field("yearly_premium", total.yearlyPremium)
  }

  // MARK: One policy, whole

  static func write(_ detail: PolicyDetail, _ references: References.Found, to json: inout JSONWriter) {
    let policy = detail.policy
    json.field("id", policy.id)
    json.field("policy_no", policy.policyNo)
    json.field("base", policy.baseID)
    json.field("policyholder", detail.parties.first { $0.role == .policyholder }?.customerID)
    json.field("product", detail.product.code)
    json.field("product_name", detail.product.name)
    json.field("line", detail.product.line)
    json.field("channel", policy.channel)
    json.field("status", policy.status)
    json.field("status_as_of", policy.statusAsOf)
    json.field("source", policy.source)
    json.field("termination_reason", policy.reason)
    writeState(policy.projection.phases, policy.flags, detail.mismatches.map(\.kind), to: &json)
    json.object("projection") { write(detail.projection, to: &$0) }
    writeDays(policy, to: &json)
    writeMoney(policy, to: &json)
    json.field("writing_agent", references.number(policy.writingAgentID))
    json.field("servicing_agent", references.number(policy.servicingAgentID))
    json.field("underwriter", references.number(policy.underwriterID))
    json.array("parties", detail.parties) { json, party in json.object { write(party, to: &$0) } }
    json.array("coverages", detail.coverages) { json, coverage in json.object { write(coverage, to: &$0) } }
    json.array("premiums", detail.premiums) { json, premium in json.object { write(premium, to: &$0) } }
    json.array("riders", detail.riders) { json, rider in
      json.object {
        $0.field("id", rider.id)
        $0.field("policy_no", rider.policyNo)
        $0.field("product_name", rider.product)
        $0.field("status", rider.status)
      }
    }
    json.field("version", policy.version)
    json.field("updated_at", policy.updatedAt)
  }

  private static func writeDays(_ policy: Policy, to json: inout JSONWriter) {
    json.field("applied_on", policy.appliedOn)
    json.field("formed_on", policy.formedOn)
    json.field("effective_on", policy.effectiveOn)
    json.field("delivered_on", policy.deliveredOn)
    json.field("expires_on", policy.expiresOn)
    json.field("suspended_on", policy.suspendedOn)
    json.field("reinstated_on", policy.reinstatedOn)
    json.field("terminated_on", policy.terminatedOn)
    json.field("automatic_loan_from", policy.automaticLoanFrom)
    json.field("waived_from", policy.waivedFrom)
    json.field("reduced_on", policy.reducedOn)
  }

  private static func writeMoney(_ policy: Policy, to json: inout JSONWriter) {
    json.field("sum_insured", policy.sumInsured)
    json.field("premium", policy.premium)
    json.field("premium_mode", policy.mode)
    json.field("premium_years", policy.premiumYears)
    json.field("grace_days", policy.graceDays)
    json.field("loan", policy.loan)
    json.field("next_due_on", policy.projection.nextDueOn)
    json.field("suspends_on", policy.projection.suspendsOn)
  }

  private static func write(_ projection: PolicyProjection, to json: inout JSONWriter) {
    json.field("day", projection.day)
    json.field("status", projection.status)
    json.array("phases", projection.phases) { $0.string($1.rawValue) }
    json.field("termination_reason", projection.reason)
    json.field("since", projection.since)
    if projection.overdue.fen != 0 { json.field("overdue", projection.overdue) }
    json.field("suspends_on", projection.suspendsOn)
    json.field("cooling_off_until", projection.coolingOffUntil)
    json.field("waiting_until", projection.waitingUntil)
    json.field("contestable_until", projection.contestableUntil)
    json.field("reinstatement_until", projection.reinstatementUntil)
    json.field("changes_on", projection.changesOn)
    json.array("reasons", projection.reasons) { json, reason in json.object { ReasonJSON.write(reason, to: &$0) } }
  }

  private static func write(_ party: Insurer.PolicyPartyLine, to json: inout JSONWriter) {
    json.field("role", party.role)
    json.field("customer", party.customerID)
    if party.designation == .none { json.field("statutory", true) } else { json.field("name", party.name) }
    json.field("benefit", party.benefit.isEmpty ? nil : party.benefit)
    json.field("rank", party.role == .beneficiary ? party.rank : nil)
    json.field("share", party.share)
  }

  private static func write(_ coverage: Coverage, to json: inout JSONWriter) {
    json.field("benefit", coverage.benefit)
    json.field("sum_insured", coverage.sumInsured)
    json.field("deductible", coverage.deductible)
    json.field("rate", coverage.rate)
    json.field("limit", coverage.limit)
  }

  private static func write(_ premium: Premium, to json: inout JSONWriter) {
    json.field("due_on", premium.dueOn)
    json.field("amount", premium.amount)
    json.field("received_on", premium.receivedOn)
    json.field("method", premium.method)
    json.field("result", premium.result)
    json.field("demanded_on", premium.demandedOn)
    json.field("failure_reason", premium.failureReason)
  }
}
