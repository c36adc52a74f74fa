/// Who has left or leaves. Template: `departures/list`.
package struct DeparturesPage: Page {
  package static let template = "departures/list"
  package let tabs: [Choice]
  package let newHref: String?
  package let rows: [DepartureRow]
  package let pager: Pager
  package let empty: Empty?
  package static let tags: Tags<DeparturesPage> = [
    "tabs": .rows(\.tabs), "newHref": .text(\.newHref), "rows": .rows(\.rows), "pager": .part(\.pager),
    "empty": .part(\.empty),
  ]
  package static let sample = DeparturesPage(
    tabs: Choice.departureSamples, newHref: "/departures/new", rows: [.sample],
    pager: Pager(summary: "", nextHref: nil, firstHref: nil), empty: nil)
}

extension Choice {
  static let departureSamples = [
    Choice("离职人员", "/departures", isCurrent: true), Choice("孤儿单", "/departures/orphans", count: "27"),
    Choice("离职告知", "/departures/notices", count: "4"),
  ]
}

package struct DepartureRow: Part {
  package let href, name, place, left, tellBy, tellTone, orphans, told: String
  package let state: Badge
  package static let tags: Tags<DepartureRow> = [
    "href": .text(\.href), "name": .text(\.name), "place": .text(\.place), "left": .text(\.left),
    "tellBy": .text(\.tellBy), "tellTone": .text(\.tellTone), "orphans": .text(\.orphans), "told": .text(\.told),
    "state": .part(\.state),
  ]
  static let sample = DepartureRow(
    href: "/departures/DP-1", name: "赵一鸣 F0300001", place: "滨江分公司 · 滨江01部", left: "2026-11-01",
    tellBy: "2026-12-01", tellTone: "warn", orphans: "12", told: "3 / 9",
    state: Badge("待交接", tone: "warn", icon: "people"))
}

/// Noting that somebody leaves. Template: `departures/form`.
package struct DepartureFormPage: Page {
  package static let template = "departures/form"
  package let csrf: String
  package let faults: [Fault]
  package let fields: [Field]
  package static let tags: Tags<DepartureFormPage> = [
    "csrf": .text(\.csrf), "faults": .rows(\.faults), "fields": .rows(\.fields),
  ]
  package static let sample = DepartureFormPage(
    csrf: "token", faults: [Fault("left_on", "日期次序不对")],
    fields: [
      Field("staff_no", "工号", isRequired: true), Field("left_on", "离职日", control: .input(type: "date")),
    ])
}

/// One departure whole. Template: `departures/show`.
package struct DeparturePage: Page {
  package static let template = "departures/show"
  package let name, number, reason: String
  package let state: Badge
  package let highlights, served, taken: [Fact]
  package let handovers: [HandoverRow]
  /// Where a hand-over is looked at before it is ordered; nil for who may order none, or while nothing is left.
  package let previewHref: String?
  package let faults: [Fault]
  package let fields: [Field]
  package static let tags: Tags<DeparturePage> = [
    "name": .text(\.name), "number": .text(\.number), "reason": .text(\.reason), "state": .part(\.state),
    "highlights": .rows(\.highlights), "served": .rows(\.served), "taken": .rows(\.taken),
    "handovers": .rows(\.handovers), "previewHref": .text(\.previewHref), "faults": .rows(\.faults),
    "fields": .rows(\.fields),
  ]
  package static let sample = DeparturePage(
    name: "赵一鸣", number: "F0300001", reason: "2026-11-01 离职，须在 30 日内即 2026-12-01 前告知",
    state: Badge("待交接", tone: "warn", icon: "people"),
    highlights: [Fact("离职日", "2026-11-01"), Fact("告知期限", "2026-12-01", note: "还有 9 天")],
    served: [Fact("有效保单", "12", href: "/departures/orphans?agent=F0300001")],
    taken: [Fact("任务", "3 / 5")], handovers: [.sample], previewHref: "/departures/DP-1/handover",
    faults: [Fault("receiver", "没有这个工号")],
    fields: [Field("rule", "规则", control: .select([SelectOption("team", "平均分给团队")]), isRequired: true)])
}

