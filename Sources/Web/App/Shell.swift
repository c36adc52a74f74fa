import HTTPTypes
import HummingbirdCore
import Insurer
import Kernel

/// What stands around every page: navigation, search, language, who I am. Template: `layout`.
package struct Shell: Part {
  static let template = "layout"

  package let title, language: String
  /// `auto`, `light`, `dark`; `normal`, `elder`; `comfortable`, `compact`: from cookies.
  package let theme, mode, density: String
  package let user: ShellUser?
  package let navigation: [NavItem]
  package let tabs: [NavItem]
  package let query: String
  /// This page's address with the other language, for the switch.
  package let otherLanguageHref: String
  package let csrf: String
  package let notice: Notice?
  /// For whom there is a choice.
  package let purpose: ShellPurpose?
  var content: [UInt8] = []

  package static let tags: Tags<Shell> = [
    "title": .text(\.title), "language": .text(\.language), "theme": .text(\.theme), "mode": .text(\.mode),
    "density": .text(\.density), "user": .part(\.user), "navigation": .rows(\.navigation), "tabs": .rows(\.tabs),
    "query": .text(\.query), "otherLanguageHref": .text(\.otherLanguageHref), "csrf": .text(\.csrf),
    "notice": .part(\.notice), "purpose": .part(\.purpose), "content": .html(\.content),
    "signedIn": .flag { $0.user != nil },
  ]
}

package struct ShellUser: Part {
  package let name, role, initial: String
  package static let tags: Tags<ShellUser> = [
    "name": .text(\.name), "role": .text(\.role), "initial": .text(\.initial),
  ]
}

/// What the pages of this browser are looked at for, and how to choose. Template: `layout`.
package struct ShellPurpose: Part {
  package let choices: [SelectOption]
  /// Said above a page that shows persons' data for another purpose than one's own work; nil on all others.
  package let note: String?
  /// One's own work.
  package let own: String
  package let csrf: String
  package static let tags: Tags<ShellPurpose> = [
    "choices": .rows(\.choices), "note": .text(\.note), "own": .text(\.own), "csrf": .text(\.csrf),
  ]
}

extension ShellPurpose {
  init?(_ call: Call) {
    guard let role = call.visit.viewer?.holder.role else { return nil }
    let purposes = Roles.purposes(role)
    guard purposes.count > 1 else { return nil }
    let words = call.words
    let chosen = call.visit.preferences.purpose.flatMap { purposes.contains($0) ? $0 : nil } ?? purposes[0]
    self.init(
      choices: purposes.map { SelectOption($0.rawValue, words["purposes.\($0.rawValue)"], isSelected: $0 == chosen) },
      note: call.purpose.flatMap { Purposes.mask($0) == 0 ? nil : $0 }.map {
        words.fill("shell.purposeNote", words["purposes.\($0.rawValue)"])
      }, own: purposes[0].rawValue, csrf: call.csrf)
  }
}

package struct NavItem: Part {
  package let label, href, icon, key: String
  package let isCurrent: Bool
  package static let tags: Tags<NavItem> = [
    "label": .text(\.label), "href": .text(\.href), "icon": .icon(\.icon), "key": .text(\.key),
    "isCurrent": .flag(\.isCurrent),
  ]
}

/// A message that stands above a page once: saved, sent, refused. Template: `shared/notice`.
package struct Notice: Part {
  package let text, tone: String
  package static let tags: Tags<Notice> = ["text": .text(\.text), "tone": .text(\.tone)]
}

/// The parts of the insurer's house, each shown to the roles that use it.
package enum Section: String, CaseIterable {
  case workbench, tasks, leads, applications, customers, policies, premiums, claims, complaints, departures
  case imports, compliance, settings

  var href: String { self == .workbench ? "/" : "/\(rawValue)" }

  /// The letter after `g`.
  var key: String {
    switch self {
    case .workbench: "w"
    case .tasks: "t"
    case .leads: "n"
    case .applications: "u"
    case .customers: "c"
    case .policies: "p"
    case .premiums: "d"
    case .claims: "l"
    case .complaints: "o"
    case .departures: "e"
    case .imports: "i"
    case .compliance: "a"
    case .settings: "s"
    }
  }

  var icon: String {
    switch self {
    case .workbench: "workbench"
    case .tasks: "check"
    case .leads: "people"
    case .applications: "document"
    case .customers: "customers"
    case .policies: "policy"
    case .premiums: "premium"
    case .claims: "claim"
    case .complaints: "bell"
    case .departures: "out"
    case .imports: "import"
    case .compliance: "compliance"
    case .settings: "settings"
    }
  }
}

extension Section {
  func label(_ words: Words) -> String { words["nav.\(rawValue)"] }

  /// The left column, and a phone's five tabs at the bottom: what one uses all day, and «more» for the rest.
  static func navigation(_ sections: [Section], current: Section?, words: Words) -> [NavItem] {
    sections.map {
      NavItem(label: $0.label(words), href: $0.href, icon: $0.icon, key: $0.key, isCurrent: $0 == current)
    }
  }

  static func tabs(_ sections: [Section], current: Section?, words: Words) -> [NavItem] {
    let daily = sections.filter { [.workbench, .customers, .policies, .claims].contains($0) }
    let isElsewhere = current.map { !daily.contains($0) } ?? false
    return navigation(daily, current: current, words: words)
      + [NavItem(label: words["shell.more"], href: "/more", icon: "more", key: "", isCurrent: isElsewhere)]
  }
}

extension Section {
  /// What one has to be allowed to have use of it.
  private var needs: Permission? {
    switch self {
    case .workbench, .settings: nil
    case .tasks: .read(.task)
    case .leads, .customers: .read(.customer)
    case .applications, .policies, .premiums: .read(.policy)
    case .claims: .read(.claim)
    case .complaints: .read(.complaint)
    case .departures: .read(.departure)
    case .imports: .read(.import)
    case .compliance: .read(.audit)
    }
  }

  static func visible(to call: Call) -> [Section] {
    allCases.filter { section in
      (section.needs.map { call.may($0) } ?? true) && (section != .premiums || Premiums.isOpen(to: call.role))
    }
  }
}

extension Shell {
  init(_ call: Call, title: String, section: Section?, query: String) {
    let words = call.words
    let sections = Section.visible(to: call)
    let other: Language = words.language == .en ? .zhHans : .en
    let preferences = call.visit.preferences
    let notice = CookieJar(call.request.headers[values: .cookie])[Call.noticeCookie]
      .flatMap { words.of("notices", $0) }
    self.init(
      title: title, language: words.language.rawValue, theme: preferences.theme, mode: preferences.mode,
      density: preferences.density,
      user: call.visit.viewer.map { viewer in
        ShellUser(
          name: viewer.displayName, role: words["roles.\(viewer.holder.role.rawValue)"],
          initial: String(viewer.displayName.prefix(1)).uppercased())
      },
      navigation: Section.navigation(sections, current: section, words: words),
      tabs: Section.tabs(sections, current: section, words: words), query: query,
      otherLanguageHref: call.request.uri.path + call.query.with(["lang": other.rawValue]), csrf: call.csrf,
      notice: notice.map { Notice(text: $0, tone: "good") }, purpose: ShellPurpose(call))
  }
}
