import Kernel

/// The contacts of a person with the insurer: regular ones by the person's state, and those that an event brought.
extension DemoBlockMaker {
  enum ContactCause: Sendable { case surrender, postSale, claim }

  /// One contact that an event brought; the person's other contacts come later.
  mutating func contact(_ index: Int, about cause: ContactCause, on day: Day?) {
    guard let day, day > self.day - 540 else { return }
    pending.append((index, cause, day))
  }

  private struct Topic {
    let code: String
    let direction: String
    let summaries: [String]
  }

  /// Weights of the regular topics, in the order of `topics`.
  private static let topicWeights = DemoWeights([20, 16, 14, 12, 10, 9, 8, 6, 5])
  private static let topics = [
    Topic(
      code: "premium_reminder", direction: "out",
      summaries: ["提醒续期保费将到期，客户表示已存足余额", "告知续期交费日期和金额", "提示宽限期截止日，客户答应当天转账"]),
    Topic(code: "service_question", direction: "in", summaries: ["咨询保单服务网点和营业时间", "询问电子保单下载方式", "询问门诊报销所需材料"]),
    Topic(code: "policy_review", direction: "out", summaries: ["讲解现有保障，约定下月面谈", "整理家庭保单，客户关注医疗保障", "发送保障检视摘要"]),
    Topic(code: "greeting", direction: "out", summaries: ["生日问候", "节日问候", "天气提醒和健康小贴士"]),
    Topic(code: "policy_servicing", direction: "in", summaries: ["申请变更联系地址", "申请变更交费账户", "补发保单申请已受理"]),
    Topic(code: "product_question", direction: "in", summaries: ["询问养老年金领取方式", "询问少儿医疗险等待期", "比较重疾险保额"]),
    Topic(code: "activity", direction: "out", summaries: ["邀请参加健康讲座", "邀请参加亲子活动，客户待定"]),
    Topic(code: "claim_progress", direction: "in", summaries: ["询问理赔进度，已告知处理时限", "询问补充资料清单"]),
    Topic(code: "complaint", direction: "in", summaries: ["反映等待时间较长，已致歉并登记", "对扣费时间有疑问，已解释"]),
  ]

  static let contactChannelWeights = DemoWeights([45, 25, 20, 5, 5])
  static let contactChannels = ["wechat", "app", "phone", "branch", "visit"]

  /// The contacts of twenty months.
  mutating func addContacts(_ index: Int) {
    let person = people[index]
    let causes = pending.filter { $0.person == index }
    for cause in causes { addCaused(index, cause.cause, on: cause.day) }
    guard person.contactRate > 0 else { return }
    let end = min(person.diedOn ?? day, day)
    let start = max(day - 620, person.createdOn)
    guard end > start else { return }
    let count = random.poisson(person.contactRate * Double(end - start) / 365)
    for _ in 0..<count {
      let topic = Self.topics[Self.topicWeights.draw(&random)]
      add(
        index, on: start + random.below(end - start),
        channel: Self.contactChannels[Self.contactChannelWeights.draw(&random)],
        direction: topic.direction, topic: topic.code, summary: random.pick(topic.summaries))
    }
  }

  private mutating func addCaused(_ index: Int, _ cause: ContactCause, on day: Day) {
    switch cause {
    case .surrender:
      add(
        index, on: day - 4, channel: "phone", direction: "in", topic: "surrender_enquiry", summary: "询问退保手续和现金价值，已如实告知")
    case .postSale:
      add(index, on: day, channel: "phone", direction: "out", topic: "post_sale_call", summary: "新契约回访：七个问题均已确认")
    case .claim:
      add(index, on: day, channel: "phone", direction: "in", topic: "claim_notice", summary: "电话报案，已告知所需材料")
    }
  }

  private mutating func add(
    _ index: Int, on when: Day, channel: String, direction: String, topic: String, summary: String
  ) {
    let at = Instant(when, secondOfDay: random.within(30_000...75_000))
    guard at < setting.statusAsOf else { return }
    contactCounts[index] += 1
    let person = people[index]
    let key = "I\(DemoNumbers.pad(person.index + 1, 7))\(DemoNumbers.pad(contactCounts[index], 3))"
    let record = person.duplicate.map { random.chance(2_000) ? $0 : person.key } ?? person.key
    block.interactions.append(
      DemoInteraction(
        sourceID: key, customer: record, at: at, channel: channel, direction: direction, topic: topic,
        summary: summary, staff: contactStaff(person, channel: channel, topic: topic)))
  }

  private mutating func contactStaff(_ person: DemoPerson, channel: String, topic: String) -> String {
    switch channel {
    case "app": ""
    case "branch": roster.drawServiceDesk(&random)
    case "phone" where topic != "premium_reminder" && topic != "policy_review": roster.drawServiceDesk(&random)
    default: roster.agentNo(person.agent)
    }
  }
}
