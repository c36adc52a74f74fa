/// Who looked at what: the access log. Template: `compliance/access`.
package struct CompliancePage: Page {
  package static let template = "compliance/access"
  package let tabs: [Choice]
  package let filters: [Field]
  package let rows: [AccessLine]
  package let pager: Pager
  package let empty: Empty?
  package static let tags: Tags<CompliancePage> = [
    "tabs": .rows(\.tabs), "filters": .rows(\.filters), "rows": .rows(\.rows), "pager": .part(\.pager),
    "empty": .part(\.empty),
  ]
  static let tabSamples = [
    Choice("访问日志", "/compliance", isCurrent: true), Choice("完整性校验", "/compliance/verification"),
  ]
  package static let sample = CompliancePage(
    tabs: tabSamples, filters: [Field("who", "查看人", "何静"), Field("customer", "客户号")], rows: AccessLine.samples,
    pager: Pager(summary: "约 12,400 条", nextHref: "?before=9", firstHref: nil), empty: nil)
}

/// One look, with everybody whom it showed. Template: `compliance/look`.
package struct ComplianceLookPage: Page {
  package static let template = "compliance/look"
  package let tabs: [Choice]
  package let look: AccessLine
  package let subjects: [Link]
  package static let tags: Tags<ComplianceLookPage> = [
    "tabs": .rows(\.tabs), "look": .part(\.look), "subjects": .rows(\.subjects),
  ]
  package static let sample = ComplianceLookPage(
    tabs: CompliancePage.tabSamples, look: AccessLine.samples[0],
    subjects: [Link("CU-1", "/customers/CU-1"), Link("CU-2", "/customers/CU-2")])
}

/// Proves the logs unbroken, or names the first broken row. Template: `compliance/verification`.
package struct VerificationPage: Page {
  package static let template = "compliance/verification"
  package let tabs: [Choice]
  package let csrf: String
  package let verdict: Notice?
  package let rows: [VerificationLine]
  package static let tags: Tags<VerificationPage> = [
    "tabs": .rows(\.tabs), "csrf": .text(\.csrf), "verdict": .part(\.verdict), "rows": .rows(\.rows),
  ]
  package static let sample = VerificationPage(
    tabs: CompliancePage.tabSamples, csrf: "token", verdict: Notice(text: "两个日志均完整", tone: "good"),
    rows: [
      VerificationLine(
        log: "访问日志", count: "12,400", sealedUntil: "2026-11-22 11:29:00",
        state: Badge("完整", tone: "good", icon: "check"), detail: nil),
      VerificationLine(
        log: "事件日志", count: "98,213", sealedUntil: "2026-11-22 11:29:00",
        state: Badge("第 18 行被改动", tone: "bad", icon: "alert"), detail: "写入者 3，第 18 行"),
    ])
}

package struct VerificationLine: Part {
  package let log, count, sealedUntil: String
  package let state: Badge
  package let detail: String?
  package static let tags: Tags<VerificationLine> = [
    "log": .text(\.log), "count": .text(\.count), "sealedUntil": .text(\.sealedUntil), "state": .part(\.state),
    "detail": .text(\.detail),
  ]
}
