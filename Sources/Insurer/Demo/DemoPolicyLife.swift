import Kernel

/// What happened to one contract from its first day to the demo's: premiums paid, late, missed; suspension,
/// reinstatement, loans, waiver, and how it ended. Written so that `PolicyRules` come to the state that the core
/// states, but for a few deliberate mismatches.
struct PolicyLife {
  let design: DemoProducts.Design
  /// How many contracts the policyholder has: who has many, stays.
  let contracts: Int
  let holderDied: Day?
  let insuredDied: Day?
  /// The day on which a critical illness was paid and ended the contract.
  let illness: Day?
  let day: Day
  /// What the rider adds to each premium.
  let riderPremium: Int64
  var graceDays = 60
  /// Premium rows are kept for two years back, and at most so many.
  var rowsMax = 8

  private struct End {
    var on: Day
    var reason: String
  }

  /// Settles the policy's state and gives its premiums by due date.
  func run(_ policy: inout DemoPolicy, _ random: inout DemoRandom) -> [DemoPremium] {
    let payYears = design.payYears.isEmpty ? max(design.years, 1) : random.pick(design.payYears)
    policy.premiumYears = policy.premiumMode == "single" ? nil : payYears
    guard policy.effectiveOn <= day else {
      policy.status = "not_yet_effective"
      return [first(policy)]
    }
    let end = ending(policy, &random)
    plan(&policy, &random)
    var premiums = [first(policy)]
    let suspended = collect(&policy, &premiums, until: end?.on, payYears: payYears, &random)
    if let end, !suspended || end.reason == "insured_died" {
      policy.status = "terminated"
      policy.terminationReason = end.reason
      policy.terminatedOn = end.on
    }
    lend(&policy, &random)
    disagree(&policy, &random)
    return kept(premiums, policy)
  }

  private func first(_ policy: DemoPolicy) -> DemoPremium {
    premium(policy, due: policy.effectiveOn, received: min(policy.formedOn, day), method: "online")
  }

  private func premium(_ policy: DemoPolicy, due: Day, received: Day?, method: String = "debit") -> DemoPremium {
    DemoPremium(
      policyNo: policy.policyNo, dueOn: due, amount: Money(fen: policy.premium.fen + riderPremium),
      receivedOn: received, method: method, result: received == nil ? "due" : "received")
  }

  /// The first of the ways in which the contract ended by the demo's day, its lapse apart.
  private func ending(_ policy: DemoPolicy, _ random: inout DemoRandom) -> End? {
    var ends: [End] = []
    if let last = policy.expiresOn {
      let matured = design.row.line == "education" || design.row.line == "annuity"
      ends.append(End(on: last + 1, reason: matured ? "matured" : "expired"))
    }
    if let insuredDied { ends.append(End(on: insuredDied, reason: "insured_died")) }
    if let illness { ends.append(End(on: illness, reason: "claim_paid")) }
    let fate = random.below(10_000)
    if fate < 120, design.row.coolingOffDays > 0, let delivered = policy.deliveredOn {
      ends.append(End(on: delivered + random.within(2...14), reason: "cooling_off_cancelled"))
    } else if fate < 130 {
      ends.append(End(on: policy.effectiveOn + random.within(40...600), reason: "rescinded"))
    } else if fate < 135 {
      ends.append(End(on: policy.effectiveOn + random.within(10...200), reason: "void"))
    } else if fate < 145, design.row.waitingDays > 0 {
      ends.append(End(on: policy.effectiveOn + design.row.waitingDays, reason: "waiting_period_event"))
    } else if design.hasCashValue {
      let years = max(0, day - policy.effectiveOn) / 365
      for year in 1..<(max(years, 0) + 2) where random.chance(hazard * 35 / 100) {
        ends.append(End(on: policy.effectiveOn + year * 365 + random.below(360), reason: "surrendered"))
        break
      }
    }
    return ends.filter { $0.on <= day && $0.on > policy.effectiveOn }.min { $0.on < $1.on }
  }

  /// The chance of leaving within a year, of 10,000.
  private var hazard: Int { contracts == 1 ? 1_350 : contracts <= 3 ? 800 : 200 }

  /// A waiver that began at some due date.
  private func plan(_ policy: inout DemoPolicy, _ random: inout DemoRandom) {
    guard policy.premiumMode == "annual", ["critical_illness", "education"].contains(design.row.line) else { return }
    guard random.chance(90) else { return }
    let from = policy.effectiveOn.adding(years: 1 + random.below(3))
    if from < day { policy.waivedFrom = from }
  }

