/// What core systems have told, sender by sender and type by type. Template: `feeds/show`.
package struct FeedsPage: Page {
  package static let template = "feeds/show"
  package let stats: [Stat]
  package let headers: [Cell]
  package let rows: [TableRow]
  package let tallyHeaders: [Cell]
  package let tallies: [TableRow]
  package let senders: [FeedSenderLine]
  package let empty: Empty?
  package static let tags: Tags<FeedsPage> = [
    "stats": .rows(\.stats), "headers": .rows(\.headers), "rows": .rows(\.rows),
    "tallyHeaders": .rows(\.tallyHeaders), "tallies": .rows(\.tallies), "senders": .rows(\.senders),
    "empty": .part(\.empty),
  ]
  package static let sample = FeedsPage(
    stats: [
      Stat("待处理", "3", href: "/settings/events/letters", tone: "bad"),
      Stat("等待引用", "12", href: "/settings/events/letters?state=waiting"),
    ],
    headers: ["类型", "来源", "收到", "已生效", "已忽略", "等待", "待处理", "延迟"].map { Cell($0) },
    rows: [
      TableRow(cells: [
        Cell("anban.claim.requested"), Cell("core"), Cell("1,000", isNumber: true), Cell("987", isNumber: true),
        Cell("10", isNumber: true), Cell("0", isNumber: true), Cell("3", isNumber: true),
        Cell("", badge: Badge("4 秒", tone: "good", icon: "check")),
      ])
    ], tallyHeaders: ["来源", "类型", "时段", "已发", "在此", "差额"].map { Cell($0) },
    tallies: [
      TableRow(cells: [
        Cell("core"), Cell("anban.claim.requested"), Cell("11-20 00:00 – 11-21 00:00"), Cell("1,000", isNumber: true),
        Cell("998", isNumber: true), Cell("", badge: Badge("少 2", tone: "bad", icon: "alert")),
      ])
    ],
    senders: [
      FeedSenderLine(source: "/core/claims", feed: "core", csrf: "token", action: "/settings/events/sources/FS-1")
    ],
    empty: nil)
}

/// One source and the name under which files know its keys.
package struct FeedSenderLine: Part {
  package let source, feed, csrf: String
  package let action: String?
  package static let tags: Tags<FeedSenderLine> = [
    "source": .text(\.source), "feed": .text(\.feed), "csrf": .text(\.csrf), "action": .text(\.action),
  ]
}

/// Events that could not be applied. Template: `feeds/letters`.
package struct LettersPage: Page {
  package static let template = "feeds/letters"
  package let filters: [Choice]
  package let rows: [LetterLine]
  package let csrf: String
  package let empty: Empty?
  package let pager: Pager
  package static let tags: Tags<LettersPage> = [
    "filters": .rows(\.filters), "rows": .rows(\.rows), "csrf": .text(\.csrf), "empty": .part(\.empty),
    "pager": .part(\.pager),
  ]
  package static let sample = LettersPage(
    filters: [Choice("待处理", "?", isCurrent: true, count: "3"), Choice("等待引用", "?state=waiting", count: "12")],
    rows: [
      LetterLine(
        event: "e-1001", source: "core", type: "anban.customer.changed", href: "/settings/events/letters/DL-1",
        state: Badge("待处理", tone: "bad", icon: "alert"), findings: "姓名：不能为空", at: .sample("刚刚", "2026-11-22 11:29"),
        retryAction: "/settings/events/letters/DL-1/retry")
    ], csrf: "token", empty: nil, pager: Pager(summary: "3 条", nextHref: nil, firstHref: nil))
}

package struct LetterLine: Part {
  package let event, source, type, href: String
  package let state: Badge
  package let findings: String
  package let at: Moment
  package let retryAction: String?
  package static let tags: Tags<LetterLine> = [
    "event": .text(\.event), "source": .text(\.source), "type": .text(\.type), "href": .text(\.href),
    "state": .part(\.state), "findings": .text(\.findings), "at": .part(\.at), "retryAction": .text(\.retryAction),
  ]
}

/// One of them, to be mended or put away. Template: `feeds/letter`.
package struct LetterPage: Page {
  package static let template = "feeds/letter"
  package let event, lede: String
  package let state: Badge
  package let findings: [Fault]
  package let fields: [Field]
  package let retryAction, discardAction, reason: String?
  package let csrf: String
  package static let tags: Tags<LetterPage> = [
    "event": .text(\.event), "lede": .text(\.lede), "state": .part(\.state), "findings": .rows(\.findings),
    "fields": .rows(\.fields), "retryAction": .text(\.retryAction), "discardAction": .text(\.discardAction),
    "reason": .text(\.reason), "csrf": .text(\.csrf),
  ]
  package static let sample = LetterPage(
    event: "e-1001", lede: "core · anban.customer.changed · 2026-11-22 11:29",
    state: Badge("待处理", tone: "bad", icon: "alert"), findings: [Fault("data.name", "姓名：不能为空")],
    fields: [
      Field("event.id", "事件编号", "e-1001", isRequired: true),
      Field("data.name", "姓名", "", error: "不能为空", isRequired: true),
      Field("data.national_id", "证件号码", "", hint: "已收到，不予显示；留空即保留"),
    ], retryAction: "/settings/events/letters/DL-1/retry", discardAction: "/settings/events/letters/DL-1/discard",
    reason: nil, csrf: "token")
}
