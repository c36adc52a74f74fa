import Files
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import NIOCore
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
    let body = ResponseBody { writer in
      var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
      CSVText.append(columns.map { call.words.field($0) }, to: &bytes, for: .spreadsheet)
      var after: DuePlace?
      repeat {
        let place = after
        let page = try await call.read { tx in
          let page = try Premiums.due(
            try PremiumPages.wanted(query, in: tx), after: place, limit: pageSize, in: tx)
          tx.logAccess(AccessRecord(.export, subjects: page.rows.map(\.policy.customerID.raw), what: "premiums"))
          return page
        }
        for row in page.rows { CSVText.append(line(row, call.words), to: &bytes, for: .spreadsheet) }
        try await writer.write(ByteBuffer(bytes: bytes))
        bytes.removeAll(keepingCapacity: true)
        after = page.next
      } while after != nil
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
        .contentDisposition: "attachment; filename=\"premiums-\(call.format.today).csv\"",
      ], body: body)
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
