import Kernel
import Storage

/// Further insured and beneficiaries of policies.
package enum PartiesKind: ImportKind {
  package static let name = "parties"
  package static let key = ["policy_no", "role", "customer", "name", "benefit", "rank"]
  /// The shares of a rank are judged together.
  package static let together: String? = "policy_no"
  package static let fields: [ImportField] = [
    ImportField("policy_no", required: true, synonyms: ["保单号", "保险单号", "policy number"]),
    ImportField("role", required: true, synonyms: ["角色", "关系人类型"]),
    ImportField("customer", synonyms: ["客户号", "关系人客户号"]),
    ImportField("name", synonyms: ["姓名", "受益人姓名", "受益人"], sealed: true, form: .prose),
    ImportField("benefit", synonyms: ["受益类型", "保险责任", "责任"]),
    ImportField("rank", synonyms: ["受益顺序", "顺序", "顺位"]),
    ImportField("share", synonyms: ["受益份额", "受益比例", "份额", "比例"]),
  ]

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let fields = References.Fields(customers: ["customer"], policies: ["policy_no"])
    let known = try References.find(rows, fields, source: source, in: tx)
    let drafted = DraftedRows<PartyDraft>(rows) { row in
      PartyDraft.read(row.values, changed: row.changed, references: known)
    }
    let done = try Policies.upsert(drafted.drafts, source: source, in: tx)
    return drafted.outcomes(done, customers: drafted.drafts.map(\.holder.raw))
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try PartPages.rows(after: key, limit: limit) { number, count in
      let (rows, last) = try Policies.exportParties(from: number, policies: count, in: tx)
      let exported = rows.map { row -> ExportRow in
        let who = row.customer ?? row.name ?? ""
        return ExportRow(
          key: PartPages.key(row.policyNo, [row.role.code, row.benefit, PartPages.padded(row.rank), who]),
          values: [
            row.policyNo, row.role.code, row.customer ?? "", row.name ?? "", row.benefit, String(row.rank),
            row.share?.decimal ?? "",
          ])
      }
      return (exported, last)
    }
  }
}

/// What policies pay.
package enum CoveragesKind: ImportKind {
  package static let name = "coverages"
  package static let key = ["policy_no", "benefit"]
  package static let fields: [ImportField] = [
    ImportField("policy_no", required: true, synonyms: ["保单号", "保险单号", "policy number"]),
    ImportField("benefit", required: true, synonyms: ["保险责任", "责任", "责任名称"]),
    ImportField("sum_insured", synonyms: ["保额", "保险金额"]),
    ImportField("deductible", synonyms: ["免赔额"]),
    ImportField("rate", synonyms: ["给付比例", "赔付比例", "reimbursement rate"]),
    ImportField("limit", synonyms: ["限额", "给付限额"]),
  ]

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let known = try References.find(rows, References.Fields(policies: ["policy_no"]), source: source, in: tx)
    let drafted = DraftedRows<CoverageDraft>(rows) { row in
      CoverageDraft.read(row.values, changed: row.changed, references: known, source: source)
    }
    let done = try Policies.upsert(drafted.drafts, source: source, in: tx)
    return drafted.outcomes(done, customers: drafted.drafts.map(\.holder.raw))
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try PartPages.rows(after: key, limit: limit) { number, count in
      let (rows, last) = try Policies.exportCoverages(from: number, policies: count, in: tx)
      let exported = rows.map { number, coverage in
        ExportRow(
          key: PartPages.key(number, [coverage.benefit]),
          values: [
            number, coverage.benefit, coverage.sumInsured?.yuan ?? "", coverage.deductible?.yuan ?? "",
            coverage.rate?.decimal ?? "", coverage.limit?.yuan ?? "",
          ])
      }
      return (exported, last)
    }
  }
}

/// Premiums due and received.
package enum PremiumsKind: ImportKind {
  package static let name = "premiums"
  package static let key = ["policy_no", "due_on"]
  package static let fields: [ImportField] = [
    ImportField("policy_no", required: true, synonyms: ["保单号", "保险单号", "policy number"]),
    ImportField("due_on", required: true, synonyms: ["应交日", "应收日期", "应缴日期", "due date"], form: .day),
    ImportField("amount", required: true, synonyms: ["应收保费", "保费", "金额"]),
    ImportField("received_on", synonyms: ["实收日期", "实交日期", "到账日期", "paid on"], form: .day),
    ImportField("method", synonyms: ["交费渠道", "收费方式", "缴费渠道"]),
    ImportField("result", synonyms: ["收费结果", "扣款结果"]),
    ImportField("demanded_on", synonyms: ["催告送达日", "催告日期", "催告日"], form: .day),
    ImportField("failure_reason", synonyms: ["失败原因", "扣款失败原因", "failure reason"]),
  ]

  package static func apply(_ rows: [ImportRow], source: String, in tx: Tx) throws -> [RowOutcome] {
    let known = try References.find(rows, References.Fields(policies: ["policy_no"]), source: source, in: tx)
    let drafted = DraftedRows<PremiumDraft>(rows) { row in
      PremiumDraft.read(row.values, changed: row.changed, references: known, source: source, today: tx.today)
    }
    let done = try Policies.upsert(drafted.drafts, source: source, in: tx)
    return drafted.outcomes(done, customers: drafted.drafts.map(\.holder.raw))
  }

  /// What a bank answered to a debit settles promises and asks for calls.
  package static func follow(_ rows: [ImportRow], in tx: Tx) throws {
    let told = rows.filter { $0["result"] != nil || $0["received_on"] != nil }
    try Premiums.follow(
      told.compactMap { row in
        guard let number = row["policy_no"], let day = row["due_on"].flatMap({ Day($0) }) else { return nil }
        return (number, day)
      }, in: tx)
  }

  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [ExportRow] {
    try PartPages.rows(after: key, limit: limit) { number, count in
      let (rows, last) = try Policies.exportPremiums(from: number, policies: count, in: tx)
      let exported = rows.map { number, premium in
        ExportRow(
          key: PartPages.key(number, [premium.dueOn.description]),
          values: [
            number, premium.dueOn.description, premium.amount.yuan, premium.receivedOn?.description ?? "",
            premium.method?.code ?? "", premium.result?.code ?? "", premium.demandedOn?.description ?? "",
            premium.failureReason?.code ?? "",
          ])
      }
      return (exported, last)
    }
  }
}

/// Pages of what lies with policies: walked by policy number, cut in the order of whole keys.
enum PartPages {
  private static let separator = "\u{1F}"

  static func key(_ policyNo: String, _ rest: [String]) -> String {
    ([policyNo] + rest).joined(separator: separator)
  }

  /// So that 2 comes before 10.
  static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }

  static func rows(
    after key: String?, limit: Int, _ page: (_ number: String, _ policies: Int) throws -> ([ExportRow], String?)
  ) throws -> [ExportRow] {
    var found: [ExportRow] = []
    var number = key.flatMap { $0.components(separator).first } ?? ""
    while found.count < limit {
      let (rows, last) = try page(number, limit)
      guard let last else { break }
      found += rows.filter { row in key.map { row.key > $0 } ?? true }.sorted { $0.key < $1.key }
      // The least text above `last` that PostgreSQL takes; numbers hold no control characters.
      number = last + "\u{1}"
    }
    return Array(found.prefix(limit))
  }
}

extension String {
  fileprivate func components(_ separator: String) -> [String] {
    guard let character = separator.first else { return [self] }
    return split(separator: character, omittingEmptySubsequences: false).map(String.init)
  }
}
