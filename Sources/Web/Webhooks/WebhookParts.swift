/// Where what happens is told. Template: `webhooks/list`.
package struct WebhooksPage: Page {
  package static let template = "webhooks/list"
  package let rows: [WebhookLine]
  package let newHref: String?
  package let hosts: String
  package let empty: Empty?
  package let pager: Pager
  package static let tags: Tags<WebhooksPage> = [
    "rows": .rows(\.rows), "newHref": .text(\.newHref), "hosts": .text(\.hosts), "empty": .part(\.empty),
    "pager": .part(\.pager),
  ]
  package static let sample = WebhooksPage(
    rows: [
      WebhookLine(
        host: "hooks.example.cn", href: "/settings/webhooks/WH-1", description: "对账系统",
        state: Badge("运行中", tone: "good", icon: "check"), owner: "integrator", purpose: "资料质量", delivered: "1,204",
        waiting: "3", failed: "0")
    ], newHref: "/settings/webhooks/new", hosts: "允许的主机：*.example.cn", empty: nil,
    pager: Pager(summary: "", nextHref: nil, firstHref: nil))
}

package struct WebhookLine: Part {
  package let host, href, description: String
  package let state: Badge
  package let owner, purpose, delivered, waiting, failed: String
  package static let tags: Tags<WebhookLine> = [
    "host": .text(\.host), "href": .text(\.href), "description": .text(\.description), "state": .part(\.state),
    "owner": .text(\.owner), "purpose": .text(\.purpose), "delivered": .text(\.delivered), "waiting": .text(\.waiting),
    "failed": .text(\.failed),
  ]
}

/// One of them with its deliveries. Template: `webhooks/show`.
package struct WebhookPage: Page {
  package static let template = "webhooks/show"
  package let host, url, description: String
  package let state: Badge
  /// A secret just made: shown this once.
  package let fresh: String?
  package let facts: [Fact]
  package let note: String?
  package let csrf: String
  package let action: String?
  package let isRunning, isMine: Bool
  package let filters: [Choice]
  package let rows: [WebhookDeliveryLine]
  package let empty: Empty?
  package let pager: Pager
  package static let tags: Tags<WebhookPage> = [
    "host": .text(\.host), "url": .text(\.url), "description": .text(\.description), "state": .part(\.state),
    "fresh": .text(\.fresh), "facts": .rows(\.facts), "note": .text(\.note), "csrf": .text(\.csrf),
    "action": .text(\.action), "isRunning": .flag(\.isRunning), "isMine": .flag(\.isMine), "filters": .rows(\.filters),
    "rows": .rows(\.rows), "empty": .part(\.empty), "pager": .part(\.pager),
  ]
  package static let sample = WebhookPage(
    host: "hooks.example.cn", url: "https://hooks.example.cn/in", description: "对账系统",
    state: Badge("运行中", tone: "good", icon: "check"), fresh: "whsec_2Qm9…",
    facts: [Fact("账号", "integrator"), Fact("用途", "资料质量")], note: "连续五天没有送达", csrf: "token",
    action: "/settings/webhooks/WH-1", isRunning: true, isMine: true,
    filters: [Choice("全部", "?", isCurrent: true), Choice("未送达", "?state=failed", count: "2")],
    rows: [
      WebhookDeliveryLine(
        type: "anban.claim_paid", id: "WD-1", href: "/settings/webhooks/WH-1/deliveries/WD-1",
        state: Badge("已送达", tone: "good", icon: "check"), result: "HTTP 204", attempts: "1",
        at: .sample("刚刚", "2026-11-22 11:29"))
    ], empty: nil, pager: Pager(summary: "", nextHref: nil, firstHref: nil))
}

package struct WebhookDeliveryLine: Part {
  package let type, id, href: String
  package let state: Badge
  package let result, attempts: String
  package let at: Moment
  package static let tags: Tags<WebhookDeliveryLine> = [
    "type": .text(\.type), "id": .text(\.id), "href": .text(\.href), "state": .part(\.state),
    "result": .text(\.result), "attempts": .text(\.attempts), "at": .part(\.at),
  ]
}

/// A new one, or another address and other types. Template: `webhooks/form`.
package struct WebhookFormPage: Page {
  package static let template = "webhooks/form"
  package let title, back, action, csrf: String
  package let fields: [Field]
  package let scopes: [SelectOption]
  package let groups: [WebhookTypeGroup]
  package let faults: [Fault]
  package static let tags: Tags<WebhookFormPage> = [
    "title": .text(\.title), "back": .text(\.back), "action": .text(\.action), "csrf": .text(\.csrf),
    "fields": .rows(\.fields), "scopes": .rows(\.scopes), "groups": .rows(\.groups), "faults": .rows(\.faults),
  ]
  package static let sample = WebhookFormPage(
    title: "新的推送", back: "/settings/webhooks", action: "/settings/webhooks", csrf: "token",
    fields: [Field("url", "地址", "https://hooks.example.cn/in", isRequired: true)],
    scopes: [SelectOption("customer:read", "客户 · 查看", isSelected: true)],
    groups: [
      WebhookTypeGroup(
        title: "理赔", isOpen: true, options: [SelectOption("claim_paid", "anban.claim_paid", isSelected: true)])
    ], faults: [Fault("url", "地址不能使用")])
}

package struct WebhookTypeGroup: Part {
  package let title: String
  package let isOpen: Bool
  package let options: [SelectOption]
  package static let tags: Tags<WebhookTypeGroup> = [
    "title": .text(\.title), "isOpen": .flag(\.isOpen), "options": .rows(\.options),
  ]
}

/// One message with every attempt. Template: `webhooks/delivery`.
package struct WebhookDeliveryPage: Page {
  package static let template = "webhooks/delivery"
  package let type: String
  package let back: Link
  package let state: Badge
  package let facts: [Fact]
  /// Nil when the viewer may not see the event.
  package let body: String?
  package let attempts: [WebhookAttemptLine]
  package let csrf: String
  package let replayAction: String?
  package static let tags: Tags<WebhookDeliveryPage> = [
    "type": .text(\.type), "back": .part(\.back), "state": .part(\.state), "facts": .rows(\.facts),
    "body": .text(\.body), "attempts": .rows(\.attempts), "csrf": .text(\.csrf), "replayAction": .text(\.replayAction),
  ]
  package static let sample = WebhookDeliveryPage(
    type: "anban.claim_paid", back: Link("hooks.example.cn", "/settings/webhooks/WH-1"),
    state: Badge("重试中", tone: "warn", icon: "clock"), facts: [Fact("webhook-id", "WD-1")],
    body: #"{"specversion":"1.0","type":"anban.claim_paid"}"#,
    attempts: [
      WebhookAttemptLine(
        number: "1", at: .sample("刚刚", "2026-11-22 11:29"), duration: "120 毫秒",
        result: Badge("HTTP 503", tone: "bad", icon: "alert"), answer: "try again later")
    ], csrf: "token", replayAction: "/settings/webhooks/WH-1/deliveries/WD-1/replay")
}

package struct WebhookAttemptLine: Part {
  package let number: String
  package let at: Moment
  package let duration: String
  package let result: Badge
  package let answer: String
  package static let tags: Tags<WebhookAttemptLine> = [
    "number": .text(\.number), "at": .part(\.at), "duration": .text(\.duration), "result": .part(\.result),
    "answer": .text(\.answer),
  ]
}
