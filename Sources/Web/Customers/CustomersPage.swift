/// Customers: search, filters that read as a sentence, four sorts, pages by key. Template: `customers/list`.
package struct CustomersPage: Page {
  package static let template = "customers/list"
  package let query: String
  package let line, status, stage, agent: [SelectOption]
  package let since: String?
  /// The filter's condition as the address carries it.
  package let condition: String?
  package let builder: FilterBuilder
  package let sort: [SelectOption]
  package let results: CustomerResults
  package let exportHref: String?
  package let canCreate, canImport: Bool
  /// Columns to choose from; the form that keeps the choice carries the token.
  package let columns: [SelectOption]
  package let csrf: String

  package static let tags: Tags<CustomersPage> = [
    "query": .text(\.query), "line": .rows(\.line), "status": .rows(\.status), "stage": .rows(\.stage),
    "agent": .rows(\.agent), "since": .text(\.since), "condition": .text(\.condition),
    "builder": .part(\.builder), "sort": .rows(\.sort),
    "results": .part(\.results), "exportHref": .text(\.exportHref), "canCreate": .flag(\.canCreate),
    "canImport": .flag(\.canImport),
    "columns": .rows(\.columns), "csrf": .text(\.csrf),
  ]

  package static let sample = CustomersPage(
    query: "李",
    line: [SelectOption("", "全部险类"), SelectOption("life", "寿险", isSelected: true), SelectOption("medical", "医疗")],
    status: [SelectOption("", "全部状态"), SelectOption("active", "在保")],
    stage: [SelectOption("", "全部阶段"), SelectOption("claim", "理赔")],
    agent: [SelectOption("", "全部服务人员"), SelectOption("ST-1", "何静")],
    since: "2026-11-22", condition: "{}", builder: .sample,
    sort: [
      SelectOption("pinyin", "姓名"), SelectOption("event", "最近动态", isSelected: true), SelectOption("due", "下次应缴"),
      SelectOption("created", "建档"),
    ],
    results: .sample,
    exportHref: "/customers/export.csv?q=李", canCreate: true, canImport: true,
    columns: [SelectOption("mobile", "手机", isSelected: true), SelectOption("lines", "险类")], csrf: "token")
}

/// The filters in words and the table, for search as one types. Template: `customers/results`.
package struct CustomerResults: Page {
  package static let template = "customers/results"
  package let chips: [Choice]
  package let rows: [CustomerRow]
  package let pager: Pager
  package let empty: Empty?
  package let note: String?
  /// Classes of the columns that are put away.
  package let hidden: String

  package static let tags: Tags<CustomerResults> = [
    "chips": .rows(\.chips), "hidden": .text(\.hidden),
    "rows": .rows(\.rows), "pager": .part(\.pager), "empty": .part(\.empty), "note": .text(\.note),
  ]

  package static let sample = CustomerResults(
    chips: [Choice("险类 寿险", "?q=李"), Choice("姓名含“李”", "?line=life")], rows: CustomerRow.samples,
    pager: Pager(summary: "约 1,002,000 位客户", nextHref: "?after=CU-9", firstHref: "?"), empty: nil,
    note: "匹配超过 2,000 位，请再输入几个字", hidden: "no-lines")
}

package struct CustomerRow: Part {
  package let name, initial, href, facts, id: String
  package let mobile, lines, nextDue, nextDueNote, dueTone: String?
  /// Nil where the purpose does not need it, as the newest moment is.
  package let state: Badge?
  package let stages: [Badge]
  package let latest: Moment?

  package static let tags: Tags<CustomerRow> = [
    "name": .text(\.name), "initial": .text(\.initial), "href": .text(\.href), "facts": .text(\.facts),
    "id": .text(\.id), "mobile": .text(\.mobile), "lines": .text(\.lines), "nextDue": .text(\.nextDue),
    "nextDueNote": .text(\.nextDueNote),
    "dueTone": .text(\.dueTone), "state": .part(\.state), "stages": .rows(\.stages), "latest": .part(\.latest),
  ]

  static let samples: [CustomerRow] = [
    ("李岚", "女 · 35", "138****0000", "寿险 · 重疾 · 医疗", "2026-10-18", "bad", Badge("在保", tone: "good", icon: "shield")),
    ("李强", "男 · 35", "139****1024", "寿险 · 意外", "2026-12-01", "warn", Badge("在保", tone: "good", icon: "shield")),
    ("李𠮷安", "男 · 62", "137****8800", "年金", "", "", Badge("失效", tone: "warn", icon: "pause")),
    ("李思远科技有限公司", "机构", "021****6600", "", "", "", Badge("准客户", tone: "info", icon: "add")),
    ("李慧", "女 · 44", "136****5511", "", "", "", Badge("已离开", tone: "quiet", icon: "out")),
  ].map { name, facts, mobile, lines, due, tone, state in
    CustomerRow(
      name: name, initial: String(name.prefix(1)), href: "/customers/CU-1", facts: facts, id: "CU-0F7K-2MQ4-9XTB-1A",
      mobile: mobile, lines: lines, nextDue: due, nextDueNote: nil, dueTone: tone, state: state,
      stages: due == "2026-10-18" ? [Badge("理赔", tone: "info", icon: "claim")] : [],
      latest: .sample("2 小时前", "2026-11-22 09:30"))
  }
}
