import Kernel
import Storage

/// Contacts of every channel, known by their source's id.
package enum InteractionsKind: ImportKind {
  package static let name = "interactions"
  package static let key = ["source_id"]
  package static let fields: [ImportField] = [
    ImportField("source_id", required: true, synonyms: ["联系编号", "记录编号", "接触编号", "contact id"]),
    ImportField("customer", required: true, synonyms: ["客户号", "客户编号", "customer id"]),
    ImportField("at", required: true, synonyms: ["时间", "联系时间", "接触时间", "time"]),
    ImportField("channel", required: true, synonyms: ["渠道", "联系渠道", "联系方式"]),
    ImportField("direction", required: true, synonyms: ["方向", "呼叫方向"]),
    ImportField("topic", synonyms: ["主题", "事由", "subject"], form: .prose),
    ImportField("summary", synonyms: ["摘要", "内容", "备注", "notes"], sealed: true, form: .prose),
    ImportField("staff", synonyms: ["工号", "业务员", "坐席工号", "agent"]),
  ]

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let fields = References.Fields(customers: ["customer"], staff: ["staff"])
    let found = try References.find(rows, fields, source: source, in: tx)
    let keys = rows.filter { $0.changed != nil }.map(\.key)
    let memory = keys.isEmpty ? [:] : try SourceMemory.find(name, keys: keys, source: source, in: tx)
    let known = memory.mapValues { (customer: ID<Customer>($0.customer), id: ID<Interaction>($0.entity)) }
    let drafted = DraftedRows<InteractionDraft>(rows) { row in
      InteractionDraft.read(
        row.values, changed: row.changed, customers: found.customers, staff: found.staff, source: source, now: tx.now)
    }
    let done = try Interactions.upsert(drafted.drafts, known: known, source: source, in: tx)
    return drafted.outcomes(done, customers: drafted.drafts.map(\.customer.raw))
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    // The source's own key comes last, for it may hold anything.
    let place = key?.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false) ?? []
    let isPlace = place.count == 3
    let page = try Interactions.export(
      after: isPlace ? String(place[2]) : "", customer: isPlace ? Int64(place[0]) ?? 0 : 0,
      id: isPlace ? Int64(place[1]) ?? 0 : 0, limit: limit, in: tx)
    return page.map { row in
      let contact = row.interaction
      return ExportRow(
        key: "\(contact.customerID.raw)|\(contact.id.raw)|\(contact.sourceKey ?? "")",
        values: [
          contact.sourceKey ?? contact.id.description, row.customer, contact.at.description, contact.channel.code,
          contact.direction.code, contact.topic ?? "", contact.summary ?? "", row.staff ?? "",
        ])
    }
  }
}
