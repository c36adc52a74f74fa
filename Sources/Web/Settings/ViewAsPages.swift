import Hummingbird
import Insurer
import Kernel
import Storage

/// `/settings/view-as`: what another role sees otherwise than I do, for which purpose, and why. It shows states of
/// fields, never values: who looks as somebody else sees nobody the more for it.
enum ViewAsPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/settings/view-as", needs: .read(.staff), for: .nobody) { call in
      let words = call.words
      let mine = try call.access
      let role = call.query["role"].flatMap { Role(rawValue: $0) } ?? (mine.role == .agent ? .claims : .agent)
      let purposes = Roles.purposes(role)
      let purpose = call.query["purpose"].flatMap { Purpose(rawValue: $0) }.flatMap { purposes.contains($0) ? $0 : nil }
      // Somebody of that role, of whom nothing but the role is known.
      let holder = Roles.Holder(actor: .system, role: role, staffID: 1, teamID: 1)
      let theirs = Roles.access(holder, purpose: purpose, surface: "page")
      let page = ViewAsPage(mine, theirs, roles: Role.allCases, purposes: purposes, words)
      return try call.page(page, title: words["viewas.title"], section: .settings)
    }
  }
}

extension ViewAsPage {
  init(_ mine: Access, _ theirs: Access, roles: [Role], purposes: [Purpose], _ words: Words) {
    func seen(_ seen: ViewAs.Seen) -> Badge {
      let tone = seen == .whole ? "good" : seen == .masked ? "warn" : "quiet"
      let icon = seen == .whole ? "eye" : seen == .masked ? "shield" : "close"
      return Badge(words["viewas.\(seen.rawValue)"], tone: tone, icon: icon)
    }
    func may(_ may: Bool) -> Badge {
      Badge(words[may ? "viewas.may" : "viewas.mayNot"], tone: may ? "good" : "quiet", icon: may ? "check" : "close")
    }
    func why(_ why: ViewAs.Why) -> String { words["viewas.why.\(why.rawValue)"] }
    let fields = ViewAs.fields(mine, theirs).map { item in
      ViewAsRow(
        what: words.field(item.field.name), part: words.of("kinds", item.field.record.rawValue) ?? "",
        mine: seen(item.mine), theirs: seen(item.theirs), why: why(item.why))
    }
    let rights = ViewAs.rights(mine, theirs).map { item in
      ViewAsRow(
        what: words["subjects.\(item.right.subject.rawValue)"], part: words["viewas.\(item.right.verb.rawValue)"],
        mine: may(item.isMine), theirs: may(!item.isMine), why: why(item.why))
    }
    func reach(_ access: Access) -> String { words["reach.\(Roles.rule(access.role).reach)"] }
    let kinds = GrantRules.kinds(theirs.role, isMinor: true).map { words.label($0) }
    self.init(
      roles: roles.map { SelectOption($0.rawValue, words.label($0), isSelected: $0 == theirs.role) },
      purposes: purposes.map {
        SelectOption($0.rawValue, words["purposes.\($0.rawValue)"], isSelected: $0 == theirs.purpose)
      },
      facts: [
        Fact(words["viewas.reach"], reach(theirs), note: words.fill("viewas.yours", reach(mine))),
        Fact(
          words["viewas.beyond"],
          kinds.isEmpty ? words["viewas.never"] : kinds.joined(separator: " · ")),
        Fact(
          words["viewas.children"], words[theirs.scope == .all ? "viewas.byGrant" : "viewas.ownCases"]),
        Fact(
          words["viewas.consent"],
          words[theirs.restsOnConsent ? "viewas.onlyAgreed" : "viewas.noConsentNeeded"]),
      ], rows: fields + rights, theirRole: words.label(theirs.role))
  }
}

/// Template: `settings/view-as`.
package struct ViewAsPage: Page {
  package static let template = "settings/view-as"
  package let roles, purposes: [SelectOption]
  package let facts: [Fact]
  package let rows: [ViewAsRow]
  package let theirRole: String
  package static let tags: Tags<ViewAsPage> = [
    "roles": .rows(\.roles), "purposes": .rows(\.purposes), "facts": .rows(\.facts), "rows": .rows(\.rows),
    "theirRole": .text(\.theirRole),
  ]
  package static let sample = ViewAsPage(
    roles: [SelectOption("agent", "代理人", isSelected: true), SelectOption("claims", "理赔员")],
    purposes: [SelectOption("contract", "合同服务", isSelected: true)],
    facts: [Fact("范围", "自己服务或受派的客户", note: "您：全部客户"), Fact("儿童", "仅自己的客户")],
    rows: [
      ViewAsRow(
        what: "手机", part: "客户", mine: Badge("脱敏", tone: "warn", icon: "shield"),
        theirs: Badge("完整", tone: "good", icon: "eye"), why: "角色的权限不同")
    ], theirRole: "代理人")
}

/// Something that is seen differently. Template: `settings/view-as`.
package struct ViewAsRow: Part {
  package let what, part: String
  package let mine, theirs: Badge
  package let why: String
  package static let tags: Tags<ViewAsRow> = [
    "what": .text(\.what), "part": .text(\.part), "mine": .part(\.mine), "theirs": .part(\.theirs), "why": .text(\.why),
  ]
}
