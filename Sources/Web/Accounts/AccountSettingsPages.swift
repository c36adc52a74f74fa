import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// My sessions and tokens.
enum AccountSettingsPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/settings/sessions", for: .nobody) { call in try await sessions(call) }
    routes.page(.post, "/settings/sessions/{id}/end", for: .own) { call in
      _ = try await call.form()
      let id = try call.id(Session.self)
      let account = try call.viewer.account.id
      try await call.act { tx in try Accounts.end(id, of: account, in: tx) }
      call.site.sessions.forget()
      return call.redirect("/settings/sessions", notice: "sessionEnded")
    }
    routes.page(.get, "/settings/tokens", for: .nobody) { call in try await tokens(call) }
    routes.page(.post, "/settings/tokens", for: .own) { call in try await createToken(call) }
    routes.page(.post, "/settings/tokens/{id}/end", for: .own) { call in
      _ = try await call.form()
      let id = try call.id(APIToken.self)
      let account = try call.viewer.account.id
      try await call.act { tx in try Accounts.revokeToken(id, of: account, in: tx) }
      call.site.sessions.forget()
      return call.redirect("/settings/tokens", notice: "tokenRevoked")
    }
  }

  private static func sessions(_ call: Call) async throws -> Response {
    let viewer = try call.viewer
    let sessions = try await call.read { tx in try Accounts.sessions(of: viewer.account.id, in: tx) }
    let rows = sessions.map { session in
      SessionLine(
        device: Browser.name(session.agent), address: session.address, since: call.format.moment(session.createdAt),
        seen: call.format.moment(session.seenAt), isThis: session.id == viewer.session?.id,
        endAction: "/settings/sessions/\(session.id)/end")
    }
    return try call.page(
      SessionsPage(rows: rows, csrf: call.csrf), title: call.words["accounts.sessions"], section: .settings)
  }

  private static func tokens(
    _ call: Call, fresh: String? = nil, faults: [Fault] = [], chosen: Set<String> = []
  ) async throws -> Response {
    let account = try call.viewer.account
    let tokens = try await call.read { tx in try Accounts.tokens(of: account.id, in: tx) }
    let rows = tokens.map { token in
      let isOver = token.revokedAt != nil || token.expiresAt < call.format.now
      return TokenLine(
        name: token.name,
        scopes: token.scopes.map(\.rawValue).sorted().map { ScopeWords.of($0, call.words) }
          .joined(separator: call.words["timeline.and"]),
        created: call.format.moment(token.createdAt), expires: call.format.day(token.expiresAt.day),
        endAction: isOver ? nil : "/settings/tokens/\(token.id)/end")
    }
    let scopes = Roles.rule(account.role).permissions.map(\.rawValue).sorted()
      .map { SelectOption($0, ScopeWords.of($0, call.words), isSelected: chosen.contains($0)) }
    let page = TokensPage(rows: rows, scopes: scopes, fresh: fresh, csrf: call.csrf, faults: faults)
    return try call.page(
      page, title: call.words["accounts.tokens"], section: .settings,
      status: faults.isEmpty ? .ok : .unprocessableContent)
  }

  private static func createToken(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let account = try call.viewer.account
    let names = form.all("scopes")
    let scopes = Set(names.compactMap { Permission(rawValue: $0) })
    let expires = form["expires"].flatMap { Day($0) } ?? call.format.today.adding(months: 3)
    do {
      let (_, secret) = try await call.act { tx in
        try Accounts.createToken(
          of: account, name: form["name"] ?? "", scopes: scopes, expiresAt: Instant(expires), in: tx)
      }
      return try await tokens(call, fresh: secret)
    } catch let error as AppError where error.kind == .invalid {
      let faults = error.fields.map { Fault($0.field, call.words.of("codes", $0.code) ?? $0.message) }
      return try await tokens(call, faults: faults, chosen: Set(names))
    }
  }
}

/// `customer:read` → `客户 · 查看`.
enum ScopeWords {
  static func of(_ scope: String, _ words: Words) -> String {
    let parts = scope.split(separator: ":").map(String.init)
    guard parts.count == 2, let subject = words.of("subjects", parts[0]), let verb = words.of("accounts.may", parts[1])
    else { return scope }
    return "\(subject) · \(verb)"
  }
}

/// A browser's description in two words.
enum Browser {
  static func name(_ agent: String) -> String {
    let browsers = [
      ("Edg/", "Edge"), ("MicroMessenger", "WeChat"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
      ("Safari/", "Safari"),
    ]
    let systems = [
      ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Mac OS", "macOS"),
      ("Linux", "Linux"),
    ]
    let browser = browsers.first { agent.contains($0.0) }?.1
    let system = systems.first { agent.contains($0.0) }?.1
    let known = [browser, system].compactMap { $0 }
    return known.isEmpty ? String(agent.prefix(40)) : known.joined(separator: " · ")
  }
}
