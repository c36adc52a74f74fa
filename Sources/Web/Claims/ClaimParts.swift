/// Claims, those nearest their deadline first. Template: `claims/list`.
package struct ClaimsPage: Page {
  package static let template = "claims/list"
  package let query: String
  package let filters: [Choice]
  package let rows: [ClaimRow]
  package let pager: Pager
  package let empty: Empty?
  package static let tags: Tags<ClaimsPage> = [
    "query": .text(\.query), "filters": .rows(\.filters), "rows": .rows(\.rows), "pager": .part(\.pager),
    "empty": .part(\.empty),
  ]
  package static let sample = ClaimsPage(
    query: "",
    filters: [
      Choice("未结案", "?", isCurrent: true, count: "12"), Choice("临近时限", "?due=soon"), Choice("已结案", "?status=closed"),
    ],
    rows: [.sample, .sample], pager: Pager(summary: "12 件理赔", nextHref: nil, firstHref: nil), empty: nil)
}

/// One claim: progress, clock, money, what is missing. Template: `claims/show`.
package struct ClaimPage: Page {
  package static let template = "claims/show"
  package let number, kind: String
  package let status: Badge
  package let customer, policy: Link?
  package let steps: [ClaimStep]
  package let deadline: ClaimDeadline?
  package let highlights, dates, medical: [Fact]
  package let complexReason: String?
  package let timeline: [TimelineRow]

  package static let tags: Tags<ClaimPage> = [
    "number": .text(\.number), "kind": .text(\.kind), "status": .part(\.status), "customer": .part(\.customer),
    "policy": .part(\.policy), "steps": .rows(\.steps), "deadline": .part(\.deadline),
    "highlights": .rows(\.highlights), "dates": .rows(\.dates), "medical": .rows(\.medical),
    "complexReason": .text(\.complexReason), "timeline": .rows(\.timeline),
  ]

  package static let sample = ClaimPage(
    number: "CLM-2026-00377", kind: "医疗", status: Badge("待补资料", tone: "warn", icon: "pause"),
    customer: Link("李岚", "/customers/CU-1"), policy: Link("康健百万医疗 P2025090314", "/policies/PL-1"),
    steps: ClaimStep.samples, deadline: .sample,
    highlights: [Fact("申请金额", "¥12,480.50"), Fact("给付金额", "¥9,800.00"), Fact("理赔员", "郑涛"), Fact("出险日", "2026-11-10")],
    dates: [Fact("报案", "2026-11-16 10:20"), Fact("索赔申请", "2026-11-16"), Fact("要求补充", "2026-11-18")],
    medical: [Fact("诊断", "急性阑尾炎")], complexReason: "需向境外医院核实", timeline: Array(TimelineRow.samples.prefix(2)))
}
