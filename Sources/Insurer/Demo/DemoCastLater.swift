import Kernel

/// The second half of the cast.
extension DemoCast {
  func platinumAndOthers(_ maker: inout DemoBlockMaker) {
    let day = setting.day
    let agent = roster.agentNo(0)
    let huang = maker.enter(
      16, "黄磊", female: false, born: day.adding(years: -38) - 40, work: "律师", income: 320_000, since: 1_900)
    maker.keep(maker.contract(huang, huang, "CI01", daysAgo: 1_850, yuan: 8_400, sum: 400_000, payYears: 20))
    maker.write(huang, daysAgo: 70, "phone", "in", "service_question", "要求停止一切营销联系，只接收保单服务通知", DemoRoster.service)
    let he = maker.enter(
      17, "何敏", female: true, born: day.adding(years: -55) - 10, work: "企业主", income: 2_600_000, since: 4_000)
    maker.block.customers[maker.block.customers.count - 1].owner = DemoRoster.adviser
    maker.advise(he)
    for (code, yuan, ago) in [("ANN01", 200_000 as Int64, 3_400), ("WL01", 300_000, 2_300), ("ANN01", 150_000, 900)] {
      maker.keep(maker.contract(he, he, code, daysAgo: ago, yuan: yuan, sum: yuan * 6, payYears: 10))
    }
    maker.keep(maker.contract(he, he, "MED02", daysAgo: 220, yuan: 28_000, sum: 8_000_000))
    maker.write(he, daysAgo: 8, "visit", "out", "policy_review", "专属顾问年度面谈，确认资产与保障清单", DemoRoster.adviser)
    maker.write(he, daysAgo: 100, "wechat", "in", "service_question", "预约年度体检", DemoRoster.adviser)
    let leap = Day(year: 1992, month: 2, day: 29) ?? day
    let liu = maker.enter(18, "刘洋", female: true, born: leap, work: "药剂师", income: 112_000, since: 1_000)
    maker.keep(maker.contract(liu, liu, "MED01", daysAgo: 960, yuan: 420, sum: 2_000_000))
    maker.write(liu, daysAgo: 270, "wechat", "out", "greeting", "生日问候（二月最后一天）", agent)
  }

  /// 许诺 is fourteen tomorrow: until then a parent decides on the data.
  func minorAndFather(_ maker: inout DemoBlockMaker) {
    let day = setting.day
    let father = maker.enter(
      20, "许志强", female: false, born: day.adding(years: -43), work: "电工", income: 90_000, since: 2_500)
    let child = maker.enter(
      19, "许诺", female: true, born: (day + 1).adding(years: -14), work: "学生", income: nil, since: 2_400)
    maker.join(father, child, "parent")
    maker.keep(maker.contract(father, child, "CI02", daysAgo: 2_300, yuan: 1_300, sum: 300_000, payYears: 20))
    maker.keep(maker.contract(father, child, "MED03", daysAgo: 250, yuan: 450, sum: 20_000))
  }

  /// Missed a premium two years ago, was suspended, came back; has a loan and a rider.
  func fengJun(_ maker: inout DemoBlockMaker) {
    let day = setting.day
    let feng = maker.enter(
      21, "冯军", female: false, born: day.adding(years: -47) - 30, work: "厨师", income: 100_000, since: 2_900)
    let missed = day - 700
    var base = maker.contract(
      feng, feng, "WL01", effective: missed.adding(years: -5), yuan: 12_000, sum: 120_000, payYears: 10)
    base.suspendedOn = missed + 61
    base.reinstatedOn = missed + 150
    base.loan = Money(fen: 20_000_00)
    base.flags = "pledged"
    maker.keep(base, settledOn: missed + 150)
    var rider = base
    rider.policyNo = base.policyNo + "R"
    rider.product = "RID03"
    rider.basePolicyNo = base.policyNo
    rider.premium = Money(fen: 240_00)
    rider.sumInsured = Money(fen: 200_000_00)
    rider.expiresOn = base.effectiveOn.adding(years: 20) - 1
    rider.loan = nil
    rider.flags = ""
    rider.premiumYears = 10
    maker.block.policies.append(rider)
    maker.block.coverages.append(
      DemoCoverage(policyNo: rider.policyNo, benefit: "disability", sumInsured: rider.sumInsured))
    maker.write(feng, daysAgo: 560, "branch", "in", "policy_servicing", "申请复效，补交保费及利息", DemoRoster.service)
    maker.write(feng, daysAgo: 310, "branch", "in", "policy_servicing", "办理保单质押贷款两万元", DemoRoster.service)
  }

