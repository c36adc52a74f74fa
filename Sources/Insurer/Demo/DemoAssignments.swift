import Kernel

/// Whom the dedicated adviser serves, and what lies on the underwriter's desk. Each is drawn from a stream of its own,
/// so that the rest of the insurer is the same with and without it.
extension DemoBlockMaker {
  /// The premiums of a year from which a customer has an adviser, in fen.
  private static let advisedFrom: Int64 = 100_000_00
  /// Days back from the demo's day in which applications were decided that are still in the underwriter's mind.
  private static let recentDays = 45

  /// The premiums of one year of a contract in force; a single one counts as five years'.
  static func yearly(_ policy: DemoPolicy, _ design: DemoProducts.Design) -> Int64 {
    guard policy.status == "in_force" else { return 0 }
    guard let months = PolicyLife.months[policy.premiumMode] else {
      return design.hasCashValue ? policy.premium.fen / 5 : 0
    }
    return policy.premium.fen * Int64(12 / months)
  }

  /// At size S all who pay that much; of larger insurers as many as one adviser can know.
  func adviser(of index: Int) -> String {
    guard people[index].yearlyPremium >= Self.advisedFrom, people[index].diedOn == nil else { return "" }
    var own = DemoRandom(seed: setting.seed, 21, people[index].index)
    return own.chance(200_000_000 / setting.people) ? DemoRoster.adviser : ""
  }

  /// Who assessed a long contract of the last weeks; rules pass most, and short covers are never assessed.
  func underwriter(of policy: DemoPolicy, _ design: DemoProducts.Design) -> String {
    guard !design.isShort, policy.appliedOn >= day - Self.recentDays else { return "" }
    var own = DemoRandom(seed: setting.seed, 22, firstIndex * 1_000 + block.policies.count)
    return own.chance(3_000) && own.chance(deskShare) ? DemoRoster.underwriter : ""
  }

  /// The named underwriter's share of all cases, of 10,000.
  private var deskShare: Int { 40_000_000 / setting.people }

  /// One application a block that is not decided yet: no contract, no premium, a question out to the applicant.
  mutating func addApplication() {
    var own = DemoRandom(seed: setting.seed, 23, firstIndex)
    let adults = people.indices.filter { index in
      !people[index].isChild && people[index].diedOn == nil && (22...55).contains(people[index].birth.age(on: day))
    }
    guard !adults.isEmpty else { return }
    let index = own.pick(adults)
    let design = DemoProducts.design(own.pick(["CI01", "TL01", "WL01", "MED02"]))
    let applied = day - own.within(2...12)
    let agent = roster.agentNo(people[index].agent)
    let yuan = design.premium.median * own.within(8...30) / 10
    var policy = DemoPolicy(
      policyNo: policyNumber(index), product: design.code, policyholder: people[index].key, insured: people[index].key,
      writingAgent: agent, servicingAgent: agent, appliedOn: applied, formedOn: applied, effectiveOn: applied,
      premiumMode: design.isShort ? "single" : "annual", premium: Money(fen: Int64(yuan) * 100),
      sumInsured: Money(fen: Int64(max(1, yuan * design.leverage / 10 / 10_000)) * 10_000_00),
      statusAsOf: setting.statusAsOf)
    policy.isIssued = false
    policy.status = "not_yet_effective"
    policy.premiumYears = design.isShort ? nil : design.payYears.first
    if own.chance(deskShare) { policy.underwriter = DemoRoster.underwriter }
    block.policies.append(policy)
    for benefit in design.benefits {
      block.coverages.append(DemoCoverage(policyNo: policy.policyNo, benefit: benefit, sumInsured: policy.sumInsured))
    }
    if !policy.underwriter.isEmpty { ask(index, applied: applied, &own) }
  }

  private static let questions = [
    "核保照会：请补充近一年体检报告", "核保照会：请说明既往住院情况", "核保问卷：职业与年收入核实", "核保照会：请补充超声检查报告",
  ]

  private mutating func ask(_ index: Int, applied: Day, _ own: inout DemoRandom) {
    contactCounts[index] += 1
    let key = "I\(DemoNumbers.pad(people[index].index + 1, 7))\(DemoNumbers.pad(contactCounts[index], 3))"
    block.interactions.append(
      DemoInteraction(
        sourceID: key, customer: people[index].key, at: Instant(applied + 1, secondOfDay: 36_000), channel: "phone",
        direction: "out", topic: "application", summary: own.pick(Self.questions), staff: DemoRoster.underwriter))
  }
}
