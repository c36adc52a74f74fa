import Kernel

/// The contracts of a person: what was bought, when, from whom, and for whom.
extension DemoBlockMaker {
  /// Years back from the demo's day in which contracts were made, the recent ones more often.
  static let yearWeights = DemoWeights([18, 15, 13, 11, 9, 8, 7, 6, 5, 4, 2, 2])
  /// New business peaks from January to March (开门红).
  static let monthWeights = DemoWeights([14, 13, 13, 7, 7, 7, 6, 6, 7, 6, 7, 7])
  static let channelWeights = DemoWeights([640, 120, 70, 50, 120])
  static let channels = ["agency", "bancassurance", "broker", "telesales", "online"]

  /// All contracts that the person holds, with their premiums, coverages, beneficiaries and claims.
  mutating func addHistory(_ index: Int) {
    var earliest = day - random.within(0...700)
    for _ in 0..<people[index].contracts {
      let (design, insured) = drawProduct(for: index)
      let applied = applicationDay(design, holder: index, insured: insured)
      earliest = min(earliest, applied - random.within(0...60))
      addContract(design, holder: index, insured: insured, applied: applied)
    }
    people[index].createdOn = max(earliest, people[index].birth)
  }

  /// A product by the lines' shares, and whom it insures: the policyholder himself in three cases of four, then a
  /// child, then the spouse.
  private mutating func drawProduct(for holder: Int) -> (DemoProducts.Design, Int) {
    var design = DemoProducts.base[DemoProducts.weights.draw(&random)]
    let person = people[holder]
    let minors = person.children.filter { people[$0].birth.adding(years: 18) > day }
    if design.ages.upperBound < 18 {
      if let child = minors.isEmpty ? nil : random.pick(minors) { return (design, child) }
      design = DemoProducts.design(Self.adultTwin[design.code] ?? "ACC01")
    }
    if design.code == "MED01", !minors.isEmpty, random.chance(1_500) { return (design, random.pick(minors)) }
    if let spouse = person.spouse, random.chance(1_400), isInsurable(spouse, design) { return (design, spouse) }
    return (isInsurable(holder, design) ? design : DemoProducts.design("ACC01"), holder)
  }

  private static let adultTwin = ["MED03": "MED01", "ACC02": "ACC01", "CI02": "CI01", "EDU01": "ANN01"]

  private func isInsurable(_ index: Int, _ design: DemoProducts.Design) -> Bool {
    let window = window(design, insured: index, holder: index)
    return window.lowerBound < window.upperBound
  }

  /// The days on which the product could be bought for the insured; empty ones end before they begin.
  private func window(_ design: DemoProducts.Design, insured: Int, holder: Int) -> (lowerBound: Day, upperBound: Day) {
    let birth = people[insured].birth
    let adult = people[holder].birth.adding(years: 18)
    let old = design.isShort ? day - 3 * 365 : day.adding(years: -12)
    let lower = max(max(birth.adding(years: design.ages.lowerBound) + 30, adult), old)
    let upper = min(birth.adding(years: design.ages.upperBound + 1) - 40, day - 6)
    let death = [people[insured].diedOn, people[holder].diedOn].compactMap { $0 }.min()
    return (lower, min(upper, death.map { $0 - 40 } ?? upper))
  }

  private mutating func applicationDay(_ design: DemoProducts.Design, holder: Int, insured: Int) -> Day {
    let window = window(design, insured: insured, holder: holder)
    guard window.lowerBound < window.upperBound else { return min(window.upperBound, day - 400) }
    for _ in 0..<8 {
      let drawn = drawDay(recent: design.isShort)
      if drawn >= window.lowerBound, drawn <= window.upperBound { return drawn }
    }
    return window.lowerBound + random.below(window.upperBound - window.lowerBound + 1)
  }

  private mutating func drawDay(recent: Bool) -> Day {
    let back = recent ? (random.chance(8_600) ? 0 : 1 + random.below(3)) : Self.yearWeights.draw(&random)
    // A year counted back from the demo's day, so that the latest year is whole.
    for _ in 0..<6 {
      let month = Self.monthWeights.draw(&random) + 1
      let year = day.year - back - (month > day.month ? 1 : 0)
      let drawn = Day(year: year, month: month, day: 1 + random.below(Day.length(ofMonth: month, year: year)))
      if let drawn, drawn <= day - 6 { return drawn }
    }
    return day - random.within(6...360) - back * 365
  }