  func troubled(_ maker: inout DemoBlockMaker) {
    let day = setting.day
    let deng = maker.enter(
      22, "邓丽", female: true, born: day.adding(years: -50) - 200, work: "公务员", income: 118_000, since: 1_700)
    maker.keep(maker.contract(deng, deng, "MED01", daysAgo: 1_650, yuan: 980, sum: 2_000_000))
    maker.claim(
      deng, on: "P000002301", "medical", "腰椎间盘突出", lossOn: day - 70, requested: day - 61, decided: day - 19,
      paidOn: day - 17, yuan: 18_600, paid: 15_900, handler: DemoRoster.claims)
    maker.write(deng, daysAgo: 30, "phone", "in", "complaint", "理赔超过三十日未核定，要求书面说明", DemoRoster.service)
    maker.write(deng, daysAgo: 12, "email", "in", "complaint", "监管部门转来投诉件，要求十五日内答复", DemoRoster.compliance)
    let jiang = maker.enter(
      23, "蒋涛", female: false, born: day.adding(years: -45) - 300, work: "机关干部", income: 150_000, since: 3_200)
    for (place, (code, yuan, ago)) in [("CI01", 7_000 as Int64, 3_000), ("MED01", 760, 2_100), ("TL01", 1_800, 1_400)]
      .enumerated()
    {
      var policy = maker.contract(
        jiang, jiang, code, daysAgo: ago, yuan: yuan, sum: yuan * 40, payYears: code == "MED01" ? 20 : 20)
      policy.writingAgent = roster.departedNo(ago / 91, place)
      policy.servicingAgent = policy.writingAgent
      maker.keep(policy)
    }
    maker.write(jiang, daysAgo: 80, "phone", "in", "service_question", "原业务员已离职，询问由谁服务", DemoRoster.service)
  }
}

/// The few strokes with which the cast is drawn.
extension DemoBlockMaker {
  /// A person of the cast at a fixed number, with a clean customer record. Gives the place in `people`.
  mutating func enter(
    _ number: Int, _ name: String, female: Bool, born: Day, work: String, income: Int64?, since daysAgo: Int
  ) -> Int {
    let key = DemoBlockMaker.customerKey(number)
    people.append(
      DemoPerson(index: number, key: key, name: name, female: female, birth: born, createdOn: day - daysAgo))
    policyCounts.append(0)
    claimCounts.append(0)
    contactCounts.append(0)
    var row = DemoCustomer(
      sourceID: key, name: name, gender: female ? "female" : "male", birthDate: born,
      createdOn: max(day - daysAgo, born),
      person: key)
    row.nationalID = DemoNumbers.residentID(number, birth: born, female: female)
    if born.age(on: day) >= 14 { row.mobile = DemoNumbers.mobile(number, .person) }
    row.address = "\(DemoPlaces.districts[number % 40])\(DemoPlaces.streets[number % 20])\(number + 8)号"
    row.occupation = work
    row.income = income.map { Money(fen: $0 * 100) }
    row.owner = roster.agentNo(0)
    block.customers.append(row)
    return people.count - 1
  }

  /// Has the dedicated adviser.
  mutating func advise(_ index: Int) {
    let key = people[index].key
    for place in block.customers.indices where block.customers[place].sourceID == key {
      block.customers[place].adviser = DemoRoster.adviser
    }
  }

  mutating func join(_ from: Int, _ to: Int, _ relation: String) {
    relate(from, to, relation, since: relation == "parent" ? people[to].birth : day - 3_000)
  }

  /// A contract in force, not yet kept.
  mutating func contract(
    _ holder: Int, _ insured: Int, _ code: String, daysAgo: Int, yuan: Int64, sum: Int64, payYears: Int? = nil
  ) -> DemoPolicy {
    contract(holder, insured, code, effective: day - daysAgo + 3, yuan: yuan, sum: sum, payYears: payYears)
  }

