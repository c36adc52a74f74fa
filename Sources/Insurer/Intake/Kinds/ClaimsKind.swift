import Kernel
import Storage

/// Claims, known by their numbers.
package enum ClaimsKind: ImportKind {
  package static let name = "claims"
  package static let key = ["claim_no"]
  package static let fields: [ImportField] = [
    ImportField("claim_no", required: true, synonyms: ["赔案号", "理赔号", "报案号", "claim number"]),
    ImportField("policy_no", required: true, synonyms: ["保单号", "保险单号", "policy number"]),
    ImportField("insured", synonyms: ["被保险人", "出险人", "被保险人客户号"]),
    ImportField("notified_at", synonyms: ["报案时间", "报案日期"]),
    ImportField("requested_at", synonyms: ["申请时间", "索赔申请时间", "申请日期"]),
    ImportField("loss_on", synonyms: ["出险日", "出险日期", "date of loss"], form: .day),
    ImportField("kind", required: true, synonyms: ["理赔类型", "出险类型", "赔案类型"]),
    ImportField("diagnosis", synonyms: ["诊断", "疾病诊断"], sealed: true, form: .prose),
    ImportField("claimed", synonyms: ["申请金额", "索赔金额"]),
    ImportField("paid", synonyms: ["给付金额", "赔付金额", "实赔金额"]),
    ImportField("status", required: true, synonyms: ["赔案状态", "状态", "理赔状态"]),
    ImportField("decided_on", synonyms: ["核定日期", "结论日期"], form: .day),
    ImportField("paid_on", synonyms: ["给付日期", "付款日期"], form: .day),
    ImportField("handler", synonyms: ["理赔员", "处理人", "理赔员工号"]),
    ImportField("clause_days", synonyms: ["条款时限", "约定核定天数"]),
    ImportField("complex_reason", synonyms: ["情形复杂原因", "复杂原因"], sealed: true, form: .prose),
    ImportField("supplement_asked_on", synonyms: ["补件通知日", "补充资料通知日"], form: .day),
    ImportField("supplement_received_on", synonyms: ["补件收到日", "补充资料收到日"], form: .day),
    ImportField("agreed_on", synonyms: ["达成协议日", "协议日期"], form: .day),
    ImportField("decision", synonyms: ["理赔结论", "核定结论"]),
  ]

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    func keys(_ field: String) -> [String] { Array(Set(rows.compactMap { $0[field] })).sorted() }
    let (policies, staff) = try tx.fetch(Policies.insured(keys("policy_no")), Staff.byNumbers(keys("handler")))
    var known = ClaimReferences()
    known.policies = Dictionary(policies.map { ($0.place.policyNo, $0) }) { first, _ in first }
    known.staff = Dictionary(staff.map { ($0.staffNo, $0.id) }) { first, _ in first }
    known.customers = try References.customers(keys("insured"), source: source, in: tx)
    let drafted = DraftedRows<ClaimDraft>(rows) { row in
      ClaimDraft.read(row.values, changed: row.changed, references: known, source: source, now: tx.now)
    }
    let done = try Claims.upsert(drafted.drafts, source: source, in: tx)
    return drafted.outcomes(done, customers: drafted.drafts.map(\.insured.raw))
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try Claims.export(after: key ?? "", limit: limit, in: tx).map { row in
      let texts = row.texts
      return ExportRow(key: row.claim.claimNo, values: fields.map { texts[$0.name] ?? "" })
    }
  }
}