package struct HandoverRow: Part {
  package let href, rule, count, at: String
  package let state: Badge
  package static let tags: Tags<HandoverRow> = [
    "href": .text(\.href), "rule": .text(\.rule), "count": .text(\.count), "at": .text(\.at), "state": .part(\.state),
  ]
  static let sample = HandoverRow(
    href: "/departures/handovers/HO-1", rule: "平均分给团队", count: "9", at: "2026-11-22 09:30",
    state: Badge("已完成", tone: "good", icon: "check"))
}

/// What a hand-over would do, and the button that orders it. Template: `departures/preview`.
package struct HandoverPreviewPage: Page {
  package static let template = "departures/preview"
  package let back: Link
  package let action, csrf: String
  package let hidden: [SelectOption]
  package let highlights: [Fact]
  package let reasons: [Fact]
  package let shares: [HandoverShareRow]
  package let faults: [Fault]
  package let fields: [Field]
  package static let tags: Tags<HandoverPreviewPage> = [
    "back": .part(\.back), "action": .text(\.action), "csrf": .text(\.csrf), "hidden": .rows(\.hidden),
    "highlights": .rows(\.highlights), "reasons": .rows(\.reasons), "shares": .rows(\.shares),
    "faults": .rows(\.faults), "fields": .rows(\.fields),
  ]
  package static let sample = HandoverPreviewPage(
    back: Link("赵一鸣", "/departures/DP-1"), action: "/departures/DP-1/handover", csrf: "token",
    hidden: [SelectOption("team", "rule")], highlights: [Fact("客户", "9"), Fact("保单", "12")],
    reasons: [Fact("", "依次分给 3 位在职业务员，手上保单最少的先得")], shares: [.sample],
    faults: [Fault("reason", "请用几个字说明理由")], fields: [Field("reason", "事由", isRequired: true)])
}

package struct HandoverShareRow: Part {
  package let name, load, customers, policies: String
  package let note: String?
  package static let tags: Tags<HandoverShareRow> = [
    "name": .text(\.name), "load": .text(\.load), "customers": .text(\.customers), "policies": .text(\.policies),
    "note": .text(\.note),
  ]
  static let sample = HandoverShareRow(name: "何静 A000012", load: "120", customers: "5", policies: "7", note: nil)
}

/// A hand-over under way or done. Template: `departures/handover`.
package struct HandoverPage: Page {
  package static let template = "departures/handover"
  package let back: Link?
  package let csrf: String
  package let progress: ImportProgress
  package let highlights: [Fact]
  package let shares: [HandoverShareRow]
  package let undoHref, undoNote: String?
  package static let tags: Tags<HandoverPage> = [
    "back": .part(\.back), "csrf": .text(\.csrf), "progress": .part(\.progress), "highlights": .rows(\.highlights),
    "shares": .rows(\.shares), "undoHref": .text(\.undoHref), "undoNote": .text(\.undoNote),
  ]
  package static let sample = HandoverPage(
    back: Link("赵一鸣", "/departures/DP-1"), csrf: "token", progress: .sample,
    highlights: [Fact("规则", "平均分给团队"), Fact("事由", "离职交接")],
    shares: [HandoverShareRow(name: "何静 A000012", load: "", customers: "5", policies: "7", note: "保留 1")],
    undoHref: "/departures/handovers/HO-1/undo", undoNote: "可撤销至 2026-11-25 09:30")
}

/// Policies that nobody serves. Template: `departures/orphans`.
package struct OrphansPage: Page {
  package static let template = "departures/orphans"
  package let tabs, shows: [Choice]
  package let fields: [SelectOption]
  package let lines, statuses, branches, teams, sorts: [SelectOption]
  package let agent, exportHref: String
  package let rows: [OrphanRow]
  package let pager: Pager
  package let empty: Empty?
  /// For who may hand over.
  package let handsOver: Bool
  package static let tags: Tags<OrphansPage> = [
    "tabs": .rows(\.tabs), "shows": .rows(\.shows), "fields": .rows(\.fields), "lines": .rows(\.lines),
    "statuses": .rows(\.statuses), "branches": .rows(\.branches), "teams": .rows(\.teams), "sorts": .rows(\.sorts),
    "agent": .text(\.agent), "exportHref": .text(\.exportHref), "rows": .rows(\.rows), "pager": .part(\.pager),
    "empty": .part(\.empty), "handsOver": .flag(\.handsOver),
  ]
  package static let sample = OrphansPage(
    tabs: Choice.departureSamples, shows: [Choice("业务员已离职", "?", isCurrent: true, count: "27")],
    fields: [SelectOption("left", "show")], lines: [SelectOption("", "全部险类")],
    statuses: [SelectOption("", "全部状态")], branches: [SelectOption("", "全部机构")],
    teams: [SelectOption("", "全部团队")], sorts: [SelectOption("left", "按离职日")], agent: "",
    exportHref: "/departures/orphans/export.csv", rows: [.sample],
    pager: Pager(summary: "", nextHref: "?after=1", firstHref: nil), empty: nil, handsOver: true)
}