  /// One base cover with what belongs to it.
  private mutating func addContract(_ design: DemoProducts.Design, holder: Int, insured: Int, applied: Day) {
    var policy = newPolicy(design, holder: holder, insured: insured, applied: applied)
    assignSellers(&policy, holder: holder)
    var rider = drawRider(design, policy)
    var extra: Int64 = 0
    if let (riderDesign, riderPolicy) = rider { extra = riderDesign.isShort ? 0 : riderPolicy.premium.fen }
    let illness = criticalIllness(design, policy, insured: insured)
    let life = PolicyLife(
      design: design, contracts: people[holder].contracts, holderDied: nil, insuredDied: people[insured].diedOn,
      illness: illness.map(\.paidOn), day: day, riderPremium: extra)
    let premiums = life.run(&policy, &random)
    policy.underwriter = underwriter(of: policy, design)
    people[holder].yearlyPremium += Self.yearly(policy, design)
    if rider != nil { rider?.1.follow(policy) }
    block.policies.append(policy)
    block.premiums.append(contentsOf: premiums)
    addCoverages(policy, design)
    addBeneficiaries(policy, design, insured: insured)
    if let (riderDesign, riderPolicy) = rider {
      block.policies.append(riderPolicy)
      addCoverages(riderPolicy, riderDesign)
    }
    addClaims(policy, design, insured: insured, illness: illness)
    if policy.terminationReason == "surrendered" { contact(holder, about: .surrender, on: policy.terminatedOn) }
    if design.years != 1, let delivered = policy.deliveredOn { contact(holder, about: .postSale, on: delivered + 3) }
  }

  mutating func policyNumber(_ holder: Int) -> String {
    policyCounts[holder] += 1
    return "P\(DemoNumbers.pad(people[holder].index + 1, 7))\(DemoNumbers.pad(policyCounts[holder], 2))"
  }

  private mutating func newPolicy(
    _ design: DemoProducts.Design, holder: Int, insured: Int, applied: Day
  ) -> DemoPolicy {
    let mode = drawMode(design)
    let yearly = drawPremium(design)
    let premium = installment(yearly: yearly, mode)
    let formed = applied + random.within(0...4)
    let effective = formed + (random.chance(300) ? random.within(5...25) : 1)
    let key = people[holder].key
    let second = people[holder].duplicate
    return DemoPolicy(
      policyNo: policyNumber(holder), product: design.code,
      policyholder: second.map { random.chance(4_000) ? $0 : key } ?? key, insured: people[insured].key,
      appliedOn: applied, formedOn: formed, effectiveOn: effective,
      expiresOn: design.years == 0 ? nil : effective.adding(years: design.years) - 1, premiumMode: mode,
      premium: premium, sumInsured: sumInsured(yearly, design), statusAsOf: setting.statusAsOf)
  }

  private mutating func drawPremium(_ design: DemoProducts.Design) -> Int {
    let drawn = random.logNormal(median: design.premium.median, sigma: design.sigma)
    return min(max(drawn, design.premium.low), design.premium.high)
  }

  private func sumInsured(_ yearly: Int, _ design: DemoProducts.Design) -> Money {
    let sum = yearly * design.leverage / 10
    let step = sum >= 100_000 ? 10_000 : 1_000
    return Money(fen: Int64(max(step, sum / step * step)) * 100)
  }

  private mutating func drawMode(_ design: DemoProducts.Design) -> String {
    if design.isShort { return "single" }
    let drawn = random.below(100)
    if design.hasCashValue, design.row.line != "critical_illness", drawn < 8 { return "single" }
    if design.row.line == "medical", drawn < 25 { return "monthly" }
    return drawn < 94 ? "annual" : drawn < 97 ? "half_yearly" : "quarterly"
  }

  /// The premium of one due date: the year's, divided, in whole yuan and at least one.
  private func installment(yearly: Int, _ mode: String) -> Money {
    let parts = ["monthly": 12, "quarterly": 4, "half_yearly": 2][mode] ?? 1
    return Money(fen: Int64(max(1, (yearly + parts - 1) / parts)) * 100)
  }

  // MARK: Who sold it and who serves it

  private mutating func assignSellers(_ policy: inout DemoPolicy, holder: Int) {
    policy.channel = Self.channels[Self.channelWeights.draw(&random)]
    let digital = policy.channel == "online" || policy.channel == "telesales"
    if !random.chance(250) || policy.formedOn < day - 60 {
      let signed = digital ? policy.formedOn + 1 : policy.effectiveOn + random.within(1...12)
      if signed <= day { policy.deliveredOn = signed }
    }
    switch policy.channel {
    case "agency": assignAgent(&policy, holder: holder)
    case "online": break
    default:
      let seller = roster.partnerNo(policy.channel, random.below(roster.partners))
      policy.writingAgent = seller
      policy.servicingAgent = seller
    }
  }

