/// Files taken in. Template: `imports/list`.
package struct ImportsPage: Page {
  package static let template = "imports/list"
  package let rows: [ImportLine]
  package let empty: Empty?
  package let pager: Pager
  package let canImport: Bool
  package static let tags: Tags<ImportsPage> = [
    "rows": .rows(\.rows), "empty": .part(\.empty), "pager": .part(\.pager), "canImport": .flag(\.canImport),
  ]
  package static let sample = ImportsPage(
    rows: [
      ImportLine(
        file: "cn_customers_dev_20k.csv.gz", href: "/imports/IM-1", kind: "客户", rows: "20,000",
        state: Badge("进行中 62%", tone: "info", icon: "jobs"), by: "管理员", at: .sample("3 分钟前", "2026-11-22 11:27")),
      ImportLine(
        file: "policies_2026-11.csv", href: "/imports/IM-2", kind: "保单", rows: "8,412",
        state: Badge("完成 · 12 拒绝", tone: "warn", icon: "alert"), by: "管理员", at: .sample("昨天", "2026-11-21 18:00")),
    ], empty: nil, pager: Pager(summary: "2 个文件", nextHref: nil, firstHref: nil), canImport: true)
}

package struct ImportLine: Part {
  package let file, href, kind, rows: String
  package let state: Badge
  package let by: String
  package let at: Moment
  package static let tags: Tags<ImportLine> = [
    "file": .text(\.file), "href": .text(\.href), "kind": .text(\.kind), "rows": .text(\.rows),
    "state": .part(\.state), "by": .text(\.by), "at": .part(\.at),
  ]
}

/// The four steps that a file goes through; each page shows where it is. Template: `imports/steps`.
package struct ImportStep: Part {
  package let label, state: String
  package static let tags: Tags<ImportStep> = [
    "label": .text(\.label), "state": .text(\.state), "isCurrent": .flag { $0.state == "current" },
  ]
  static func samples(_ current: Int) -> [ImportStep] {
    ["上传", "对应列", "预览", "导入与报告"].enumerated().map {
      ImportStep(label: $1, state: $0 < current ? "done" : $0 == current ? "current" : "todo")
    }
  }
}

/// Choose a file and what it holds. Template: `imports/upload`.
package struct ImportUploadPage: Page {
  package static let template = "imports/upload"
  package let steps: [ImportStep]
  package let kinds: [SelectOption]
  package let limit, csrf: String
  package let faults: [Fault]
  package static let tags: Tags<ImportUploadPage> = [
    "steps": .rows(\.steps), "kinds": .rows(\.kinds), "limit": .text(\.limit),
    "csrf": .text(\.csrf), "faults": .rows(\.faults),
  ]
  package static let sample = ImportUploadPage(
    steps: ImportStep.samples(0),
    kinds: [SelectOption("customers", "客户", isSelected: true), SelectOption("policies", "保单")], limit: "512 MB",
    csrf: "token", faults: [Fault("file", "请选择文件")])
}

/// Which column is which field. Template: `imports/map`.
package struct ImportMapPage: Page {
  package static let template = "imports/map"
  package let steps: [ImportStep]
  package let file, facts, action, csrf: String
  package let hidden: [SelectOption]
  package let columns: [ImportColumn]
  package let mappings: [SelectOption]
  package let missing: [Fault]
  package static let tags: Tags<ImportMapPage> = [
    "steps": .rows(\.steps), "file": .text(\.file), "facts": .text(\.facts), "action": .text(\.action),
    "csrf": .text(\.csrf), "hidden": .rows(\.hidden), "columns": .rows(\.columns), "mappings": .rows(\.mappings),
    "missing": .rows(\.missing),
  ]
  package static let sample = ImportMapPage(
    steps: ImportStep.samples(1), file: "cn_customers_dev_20k.csv.gz", facts: "20,000 行 · GB18030 · 逗号分隔 · gzip",
    action: "/imports/preview", csrf: "token", hidden: [SelectOption("kind", "customers")],
    columns: [
      ImportColumn(
        index: "0", header: "客户号", examples: "C000001 · C000002", why: "列名相同",
        options: [SelectOption("source_id", "客户号", isSelected: true)]),
      ImportColumn(
        index: "1", header: "证件", examples: "310***********002X", why: "内容像身份证号",
        options: [SelectOption("national_id", "证件号码", isSelected: true)]),
      ImportColumn(
        index: "2", header: "备注", examples: "老客户", why: nil, options: [SelectOption("", "不导入", isSelected: true)]),
    ],
    mappings: [SelectOption("", "建议的对应"), SelectOption("core", "核心系统客户")], missing: [Fault("name", "缺少必填列：姓名")])
}

package struct ImportColumn: Part {
  package let index, header, examples: String
  package let why: String?
  package let options: [SelectOption]
  package static let tags: Tags<ImportColumn> = [
    "index": .text(\.index), "header": .text(\.header), "examples": .text(\.examples), "why": .text(\.why),
    "options": .rows(\.options),
  ]
}

