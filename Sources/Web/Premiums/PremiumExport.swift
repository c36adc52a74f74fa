import Hummingbird
import Insurer
import Kernel
import Storage

/// `/premiums/export.csv`: the whole list as it is filtered, page by page in short reads, each in the access log.
enum PremiumExport {
  private static let pageSize = 500
  private static let columns = [
    "policy_no", "policyholder", "product", "line", "due_on", "amount", "result", "failure_reason", "pay_by",
    "demanded_on", "suspends_on", "servicing_agent",
  ]

  static func file(_ call: Call) async throws -> Response {
    let query = call.query
    return call.spreadsheet("premiums", header: columns.map { call.words.field($0) }) { (after: DuePlace?) in
      let page = try await call.read { tx in
        let page = try Premiums.due(try PremiumPages.wanted(query, in: tx), after: after, limit: pageSize, in: tx)
        tx.logAccess(AccessRecord(.export, subjects: page.rows.map(\.policy.customerID.raw), what: "premiums"))
        return page
      }
      return (page.rows.map { line($0, call.words) }, page.next)
    }
  }

  private static func line(_ row: DueRow, _ words: Words) -> [String] {
    [
      row.policy.policyNo, row.policyholder?.shown ?? "", row.product, words.label(row.line), row.dueOn.description,
      row.amount.yuan, row.premium?.result.map { words.label($0) } ?? "",
      row.premium?.failureReason.map { words.label($0) } ?? "", row.promise?.payBy.description ?? "",
      row.premium?.demandedOn?.description ?? "", row.forecast.day?.description ?? "", row.servicingAgent ?? "",
    ]
  }
}
