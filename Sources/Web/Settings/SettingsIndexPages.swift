import Hummingbird
import Kernel

/// `/settings` and, on a phone, `/more`: the ways to what is not used all day.
enum SettingsIndexPages {
  private static let items: [(icon: String, name: String, href: String, needs: Permission?)] = [
    ("staff", "staff", "/settings/staff", .read(.staff)), ("role", "roles", "/settings/roles", .read(.staff)),
    ("eye", "viewAs", "/settings/view-as", .read(.staff)),
    ("product", "products", "/settings/products", .read(.product)), ("jobs", "jobs", "/settings/jobs", .read(.job)),
    ("system", "events", "/settings/events", .read(.import)),
    ("out", "webhooks", "/settings/webhooks", .read(.webhook)),
    ("key", "tokens", "/settings/tokens", nil), ("shield", "sessions", "/settings/sessions", nil),
  ]

  static func routes(_ routes: Routes) {
    routes.page(.get, "/settings", for: .nobody) { call in
      let items = items.filter { item in item.needs.map { call.may($0) } ?? true }.map { item in
        SettingsItem(
          icon: item.icon, title: call.words["settings.\(item.name)"], text: call.words["settings.\(item.name)Text"],
          href: item.href)
      }
      return try call.page(SettingsPage(items: items), title: call.words["settings.title"], section: .settings)
    }
    routes.page(.get, "/more", for: .nobody) { call in
      let daily: Set<Section> = [.workbench, .customers, .policies, .claims]
      let items = Section.navigation(
        Section.visible(to: call).filter { !daily.contains($0) }, current: nil, words: call.words)
      return try call.page(MorePage(items: items), title: call.words["shell.more"], section: .settings)
    }
  }
}
