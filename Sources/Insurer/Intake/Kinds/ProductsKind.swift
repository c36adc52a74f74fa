import Kernel
import Storage

/// Products, known by their codes.
package enum ProductsKind: ImportKind {
  package static let name = "products"
  package static let key = ["code"]
  package static let fields: [ImportField] = [
    ImportField("code", required: true, synonyms: ["险种代码", "产品代码", "产品编码", "product code"]),
    ImportField("name", required: true, synonyms: ["险种名称", "产品名称", "product name"], form: .prose),
    ImportField("line", required: true, synonyms: ["险种", "险类", "line of business"]),
    ImportField("kind", synonyms: ["主附险", "主险附加险", "类型"]),
    ImportField("term", synonyms: ["保险期间", "保障期限", "period"]),
    ImportField("waiting_days", synonyms: ["等待期", "等待期天数", "waiting period"]),
    ImportField("cooling_off_days", synonyms: ["犹豫期", "犹豫期天数", "cooling-off"]),
    ImportField("guaranteed_renewable", synonyms: ["保证续保", "guaranteed renewal"]),
    ImportField("filed_name", synonyms: ["备案名称", "条款名称"], form: .prose),
  ]

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let law = try LegalRules.today(in: tx)
    let drafted = DraftedRows<ProductDraft>(rows) { row in
      let (draft, findings) = ProductDraft.read(row.values, changed: row.changed, law: law)
      return draft.map { .draft($0, flags: findings.flags) } ?? .rejected(findings.rejections)
    }
    let done = try Products.upsert(drafted.drafts, source: source, in: tx)
    return drafted.outcomes(done, customers: done.map { _ in 0 })
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try Products.list(after: key ?? "", limit: limit, in: tx).map { product in
      ExportRow(
        key: product.code,
        values: [
          product.code, product.name, product.line.code, product.kind.code, product.term ?? "",
          product.waitingDays.map(String.init) ?? "", product.coolingOffDays.map(String.init) ?? "",
          product.guaranteedRenewable ? "1" : "0", product.filedName ?? "",
        ])
    }
  }
}
