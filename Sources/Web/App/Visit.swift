import Foundation
import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Logging
import NIOCore

/// A request's context: filled by `Front`, read by every route.
package struct Visit: RequestContext {
  package var coreContext: CoreRequestContextStorage
  private let peer: String
  /// The caller's network address; a trusted proxy's word is taken for it.
  package internal(set) var address = ""
  package internal(set) var isSecure = false
  package internal(set) var language = Language.zhHans
  package internal(set) var preferences = Preferences()
  package internal(set) var viewer: SignedIn?

  /// By which the log knows the request; a logger that keeps nothing has none.
  package var number: String { logger[metadataKey: "hb.request.id"]?.description ?? "" }

  package init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress ?? ""
  }

  mutating func read(_ request: Request, _ site: Site) {
    address = peer
    var forwarded: String?
    if let proxy = site.config.trustedProxy, proxy == peer {
      // The last entry is the one that our own proxy wrote.
      let hops = request.headers[.forwardedFor]?.split(separator: ",")
      if let last = hops?.last { address = last.trimmingCharacters(in: .whitespaces) }
      forwarded = request.headers[.forwardedProtocol]
    }
    isSecure = site.isSecure(forwarded)
    let cookies = CookieJar(request.headers[values: .cookie])
    preferences = Preferences(cookies)
    language =
      cookies["lang"].flatMap { Language(tag: $0) } ?? Language.best(of: request.headers[.acceptLanguage] ?? "")
  }
}

/// How somebody wants pages to look, and what for: five cookies.
package struct Preferences: Sendable {
  package var theme = "auto"
  package var mode = "normal"
  package var density = "comfortable"
  /// Columns of the list of customers that are put away.
  package var hiddenColumns: [String] = []
  /// What pages are looked at for, where it is not the role's own work.
  package var purpose: Purpose?

  /// Columns that can be put away: a list without names is none.
  static let columns = ["state", "mobile", "lines", "due", "latest"]

  static let choices: [String: Set<String>] = [
    "theme": ["auto", "light", "dark"], "mode": ["normal", "elder"], "density": ["comfortable", "compact"],
  ]

  init() {}

  init(_ cookies: CookieJar) {
    func choice(_ name: String) -> String? {
      cookies[name].flatMap { Preferences.choices[name]?.contains($0) == true ? $0 : nil }
    }
    theme = choice("theme") ?? theme
    mode = choice("mode") ?? mode
    density = choice("density") ?? density
    purpose = cookies["purpose"].flatMap { Purpose(rawValue: $0) }
    let hidden = Set((cookies["hidden_columns"] ?? "").split(separator: ".").map(String.init))
    hiddenColumns = Preferences.columns.filter(hidden.contains)
  }
}

/// The request's cookies, by name; the first of a name counts.
struct CookieJar {
  private var values: [Substring: Substring] = [:]

  init(_ headers: [String]) {
    for header in headers {
      for pair in header.split(separator: ";") {
        let pair = pair.drop { $0 == " " }
        guard let equals = pair.firstIndex(of: "=") else { continue }
        let name = pair[..<equals]
        if values[name] == nil { values[name] = pair[pair.index(after: equals)...] }
      }
    }
  }

  subscript(_ name: String) -> String? { values[name[...]].map(String.init) }
}

/// Writing cookies: never to scripts, never to other sites' requests.
enum CookieText {
  static func set(_ name: String, _ value: String, maxAgeSeconds: Int, isSecure: Bool) -> String {
    "\(name)=\(value); Path=/; Max-Age=\(maxAgeSeconds); HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
  }

  /// Until the browser is closed.
  static func session(_ name: String, _ value: String, isSecure: Bool) -> String {
    "\(name)=\(value); Path=/; HttpOnly; SameSite=Lax\(isSecure ? "; Secure" : "")"
  }

  static func clear(_ name: String, isSecure: Bool) -> String { set(name, "", maxAgeSeconds: 0, isSecure: isSecure) }

  /// The `__Host-` prefix binds the cookie to this host and to TLS.
  static func sessionName(isSecure: Bool) -> String { isSecure ? "__Host-anban" : "anban" }
}

extension HTTPField.Name {
  static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
  static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto")!
  static let fetchSite = HTTPField.Name("Sec-Fetch-Site")!
  static let fragment = HTTPField.Name("Anban-Fragment")!
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
  static let permissionsPolicy = HTTPField.Name("Permissions-Policy")!
  static let openerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
  static let resourcePolicy = HTTPField.Name("Cross-Origin-Resource-Policy")!
}
