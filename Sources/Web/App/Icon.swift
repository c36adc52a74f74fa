/// Our own icons: one sprite, `public/icons.svg`, of strokes on a 24-unit square.
enum Icon {
  static let names: Set<String> = Set(references.keys)

  /// `<svg …><use …/></svg>`; nothing for a name that the sprite does not have.
  static func html(_ name: String) -> [UInt8] { references[name] ?? [] }

  private static let references: [String: [UInt8]] = {
    var references: [String: [UInt8]] = [:]
    for name in all {
      let text = #"<svg class="icon" aria-hidden="true"><use href="/public/icons.svg#\#(name)"/></svg>"#
      references[name] = Array(text.utf8)
    }
    return references
  }()

  /// Each is a `<symbol>` of the sprite; a test compares the two.
  static let all: [String] = [
    "add", "agent", "alert", "app", "arrow-down", "arrow-left", "arrow-right", "arrow-up", "bell", "branch", "calendar",
    "check", "chevron", "claim", "clock", "close", "company", "compliance", "customers", "document", "download", "edit",
    "email", "eye", "family", "filter", "globe", "heart", "home", "import", "in", "info", "jobs", "key", "lock", "menu",
    "money", "moon", "more", "out", "pause", "people", "phone", "pin", "policy", "premium", "product", "role", "search",
    "settings", "shield", "signout", "sms", "staff", "star", "sun", "system", "text", "upload", "visit", "web",
    "wechat",
    "workbench",
  ]
}
