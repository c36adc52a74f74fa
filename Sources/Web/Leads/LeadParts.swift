/// Leads, the longest untouched first. Template: `leads/list`.
package struct LeadsPage: Page {
  package static let template = "leads/list"
  package let tabs: [Choice]
  package let rows: [LeadRow]
  package let pager: Pager
  package let empty: Empty?
  package let newHref: String?
  package static let tags: Tags<LeadsPage> = [
    "tabs": .rows(\.tabs), "rows": .rows(\.rows), "pager": .part(\.pager), "empty": .part(\.empty),
    "newHref": .text(\.newHref),
  ]
  package static let sample = LeadsPage(
    tabs: [Choice("我的", "/leads", isCurrent: true), Choice("公共池", "/leads?whose=pool", count: "3")],
    rows: LeadRow.samples, pager: Pager(summary: "", nextHref: nil, firstHref: nil), empty: nil, newHref: "/leads/new")
}

/// One lead in a list. Template: inside `leads/list`.
package struct LeadRow: Part {
  package let name, href, origin: String
  package let mobile, line, owner, next: String?
  package let state: Badge
  package let touched: Moment
  /// When it goes back to the pool.
  package let back: Badge?
  package let visitHref, takeAction: String?
  package let csrf: String
  package static let tags: Tags<LeadRow> = [
    "name": .text(\.name), "href": .text(\.href), "origin": .text(\.origin), "mobile": .text(\.mobile),
    "line": .text(\.line), "owner": .text(\.owner), "next": .text(\.next), "state": .part(\.state),
    "touched": .part(\.touched), "back": .part(\.back), "visitHref": .text(\.visitHref),
    "takeAction": .text(\.takeAction), "csrf": .text(\.csrf),
  ]
  static let samples = [
    LeadRow(
      name: "王敏", href: "/leads/LD-1", origin: "网站", mobile: "138****0000", line: "医疗", owner: "何静",
      next: "2026-11-23 15:00", state: Badge("已约访", tone: "info", icon: "calendar"),
      touched: .sample("昨天", "2026-11-21 10:02"), back: Badge("18 小时后退回", tone: "warn", icon: "clock"),
      visitHref: "/leads/LD-1/visit", takeAction: "/leads/LD-1/assignment", csrf: "token")
  ]
}

/// One lead with its steps and what may be done. Template: `leads/show`.
package struct LeadPage: Page {
  package static let template = "leads/show"
  package let name, action, csrf: String
  package let badges: [Badge]
  package let facts: [Fact]
  package let steps: [TaskNoteRow]
  package let visitHref, winHref: String?
  package let isOpen, canTake: Bool
  package let followFields, assignFields, losses: [Field]
  package let faults: [Fault]
  package static let tags: Tags<LeadPage> = [
    "name": .text(\.name), "action": .text(\.action), "csrf": .text(\.csrf), "badges": .rows(\.badges),
    "facts": .rows(\.facts), "steps": .rows(\.steps), "visitHref": .text(\.visitHref), "winHref": .text(\.winHref),
    "isOpen": .flag(\.isOpen), "canTake": .flag(\.canTake), "followFields": .rows(\.followFields),
    "assignFields": .rows(\.assignFields), "losses": .rows(\.losses), "faults": .rows(\.faults),
  ]
  package static let sample = LeadPage(
    name: "王敏", action: "/leads/LD-1", csrf: "token", badges: [Badge("已约访", tone: "info", icon: "calendar")],
    facts: [Fact("手机", "138****0000"), Fact("来源", "网站")], steps: TaskNoteRow.samples, visitHref: "/leads/LD-1/visit",
    winHref: "/customers/new?lead=LD-1", isOpen: true, canTake: true,
    followFields: [Field("note", "跟进", control: .area)], assignFields: [Field("assignee", "工号")],
    losses: [Field("reason", "原因", control: .select([SelectOption("no_need", "没有需求")]))],
    faults: [Fault("next_at", "时间")])
}

/// Taking a lead in. Template: `leads/form`.
package struct LeadFormPage: Page {
  package static let template = "leads/form"
  package let csrf: String
  package let fields: [Field]
  package let faults: [Fault]
  package static let tags: Tags<LeadFormPage> = [
    "csrf": .text(\.csrf), "fields": .rows(\.fields), "faults": .rows(\.faults),
  ]
  package static let sample = LeadFormPage(
    csrf: "token", fields: [Field("name", "姓名", isRequired: true)], faults: [Fault("mobile", "手机：必填")])
}

/// A visit in two taps: this page is the second. Template: `leads/visit`.
package struct VisitPage: Page {
  package static let template = "leads/visit"
  package let name, action, backHref, csrf: String
  package let choices: [SelectOption]
  package static let tags: Tags<VisitPage> = [
    "name": .text(\.name), "action": .text(\.action), "backHref": .text(\.backHref), "csrf": .text(\.csrf),
    "choices": .rows(\.choices),
  ]
  package static let sample = VisitPage(
    name: "王敏", action: "/leads/LD-1/visit", backHref: "/leads/LD-1", csrf: "token",
    choices: [SelectOption("met", "见到了"), SelectOption("not_in", "没见到")])
}
