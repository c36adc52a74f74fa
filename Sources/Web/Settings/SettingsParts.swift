/// The way to everything that is set up rather than used. Template: `settings/index`.
package struct SettingsPage: Page {
  package static let template = "settings/index"
  package let items: [SettingsItem]
  package static let tags: Tags<SettingsPage> = ["items": .rows(\.items)]
  package static let sample = SettingsPage(items: [
    SettingsItem(icon: "staff", title: "员工", text: "姓名、机构、角色、执业登记", href: "/settings/staff"),
    SettingsItem(icon: "role", title: "角色", text: "谁能看什么、做什么", href: "/settings/roles"),
    SettingsItem(icon: "product", title: "险种", text: "条款、等待期、犹豫期", href: "/settings/products"),
    SettingsItem(icon: "jobs", title: "后台作业", text: "排队、失败与重试", href: "/settings/jobs"),
    SettingsItem(icon: "key", title: "接口令牌", text: "权限范围与到期", href: "/settings/tokens"),
    SettingsItem(icon: "shield", title: "我的登录", text: "查看并结束会话", href: "/settings/sessions"),
  ])
}

package struct SettingsItem: Part {
  package let icon, title, text, href: String
  package static let tags: Tags<SettingsItem> = [
    "icon": .icon(\.icon), "title": .text(\.title), "text": .text(\.text), "href": .text(\.href),
  ]
}

/// What does not fit into a phone's five tabs. Template: `settings/more`.
package struct MorePage: Page {
  package static let template = "settings/more"
  package let items: [NavItem]
  package static let tags: Tags<MorePage> = ["items": .rows(\.items)]
  package static let sample = MorePage(
    items: Section.allCases.map {
      NavItem(label: $0.rawValue, href: $0.href, icon: $0.icon, key: $0.key, isCurrent: $0 == .settings)
    })
}

extension TablePage {
  /// Each cell but the first learns its column's head.
  init(title: String, lede: String, headers: [Cell], unlabelled rows: [TableRow], pager: Pager, empty: Empty?) {
    self.init(title: title, lede: lede, headers: headers, rows: rows.labelled(by: headers), pager: pager, empty: empty)
  }
}

extension [TableRow] {
  /// Each cell but the first with its column's head, which a phone shows beside it.
  func labelled(by headers: [Cell]) -> [TableRow] {
    map { row in
      var row = row
      for place in row.cells.indices.dropFirst() where place < headers.count {
        row.cells[place].label = headers[place].text
      }
      return row
    }
  }
}

/// A plain list to look at: staff, roles, products. Template: `settings/table`.
package struct TablePage: Page {
  package static let template = "settings/table"
  package let title, lede: String
  package let headers: [Cell]
  package let rows: [TableRow]
  package let pager: Pager
  package let empty: Empty?
  package static let tags: Tags<TablePage> = [
    "title": .text(\.title), "lede": .text(\.lede), "headers": .rows(\.headers), "rows": .rows(\.rows),
    "pager": .part(\.pager), "empty": .part(\.empty),
  ]
  package static let sample = TablePage(
    title: "员工", lede: "由导入或命令行维护", headers: ["工号", "姓名", "机构", "角色", "入职"].map { Cell($0) },
    rows: [
      TableRow(cells: [
        Cell("A1024"), Cell("何静", href: "/customers?agent=ST-1"), Cell("华东一部"), Cell("", badge: Badge("代理人")),
        Cell("2019-03-01", isNumber: true),
      ])
    ], pager: Pager(summary: "14 人", nextHref: nil, firstHref: nil), empty: nil)
}

package struct TableRow: Part {
  package var cells: [Cell]
  package static let tags: Tags<TableRow> = ["cells": .rows(\.cells)]
}

/// Work for later: waiting, running, failed, and another try. Template: `settings/jobs`.
package struct JobsPage: Page {
  package static let template = "settings/jobs"
  package let filters: [Choice]
  package let rows: [JobLine]
  package let csrf: String
  package let empty: Empty?
  package let pager: Pager
  package static let tags: Tags<JobsPage> = [
    "filters": .rows(\.filters), "rows": .rows(\.rows), "csrf": .text(\.csrf), "empty": .part(\.empty),
    "pager": .part(\.pager),
  ]
  package static let sample = JobsPage(
    filters: [Choice("全部", "?", isCurrent: true), Choice("失败", "?state=failed", count: "1")],
    rows: [
      JobLine(
        name: "imports.run", key: "import/IM-1", state: Badge("进行中", tone: "info", icon: "jobs"), attempts: "1",
        at: .sample("刚刚", "2026-11-22 11:29"), error: nil, retryAction: nil),
      JobLine(
        name: "audit.seal", key: "seal", state: Badge("失败", tone: "bad", icon: "alert"), attempts: "5",
        at: .sample("昨天", "2026-11-21 23:00"), error: "disk full", retryAction: "/settings/jobs/JB-2/retry"),
    ], csrf: "token", empty: nil, pager: Pager(summary: "2 个作业", nextHref: nil, firstHref: nil))
}

package struct JobLine: Part {
  package let name, key: String
  package let state: Badge
  package let attempts: String
  package let at: Moment
  package let error, retryAction: String?
  package static let tags: Tags<JobLine> = [
    "name": .text(\.name), "key": .text(\.key), "state": .part(\.state), "attempts": .text(\.attempts),
    "at": .part(\.at), "error": .text(\.error), "retryAction": .text(\.retryAction),
  ]
}
