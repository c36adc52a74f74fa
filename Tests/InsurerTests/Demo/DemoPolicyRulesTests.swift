import Kernel
import Testing

@testable import Insurer

/// The demo's core says what our rules project, but for the few deliberate mismatches.
struct DemoPolicyRulesTests {
  static let figures = DemoFigures(people: 2_000)

  @Test func coreAndProjectionAgree() throws {
    let rows = Self.figures.rows
    let law = try LegalRules.catalogue.get().on(DemoFigures.day)
    let premiums = Dictionary(grouping: rows.premiums, by: \.policyNo)
    var states: [String: PolicyFacts.BaseState] = [:]
    var kinds: [String: Int] = [:]
    for policy in rows.policies {
      var facts = try Self.facts(policy, premiums[policy.policyNo] ?? [])
      facts.base = states[policy.basePolicyNo]
      let ours = PolicyRules.project(facts, on: DemoFigures.day, law: law)
      states[policy.policyNo] = PolicyFacts.BaseState(ours.status, reason: ours.reason, since: ours.since)
      let found = PolicyRules.mismatches(facts, on: DemoFigures.day, law: law)
      for mismatch in found {
        kinds["\(policy.product) \(mismatch.kind.rawValue) \(mismatch.core)/\(mismatch.ours)", default: 0] += 1
      }
    }
    let count = kinds.values.reduce(0, +)
    #expect((1...8).contains(count * 1_000 / rows.policies.count), "\(kinds)")
  }

  static func facts(_ policy: DemoPolicy, _ premiums: [DemoPremium]) throws -> PolicyFacts {
    let product = DemoProducts.design(policy.product).row
    let terms = ProductTerms(
      line: try #require(Line(rawValue: product.line)), kind: try #require(ProductKind(rawValue: product.productKind)),
      waitingDays: product.waitingDays, coolingOffDays: product.coolingOffDays,
      guaranteedRenewable: product.guaranteedRenewable)
    let core = CoreStatement(
      try #require(PolicyStatus(rawValue: policy.status)),
      reason: TerminationReason(rawValue: policy.terminationReason),
      flags: Set(policy.flags.split(separator: "|").compactMap { PolicyFlag(rawValue: String($0)) }),
      asOf: policy.statusAsOf)
    var facts = PolicyFacts(product: terms, core: core)
    facts.appliedOn = policy.appliedOn
    facts.formedOn = policy.formedOn
    facts.effectiveOn = policy.effectiveOn
    facts.deliveredOn = policy.deliveredOn
    facts.expiresOn = policy.expiresOn
    facts.mode = try #require(PremiumMode(rawValue: policy.premiumMode))
    facts.premium = policy.premium
    facts.paymentYears = policy.premiumYears
    facts.suspendedOn = policy.suspendedOn
    facts.reinstatedOn = policy.reinstatedOn
    facts.terminatedOn = policy.terminatedOn
    facts.loan = policy.loan ?? .zero
    facts.automaticLoanFrom = policy.automaticLoanFrom
    facts.waivedFrom = policy.waivedFrom
    facts.reducedOn = policy.reducedOn
    facts.premiums = premiums.map {
      PremiumFact(dueOn: $0.dueOn, amount: $0.amount, receivedOn: $0.receivedOn, isWaived: $0.result == "waived")
    }
    return facts
  }
}
