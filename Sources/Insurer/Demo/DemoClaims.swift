import Kernel

/// A critical illness that was found, requested and paid; the contract ends with the payment.
struct DemoIllness: Sendable {
  var lossOn: Day
  var paidOn: Day
}

/// The claims of a contract, with the times and amounts of the demo's description.
extension DemoBlockMaker {
  /// 4 in 1,000 insured-years; at most one a contract.
  mutating func criticalIllness(_ design: DemoProducts.Design, _ policy: DemoPolicy, insured: Int) -> DemoIllness? {
    guard design.row.line == "critical_illness", design.row.productKind == "base" else { return nil }
    let start = policy.effectiveOn + design.row.waitingDays + 1
    let end = people[insured].diedOn ?? day
    guard end > start + 60, random.chance((end - start) * 40 / 365) else { return nil }
    let loss = start + random.below(end - start - 50)
    let paid = loss + random.within(12...45)
    return paid <= day ? DemoIllness(lossOn: loss, paidOn: paid) : nil
  }

  mutating func addClaims(
    _ policy: DemoPolicy, _ design: DemoProducts.Design, insured: Int, illness: DemoIllness?
  ) {
    guard policy.status != "not_yet_effective" else { return }
    if let illness, policy.terminationReason == "claim_paid" {
      addClaim(policy, kind: "critical_illness", insured: insured, loss: illness.lossOn, paidOn: illness.paidOn)
    }
    if policy.terminationReason == "insured_died", let died = people[insured].diedOn, design.benefits.contains("death")
    {
      addClaim(policy, kind: "death", insured: insured, loss: died, paidOn: nil)
    }
    let rate = yearlyRate(design, insured: insured)
    guard rate > 0 else { return }
    let start = max(policy.effectiveOn + design.row.waitingDays, day - 6 * 365)
    let end = [policy.terminatedOn, policy.suspendedOn, people[insured].diedOn, day].compactMap { $0 }.min() ?? day
    guard end > start else { return }
    let count = random.poisson(rate * Double(end - start) / 365)
    for _ in 0..<count {
      let loss = lossDay(from: start, until: end, medical: design.row.line == "medical")
      addClaim(
        policy, kind: design.row.line == "accident" ? "accident" : "medical", insured: insured, loss: loss, paidOn: nil)
    }
  }

  /// Claims a year of one insured: children go to hospital three times as often. Each stay makes two or three of them
  /// (before, during and after), which gives half a claim a person over six years.
  private func yearlyRate(_ design: DemoProducts.Design, insured: Int) -> Double {
    switch design.row.line {
    case "medical": people[insured].isChild ? 1.05 : 0.35
    case "accident": 0.025
    default: 0
    }
  }

  /// Illness peaks from November to February.
  private mutating func lossDay(from start: Day, until end: Day, medical: Bool) -> Day {
    var drawn = start
    for _ in 0..<4 {
      drawn = start + random.below(end - start)
      let month = drawn.month
      if !medical || month >= 11 || month <= 2 || random.chance(5_200) { break }
    }
    return drawn
  }

  private mutating func addClaim(_ policy: DemoPolicy, kind: String, insured: Int, loss: Day, paidOn: Day?) {
    claimCounts[insured] += 1
    let notified = Instant(loss + random.below(kind == "medical" ? 6 : 12), secondOfDay: random.within(28_000...78_000))
    guard notified < setting.statusAsOf else { return }
    let number = "L\(DemoNumbers.pad(people[insured].index + 1, 7))\(DemoNumbers.pad(claimCounts[insured], 3))"
    var claim = DemoClaim(
      claimNo: number, policyNo: policy.policyNo, insured: people[insured].key, notifiedAt: notified, lossOn: loss,
      claimKind: kind, diagnosis: diagnosis(kind, insured: insured), claimed: claimedAmount(kind, policy))
    claim.clauseDays = kind == "critical_illness" || kind == "death" ? 10 : 5
    settle(&claim, mustPayOn: paidOn)
    block.claims.append(claim)
    if random.chance(2_500) { contact(insured, about: .claim, on: notified.day) }
  }

  /// Medical: log-normal, median 900, mean about 2,600 yuan. Illness and death: the sum insured.
  private mutating func claimedAmount(_ kind: String, _ policy: DemoPolicy) -> Money {
    switch kind {
    case "medical": Money(fen: Int64(max(60, random.logNormal(median: 900, sigma: 1.45))) * 117)
    case "accident": Money(fen: Int64(max(80, random.logNormal(median: 1_500, sigma: 1.2))) * 113)
    default: policy.sumInsured
    }
  }

  // MARK: Determination and payment

  private mutating func settle(_ claim: inout DemoClaim, mustPayOn: Day?) {
    let asOf = setting.statusAsOf
    let requested = claim.notifiedAt + random.within(600...(claim.claimKind == "medical" ? 4 : 9) * 86_400)
    guard requested < asOf else {
      claim.status = "notified"
      return
    }
    claim.requestedAt = requested
    if random.chance(50), mustPayOn == nil {
      claim.status = "withdrawn"
      return
    }
    let hours = mustPayOn.map { max(12, ($0 - requested.day) * 24 - 24) } ?? duration(claim)
    askForPapers(&claim, hours: hours)
    if hours > 24 * 20, random.chance(4_000) { claim.complexReason = random.pick(Self.complexReasons) }
    let automatic = hours == 0
    if !automatic { claim.handler = roster.drawClaimsDesk(&random) }
    let decided = requested + hours * 3_600
    guard decided < asOf else { return leaveOpen(&claim, hours: asOf.seconds(since: requested) / 3_600) }
    claim.decidedOn = decided.day
    decide(&claim, certain: mustPayOn != nil)
  }