/// The first rows as they would be taken in, and what is wrong with them. Template: `imports/preview`.
package struct ImportPreviewPage: Page {
  package static let template = "imports/preview"
  package let steps: [ImportStep]
  package let file, action, backHref, csrf: String
  package let hidden: [SelectOption]
  package let stats: [Stat]
  package let headers: [Cell]
  package let rows: [ImportPreviewRow]
  package static let tags: Tags<ImportPreviewPage> = [
    "steps": .rows(\.steps), "file": .text(\.file), "action": .text(\.action), "backHref": .text(\.backHref),
    "csrf": .text(\.csrf), "hidden": .rows(\.hidden), "stats": .rows(\.stats), "headers": .rows(\.headers),
    "rows": .rows(\.rows),
  ]
  package static let sample = ImportPreviewPage(
    steps: ImportStep.samples(2), file: "cn_customers_dev_20k.csv.gz", action: "/imports/IM-1/run",
    backHref: "/imports/mapping", csrf: "token", hidden: [SelectOption("kind", "customers")],
    stats: [
      Stat("新建", "92", href: "#rows"), Stat("更新", "5", href: "#rows"), Stat("拒绝", "3", href: "#rows", tone: "bad"),
    ],
    headers: ["客户号", "姓名", "证件号码"].map { Cell($0) },
    rows: [
      ImportPreviewRow(
        number: "2", cells: ["C000001", "李岚", "310***********002X"].map { Cell($0) },
        outcome: Badge("新建", tone: "good", icon: "add"), problem: nil),
      ImportPreviewRow(
        number: "3", cells: ["", "", "abc"].map { Cell($0) }, outcome: Badge("拒绝", tone: "bad", icon: "close"),
        problem: "没有姓名也没有客户号"),
    ])
}

package struct ImportPreviewRow: Part {
  package let number: String
  package let cells: [Cell]
  package let outcome: Badge
  package let problem: String?
  package static let tags: Tags<ImportPreviewRow> = [
    "number": .text(\.number), "cells": .rows(\.cells), "outcome": .part(\.outcome), "problem": .text(\.problem),
  ]
}

/// An import under way or done: progress, then the report. Template: `imports/run`.
package struct ImportRunPage: Page {
  package static let template = "imports/run"
  package let steps: [ImportStep]
  package let file, facts: String
  package let progress: ImportProgress
  /// The rows that have something to say, or those behind one figure; and what they are.
  package let problems: [ImportProblem]
  package let title: String
  package let pager: Pager
  package let reportHref, resumeAction, stopAction, failure: String?
  package let csrf: String
  package static let tags: Tags<ImportRunPage> = [
    "steps": .rows(\.steps), "file": .text(\.file), "facts": .text(\.facts), "progress": .part(\.progress),
    "problems": .rows(\.problems), "title": .text(\.title), "pager": .part(\.pager), "reportHref": .text(\.reportHref),
    "resumeAction": .text(\.resumeAction),
    "stopAction": .text(\.stopAction), "failure": .text(\.failure),
    "csrf": .text(\.csrf),
  ]
  package static let sample = ImportRunPage(
    steps: ImportStep.samples(3), file: "cn_customers_dev_20k.csv.gz", facts: "客户 · 管理员 · 2026-11-22 11:27",
    progress: .sample, problems: ImportProblem.samples, title: "需要看的行",
    pager: Pager(summary: "", nextHref: "?after=203", firstHref: nil), reportHref: "/imports/IM-1/report.csv",
    resumeAction: "/imports/IM-1/resume", stopAction: "/imports/IM-1/stop", failure: "disk full", csrf: "token")
}

/// The bar and the figures, fetched again while the work goes on. Template: `imports/progress`.
package struct ImportProgress: Page {
  package static let template = "imports/progress"
  package let pollHref: String?
  /// Nil while nobody knows how long it takes.
  package let percent: Int?
  package let text: String
  package let rate: String?
  package let stats: [Stat]
  package static let tags: Tags<ImportProgress> = [
    "pollHref": .text(\.pollHref), "percent": .text { $0.percent.map(String.init) }, "text": .text(\.text),
    "rate": .text(\.rate),
    "stats": .rows(\.stats),
  ]
  package static let sample = ImportProgress(
    pollHref: "/imports/IM-1/progress", percent: 62, text: "12,400 / 20,000 行", rate: "4,100 行/秒 · 约 2 秒",
    stats: [
      Stat("新建", "11,902", href: "?outcome=created"), Stat("更新", "301", href: "?outcome=updated"),
      Stat("未变", "120", href: "?outcome=unchanged"), Stat("等待", "40", href: "?outcome=waiting", tone: "warn"),
      Stat("拒绝", "37", href: "?outcome=rejected", tone: "bad"),
      Stat("存疑", "212", href: "?outcome=flagged", tone: "warn", note: "已计入以上"),
    ])
}

package struct ImportProblem: Part {
  package let row, column, code, message: String
  package let outcome: Badge
  package static let tags: Tags<ImportProblem> = [
    "row": .text(\.row), "column": .text(\.column), "code": .text(\.code), "message": .text(\.message),
    "outcome": .part(\.outcome),
  ]
  static let samples = [
    ImportProblem(
      row: "17", column: "证件号码", code: "ID_CHECKSUM", message: "校验码不符",
      outcome: Badge("存疑", tone: "warn", icon: "alert")),
    ImportProblem(
      row: "203", column: "姓名", code: "NAME_MISSING", message: "没有姓名",
      outcome: Badge("拒绝", tone: "bad", icon: "close")),
  ]
}
