import HTTPTypes
import Hummingbird
import Insurer
import Kernel

/// Signing in and out, and how pages look.
enum SignInPages {
  private static let formCookie = "sign-in"

  static func routes(_ routes: Routes) {
    routes.open(.get, "/login") { call in
      if call.visit.viewer != nil { return call.redirect(Call.local(call.query.raw("next"))) }
      return try form(call, name: "", next: call.query.raw("next"), error: nil)
    }
    routes.open(.post, "/login") { call in try await signIn(call) }
    routes.page(.post, "/logout", for: .own) { call in
      _ = try await call.form()
      let viewer = try call.viewer
      if let session = viewer.session {
        try await call.act { tx in try Accounts.end(session.id, of: viewer.account.id, in: tx) }
      }
      call.site.sessions.forget()
      var response = call.redirect("/login")
      let name = CookieText.sessionName(isSecure: call.visit.isSecure)
      response.headers.append(
        HTTPField(name: .setCookie, value: CookieText.clear(name, isSecure: call.visit.isSecure)))
      return response
    }
    routes.page(.post, "/preferences", for: .own) { call in
      let form = try await call.form()
      let role = try call.viewer.holder.role
      let back = form["purpose"] == nil ? call.referrer : call.referrer.map(FormFields.forAnyPurpose)
      var response = call.redirect(Call.local(back))
      for (name, choices) in Preferences.choices.sorted(by: { $0.key < $1.key }) {
        guard let value = form[name], choices.contains(value) else { continue }
        let cookie = CookieText.set(name, value, maxAgeSeconds: 366 * 86_400, isSecure: call.visit.isSecure)
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
      }
      if let text = form["purpose"] {
        // Kept as long as the browser is open: tomorrow one is at one's own work again.
        let purpose = Purpose(rawValue: text).flatMap { Roles.purposes(role).firstIndex(of: $0) == 0 ? nil : $0 }
        let cookie =
          purpose.map { CookieText.session("purpose", $0.rawValue, isSecure: call.visit.isSecure) }
          ?? CookieText.clear("purpose", isSecure: call.visit.isSecure)
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
      }
      if form["columns"] != nil {
        let hidden = Preferences.columns.filter { form["column_\($0)"] == nil }.joined(separator: ".")
        let cookie = CookieText.set(
          "hidden_columns", hidden, maxAgeSeconds: hidden.isEmpty ? 0 : 366 * 86_400, isSecure: call.visit.isSecure)
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
      }
      return response
    }
  }

  /// Before there is a session the form's token is a cookie's twin.
  private static func form(_ call: Call, name: String, next: String?, error: String?) throws -> Response {
    let csrf = Secret().text
    let page = LoginPage(name: name, next: Call.local(next), csrf: csrf, error: error)
    var response = try call.page(
      page, title: call.words["accounts.signIn"], section: nil, status: error == nil ? .ok : .unprocessableContent)
    let cookie = CookieText.set(formCookie, csrf, maxAgeSeconds: 3600, isSecure: call.visit.isSecure)
    response.headers.append(HTTPField(name: .setCookie, value: cookie))
    return response
  }

  private static func signIn(_ call: Call) async throws -> Response {
    let form = FormFields(String(decoding: try await call.body(), as: UTF8.self))
    let name = form["name"] ?? ""
    let known = CookieJar(call.request.headers[values: .cookie])[formCookie] ?? ""
    guard !known.isEmpty, Call.same(form.raw("csrf") ?? "", known) else {
      return try self.form(call, name: name, next: form.raw("next"), error: call.words["accounts.formOld"])
    }
    let outcome = try await SignIn.attempt(
      name: name, password: form.raw("password") ?? "", address: call.visit.address,
      agent: call.request.headers[.userAgent] ?? "", passwords: call.site.passwords, database: call.site.database)
    switch outcome {
    case .refused:
      return try self.form(call, name: name, next: form.raw("next"), error: call.words["accounts.refused"])
    case .wait(let seconds):
      var response = try self.form(
        call, name: name, next: form.raw("next"), error: call.words.fill("accounts.wait", "\(seconds)"))
      response.status = .tooManyRequests
      response.headers[.retryAfter] = "\(seconds)"
      return response
    case .signedIn(_, let secret):
      var response = call.redirect(Call.local(form.raw("next")))
      let cookie = CookieText.set(
        CookieText.sessionName(isSecure: call.visit.isSecure), secret, maxAgeSeconds: Session.lifetimeSeconds,
        isSecure: call.visit.isSecure)
      response.headers.append(HTTPField(name: .setCookie, value: cookie))
      response.headers.append(
        HTTPField(name: .setCookie, value: CookieText.clear(formCookie, isSecure: call.visit.isSecure)))
      return response
    }
  }
}

extension FormFields {
  /// Where one goes on when what one looks for has changed: the page, if it is there for every purpose, without what it
  /// was asked by; else the customers.
  fileprivate static func forAnyPurpose(_ address: String) -> String {
    let path = String(address.prefix { $0 != "?" })
    let steps = path.split(separator: "/")
    let isOnePerson = steps.first == "customers" && steps.count <= 2
    return steps.isEmpty || isOnePerson || steps.first == "settings" ? path : "/customers"
  }
}

extension Call {
  /// The path of the page that the form stood on.
  fileprivate var referrer: String? {
    guard let referrer = request.headers[.referer], let scheme = referrer.firstRange(of: "://") else { return nil }
    let rest = referrer[scheme.upperBound...]
    return rest.firstIndex(of: "/").map { String(rest[$0...]) }
  }
}
