/// The book of policies. Template: `policies/list`.
package struct PoliciesPage: Page {
  package static let template = "policies/list"
  package let query: String
  /// Where all states come from, when it is one source.
  package let asOf: String?
  package let filters: [Choice]
  package let rows: [PolicyRow]
  package let pager: Pager
  package let empty: Empty?
  package let canImport: Bool
  package static let tags: Tags<PoliciesPage> = [
    "query": .text(\.query), "asOf": .text(\.asOf), "filters": .rows(\.filters), "rows": .rows(\.rows),
    "pager": .part(\.pager), "empty": .part(\.empty), "canImport": .flag(\.canImport),
  ]
  package static let sample = PoliciesPage(
    query: "", asOf: "状态来自 核心系统 11-22 06:00",
    filters: [
      Choice("全部", "?", isCurrent: true), Choice("有效", "?status=in_force"), Choice("效力中止", "?status=suspended"),
      Choice("终止", "?status=terminated"),
    ],
    rows: PolicyRow.samples, pager: Pager(summary: "约 2,840 张保单", nextHref: "?after=PL-9", firstHref: nil),
    empty: nil, canImport: true)
}

/// One policy: state with its source, parties, coverages, premiums. Template: `policies/show`.
package struct PolicyPage: Page {
  package static let template = "policies/show"
  package let number, product, asOf: String
  package let badges: [Badge]
  package let highlights, dates: [Fact]
  package let projection: Notice?
  package let parties: [PolicyPartyRow]
  package let coverages: [CoverageLine]
  package let premiums: [PremiumLine]
  package let claims: [ClaimRow]
  package let base: Link?
  package let riders: [RiderRow]
  /// Benefits whose shares do not add up.
  package let shareFaults: [String]

  package static let tags: Tags<PolicyPage> = [
    "number": .text(\.number), "product": .text(\.product), "asOf": .text(\.asOf), "badges": .rows(\.badges),
    "highlights": .rows(\.highlights), "dates": .rows(\.dates), "projection": .part(\.projection),
    "parties": .rows(\.parties), "hasShares": .flag { $0.parties.contains { $0.hasShares } },
    "coverages": .rows(\.coverages), "premiums": .rows(\.premiums),
    "claims": .rows(\.claims), "base": .part(\.base), "riders": .rows(\.riders),
    "shareFaults": .rows { $0.shareFaults.map { Cell($0) } },
  ]

  package static let sample = PolicyPage(
    number: "P2021080442", product: "守护重大疾病保险", asOf: "核心系统 2026-11-22 06:00",
    badges: [Badge("有效", tone: "good", icon: "check"), Badge("宽限期", tone: "warn", icon: "clock")],
    highlights: [
      Fact("基本保险金额", "¥300,000"), Fact("保险费", "¥6,520", note: "年交"), Fact("下次应缴", "2026-10-18"),
      Fact("服务业务员", "何静"), Fact("渠道", "个险"),
    ],
    dates: [
      Fact("投保", "2021-08-02"), Fact("合同成立", "2021-08-05"), Fact("生效", "2021-08-06"), Fact("回执签收", "2021-08-10"),
      Fact("等待期至", "2021-11-04"),
    ],
    projection: Notice(text: "如未缴费，推算 2026-12-18 起效力中止（推算，以核心系统为准）", tone: "warn"),
    parties: PolicyPartyRow.samples,
    coverages: [
      CoverageLine(benefit: "重大疾病保险金", sumInsured: "¥300,000.00", deductible: "", rate: "100%", limit: ""),
      CoverageLine(benefit: "轻症保险金", sumInsured: "¥60,000.00", deductible: "", rate: "20%", limit: "3 次"),
    ],
    premiums: [
      PremiumLine(
        due: "2026-10-18", amount: "¥6,520.00", received: nil, demanded: "催告 2026-10-30 送达", method: "",
        state: Badge("未到账", tone: "warn", icon: "clock")),
      PremiumLine(
        due: "2025-10-18", amount: "¥6,520.00", received: "2025-10-18", demanded: nil, method: "代扣",
        state: Badge("已收", tone: "good", icon: "check")),
    ],
    claims: [.sample], base: Link("安心终身寿险 P2019030017", "/policies/PL-2"),
    riders: [
      RiderRow(
        product: "附加住院医疗", number: "P2021080442-1", href: "/policies/PL-3",
        status: Badge("有效", tone: "good", icon: "check"))
    ], shareFaults: ["身故保险金：受益份额合计不是 100%"])
}

package struct PolicyPartyRow: Part {
  package let role, name: String
  package let href, benefit, rank, share: String?
  /// Somebody of this policy has a share: the columns are there for all.
  package var hasShares = true
  package static let tags: Tags<PolicyPartyRow> = [
    "role": .text(\.role), "name": .text(\.name), "href": .text(\.href), "benefit": .text(\.benefit),
    "rank": .text(\.rank), "share": .text(\.share), "hasShares": .flag(\.hasShares),
  ]
  static let samples = [
    PolicyPartyRow(role: "投保人", name: "周航", href: nil, benefit: nil, rank: nil, share: nil),
    PolicyPartyRow(role: "被保险人", name: "李岚", href: "/customers/CU-1", benefit: nil, rank: nil, share: nil),
    PolicyPartyRow(role: "受益人", name: "周**", href: nil, benefit: "身故", rank: "第 1 顺序", share: "100%"),
  ]
}

package struct CoverageLine: Part {
  package let benefit, sumInsured, deductible, rate, limit: String
  package static let tags: Tags<CoverageLine> = [
    "benefit": .text(\.benefit), "sumInsured": .text(\.sumInsured), "deductible": .text(\.deductible),
    "rate": .text(\.rate), "limit": .text(\.limit),
  ]
}

package struct PremiumLine: Part {
  package let due, amount: String
  package let received: String?
  /// That a formal demand reached the policyholder, and when.
  package let demanded: String?
  package let method: String
  package let state: Badge
  package static let tags: Tags<PremiumLine> = [
    "due": .text(\.due), "amount": .text(\.amount), "received": .text(\.received),
    "demanded": .text(\.demanded), "method": .text(\.method),
    "state": .part(\.state),
  ]
}

package struct RiderRow: Part {
  package let product, number, href: String
  package let status: Badge
  package static let tags: Tags<RiderRow> = [
    "product": .text(\.product), "number": .text(\.number), "href": .text(\.href), "status": .part(\.status),
  ]
}
