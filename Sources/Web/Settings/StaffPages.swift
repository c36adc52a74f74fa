import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import Storage

/// Staff and roles: lists to look at. They come by import and the command line.
enum StaffPages {
  private static let pageSize = 100

  static func routes(_ routes: Routes) {
    routes.page(.get, "/settings/staff", needs: .read(.staff), for: .nobody) { call in try await staff(call) }
    routes.page(.get, "/settings/roles", needs: .read(.staff), for: .nobody) { call in try roles(call) }
  }

  private static func staff(_ call: Call) async throws -> Response {
    let after = call.query["after"] ?? ""
    let lines = try await call.read { tx in try Staff.list(after: after, limit: pageSize + 1, in: tx) }
    let shown = lines.prefix(pageSize)
    let words = call.words
    let page = TablePage(
      title: words["settings.staff"], lede: words["settings.staffLede"],
      headers: ["staff_no", "name", "branch", "role", "channel", "registration_no", "joined_on", "left_on"]
        .map { Cell(words.field($0), isNumber: $0.hasSuffix("_on")) },
      unlabelled: shown.map { line in
        TableRow(cells: [
          Cell(line.staffNo), Cell(line.name),
          Cell([line.branch, line.team].compactMap { $0 }.joined(separator: " · ")),
          Cell("", badge: Badge(words.label(line.role))), Cell(line.channel.map { words.label($0) } ?? ""),
          Cell(line.registrationNo ?? ""), Cell(line.joinedOn.map(call.format.day) ?? "", isNumber: true),
          Cell(line.leftOn.map(call.format.day) ?? "", isNumber: true),
        ])
      },
      pager: Pager(
        summary: "", nextHref: lines.count > pageSize ? "?after=\(FormFields.encode(shown.last?.staffNo ?? ""))" : nil,
        firstHref: after.isEmpty ? nil : "/settings/staff"),
      empty: shown.isEmpty
        ? Empty(icon: "staff", title: words["settings.staffEmpty"], text: words["settings.staffEmptyText"]) : nil)
    return try call.page(page, title: page.title, section: .settings)
  }

  private static func roles(_ call: Call) throws -> Response {
    let words = call.words
    let page = TablePage(
      title: words["settings.roles"], lede: words["settings.rolesLede"],
      headers: ["role", "scope", "sees", "reads", "writes"].map { Cell(words["settings.roles.\($0)"]) },
      unlabelled: Role.allCases.map { role in
        let rule = Roles.rule(role)
        let sees = rule.sees.map { words["sights.\($0.rawValue)"] }.sorted()
        func subjects(_ verb: Permission.Verb) -> String {
          Permission.Subject.allCases.filter { rule.permissions.contains(Permission($0, verb)) }
            .map { words["subjects.\($0.rawValue)"] }.joined(separator: " · ")
        }
        return TableRow(cells: [
          Cell(words.label(role)), Cell(words["reach.\(rule.reach)"]), Cell(sees.joined(separator: " · ")),
          Cell(subjects(.read)), Cell(subjects(.write)),
        ])
      }, pager: Pager(summary: "", nextHref: nil, firstHref: nil), empty: nil)
    return try call.page(page, title: page.title, section: .settings)
  }
}
