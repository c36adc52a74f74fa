/// Complaints, those nearest their end first. Template: `complaints/list`.
package struct ComplaintsPage: Page {
  package static let template = "complaints/list"
  package let tabs: [Choice]
  package let newHref: String?
  package let rows: [ComplaintRow]
  package let pager: Pager
  package let empty: Empty?

  package static let tags: Tags<ComplaintsPage> = [
    "tabs": .rows(\.tabs), "newHref": .text(\.newHref), "rows": .rows(\.rows), "pager": .part(\.pager),
    "empty": .part(\.empty),
  ]
  package static let sample = ComplaintsPage(
    tabs: [Choice("办理中", "?show=open", isCurrent: true, count: "3"), Choice("已升级", "?show=escalated", count: "1")],
    newHref: "/complaints/new", rows: [.sample], pager: Pager(summary: "", nextHref: nil, firstHref: nil), empty: nil)
}

package struct ComplaintRow: Part {
  package let href, topic, channel, due, dueTone: String
  package let customer, handler, about, dueNote: String?
  package let stage: Badge
  package let escalated: Badge?

  package static let tags: Tags<ComplaintRow> = [
    "href": .text(\.href), "topic": .text(\.topic), "channel": .text(\.channel), "due": .text(\.due),
    "dueTone": .text(\.dueTone), "customer": .text(\.customer), "handler": .text(\.handler), "about": .text(\.about),
    "dueNote": .text(\.dueNote), "stage": .part(\.stage), "escalated": .part(\.escalated),
  ]
  static let sample = ComplaintRow(
    href: "/complaints/CO-1", topic: "理赔", channel: "监管转办", due: "2026-11-25", dueTone: "warn", customer: "邓丽",
    handler: "孙丽", about: "郑涛", dueNote: "还有 3 天", stage: Badge("已受理告知", tone: "info", icon: "clock"),
    escalated: Badge("已升级", tone: "bad", icon: "alert"))
}

/// Taking a complaint down. Template: `complaints/form`.
package struct ComplaintFormPage: Page {
  package static let template = "complaints/form"
  package let csrf: String
  package let faults: [Fault]
  package let fields: [Field]
  package static let tags: Tags<ComplaintFormPage> = [
    "csrf": .text(\.csrf), "faults": .rows(\.faults), "fields": .rows(\.fields),
  ]
  package static let sample = ComplaintFormPage(
    csrf: "token", faults: [Fault("said", "请填写")],
    fields: [Field("said", "投诉内容", control: .area, isRequired: true)])
}

/// One complaint whole. Template: `complaints/show`.
package struct ComplaintPage: Page {
  package static let template = "complaints/show"
  package let id, topic, said: String
  package let customer: Link?
  package let badges: [Badge]
  package let highlights, clock, history: [Fact]
  package let faults: [Fault]
  package let acts: [ComplaintAct]

  package static let tags: Tags<ComplaintPage> = [
    "id": .text(\.id), "topic": .text(\.topic), "said": .text(\.said),
    "customer": .part(\.customer), "badges": .rows(\.badges), "highlights": .rows(\.highlights),
    "clock": .rows(\.clock), "history": .rows(\.history), "faults": .rows(\.faults), "acts": .rows(\.acts),
  ]
  package static let sample = ComplaintPage(
    id: "CO-1", topic: "理赔", said: "理赔超过三十日未核定", customer: Link("邓丽", "/customers/CU-1"),
    badges: [Badge("已收到", tone: "info", icon: "clock")], highlights: [Fact("渠道", "监管转办")],
    clock: [Fact("", "收到之日起 15 日内作出决定并告知")], history: [Fact("2026-11-12", "已受理告知")],
    faults: [Fault("reason", "请用几个字说明理由")], acts: [.sample])
}

/// One form of what can be done now.
package struct ComplaintAct: Part {
  package let name, title, button, href, csrf: String
  package let fields: [Field]
  package static let tags: Tags<ComplaintAct> = [
    "href": .text(\.href), "csrf": .text(\.csrf),
    "name": .text(\.name), "title": .text(\.title), "button": .text(\.button), "fields": .rows(\.fields),
  ]
  static let sample = ComplaintAct(
    name: "extend", title: "延长办理期限", button: "延长", href: "/complaints/CO-1", csrf: "token",
    fields: [Field("reason", "理由", isRequired: true)])
}
