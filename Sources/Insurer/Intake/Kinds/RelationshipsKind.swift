import Kernel
import Storage

/// Relations between customers: `from` is the `kind` of `to`.
package enum RelationshipsKind: ImportKind {
  package static let name = "relationships"
  package static let key = ["from", "to", "kind"]

  package static let fields: [ImportField] = [
    ImportField("from", required: true, synonyms: ["客户号", "从", "甲方", "from customer", "source"]),
    ImportField("to", required: true, synonyms: ["关系人客户号", "到", "乙方", "to customer", "target"]),
    ImportField("kind", required: true, synonyms: ["关系", "关系类型", "relation", "relationship"]),
    ImportField("since", synonyms: ["起始日期", "开始日期", "from date"], form: .day),
  ]

  private struct Read {
    var from = ""
    var to = ""
    var kind: RelationshipKind?
    var since: Day?
    var findings: [Finding] = []
  }

  private static func read(_ row: ImportRow) -> Read {
    var reader = FieldReader(row.values)
    var read = Read()
    read.from = reader.text("from", required: true) ?? ""
    read.to = reader.text("to", required: true) ?? ""
    read.kind = reader.enumeration(RelationshipKind.self, "kind", required: true)
    read.since = reader.day("since", .flag)
    if !read.from.isEmpty, read.from == read.to { reader.find("to", .relationToSelf, .reject) }
    read.findings = reader.findings
    return read
  }

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let read = rows.map(read)
    let keys = Set(read.flatMap { [$0.from, $0.to] }).sorted()
    let known = try References.customers(keys, source: source, in: tx)
    var outcomes: [RowOutcome] = []
    var items: [(place: Int, item: Relationship)] = []
    for (place, row) in read.enumerated() {
      outcomes.append(.rejected(row.findings.rejections))
      guard row.findings.rejections.isEmpty, let kind = row.kind else { continue }
      guard let from = known[row.from], let to = known[row.to] else {
        let missing = known[row.from] == nil ? row.from : row.to
        outcomes[place] = RowOutcome(.waiting(kind: CustomersKind.name, key: missing))
        continue
      }
      items.append((place, Relationship(from: from, to: to, kind: kind, since: row.since)))
    }
    let results = try Relationships.takeIn(items.map(\.item), source: source, in: tx)
    for ((place, item), result) in zip(items, results) {
      let word: RowOutcome.Result =
        switch result {
        case .created: .created
        case .updated: .updated
        case .unchanged: .unchanged
        }
      outcomes[place] = RowOutcome(
        word, entity: item.from.raw, customer: item.from.raw, flags: read[place].findings.flags)
    }
    return outcomes
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try Relationships.export(after: key, limit: limit, in: tx).map { row in
      ExportRow(key: row.key, values: row.values, customer: row.customer, source: row.source)
    }
  }
}