  /// Walks the due dates. True when the contract is left suspended, or rescinded for that.
  private func collect(
    _ policy: inout DemoPolicy, _ premiums: inout [DemoPremium], until end: Day?, payYears: Int,
    _ random: inout DemoRandom
  ) -> Bool {
    guard let months = PolicyLife.months[policy.premiumMode] else { return false }
    let stop =
      [end, policy.waivedFrom, policy.effectiveOn.adding(years: payYears), policy.expiresOn.map { $0 + 1 }]
      .compactMap { $0 }.min() ?? day
    let missing = max(1, hazard * months / 12 * (design.hasCashValue ? 65 : 100) / 100)
    var number = 0
    while true {
      number += 1
      let due = policy.effectiveOn.adding(months: number * months)
      guard due < stop, due <= day + 60 else { return false }
      if due > day {
        premiums.append(premium(policy, due: due, received: nil))
      } else if let back = policy.reinstatedOn, due < back {
        premiums.append(premium(policy, due: due, received: back, method: "transfer"))
      } else if random.chance(missing) {
        if miss(&policy, &premiums, due: due, end: end, &random) { return true }
        if policy.automaticLoanFrom != nil || policy.reducedOn != nil { return false }
      } else {
        pay(policy, &premiums, due: due, &random)
      }
    }
  }

  static let months = ["annual": 12, "half_yearly": 6, "quarterly": 3, "monthly": 1]

  private func pay(_ policy: DemoPolicy, _ premiums: inout [DemoPremium], due: Day, _ random: inout DemoRandom) {
    let late = random.chance(7_800) ? random.below(3) : random.within(3...52)
    let received = due + late
    guard received <= day else {
      var open = premium(policy, due: due, received: nil)
      if late > 3, random.chance(5_000) { open.result = "failed" }
      return premiums.append(open)
    }
    premiums.append(premium(policy, due: due, received: received, method: late < 3 ? "debit" : "transfer"))
  }

  /// A premium that was not paid in time. True when it left the contract suspended.
  private func miss(
    _ policy: inout DemoPolicy, _ premiums: inout [DemoPremium], due: Day, end: Day?, _ random: inout DemoRandom
  ) -> Bool {
    var unpaid = premium(policy, due: due, received: nil)
    unpaid.result = random.chance(5_000) ? "failed" : "due"
    let suspended = due + graceDays + 1
    // The contract ended by itself, or the grace still runs.
    guard suspended <= day, end.map({ suspended < $0 }) ?? true else {
      premiums.append(unpaid)
      return false
    }
    let years = (due - policy.effectiveOn) / 365
    if design.hasCashValue, years >= 2, due > day - 500, random.chance(4_000) {
      policy.automaticLoanFrom = due
      unpaid.method = "automatic_loan"
      premiums.append(unpaid)
      return false
    }
    if design.hasCashValue, years >= 2, random.chance(700) {
      policy.reducedOn = due
      return false
    }
    let back = suspended + random.within(15...400)
    if random.chance(2_200), back <= day, end.map({ back < $0 }) ?? true {
      policy.suspendedOn = suspended
      policy.reinstatedOn = back
      premiums.append(premium(policy, due: due, received: back, method: "transfer"))
      return false
    }
    premiums.append(unpaid)
    policy.suspendedOn = suspended
    policy.reinstatedOn = nil
    let rescinded = suspended.adding(years: 2)
    if rescinded <= day {
      policy.status = "terminated"
      policy.terminationReason = "lapsed_beyond_reinstatement"
      policy.terminatedOn = rescinded
    } else {
      policy.status = "suspended"
    }
    return true
  }

  /// A loan on the policy, which pledges it; a court's freeze; a lost document.
  private func lend(_ policy: inout DemoPolicy, _ random: inout DemoRandom) {
    guard policy.status == "in_force" else { return }
    var flags: [String] = []
    if design.hasCashValue, policy.effectiveOn < day - 800, random.chance(450) {
      let years = Int64((day - policy.effectiveOn) / 365)
      policy.loan = Money(fen: policy.premium.fen * years * 4 / 10 / 10_000 * 10_000 + 10_000)
      flags.append("pledged")
    }
    if random.chance(8) { flags.append("frozen") }
    if random.chance(15) { flags.append("lost_reported") }
    policy.flags = flags.joined(separator: "|")
  }

  /// The core says something that our rules do not come to: a few in 1,000.
  private func disagree(_ policy: inout DemoPolicy, _ random: inout DemoRandom) {
    guard random.chance(60) else { return }
    if policy.status == "suspended" {
      policy.status = "in_force"
      policy.suspendedOn = nil
    } else if policy.status == "in_force", policy.premiumMode == "annual", policy.reinstatedOn == nil {
      policy.status = "suspended"
      policy.suspendedOn = day - random.within(1...60)
    }
  }

  /// The rows that a core would hand over: two years, the latest of them, and whatever was left unpaid. A contract
  /// whose premiums are all paid for good hands over none where nothing says for how long they are due.
  private func kept(_ premiums: [DemoPremium], _ policy: DemoPolicy) -> [DemoPremium] {
    let from = day - 730
    let recent = premiums.filter { $0.dueOn >= from || $0.receivedOn == nil }
    return Array(recent.suffix(rowsMax))
  }
}
