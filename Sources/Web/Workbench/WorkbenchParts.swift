/// What to do now: my customers' newest events, premiums due, claims near their deadline. Template: `workbench/show`.
package struct WorkbenchPage: Page {
  package static let template = "workbench/show"
  package let greeting, date: String
  package let stats: [Stat]
  package let claims: [ClaimRow]
  package let handles: Bool
  package let premiums: [DueLine]
  package let collects: Bool
  package let applications: [DueLine]
  package let assesses: Bool
  package let events: [WorkbenchRow]
  /// Who looked at one's customers for a while.
  package let notices: [GrantNotice]
  package let tasks: [TaskRow]
  package let taskNotices: [TaskNotice]
  package let csrf: String

  package static let tags: Tags<WorkbenchPage> = [
    "notices": .rows(\.notices), "tasks": .rows(\.tasks), "taskNotices": .rows(\.taskNotices), "csrf": .text(\.csrf),
    "greeting": .text(\.greeting), "date": .text(\.date), "stats": .rows(\.stats),
    "claims": .rows(\.claims), "handles": .flag(\.handles),
    "premiums": .rows(\.premiums), "collects": .flag(\.collects), "applications": .rows(\.applications),
    "assesses": .flag(\.assesses), "events": .rows(\.events),
  ]

  package static let sample = WorkbenchPage(
    greeting: "上午好，何静", date: "2026-11-22 星期日",
    stats: [
      Stat("临近时限的理赔", "3", href: "/claims?due=soon", tone: "bad", note: "1 件今天到期"),
      Stat("本月应收", "27", href: "/policies?due=month", note: "¥184,300"),
      Stat("宽限期内", "5", href: "/policies?due=grace", tone: "warn"),
      Stat("今日客户动态", "14", href: "/customers?sort=event"),
    ],
    claims: [.sample], handles: true, premiums: DueLine.samples, collects: true, applications: DueLine.samples,
    assesses: true,
    events: WorkbenchRow.samples, notices: [.sample], tasks: TaskRow.samples,
    taskNotices: [.sample], csrf: "token")
}

/// A premium to come or overdue.
package struct DueLine: Part {
  package let customer, href, product, due, amount: String
  package let state: Badge
  package static let tags: Tags<DueLine> = [
    "customer": .text(\.customer), "href": .text(\.href), "product": .text(\.product), "due": .text(\.due),
    "amount": .text(\.amount), "state": .part(\.state),
  ]
  static let samples = [
    DueLine(
      customer: "李岚", href: "/customers/CU-1", product: "守护重大疾病保险", due: "2026-10-18", amount: "¥6,520.00",
      state: Badge("宽限期 还有 26 天", tone: "warn", icon: "clock")),
    DueLine(
      customer: "陈静", href: "/customers/CU-2", product: "安心终身寿险", due: "2026-11-28", amount: "¥15,000.00",
      state: Badge("还有 6 天", tone: "quiet", icon: "calendar")),
  ]
}

package struct WorkbenchRow: Part {
  package let customer, customerHref: String
  package let entry: TimelineRow
  package static let tags: Tags<WorkbenchRow> = [
    "customer": .text(\.customer), "customerHref": .text(\.customerHref), "entry": .part(\.entry),
  ]
  static let samples = TimelineRow.samples.map {
    WorkbenchRow(customer: "李岚", customerHref: "/customers/CU-1", entry: $0)
  }
}
