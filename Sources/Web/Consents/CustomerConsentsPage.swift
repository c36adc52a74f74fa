/// What a person has agreed to, purpose by purpose, with the words. Template: `consents/customer`.
package struct CustomerConsentsPage: Page {
  package static let template = "consents/customer"
  package let head: CustomerHead
  /// Why nothing could be taken down, as the form before said.
  package let faults: [Fault]
  package let cards: [ConsentCard]
  package let history: [ConsentRow]

  package static let tags: Tags<CustomerConsentsPage> = [
    "head": .part(\.head), "faults": .rows(\.faults), "cards": .rows(\.cards), "history": .rows(\.history),
  ]
  package static let sample = CustomerConsentsPage(
    head: .sample("consents"), faults: [Fault("guardian", "未满十四周岁须由监护人同意")], cards: ConsentCard.samples,
    history: [.sample])
}

/// One purpose: its words, how the person stands to it, and how to say yes, no, or no more. Template: `consents/card`.
package struct ConsentCard: Part {
  package let title, key: String
  package let category: String?
  package let state: Badge
  package let facts: [Fact]
  package let text, version: String
  package let necessity: String?
  /// The form to take an answer down; nil for who may not, or when there is nothing to ask.
  package let ask: ConsentAsk?
  /// The form to take a yes back.
  package let withdraw: ConsentWithdraw?

  package static let tags: Tags<ConsentCard> = [
    "title": .text(\.title), "key": .text(\.key), "category": .text(\.category), "state": .part(\.state),
    "facts": .rows(\.facts), "text": .text(\.text), "version": .text(\.version), "necessity": .text(\.necessity),
    "ask": .part(\.ask), "withdraw": .part(\.withdraw),
  ]

  static let samples = [
    ConsentCard(
      title: "营销", key: "marketing-none", category: nil, state: Badge("已同意", tone: "good", icon: "check"),
      facts: [Fact("自", "2026-09-30"), Fact("表态人", "本人"), Fact("记录人", "何静")],
      text: "我们想用您的姓名和联系方式向您介绍新的产品。", version: "文本第 1 版", necessity: nil, ask: nil,
      withdraw: .sample),
    ConsentCard(
      title: "健康服务", key: "health_service-health", category: "健康信息",
      state: Badge("未征求", icon: "clock"), facts: [], text: "我们想处理您自己提供的健康读数。", version: "文本第 1 版",
      necessity: "没有健康读数就做不出健康计划。", ask: .sample, withdraw: nil),
  ]
}

/// Template: `consents/ask`. The box is never ticked beforehand.
package struct ConsentAsk: Part {
  package let action, csrf, purpose, category, textVersion, key, summary: String
  /// Why the person is not to be asked now, unless he asks for it himself.
  package let note: String?
  package let guardians: [SelectOption]
  package static let tags: Tags<ConsentAsk> = [
    "action": .text(\.action), "csrf": .text(\.csrf), "purpose": .text(\.purpose), "category": .text(\.category),
    "textVersion": .text(\.textVersion), "key": .text(\.key), "summary": .text(\.summary), "note": .text(\.note),
    "guardians": .rows(\.guardians),
  ]
  static let sample = ConsentAsk(
    action: "/customers/CU-1/consents", csrf: "token", purpose: "health_service", category: "health",
    textVersion: "1", key: "health_service-health", summary: "征求同意", note: "2027-03-01 前不再主动征求",
    guardians: [SelectOption("CU-2", "李强")])
}

/// Template: `consents/withdraw`.
package struct ConsentWithdraw: Part {
  package let action, csrf, purpose, category, key: String
  package static let tags: Tags<ConsentWithdraw> = [
    "action": .text(\.action), "csrf": .text(\.csrf), "purpose": .text(\.purpose), "category": .text(\.category),
    "key": .text(\.key),
  ]
  static let sample = ConsentWithdraw(
    action: "/customers/CU-1/consents/withdrawal", csrf: "token", purpose: "marketing", category: "none",
    key: "marketing-none")
}

/// One decision of the past.
package struct ConsentRow: Part {
  package let purpose, state, by, takenBy, version, source: String
  package let evidence: String?
  package let at: Moment
  package let withdrawn: Moment?
  package static let tags: Tags<ConsentRow> = [
    "purpose": .text(\.purpose), "state": .text(\.state), "by": .text(\.by), "takenBy": .text(\.takenBy),
    "version": .text(\.version), "source": .text(\.source), "evidence": .text(\.evidence), "at": .part(\.at),
    "withdrawn": .part(\.withdrawn),
  ]
  static let sample = ConsentRow(
    purpose: "营销", state: "已撤回", by: "本人", takenBy: "何静", version: "1", source: "本系统", evidence: "授权书 A-17",
    at: .sample("09-30", "2026-09-30 10:11"), withdrawn: .sample("11-02", "2026-11-02 15:20"))
}
