import Kernel
import Storage

/// What people said to purposes elsewhere, with the evidence for it.
package enum ConsentsKind: ImportKind {
  package static let name = "consents"
  package static let key = ["customer", "purpose", "category", "given_at"]

  package static let fields: [ImportField] = [
    ImportField("customer", required: true, synonyms: ["客户号", "客户编号", "customer id"]),
    ImportField("purpose", required: true, synonyms: ["用途", "处理目的", "目的"]),
    ImportField("category", synonyms: ["信息类别", "敏感类别", "类别"]),
    ImportField("given_at", required: true, synonyms: ["同意时间", "授权时间", "表态时间", "decided at"]),
    ImportField("state", synonyms: ["表态", "同意状态", "decision"]),
    ImportField("withdrawn_at", synonyms: ["撤回时间", "撤销时间"]),
    ImportField("text_version", required: true, synonyms: ["文本版本", "授权书版本", "version"]),
    ImportField("by", synonyms: ["表态人", "监护人客户号", "given by"]),
    ImportField(
      "evidence", required: true, synonyms: ["证据", "凭证", "凭证编号", "录音编号"], sealed: true, form: .prose),
  ]

  /// In the column `by` of one who spoke for himself.
  private static let own = "self"

  private struct Read {
    var item: ((ID<Customer>, ID<Customer>?) -> Consents.Incoming)?
    var customer = ""
    var guardian: String?
    var rejections: [FieldError] = []
  }

  private static func read(_ row: ImportRow, now: Instant) -> Read {
    var reader = FieldReader(row.values)
    var read = Read()
    read.customer = reader.text("customer", required: true) ?? ""
    let speaker = reader.text("by")
    read.guardian = speaker == own ? nil : speaker
    let purpose = reader.text("purpose", required: true).flatMap { Purpose(rawValue: $0) }
    let category = reader.text("category").map { Category(rawValue: $0) } ?? Category.none
    let state = reader.enumeration(Consent.State.self, "state") ?? .given
    let decided = reader.instant("given_at", required: true)
    let withdrawn = reader.instant("withdrawn_at")
    let version = reader.int("text_version", required: true, in: 1...9_999)
    let evidence = reader.text("evidence", required: true, limit: 1_000)
    if let decided, decided > now { reader.find("given_at", .dateFuture, .reject) }
    if let decided, let withdrawn, withdrawn < decided { reader.find("withdrawn_at", .dateOrder, .reject) }
    let entry = purpose.flatMap { purpose in category.flatMap { Purposes.find(purpose, $0) } }
    if row["purpose"] != nil, entry?.basis != .consent { reader.find("purpose", .consentNotNeeded, .reject) }
    if let entry, let version, entry.words(Int(version)) == nil {
      reader.find("text_version", .referenceUnknown, .reject)
    }
    read.rejections = reader.findings.rejections
    guard read.rejections.isEmpty, let entry, let decided, let version else { return read }
    read.item = { customer, guardian in
      Consents.Incoming(
        customer: customer, purpose: entry.purpose, category: entry.category, isRefusal: state == .refused,
        decidedAt: decided, withdrawnAt: withdrawn, textVersion: Int(version), guardian: guardian, evidence: evidence)
    }
    return read
  }

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let read = rows.map { Self.read($0, now: tx.now) }
    let keys = Set(read.flatMap { [$0.customer] + [$0.guardian].compactMap { $0 } }).sorted()
    let known = try References.customers(keys, source: source, in: tx)
    var outcomes: [RowOutcome] = []
    var items: [(place: Int, item: Consents.Incoming)] = []
    for (place, row) in read.enumerated() {
      outcomes.append(.rejected(row.rejections))
      guard let make = row.item else { continue }
      if let missing = [row.customer, row.guardian].compactMap({ $0 }).first(where: { known[$0] == nil }) {
        outcomes[place] = RowOutcome(.waiting(kind: CustomersKind.name, key: missing))
      } else if let customer = known[row.customer] {
        items.append((place, make(customer, row.guardian.flatMap { known[$0] })))
      }
    }
    let results = try Consents.takeIn(items.map(\.item), source: source, in: tx)
    for ((place, item), result) in zip(items, results) {
      let word: RowOutcome.Result =
        switch result.outcome {
        case .created: .created
        case .updated: .updated
        case .unchanged: .unchanged
        }
      outcomes[place] = RowOutcome(word, entity: result.id.raw, customer: item.customer.raw)
    }
    return outcomes
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try Consents.export(after: key, limit: limit, in: tx).map { row in
      let consent = row.consent
      return ExportRow(
        key: row.key,
        values: [
          row.customer, consent.purpose.rawValue, consent.category.rawValue, consent.decidedAt.description,
          consent.state == .refused ? Consent.State.refused.rawValue : Consent.State.given.rawValue,
          consent.withdrawnAt?.description ?? "", "\(consent.textVersion)", row.guardian ?? own,
          consent.evidence ?? "",
        ], customer: consent.customerID.raw, source: consent.source, asOf: consent.withdrawnAt ?? consent.decidedAt)
    }
  }
}
