/// The renewal desk. Template: `premiums/list`.
package struct PremiumsPage: Page {
  package static let template = "premiums/list"
  package let tabs: [Choice]
  package let lede: String
  package let stats: [Stat]
  /// What the filter keeps of the address.
  package let fields: [SelectOption]
  package let lines, branches, teams: [SelectOption]
  package let takesAgent: Bool
  package let agent: String
  package let sorts: [SelectOption]
  package let exportHref: String
  package let rows: [DueLineRow]
  package let pager: Pager
  package let empty: Empty?

  package static let tags: Tags<PremiumsPage> = [
    "tabs": .rows(\.tabs), "lede": .text(\.lede), "stats": .rows(\.stats), "fields": .rows(\.fields),
    "lines": .rows(\.lines), "branches": .rows(\.branches), "teams": .rows(\.teams),
    "takesAgent": .flag(\.takesAgent), "agent": .text(\.agent), "sorts": .rows(\.sorts),
    "exportHref": .text(\.exportHref), "rows": .rows(\.rows), "pager": .part(\.pager), "empty": .part(\.empty),
  ]

  package static let sample = PremiumsPage(
    tabs: [
      Choice("当月", "?list=this_month", isCurrent: true, count: "27"),
      Choice("次月", "?list=second_month", count: "9"), Choice("宽末", "?list=grace_end", count: "4"),
    ],
    lede: "本月应交、尚未收到的保费",
    stats: [
      Stat("应收未收", "27", href: "?", note: "¥184,300"),
      Stat("扣款失败", "5", href: "?show=failed", tone: "bad", note: "¥21,400"),
      Stat("13个月继续率", "3", href: "?show=year2", tone: "warn", note: "¥18,000"),
    ],
    fields: [SelectOption("this_month", "list")], lines: [SelectOption("", "全部险类"), SelectOption("life", "寿险")],
    branches: [SelectOption("", "全部机构"), SelectOption("BR-1", "东区")],
    teams: [SelectOption("", "全部团队"), SelectOption("TM-1", "一组")], takesAgent: true, agent: "",
    sorts: [SelectOption("due", "按应交日"), SelectOption("suspension", "按推算中止日")],
    exportHref: "/premiums/export.csv", rows: [.sample, .sample],
    pager: Pager(summary: "", nextHref: "?after=1", firstHref: nil), empty: nil)
}

/// One premium of a list.
package struct DueLineRow: Part {
  package let customer, href, product, number, due, amount, suspends: String
  package let dueNote, suspendsNote, agent, failure: String?
  package let result: Badge?
  package let promise, demand: Badge?

  package static let tags: Tags<DueLineRow> = [
    "customer": .text(\.customer), "href": .text(\.href), "product": .text(\.product), "number": .text(\.number),
    "due": .text(\.due), "amount": .text(\.amount), "suspends": .text(\.suspends), "dueNote": .text(\.dueNote),
    "suspendsNote": .text(\.suspendsNote), "agent": .text(\.agent), "failure": .text(\.failure),
    "result": .part(\.result), "promise": .part(\.promise), "demand": .part(\.demand),
  ]

  static let sample = DueLineRow(
    customer: "李岚", href: "/premiums/PO-1", product: "安心终身寿险", number: "P2019030017", due: "2026-11-10",
    amount: "¥15,000.00", suspends: "2027-01-10", dueNote: "已过 12 天", suspendsNote: "还有 49 天", agent: "何静",
    failure: "余额不足", result: Badge("扣款失败", tone: "bad", icon: "alert"),
    promise: Badge("承诺 11-25 前交", tone: "info", icon: "check"),
    demand: Badge("催告 11-15 送达", tone: "warn", icon: "email"))
}

/// One premium that is open. Template: `premiums/show`.
package struct PremiumPage: Page {
  package static let template = "premiums/show"
  package let customer: Link?
  package let product, policyHref, number, id, dueOn, csrf: String
  package let badges: [Badge]
  package let highlights: [Fact]
  package let suspends: String
  package let reasons: [Fact]
  package let faults: [Fault]
  package let history: [Fact]
  package let promise, reminder, demand, proof: [Field]
  /// The demand whose proof is awaited.
  package let waiting: String?

  package static let tags: Tags<PremiumPage> = [
    "customer": .part(\.customer), "product": .text(\.product), "policyHref": .text(\.policyHref),
    "number": .text(\.number), "id": .text(\.id), "dueOn": .text(\.dueOn), "csrf": .text(\.csrf),
    "badges": .rows(\.badges), "highlights": .rows(\.highlights), "suspends": .text(\.suspends),
    "reasons": .rows(\.reasons), "faults": .rows(\.faults), "history": .rows(\.history),
    "promise": .rows(\.promise), "reminder": .rows(\.reminder), "demand": .rows(\.demand), "proof": .rows(\.proof),
    "waiting": .text(\.waiting),
  ]

  package static let sample = PremiumPage(
    customer: Link("李岚", "/customers/CU-1"), product: "安心终身寿险", policyHref: "/policies/PO-1",
    number: "P2019030017", id: "PO-1", dueOn: "2026-11-10", csrf: "token",
    badges: [Badge("扣款失败", tone: "bad", icon: "alert")],
    highlights: [Fact("应交日", "2026-11-10", note: "已过 12 天"), Fact("金额", "¥15,000.00")],
    suspends: "如未交费，推算 2027-01-10 起效力中止",
    reasons: [Fact("保险法第36条", "应交日 2026-11-10 起 60 日")],
    faults: [Fault("pay_by", "承诺日期已过")], history: [Fact("2026-11-15", "交费提示 · 电话")],
    promise: [Field("pay_by", "承诺日期", control: .input(type: "date"), isRequired: true)],
    reminder: [Field("way", "方式", control: .select([SelectOption("phone", "电话")]))],
    demand: [Field("way", "方式", control: .select([SelectOption("registered_mail", "挂号信")]))],
    proof: [Field("reached_on", "送达日", control: .input(type: "date"), isRequired: true)], waiting: "PN-1")
}
