import Kernel

/// The named people of the demo, with fixed source keys and stories relative to the demo's day.
///
/// `C0000001` 王敏, lead and new customer · `C0000002` 李强 with wife and child, little cover · `C0000005` 陈静, loyal, life
/// only · `C0000006` 赵磊, illness paid, medical premium open · `C0000007` 周建国 · `C0000008`–`C0000011` the 林 family
/// with the trust company `G9900001` · `C0000012` 吴桂芳 · `C0000013`–`C0000015` 孙悦, 李楠, 孙小宝 · `C0000016`,
/// `D0000016`, `D9000016` 张伟 three times · `C0000017` 黄磊 · `C0000018` 何敏 · `C0000019` 刘洋 · `C0000020`, `C0000021`
/// 许诺 and father · `C0000022` 冯军 · `C0000023` 邓丽 · `C0000024` 蒋涛.
struct DemoCast {
  let setting: DemoSetting
  let roster: DemoRoster
  private var day: Day { setting.day }
  /// The agent who serves most of the cast: the one with the largest book.
  private var agent: String { roster.agentNo(0) }

  static let peopleCount = 24

  init(_ setting: DemoSetting, _ roster: DemoRoster) {
    self.setting = setting
    self.roster = roster
  }

  func play(into maker: inout DemoBlockMaker) {
    youngAndNew(&maker)
    loyalAndIll(&maker)
    linFamily(&maker)
    oldAndYoung(&maker)
    zhangWei(&maker)
    platinumAndOthers(&maker)
    minorAndFather(&maker)
    fengJun(&maker)
    troubled(&maker)
  }

  func born(_ years: Int, _ days: Int = 100) -> Day { day.adding(years: -years) - days }

  private func youngAndNew(_ maker: inout DemoBlockMaker) {
    let wang = maker.enter(0, "王敏", female: true, born: born(29), work: "设计师", income: 140_000, since: 96)
    maker.write(wang, daysAgo: 95, "wechat", "in", "product_question", "朋友介绍，想了解重疾险", agent)
    maker.write(wang, daysAgo: 60, "visit", "out", "needs_analysis", "面谈：单身，关注重疾和医疗，预算每年一万元", agent)
    maker.write(wang, daysAgo: 13, "wechat", "in", "application", "确认投保守正重大疾病险，健康告知已提交", agent)
    var policy = maker.contract(wang, wang, "CI01", daysAgo: 12, yuan: 6_800, sum: 300_000, payYears: 20)
    policy.deliveredOn = day - 4
    policy.underwriter = DemoRoster.underwriter
    maker.keep(policy)
    let strong = maker.enter(1, "李强", female: false, born: born(35), work: "工程师", income: 260_000, since: 1_500)
    let wife = maker.enter(2, "王蕾", female: true, born: born(33), work: "教师", income: 110_000, since: 1_400)
    let child = maker.enter(3, "李沐", female: false, born: born(4), work: "学龄前儿童", income: nil, since: 1_300)
    maker.join(strong, wife, "spouse")
    maker.join(strong, child, "parent")
    maker.join(wife, child, "parent")
    maker.keep(
      maker.contract(strong, strong, "TL01", daysAgo: 1_490, yuan: 1_650, sum: 500_000, payYears: 20),
      heirs: [wife, child])
    maker.keep(maker.contract(strong, strong, "ACC01", daysAgo: 120, yuan: 298, sum: 1_000_000))
    maker.keep(maker.contract(wife, child, "MED03", daysAgo: 200, yuan: 520, sum: 20_000))
    maker.write(strong, daysAgo: 45, "phone", "out", "policy_review", "房贷余额约120万元，孩子四岁，家庭收入主要靠本人", agent)
    maker.write(strong, daysAgo: 20, "wechat", "in", "product_question", "询问定期寿险加保", agent)
  }