  /// Hours from the request to the determination: 45 % of small medical claims at once; by hand a median of 36,
  /// 90 % within 8 days; 1 % beyond 30 days.
  private mutating func duration(_ claim: DemoClaim) -> Int {
    if claim.claimKind == "medical", claim.claimed.fen < 300_000, random.chance(4_500) { return 0 }
    if random.chance(160) { return random.within(31 * 24...75 * 24) }
    let median = claim.claimKind == "medical" ? 36 : claim.claimKind == "accident" ? 48 : 140
    return min(29 * 24, max(1, random.logNormal(median: median, sigma: claim.claimKind == "medical" ? 1.3 : 0.8)))
  }

  private mutating func askForPapers(_ claim: inout DemoClaim, hours: Int) {
    guard hours > 72, random.chance(3_500), let requested = claim.requestedAt else { return }
    let asked = requested.day + 1
    guard asked < day else { return }
    claim.supplementAskedOn = asked
    let received = asked + random.within(1...max(1, hours / 48))
    if received <= day { claim.supplementReceivedOn = received }
  }

  private mutating func leaveOpen(_ claim: inout DemoClaim, hours: Int) {
    if claim.supplementAskedOn != nil, claim.supplementReceivedOn == nil {
      claim.status = "awaiting_documents"
    } else if hours < 12 {
      claim.status = "requested"
    } else if hours < 30 {
      claim.status = "registered"
    } else if hours > 24 * 20 {
      claim.status = "investigating"
    } else {
      claim.status = random.chance(5_000) ? "calculating" : "assessing"
    }
  }

  /// 98.9 % approved; the refused ones end with nothing paid.
  private mutating func decide(_ claim: inout DemoClaim, certain: Bool) {
    guard let decided = claim.decidedOn else { return }
    if random.chance(110), !certain {
      claim.paid = .zero
      claim.status = decided < day - 3 ? "closed" : "determined"
      return
    }
    var share: Int64 = 100
    if claim.claimKind == "medical" || claim.claimKind == "accident" { share = Int64(random.within(82...88)) }
    if random.chance(250), !certain { share = share * 6 / 10 }
    let amount = Money(fen: claim.claimed.fen * share / 100)
    let agreed = decided
    let paidOn = agreed + (claim.handler.isEmpty ? 0 : random.below(4))
    guard paidOn <= day - 1 else {
      claim.status = agreed < day ? "agreed" : "determined"
      if claim.status == "agreed" { claim.agreedOn = agreed }
      claim.paid = nil
      return
    }
    claim.agreedOn = agreed
    claim.paidOn = paidOn
    claim.paid = amount
    claim.status = paidOn > day - 14 ? "paid" : "closed"
  }

  // MARK: Words

  private mutating func diagnosis(_ kind: String, insured: Int) -> String {
    let person = people[insured]
    switch kind {
    case "medical": return random.pick(person.isChild ? Self.childIllnesses : Self.illnesses)
    case "accident": return random.pick(Self.injuries)
    case "critical_illness":
      if person.isChild { return random.pick(["急性淋巴细胞白血病", "严重川崎病", "脑恶性肿瘤"]) }
      let list = person.female ? Self.womensCauses : Self.mensCauses
      // The commoner causes stand first.
      return list[min(random.below(list.count), random.below(list.count))]
    default: return random.pick(["心源性猝死", "肺恶性肿瘤", "脑出血", "肝恶性肿瘤", "多器官功能衰竭"])
    }
  }

  static let illnesses = [
    "急性支气管炎", "社区获得性肺炎", "急性胃肠炎", "腰椎间盘突出", "胆囊结石", "高血压病2级", "2型糖尿病", "急性阑尾炎", "甲状腺结节",
    "子宫肌瘤", "肾结石", "痔疮", "白内障", "膝关节半月板损伤", "偏头痛", "带状疱疹", "慢性胃炎", "泌尿道感染",
  ]
  static let childIllnesses = [
    "急性上呼吸道感染", "支气管肺炎", "手足口病", "急性扁桃体炎", "流行性感冒", "轮状病毒肠炎", "疱疹性咽峡炎", "腺样体肥大", "支原体肺炎",
    "过敏性鼻炎", "急性喉炎", "腹股沟疝",
  ]
  static let injuries = ["桡骨远端骨折", "踝关节扭伤", "头皮裂伤", "手指挫裂伤", "锁骨骨折", "Ⅱ度烫伤", "犬咬伤", "膝部软组织挫伤"]
  static let womensCauses = ["乳腺恶性肿瘤", "甲状腺恶性肿瘤", "肺恶性肿瘤", "子宫内膜恶性肿瘤", "结直肠恶性肿瘤"]
  static let mensCauses = ["急性心肌梗死", "甲状腺恶性肿瘤", "肺恶性肿瘤", "结直肠恶性肿瘤", "终末期肾病"]
  static let complexReasons = ["需向外省医院核实病历", "出险经过需调查", "既往病史需核实", "需司法鉴定结论"]
}