  mutating func contract(
    _ holder: Int, _ insured: Int, _ code: String, effective: Day, yuan: Int64, sum: Int64, payYears: Int? = nil
  ) -> DemoPolicy {
    let design = DemoProducts.design(code)
    let last = design.years == 0 ? nil : Optional(effective.adding(years: design.years) - 1)
    var policy = DemoPolicy(
      policyNo: policyNumber(holder), product: code, policyholder: people[holder].key, insured: people[insured].key,
      writingAgent: roster.agentNo(0), servicingAgent: roster.agentNo(0), appliedOn: effective - 3,
      formedOn: effective - 1, effectiveOn: effective, deliveredOn: min(effective + 4, day), expiresOn: last,
      premiumMode: design.isShort ? "single" : "annual", premium: Money(fen: yuan * 100),
      sumInsured: Money(fen: sum * 100), statusAsOf: setting.statusAsOf)
    policy.premiumYears = design.isShort ? nil : payYears ?? design.years
    if let last, last < day {
      policy.status = "terminated"
      policy.terminationReason = "expired"
      policy.terminatedOn = last + 1
    }
    return policy
  }

  /// Keeps a contract with its premiums: each paid a day late, those before `settledOn` that were missed on that day,
  /// none from `unpaidFrom` on.
  mutating func keep(
    _ policy: DemoPolicy, heirs: [Int] = [], designated: Bool = false, unpaidFrom: Day? = nil, settledOn: Day? = nil
  ) {
    block.policies.append(policy)
    let design = DemoProducts.design(policy.product)
    for benefit in design.benefits {
      block.coverages.append(DemoCoverage(policyNo: policy.policyNo, benefit: benefit, sumInsured: policy.sumInsured))
    }
    if design.benefits.contains("death"), heirs.isEmpty, !designated {
      block.parties.append(DemoParty(policyNo: policy.policyNo, name: "法定", benefit: "death", share: .percent(100)))
    }
    for heir in heirs {
      block.parties.append(
        DemoParty(
          policyNo: policy.policyNo, customer: people[heir].key, benefit: "death",
          share: .percent(100 / Int64(heirs.count))))
    }
    let years = policy.premiumYears ?? 1
    let end = min(policy.terminatedOn ?? day + 61, day + 61)
    for year in 0..<years {
      let due = policy.effectiveOn.adding(years: year)
      guard due < end else { break }
      guard due >= day - 730 || due == policy.effectiveOn else { continue }
      var received: Day? = year == 0 ? policy.formedOn : due + 1
      if let settledOn, due < settledOn, due + 61 <= settledOn, due == policy.suspendedOn.map({ $0 - 61 }) {
        received = settledOn
      }
      if received.map({ $0 > day }) ?? true || unpaidFrom.map({ due >= $0 }) ?? false { received = nil }
      let failed = received == nil && due <= day
      block.premiums.append(
        DemoPremium(
          policyNo: policy.policyNo, dueOn: due, amount: policy.premium, receivedOn: received,
          method: year == 0 ? "online" : "debit", result: failed ? "failed" : received == nil ? "due" : "received"))
    }
  }

  mutating func claim(
    _ insured: Int, on policyNo: String, _ kind: String, _ diagnosis: String, lossOn: Day, requested: Day,
    decided: Day?,
    paidOn: Day?, yuan: Int64, paid: Int64? = nil, handler: String
  ) {
    claimCounts[insured] += 1
    let number = "L\(DemoNumbers.pad(people[insured].index + 1, 7))\(DemoNumbers.pad(claimCounts[insured], 3))"
    var claim = DemoClaim(
      claimNo: number, policyNo: policyNo, insured: people[insured].key,
      notifiedAt: Instant(requested - 2, secondOfDay: 36_000), requestedAt: Instant(requested, secondOfDay: 37_800),
      lossOn: lossOn, claimKind: kind, diagnosis: diagnosis, claimed: Money(fen: yuan * 100))
    claim.handler = handler
    claim.decidedOn = decided
    claim.agreedOn = decided
    claim.paidOn = paidOn
    claim.clauseDays = kind == "medical" ? 5 : 10
    claim.paid = paidOn == nil ? nil : Money(fen: (paid ?? yuan) * 100)
    claim.status = paidOn == nil ? "calculating" : "closed"
    block.claims.append(claim)
  }

  mutating func write(
    _ index: Int, daysAgo: Int, _ channel: String, _ direction: String, _ topic: String, _ summary: String,
    _ staff: String
  ) {
    contactCounts[index] += 1
    let key = "I\(DemoNumbers.pad(people[index].index + 1, 7))\(DemoNumbers.pad(contactCounts[index], 3))"
    block.interactions.append(
      DemoInteraction(
        sourceID: key, customer: people[index].key, at: Instant(day - daysAgo, secondOfDay: 36_000 + index * 60),
        channel: channel, direction: direction, topic: topic, summary: summary, staff: staff))
  }
}
