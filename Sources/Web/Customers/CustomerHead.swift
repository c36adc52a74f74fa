/// The highlights panel above each tab of a customer: who is this, how do we stand. Template: `customers/head`.
package struct CustomerHead: Part {
  package let name, initial, id, facts: String
  package let badges: [Badge]
  package let highlights: [Fact]
  package let tabs: [Choice]
  /// What the person's data may be used for; none for who may not know.
  package let consents: [Badge]
  package let consentsHref: String
  package let editHref, contactHref, taskHref, visitHref: String?

  package static let tags: Tags<CustomerHead> = [
    "name": .text(\.name), "initial": .text(\.initial), "id": .text(\.id), "facts": .text(\.facts),
    "badges": .rows(\.badges), "highlights": .rows(\.highlights), "tabs": .rows(\.tabs),
    "consents": .rows(\.consents), "consentsHref": .text(\.consentsHref),
    "editHref": .text(\.editHref), "contactHref": .text(\.contactHref), "taskHref": .text(\.taskHref),
    "visitHref": .text(\.visitHref),
  ]

  static let sample = sample("overview")

  static func sample(_ current: String) -> CustomerHead {
    let base = "/customers/CU-0F7K-2MQ4-9XTB-1A"
    let tabs = [
      ("overview", "概览", nil), ("policies", "保单", "4"), ("claims", "理赔", "2"), ("interactions", "往来", "48"),
      ("timeline", "时间线", nil), ("relationships", "关系", "3"), ("consents", "同意", nil),
      ("corrections", "更正", nil), ("access", "谁看过", nil),
    ]
    return CustomerHead(
      name: "李岚", initial: "李", id: "CU-0F7K-2MQ4-9XTB-1A", facts: "女 · 35 岁 · 1991-04-17",
      badges: [
        Badge("在保", tone: "good", icon: "shield"), Badge("理赔中", tone: "info", icon: "claim"),
        Badge("续期", tone: "warn", icon: "premium"),
      ],
      highlights: [
        Fact("服务人员", "何静", note: "华东一部"), Fact("在保保额", "¥2,800,000"), Fact("年缴保费", "¥31,940"),
        Fact("下次应缴", "2026-10-18", note: "宽限至 12-17"), Fact("最近联系", "2 小时前", note: "微信"),
      ],
      tabs: tabs.map { key, label, count in
        Choice(label, key == "overview" ? base : "\(base)/\(key)", isCurrent: key == current, count: count)
      },
      consents: [
        Badge("服务", tone: "good", icon: "check"), Badge("营销", icon: "close"),
        Badge("健康", tone: "good", icon: "check"),
      ], consentsHref: "\(base)/consents", editHref: "\(base)/edit", contactHref: "\(base)/interactions/new",
      taskHref: "/tasks/new?customer=CU-1", visitHref: "\(base)/visit")
  }
}
