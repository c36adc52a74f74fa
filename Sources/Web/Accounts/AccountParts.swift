/// Sign in. Template: `accounts/login`.
package struct LoginPage: Page {
  package static let template = "accounts/login"
  package let name, next, csrf: String
  package let error: String?
  package static let tags: Tags<LoginPage> = [
    "name": .text(\.name), "next": .text(\.next), "csrf": .text(\.csrf), "error": .text(\.error),
  ]
  package static let sample = LoginPage(name: "hejing", next: "/customers", csrf: "token", error: "账号或密码不正确")
}

/// Where I am signed in, each to be ended. Template: `accounts/sessions`.
package struct SessionsPage: Page {
  package static let template = "accounts/sessions"
  package let rows: [SessionLine]
  package let csrf: String
  package static let tags: Tags<SessionsPage> = ["rows": .rows(\.rows), "csrf": .text(\.csrf)]
  package static let sample = SessionsPage(
    rows: [
      SessionLine(
        device: "Chrome · Windows", address: "10.2.0.14", since: .sample("今天", "2026-11-22 08:55"),
        seen: .sample("刚刚", "2026-11-22 11:30"), isThis: true, endAction: "/settings/sessions/SE-1/end"),
      SessionLine(
        device: "Safari · iPhone", address: "10.8.1.3", since: .sample("3 天前", "2026-11-19 20:12"),
        seen: .sample("昨天", "2026-11-21 21:40"), isThis: false, endAction: "/settings/sessions/SE-2/end"),
    ], csrf: "token")
}

package struct SessionLine: Part {
  package let device, address: String
  package let since, seen: Moment
  package let isThis: Bool
  package let endAction: String
  package static let tags: Tags<SessionLine> = [
    "device": .text(\.device), "address": .text(\.address), "since": .part(\.since), "seen": .part(\.seen),
    "isThis": .flag(\.isThis), "endAction": .text(\.endAction),
  ]
}

/// Tokens for integrators: scopes, expiry, last use; a new one is shown once. Template: `accounts/tokens`.
package struct TokensPage: Page {
  package static let template = "accounts/tokens"
  package let rows: [TokenLine]
  package let scopes: [SelectOption]
  package let fresh: String?
  package let csrf: String
  package let faults: [Fault]
  package static let tags: Tags<TokensPage> = [
    "rows": .rows(\.rows), "scopes": .rows(\.scopes), "fresh": .text(\.fresh), "csrf": .text(\.csrf),
    "faults": .rows(\.faults),
  ]
  package static let sample = TokensPage(
    rows: [
      TokenLine(
        name: "数据仓库", scopes: "customer:read policy:read", created: .sample("昨天", "2026-11-21 03:00"),
        expires: "2027-05-01", endAction: "/settings/tokens/TK-1/end"),
      TokenLine(
        name: "旧接口", scopes: "claim:read", created: .sample("06-01", "2026-06-01 10:00"), expires: "2026-12-01",
        endAction: nil),
    ],
    scopes: [
      SelectOption("customer:read", "customer:read", isSelected: true), SelectOption("claim:read", "claim:read"),
    ],
    fresh: "anban_2Qm9…", csrf: "token", faults: [Fault("name", "请填写名称")])
}

package struct TokenLine: Part {
  package let name, scopes: String
  package let created: Moment
  package let expires: String
  package let endAction: String?
  package static let tags: Tags<TokenLine> = [
    "name": .text(\.name), "scopes": .text(\.scopes), "expires": .text(\.expires), "created": .part(\.created),
    "endAction": .text(\.endAction),
  ]
}

/// What went wrong and what to do now. Template: `shared/error-page`.
package struct ErrorPage: Page {
  package static let template = "shared/error-page"
  package let status, title, text: String
  /// What to tell whoever looks into the log.
  package let reference: String?
  /// Where one may ask to look at this customer for a while; nil for who may not.
  package let grantHref: String?
  package static let tags: Tags<ErrorPage> = [
    "status": .text(\.status), "title": .text(\.title), "text": .text(\.text), "reference": .text(\.reference),
    "grantHref": .text(\.grantHref),
  ]
  package static let sample = ErrorPage(
    status: "404", title: "找不到这个页面", text: "它可能不存在，或不在您的服务范围内。", reference: "7F3A-91C2",
    grantHref: "/customers/CU-1/grant")
}
