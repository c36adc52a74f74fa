/// The customer whole, on one page. Template: `customers/show`.
package struct CustomerOverviewPage: Page {
  package static let template = "customers/show"

  package let head: CustomerHead
  package let tasks: [TaskRow]
  package let applications: [ApplicationRow]
  package let policies: [PolicyRow]
  package let policiesAsOf: String?
  package let calendar: PremiumCalendar?
  package let morePolicies, moreClaims: Link?
  package let claims: [ClaimRow]
  package let cover: [CoverTotal]
  package let filters: [Choice]
  package let timeline: [TimelineRow]
  package let timelineHref: String
  package let contact, identity: [Fact]
  package let relationships: [RelationshipRow]
  package let looks: [AccessLine]
  package let accessHref: String?
  /// What was kept although it is not right, by code.
  package let flags: [String]
  /// What he has complained about, and where to take a complaint down; nil for who sees none.
  package var complaints: [ComplaintRow] = []
  package var complaintHref: String?

  package static let tags: Tags<CustomerOverviewPage> = [
    "head": .part(\.head), "tasks": .rows(\.tasks), "applications": .rows(\.applications),
    "policies": .rows(\.policies),
    "policiesAsOf": .text(\.policiesAsOf),
    "calendar": .part(\.calendar), "morePolicies": .part(\.morePolicies),
    "claims": .rows(\.claims), "moreClaims": .part(\.moreClaims), "cover": .rows(\.cover),
    "filters": .rows(\.filters), "timeline": .rows(\.timeline), "timelineHref": .text(\.timelineHref),
    "contact": .rows(\.contact), "identity": .rows(\.identity), "relationships": .rows(\.relationships),
    "looks": .rows(\.looks), "accessHref": .text(\.accessHref), "flags": .rows { $0.flags.map { Cell($0) } },
    "complaints": .rows(\.complaints), "complaintHref": .text(\.complaintHref),
  ]

  package static let sample = CustomerOverviewPage(
    head: .sample, tasks: TaskRow.samples, applications: ApplicationRow.samples, policies: PolicyRow.samples,
    policiesAsOf: "状态来自 核心系统 11-22 06:00",
    calendar: .sample,
    morePolicies: Link("全部 12 张保单", "/customers/CU-1/policies"),
    moreClaims: Link("全部 2 件理赔", "/customers/CU-1/claims"), claims: [.sample], cover: CoverTotal.samples,
    filters: CustomerTimelinePage.sample.filters, timeline: TimelineRow.samples,
    timelineHref: "/customers/CU-1/timeline",
    contact: [
      Fact("手机", "138****0000", note: "本人"), Fact("邮箱", "l****@example.cn"), Fact("地址", "上海市浦东新区 ****"),
    ],
    identity: [
      Fact("居民身份证", "310***********002X"), Fact("出生日期", "1991-04-17"), Fact("职业", "教师"), Fact("来源渠道", "个险"),
      Fact("建档", "2019-02-26"),
    ],
    relationships: RelationshipRow.samples, looks: AccessLine.samples, accessHref: "/customers/CU-1/access",
    flags: ["证件号码校验码不符，已按来件保留"], complaints: [.sample], complaintHref: "/complaints/new?customer=CU-1")
}

/// What a customer is covered for in force, a line of business each. Template: inside `customers/show`.
package struct CoverTotal: Part {
  package let label, amount: String
  /// How many policies in force stand behind the sum, and where they are listed.
  package let policies, href: String
  /// 0…100, against the largest of them.
  package let percent: Int

  package static let tags: Tags<CoverTotal> = [
    "label": .text(\.label), "amount": .text(\.amount), "policies": .text(\.policies),
    "href": .text(\.href), "percent": .text { "\($0.percent)" },
  ]

  static let samples = [
    CoverTotal(
      label: "医疗", amount: "¥2,000,000", policies: "1 张", href: "/customers/CU-1/policies?cover=life", percent: 100),
    CoverTotal(
      label: "寿险", amount: "¥500,000", policies: "1 张", href: "/customers/CU-1/policies?cover=life", percent: 25),
    CoverTotal(
      label: "重疾", amount: "¥300,000", policies: "1 张", href: "/customers/CU-1/policies?cover=life", percent: 15),
  ]
}

/// Somebody this customer is tied to. Template: inside `customers/relationships`.
package struct RelationshipRow: Part {
  package let name, kind: String
  package let href, since: String?

  package static let tags: Tags<RelationshipRow> = [
    "name": .text(\.name), "kind": .text(\.kind), "href": .text(\.href), "since": .text(\.since),
  ]

  static let samples = [
    RelationshipRow(name: "周航", kind: "配偶", href: "/customers/CU-2", since: "2016-05-20"),
    RelationshipRow(name: "周小米", kind: "子女", href: "/customers/CU-3", since: nil),
    RelationshipRow(name: "李**", kind: "父母", href: nil, since: nil),
  ]
}

/// Who looked at whom, when and why. Template: `compliance/access-row`.
package struct AccessLine: Part {
  package let at: Moment
  package let who, role, purpose, what, surface, address: String
  package let subject: Link?
  package let wasDenied: Bool

  package static let tags: Tags<AccessLine> = [
    "at": .part(\.at), "who": .text(\.who), "role": .text(\.role), "purpose": .text(\.purpose), "what": .text(\.what),
    "surface": .text(\.surface), "address": .text(\.address), "subject": .part(\.subject),
    "wasDenied": .flag(\.wasDenied),
  ]

  static let samples = [
    AccessLine(
      at: .sample("刚刚", "2026-11-22 11:30:12"), who: "何静", role: "代理人", purpose: "合同服务", what: "客户概览",
      surface: "页面", address: "10.2.0.14", subject: Link("李岚", "/customers/CU-1"), wasDenied: false),
    AccessLine(
      at: .sample("昨天", "2026-11-21 16:02:55"), who: "郑涛", role: "理赔员", purpose: "理赔", what: "理赔资料",
      surface: "页面", address: "10.2.0.71", subject: Link("李岚", "/customers/CU-1"), wasDenied: false),
    AccessLine(
      at: .sample("11-18", "2026-11-18 09:12:40"), who: "赵明", role: "代理人", purpose: "合同服务", what: "客户概览",
      surface: "接口", address: "10.9.3.8", subject: Link("李岚", "/customers/CU-1"), wasDenied: true),
  ]
}