  private func loyalAndIll(_ maker: inout DemoBlockMaker) {
    let chen = maker.enter(4, "陈静", female: true, born: born(44), work: "会计", income: 160_000, since: 2_400)
    maker.keep(maker.contract(chen, chen, "WL01", daysAgo: 2_350, yuan: 20_000, sum: 160_000, payYears: 10))
    maker.keep(maker.contract(chen, chen, "TL01", daysAgo: 1_700, yuan: 1_900, sum: 600_000, payYears: 20))
    maker.write(chen, daysAgo: 30, "wechat", "out", "greeting", "生日问候，客户致谢", agent)
    maker.write(chen, daysAgo: 200, "phone", "out", "policy_review", "保单检视：两张寿险均按时交费，尚无医疗和养老保障", agent)
    let zhao = maker.enter(5, "赵磊", female: false, born: born(41), work: "销售员", income: 180_000, since: 2_100)
    var illness = maker.contract(zhao, zhao, "CI01", daysAgo: 2_000, yuan: 7_200, sum: 300_000, payYears: 20)
    let paidOn = day - 205
    illness.status = "terminated"
    illness.terminationReason = "claim_paid"
    illness.terminatedOn = paidOn
    maker.keep(illness)
    maker.claim(
      zhao, on: illness.policyNo, "critical_illness", "急性心肌梗死", lossOn: paidOn - 26, requested: paidOn - 18,
      decided: paidOn - 2, paidOn: paidOn, yuan: 300_000, handler: DemoRoster.claims)
    // The renewal premium of the medical policy was due ten days ago and has not come.
    let due = day - 10
    maker.keep(
      maker.contract(zhao, zhao, "MED01", effective: due.adding(years: -3), yuan: 560, sum: 2_000_000), unpaidFrom: due)
    maker.write(zhao, daysAgo: 228, "phone", "in", "claim_notice", "家属报案：突发心梗住院", DemoRoster.service)
    maker.write(zhao, daysAgo: 150, "wechat", "out", "service_question", "出院后回访，恢复良好", agent)
    maker.write(zhao, daysAgo: 3, "sms", "out", "premium_reminder", "医疗险续期保费扣款未成功，已短信提醒", agent)
    let zhou = maker.enter(6, "周建国", female: false, born: born(58), work: "司机", income: 84_000, since: 1_200)
    maker.keep(maker.contract(zhou, zhou, "MED01", daysAgo: 1_150, yuan: 1_380, sum: 2_000_000))
    maker.keep(maker.contract(zhou, zhou, "ACC01", daysAgo: 90, yuan: 198, sum: 500_000))
    maker.claim(
      zhou, on: "P000000701", "medical", "高血压病2级", lossOn: day - 140, requested: day - 132, decided: day - 130,
      paidOn: day - 129, yuan: 4_260, paid: 3_540, handler: DemoRoster.claims)
    maker.write(zhou, daysAgo: 26, "app", "in", "service_question", "上传家庭血压计读数，询问健康管理服务", "")
  }

  /// An insurance trust: the trust company is the beneficiary of the whole-life contract.
  private func linFamily(_ maker: inout DemoBlockMaker) {
    let father = maker.enter(7, "林正南", female: false, born: born(52), work: "企业主", income: 1_800_000, since: 3_000)
    let mother = maker.enter(8, "许婉如", female: true, born: born(49), work: "企业主", income: 900_000, since: 2_900)
    let son = maker.enter(9, "林思远", female: false, born: born(23), work: "企业职员", income: 120_000, since: 2_000)
    let daughter = maker.enter(10, "林思语", female: true, born: born(15), work: "学生", income: nil, since: 2_000)
    maker.advise(father)
    maker.advise(mother)
    maker.join(father, mother, "spouse")
    for child in [son, daughter] {
      maker.join(father, child, "parent")
      maker.join(mother, child, "parent")
    }
    let trust = "G9900001"
    maker.block.customers.append(
      DemoCustomer(
        sourceID: trust, name: "云帆信托有限公司", idType: "uscc", nationalID: DemoNumbers.creditCode(9_900_001),
        address: "上海市浦东新区锦绣路88号", channel: "group", createdOn: day - 900, person: trust))
    let whole = maker.contract(father, father, "WL01", daysAgo: 880, yuan: 500_000, sum: 5_000_000, payYears: 5)
    maker.keep(whole, designated: true)
    maker.block.parties.append(
      DemoParty(policyNo: whole.policyNo, customer: trust, benefit: "death", rank: 1, share: .percent(100)))
    maker.keep(maker.contract(mother, mother, "ANN01", daysAgo: 1_600, yuan: 200_000, sum: 240_000, payYears: 10))
    maker.keep(
      maker.contract(mother, father, "CI01", daysAgo: 2_600, yuan: 11_800, sum: 500_000, payYears: 20), heirs: [mother])
    maker.keep(maker.contract(father, son, "MED02", daysAgo: 150, yuan: 12_600, sum: 8_000_000))
    maker.keep(maker.contract(father, daughter, "MED02", daysAgo: 150, yuan: 9_800, sum: 8_000_000))
    maker.write(
      father, daysAgo: 885, "visit", "out", "needs_analysis", "保险金信托：委托人林正南，受托人云帆信托，受益人为两名子女", DemoRoster.adviser)
    maker.write(mother, daysAgo: 33, "visit", "out", "policy_review", "家庭保单年度检视", DemoRoster.adviser)
  }

