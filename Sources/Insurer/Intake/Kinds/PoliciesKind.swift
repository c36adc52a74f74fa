import Kernel
import Storage

/// Policies, known by their numbers.
package enum PoliciesKind: ImportKind {
  package static let name = "policies"
  package static let key = ["policy_no"]
  package static let fields: [ImportField] = [
    ImportField("policy_no", required: true, synonyms: ["保单号", "保险单号", "合同号", "保单号码", "policy number"]),
    ImportField("product", required: true, synonyms: ["险种代码", "产品代码", "product code"]),
    ImportField("base_policy_no", synonyms: ["主险保单号", "主保单号", "base policy"]),
    ImportField("policyholder", required: true, synonyms: ["投保人", "投保人客户号", "holder"]),
    ImportField("insured", synonyms: ["被保险人", "被保人", "被保险人客户号"]),
    ImportField("channel", synonyms: ["渠道", "销售渠道"]),
    ImportField("writing_agent", synonyms: ["出单业务员", "出单代理人", "业务员工号"]),
    ImportField("servicing_agent", synonyms: ["服务业务员", "服务人员", "服务代理人", "agent"]),
    ImportField("applied_on", synonyms: ["投保日期", "投保日", "application date"], form: .day),
    ImportField("formed_on", synonyms: ["合同成立日", "成立日期", "承保日期", "issue date"], form: .day),
    ImportField("effective_on", synonyms: ["生效日", "生效日期", "effective date"], form: .day),
    ImportField("delivered_on", synonyms: ["回执签收日", "签收日期", "回执日期"], form: .day),
    ImportField("expires_on", synonyms: ["终止日", "满期日", "到期日", "保险止期", "expiry date"], form: .day),
    ImportField("premium_mode", synonyms: ["交费方式", "缴费方式", "交费频率", "缴费频率"]),
    ImportField("premium", synonyms: ["保费", "期交保费", "每期保费"]),
    ImportField("sum_insured", synonyms: ["保额", "基本保额", "保险金额"]),
    ImportField("status", required: true, synonyms: ["保单状态", "状态", "合同状态"]),
    ImportField("termination_reason", synonyms: ["终止原因"]),
    ImportField("status_as_of", synonyms: ["状态时间", "数据时间", "截至时间"]),
    ImportField("flags", synonyms: ["标志", "标识"]),
    ImportField("suspended_on", synonyms: ["中止日", "失效日期", "中止日期"], form: .day),
    ImportField("reinstated_on", synonyms: ["复效日", "复效日期"], form: .day),
    ImportField("terminated_on", synonyms: ["合同终止日", "终止日期"], form: .day),
    ImportField("loan", synonyms: ["贷款余额", "保单贷款"]),
    ImportField("automatic_loan_from", synonyms: ["自动垫交起期", "自垫起期"], form: .day),
    ImportField("waived_from", synonyms: ["豁免起期", "豁免日期"], form: .day),
    ImportField("reduced_on", synonyms: ["减额交清日", "减额交清日期"], form: .day),
    ImportField("premium_years", synonyms: ["交费年期", "缴费年期", "交费期间", "缴费期间"]),
    ImportField("grace_days", synonyms: ["宽限期天数", "宽限天数", "grace days"]),
    ImportField("underwriter", synonyms: ["核保员", "核保人", "核保人员"]),
  ]

  private static let references = References.Fields(
    products: ["product"], customers: ["policyholder", "insured"],
    staff: ["writing_agent", "servicing_agent", "underwriter"], policies: ["base_policy_no"])

  /// Bases before their riders, so that one file can hold both in any order.
  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let own = Set(rows.compactMap { $0["policy_no"] })
    let isRider = rows.map { $0["base_policy_no"].map { own.contains($0) } ?? false }
    guard isRider.contains(true) else { return try take(rows, source: source, in: tx) }
    let bases = try take(zip(rows, isRider).filter { !$1 }.map(\.0), source: source, in: tx)
    let riders = try take(zip(rows, isRider).filter { $1 }.map(\.0), source: source, in: tx)
    var (nextBase, nextRider) = (bases.makeIterator(), riders.makeIterator())
    return isRider.compactMap { $0 ? nextRider.next() : nextBase.next() }
  }

  private static func take(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let known = try References.find(rows, references, source: source, in: tx)
    let drafted = DraftedRows<PolicyDraft>(rows) { row in
      PolicyDraft.read(row.values, changed: row.changed, references: known, source: source, now: tx.now)
    }
    let done = try Policies.upsert(drafted.drafts, source: source, in: tx)
    return drafted.outcomes(done, customers: drafted.drafts.map(\.holder.raw))
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try Policies.export(after: key ?? "", limit: limit, in: tx).map { row in
      let text = row.policy.texts
      let values = fields.map { field -> String in
        switch field.name {
        case "policy_no": row.policy.policyNo
        case "product": row.product
        case "base_policy_no": row.baseNo ?? ""
        case "policyholder": row.policyholder
        case "insured": row.insured ?? ""
        case "writing_agent": row.writingAgent ?? ""
        case "servicing_agent": row.servicingAgent ?? ""
        case "underwriter": row.underwriter ?? ""
        default: text[field.name] ?? ""
        }
      }
      return ExportRow(key: row.policy.policyNo, values: values)
    }
  }
}