package struct OrphanRow: Part {
  package let id, href, customer, product, number, premium: String
  package let agent, left, due: String?
  package let status: Badge
  /// Whether it can be chosen to be handed over.
  package let isChoosable: Bool
  package static let tags: Tags<OrphanRow> = [
    "id": .text(\.id), "href": .text(\.href), "customer": .text(\.customer), "product": .text(\.product),
    "number": .text(\.number), "premium": .text(\.premium), "agent": .text(\.agent), "left": .text(\.left),
    "due": .text(\.due), "status": .part(\.status), "isChoosable": .flag(\.isChoosable),
  ]
  static let sample = OrphanRow(
    id: "CU-1", href: "/policies/PO-1", customer: "蒋涛", product: "守护重大疾病保险", number: "P000002401",
    premium: "¥7,000.00", agent: "赵一鸣 F0300001", left: "2026-11-01", due: "2027-01-10",
    status: Badge("有效", tone: "good", icon: "check"), isChoosable: true)
}

/// Whom the law wants told. Template: `departures/notices`.
package struct DepartureNoticesPage: Page {
  package static let template = "departures/notices"
  package let tabs, shows: [Choice]
  package let rows: [DepartureNoticeRow]
  package let pager: Pager
  package let empty: Empty?
  package let exportHref, csrf, query: String
  package let faults: [Fault]
  /// How they were told; none for who tells nobody.
  package let fields: [Field]
  package static let tags: Tags<DepartureNoticesPage> = [
    "tabs": .rows(\.tabs), "shows": .rows(\.shows), "rows": .rows(\.rows), "pager": .part(\.pager),
    "empty": .part(\.empty), "exportHref": .text(\.exportHref), "csrf": .text(\.csrf), "query": .text(\.query),
    "faults": .rows(\.faults), "fields": .rows(\.fields),
  ]
  package static let sample = DepartureNoticesPage(
    tabs: Choice.departureSamples, shows: [Choice("待告知", "?", isCurrent: true, count: "4")], rows: [.sample],
    pager: Pager(summary: "", nextHref: nil, firstHref: nil), empty: nil,
    exportHref: "/departures/notices/export.csv", csrf: "token", query: "?show=open",
    faults: [Fault("proof", "请写明凭证")],
    fields: [Field("way", "方式", control: .select([SelectOption("phone", "电话")]), isRequired: true)])
}

package struct DepartureNoticeRow: Part {
  package let id, href, customer, policies, old, due, dueTone: String
  package let new, dueNote, told: String?
  package let state: Badge
  package let isOpen: Bool
  package static let tags: Tags<DepartureNoticeRow> = [
    "id": .text(\.id), "href": .text(\.href), "customer": .text(\.customer), "policies": .text(\.policies),
    "old": .text(\.old), "new": .text(\.new), "due": .text(\.due), "dueTone": .text(\.dueTone),
    "dueNote": .text(\.dueNote), "told": .text(\.told), "state": .part(\.state), "isOpen": .flag(\.isOpen),
  ]
  static let sample = DepartureNoticeRow(
    id: "DN-1", href: "/customers/CU-1", customer: "蒋涛", policies: "P000002401", old: "赵一鸣", due: "2026-12-01",
    dueTone: "warn", new: "何静", dueNote: "还有 9 天", told: "2026-11-20 · 电话",
    state: Badge("待告知", tone: "warn", icon: "clock"), isOpen: true)
}