  private func oldAndYoung(_ maker: inout DemoBlockMaker) {
    let wu = maker.enter(11, "吴桂芳", female: true, born: born(68), work: "退休", income: 72_000, since: 3_600)
    maker.keep(maker.contract(wu, wu, "ANN01", daysAgo: 2_950, yuan: 180_000, sum: 216_000, payYears: 10))
    maker.keep(maker.contract(wu, wu, "ACC01", daysAgo: 300, yuan: 160, sum: 200_000))
    maker.write(wu, daysAgo: 15, "branch", "in", "service_question", "咨询养老社区参观安排，请用大字材料", DemoRoster.service)
    let sun = maker.enter(12, "孙悦", female: false, born: born(31), work: "程序员", income: 240_000, since: 800)
    let li = maker.enter(13, "李楠", female: true, born: born(30), work: "护士", income: 108_000, since: 790)
    let baby = maker.enter(14, "孙小宝", female: false, born: born(2), work: "学龄前儿童", income: nil, since: 700)
    maker.join(sun, li, "spouse")
    maker.join(sun, baby, "parent")
    maker.join(li, baby, "parent")
    maker.keep(maker.contract(sun, sun, "TL01", daysAgo: 780, yuan: 1_200, sum: 500_000, payYears: 20), heirs: [li])
    maker.keep(maker.contract(li, baby, "MED03", daysAgo: 160, yuan: 680, sum: 20_000))
    maker.keep(maker.contract(sun, baby, "ACC02", daysAgo: 130, yuan: 99, sum: 200_000))
    maker.claim(
      baby, on: "P000001401", "medical", "疱疹性咽峡炎", lossOn: day - 21, requested: day - 17, decided: day - 17,
      paidOn: day - 17, yuan: 1_180, paid: 864, handler: "")
    maker.claim(
      baby, on: "P000001401", "medical", "支气管肺炎", lossOn: day - 8, requested: day - 4, decided: nil, paidOn: nil,
      yuan: 6_420, handler: DemoRoster.claims)
    maker.write(li, daysAgo: 5, "phone", "in", "claim_notice", "孩子肺炎住院，电话报案", DemoRoster.service)
    maker.write(sun, daysAgo: 40, "app", "in", "product_question", "查看教育金产品介绍", "")
  }

  /// One person, three records: another character, the traditional script, two mobiles, five policies in all.
  private func zhangWei(_ maker: inout DemoBlockMaker) {
    let zhang = maker.enter(15, "张伟", female: false, born: born(42), work: "个体经营者", income: 200_000, since: 3_300)
    let first = maker.block.customers[maker.block.customers.count - 1]
    var second = first
    second.sourceID = "D0000016"
    second.name = "张玮"
    second.mobile = DemoNumbers.mobile(15, .duplicate)
    second.channel = "bancassurance"
    second.owner = ""
    second.createdOn = day - 1_100
    var third = first
    third.sourceID = "D9000016"
    third.name = "張偉"
    third.nationalID = DemoNumbers.shortened(first.nationalID)
    third.mobile = ""
    third.channel = "online"
    third.owner = ""
    third.createdOn = day - 400
    maker.block.customers += [second, third]
    maker.keep(maker.contract(zhang, zhang, "CI01", daysAgo: 3_200, yuan: 6_100, sum: 250_000, payYears: 20))
    maker.keep(maker.contract(zhang, zhang, "MED01", daysAgo: 1_500, yuan: 640, sum: 2_000_000))
    var bank = maker.contract(zhang, zhang, "ANN01", daysAgo: 1_090, yuan: 30_000, sum: 36_000, payYears: 5)
    bank.policyholder = second.sourceID
    bank.insured = second.sourceID
    bank.channel = "bancassurance"
    bank.writingAgent = roster.partnerNo("bancassurance", 0)
    bank.servicingAgent = bank.writingAgent
    maker.keep(bank)
    for (product, yuan, ago) in [("ACC01", 168 as Int64, 380), ("ACC01", 168, 12)] {
      var online = maker.contract(zhang, zhang, product, daysAgo: ago, yuan: yuan, sum: 500_000)
      online.policyholder = third.sourceID
      online.insured = third.sourceID
      online.channel = "online"
      online.writingAgent = ""
      online.servicingAgent = ""
      maker.keep(online)
    }
    maker.write(zhang, daysAgo: 12, "app", "in", "service_question", "为什么看不到我在银行买的年金", "")
  }
}
