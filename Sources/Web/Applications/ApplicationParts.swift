/// Applications, what is due first. Template: `applications/list`.
package struct ApplicationsPage: Page {
  package static let template = "applications/list"
  package let tabs: [Choice]
  package let rows: [ApplicationRow]
  package let pager: Pager
  package let empty: Empty?
  package static let tags: Tags<ApplicationsPage> = [
    "tabs": .rows(\.tabs), "rows": .rows(\.rows), "pager": .part(\.pager), "empty": .part(\.empty),
  ]
  package static let sample = ApplicationsPage(
    tabs: [Choice("全部", "/applications", isCurrent: true), Choice("照会未回复", "?desk=requirement", count: "2")],
    rows: ApplicationRow.samples, pager: Pager(summary: "", nextHref: nil, firstHref: nil), empty: nil)
}

/// One application in a list. Template: `applications/row`.
package struct ApplicationRow: Part {
  package let number, href, product, agent: String
  package let customer, customerHref: String?
  package let stage: Badge
  package let outstanding: String?
  package let due: Badge?
  package let sum: String
  package let at: Moment
  package static let tags: Tags<ApplicationRow> = [
    "number": .text(\.number), "href": .text(\.href), "product": .text(\.product), "agent": .text(\.agent),
    "customer": .text(\.customer), "customerHref": .text(\.customerHref), "stage": .part(\.stage),
    "outstanding": .text(\.outstanding), "due": .part(\.due), "sum": .text(\.sum), "at": .part(\.at),
  ]
  static let samples = [
    ApplicationRow(
      number: "TB2026110087", href: "/applications/AP-1", product: "守正重大疾病险", agent: "何静", customer: "王敏",
      customerHref: "/customers/CU-1", stage: Badge("照会", tone: "warn", icon: "document"), outstanding: "照会未回复",
      due: Badge("还有 3 天", tone: "warn", icon: "clock"), sum: "¥300,000", at: .sample("昨天", "2026-11-21 10:02"))
  ]
}

/// One application: how far it is, what is asked and by when. Template: `applications/show`.
package struct ApplicationPage: Page {
  package static let template = "applications/show"
  package let number, product: String
  package let customer: Link?
  package let badges: [Badge]
  package let path: [ClaimStep]
  package let asked: String?
  package let askedUntil: String?
  package let facts: [Fact]
  package let steps: [TaskNoteRow]
  package let atRisk: [Fact]
  package let assesses: Bool
  package let earlier: [ApplicationRow]
  package static let tags: Tags<ApplicationPage> = [
    "number": .text(\.number), "product": .text(\.product), "customer": .part(\.customer), "badges": .rows(\.badges),
    "path": .rows(\.path), "asked": .text(\.asked), "askedUntil": .text(\.askedUntil), "facts": .rows(\.facts),
    "steps": .rows(\.steps), "atRisk": .rows(\.atRisk), "assesses": .flag(\.assesses), "earlier": .rows(\.earlier),
  ]
  package static let sample = ApplicationPage(
    number: "TB2026110087", product: "守正重大疾病险", customer: Link("王敏", "/customers/CU-1"),
    badges: [Badge("照会", tone: "warn", icon: "document")], path: ClaimStep.samples, asked: "请补充近一年体检报告",
    askedUntil: "2026-11-28", facts: [Fact("保额", "¥300,000")], steps: TaskNoteRow.samples,
    atRisk: [Fact("重疾", "¥500,000", note: "2 张")], assesses: true, earlier: ApplicationRow.samples)
}
