/// Asking to look at a customer for a while. Template: `grants/form`.
package struct GrantFormPage: Page {
  package static let template = "grants/form"
  package let customer, action, csrf, cancelHref: String
  package let faults: [Fault]
  package let fields: [Field]
  /// Nil where the role may ask for nothing.
  package let canOpen: Bool
  package static let tags: Tags<GrantFormPage> = [
    "customer": .text(\.customer), "action": .text(\.action), "csrf": .text(\.csrf), "cancelHref": .text(\.cancelHref),
    "faults": .rows(\.faults), "fields": .rows(\.fields), "canOpen": .flag(\.canOpen),
  ]
  package static let sample = GrantFormPage(
    customer: "CU-0F7K-2MQ4-9XTB-1A", action: "/customers/CU-1/grant", csrf: "token", cancelHref: "/customers",
    faults: [Fault("reason", "请用几个字说明理由")],
    fields: [
      Field("kind", "方式", control: .select([SelectOption("broken_glass", "紧急查看")])),
      Field("reason", "理由", control: .area, hint: "写清为何此刻必须查看", isRequired: true),
      Field("minutes", "时长", control: .select([SelectOption("15", "15 分钟"), SelectOption("60", "60 分钟")])),
    ], canOpen: true)
}

/// Who looked beyond his own, why, and what compliance found. Template: `grants/list`.
package struct GrantsPage: Page {
  package static let template = "grants/list"
  package let tabs: [Choice]
  package let rows: [GrantRow]
  package let pager: Pager
  package let empty: Empty?
  package static let tags: Tags<GrantsPage> = [
    "tabs": .rows(\.tabs), "rows": .rows(\.rows), "pager": .part(\.pager), "empty": .part(\.empty),
  ]
  package static let sample = GrantsPage(
    tabs: CompliancePage.tabSamples, rows: GrantRow.samples,
    pager: Pager(summary: "", nextHref: "?before=9", firstHref: nil), empty: nil)
}

/// One of them, with what may be done now.
package struct GrantRow: Part {
  package let who, role, kind, customer, customerHref, looksHref: String
  package let reason: String?
  package let at: Moment
  package let until: Moment?
  package let state: Badge
  package let review: Badge?
  package let choices: [SelectOption]
  package let grant, csrf: String
  package static let tags: Tags<GrantRow> = [
    "who": .text(\.who), "role": .text(\.role), "kind": .text(\.kind), "customer": .text(\.customer),
    "customerHref": .text(\.customerHref), "looksHref": .text(\.looksHref), "reason": .text(\.reason),
    "at": .part(\.at), "until": .part(\.until), "state": .part(\.state), "review": .part(\.review),
    "choices": .rows(\.choices), "grant": .text(\.grant), "csrf": .text(\.csrf),
  ]
  static let samples = [
    GrantRow(
      who: "孙丽", role: "理赔员", kind: "紧急查看", customer: "CU-0F7K-2MQ4-9XTB-1A", customerHref: "/customers/CU-1",
      looksHref: "/compliance?customer=CU-1", reason: "家属来电，急诊垫付，需核对既往理赔", at: .sample("刚刚", "2026-11-22 11:30"),
      until: .sample("1 小时后", "2026-11-22 12:30"), state: Badge("有效", tone: "warn", icon: "clock"), review: nil,
      choices: [SelectOption("justified", "有正当理由"), SelectOption("end", "收回")], grant: "GR-1", csrf: "token"),
    GrantRow(
      who: "郑涛", role: "客服", kind: "核实来电", customer: "CU-0F7K-2MQ4-9XTB-1A", customerHref: "/customers/CU-1",
      looksHref: "/compliance?customer=CU-1", reason: nil, at: .sample("昨天", "2026-11-21 10:02"), until: nil,
      state: Badge("已到期", icon: "clock"), review: Badge("有正当理由", tone: "good", icon: "check"), choices: [],
      grant: "GR-2", csrf: "token"),
  ]
}

/// What an owner is told: who looked at his customer. On the workbench.
package struct GrantNotice: Part {
  package let text, href: String
  package static let tags: Tags<GrantNotice> = ["text": .text(\.text), "href": .text(\.href)]
  static let sample = GrantNotice(text: "孙丽（理赔员）以“紧急查看”方式查看了 李岚", href: "/customers/CU-1/access")
}
