/// The other tabs of a customer's page; each is an address of its own.
package struct CustomerPoliciesPage: Page {
  package static let template = "customers/policies"
  package let head: CustomerHead
  package let policies: [PolicyRow]
  package let asOf: String?
  package let cover: [CoverTotal]
  package let calendar: PremiumCalendar?
  /// What the table is narrowed to; a press takes it off.
  package let chips: [Choice]
  package static let tags: Tags<CustomerPoliciesPage> = [
    "head": .part(\.head), "policies": .rows(\.policies), "asOf": .text(\.asOf), "cover": .rows(\.cover),
    "calendar": .part(\.calendar), "chips": .rows(\.chips),
  ]
  package static let sample = CustomerPoliciesPage(
    head: .sample("policies"), policies: PolicyRow.samples, asOf: "状态来自 核心系统 11-22 06:00",
    cover: CoverTotal.samples, calendar: .sample, chips: [Choice("在保保障：寿险", "/customers/CU-1/policies")])
}

package struct CustomerClaimsPage: Page {
  package static let template = "customers/claims"
  package let head: CustomerHead
  package let claims: [ClaimRow]
  package static let tags: Tags<CustomerClaimsPage> = ["head": .part(\.head), "claims": .rows(\.claims)]
  package static let sample = CustomerClaimsPage(head: .sample("claims"), claims: [.sample])
}

package struct CustomerTimelinePage: Page {
  package static let template = "customers/timeline"
  package let head: CustomerHead
  package let filters: [Choice]
  package let rows: CustomerTimelineRows
  package static let tags: Tags<CustomerTimelinePage> = [
    "head": .part(\.head), "filters": .rows(\.filters), "rows": .part(\.rows),
  ]
  package static let sample = CustomerTimelinePage(
    head: .sample("timeline"),
    filters: ["全部", "保单", "理赔", "联系", "服务", "系统"].enumerated().map {
      Choice($1, "/customers/CU-1/timeline?family=\($0)", isCurrent: $0 == 0)
    }, rows: .sample)
}

/// The rows alone, so that more of them can be fetched.
package struct CustomerTimelineRows: Page {
  package static let template = "customers/timeline-rows"
  package let entries: [TimelineRow]
  package let moreHref: String?
  package static let tags: Tags<CustomerTimelineRows> = ["entries": .rows(\.entries), "moreHref": .text(\.moreHref)]
  package static let sample = CustomerTimelineRows(
    entries: TimelineRow.samples, moreHref: "/customers/CU-1/timeline?after=EV-1")
}

package struct CustomerInteractionsPage: Page {
  package static let template = "customers/interactions"
  package let head: CustomerHead
  package let rows: [InteractionRow]
  package let pager: Pager
  package static let tags: Tags<CustomerInteractionsPage> = [
    "head": .part(\.head), "rows": .rows(\.rows), "pager": .part(\.pager),
  ]
  package static let sample = CustomerInteractionsPage(
    head: .sample("interactions"), rows: InteractionRow.samples,
    pager: Pager(summary: "48 次往来", nextHref: "?after=IN-1", firstHref: nil))
}

package struct InteractionRow: Part {
  package let at: Moment
  package let icon, channel, direction, topic, staff: String
  package let summary: String?
  package static let tags: Tags<InteractionRow> = [
    "at": .part(\.at), "icon": .icon(\.icon), "channel": .text(\.channel), "direction": .text(\.direction),
    "topic": .text(\.topic), "staff": .text(\.staff), "summary": .text(\.summary),
  ]
  static let samples = [
    InteractionRow(
      at: .sample("2 小时前", "2026-11-22 09:30"), icon: "wechat", channel: "微信", direction: "客户来", topic: "少儿医保衔接",
      staff: "何静", summary: "已发送理赔材料清单，约定周六上午电话。"),
    InteractionRow(
      at: .sample("11-08", "2026-11-08 18:20"), icon: "phone", channel: "电话", direction: "我方去", topic: "续期提醒",
      staff: "客服中心", summary: nil),
  ]
}

package struct CustomerRelationshipsPage: Page {
  package static let template = "customers/relationships"
  package let head: CustomerHead
  package let relationships: [RelationshipRow]
  package static let tags: Tags<CustomerRelationshipsPage> = [
    "head": .part(\.head), "relationships": .rows(\.relationships),
  ]
  package static let sample = CustomerRelationshipsPage(
    head: .sample("relationships"), relationships: RelationshipRow.samples)
}

package struct CustomerAccessPage: Page {
  package static let template = "customers/access"
  package let head: CustomerHead
  package let looks: [AccessLine]
  package let pager: Pager
  package static let tags: Tags<CustomerAccessPage> = [
    "head": .part(\.head), "looks": .rows(\.looks), "pager": .part(\.pager),
  ]
  package static let sample = CustomerAccessPage(
    head: .sample("access"), looks: AccessLine.samples,
    pager: Pager(summary: "最近 90 天 3 次查看", nextHref: nil, firstHref: nil))
}

/// What was corrected: who, when, from what, to what.
package struct CustomerCorrectionsPage: Page {
  package static let template = "customers/corrections"
  package let head: CustomerHead
  package let rows: [CorrectionRow]
  package static let tags: Tags<CustomerCorrectionsPage> = ["head": .part(\.head), "rows": .rows(\.rows)]
  package static let sample = CustomerCorrectionsPage(head: .sample("corrections"), rows: CorrectionRow.samples)
}

package struct CorrectionRow: Part {
  package let field, before, after, who, source: String
  package let reason: String?
  package let at: Moment
  package static let tags: Tags<CorrectionRow> = [
    "field": .text(\.field), "before": .text(\.before), "after": .text(\.after), "who": .text(\.who),
    "source": .text(\.source), "reason": .text(\.reason), "at": .part(\.at),
  ]
  static let samples = [
    CorrectionRow(
      field: "手机", before: "138****0001", after: "138****0000", who: "王芳", source: "柜面", reason: "客户到柜面更正",
      at: .sample("09-30", "2026-09-30 10:11"))
  ]
}