  /// Three policies in ten are orphans: their writer has left, and some still wait for a successor.
  private mutating func assignAgent(_ policy: inout DemoPolicy, holder: Int) {
    // One customer in eight bought this one from somebody else than the household's agent.
    let agent = random.chance(1_250) ? roster.drawAgent(&random) : people[holder].agent
    let present = roster.agentNo(agent)
    policy.writingAgent = present
    policy.servicingAgent = present
    let joinedLater = roster.joinedOn(agent) > policy.appliedOn
    guard joinedLater || random.chance(1_300),
      let departed = roster.departed(servingOn: policy.appliedOn, &random)
    else {
      if joinedLater {
        let veteran = roster.agentNo(random.below(max(1, roster.agents / 4)))
        policy.writingAgent = veteran
        policy.servicingAgent = veteran
      }
      return
    }
    policy.writingAgent = departed
    if !joinedLater { policy.servicingAgent = departed }
  }

  // MARK: Riders and coverages

  private static let riderOf = [
    "MED01": "RID01", "CI01": "RID01", "CI02": "RID02", "EDU01": "RID02", "WL01": "RID03", "TL01": "RID03",
  ]

  private mutating func drawRider(
    _ design: DemoProducts.Design, _ base: DemoPolicy
  ) -> (DemoProducts.Design, DemoPolicy)? {
    guard let code = Self.riderOf[design.code], random.chance(6_600) else { return nil }
    let riderDesign = DemoProducts.design(code)
    let yearly = drawPremium(riderDesign)
    var rider = base
    rider.policyNo = base.policyNo + "R"
    rider.product = code
    rider.basePolicyNo = base.policyNo
    rider.premium = installment(yearly: yearly, base.premiumMode)
    rider.sumInsured = sumInsured(yearly, riderDesign)
    rider.expiresOn = base.effectiveOn.adding(years: riderDesign.years) - 1
    return (riderDesign, rider)
  }

  private mutating func addCoverages(_ policy: DemoPolicy, _ design: DemoProducts.Design) {
    for (place, benefit) in design.benefits.enumerated() {
      var sum = policy.sumInsured
      if place > 0, benefit == "outpatient" || benefit == "accident" { sum = Money(fen: max(100_000, sum.fen / 20)) }
      if benefit == "annuity" || benefit == "education" || benefit == "maturity" { sum = policy.premium }
      var coverage = DemoCoverage(policyNo: policy.policyNo, benefit: benefit, sumInsured: sum)
      if ["hospital", "outpatient", "accident"].contains(benefit) {
        coverage.deductible = Money(fen: design.code == "MED02" ? 0 : benefit == "hospital" ? 30_000 : 10_000)
        coverage.rate = .percent(design.code == "MED02" ? 100 : design.code == "MED01" ? 90 : 80)
        coverage.limit = sum
      }
      block.coverages.append(coverage)
    }
  }

  /// Who receives the death benefit: nobody named in two cases of three, else spouse and children by rank.
  private mutating func addBeneficiaries(_ policy: DemoPolicy, _ design: DemoProducts.Design, insured: Int) {
    guard design.benefits.contains("death") else { return }
    let person = people[insured]
    let family = [person.spouse].compactMap { $0 } + person.children
    guard random.chance(3_500), !family.isEmpty else {
      block.parties.append(DemoParty(policyNo: policy.policyNo, name: "法定", benefit: "death", share: .percent(100)))
      return
    }
    let shares: [Int64] = family.count == 1 ? [100] : family.count == 2 ? [50, 50] : [50, 30, 20]
    var parties = zip(family, shares).map { member, share in
      DemoParty(policyNo: policy.policyNo, customer: people[member].key, benefit: "death", share: .percent(share))
    }
    soil(&parties)
    if random.chance(2_500) {
      let name = Self.surname(of: person.name) + DemoNames.given(female: false, &random)
      parties.append(DemoParty(policyNo: policy.policyNo, name: name, benefit: "death", rank: 2, share: .percent(100)))
    }
    block.parties.append(contentsOf: parties)
  }
}

extension DemoPolicy {
  /// A rider stands and ends with its base cover.
  mutating func follow(_ base: DemoPolicy) {
    status = base.status
    terminationReason = base.terminationReason
    suspendedOn = base.suspendedOn
    reinstatedOn = base.reinstatedOn
    terminatedOn = base.terminatedOn
    waivedFrom = base.waivedFrom
    reducedOn = base.reducedOn
  }
}
