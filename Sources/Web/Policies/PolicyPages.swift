import Hummingbird
import Insurer
import Kernel
import Storage

/// `/policies` and one policy.
enum PolicyPages {
  private static let pageSize = 50

  static func routes(_ routes: Routes) {
    routes.page(.get, "/policies", needs: .read(.policy), for: .named) { call in try await list(call) }
    routes.page(.get, "/policies/{id}", needs: .read(.policy), for: .named) { call in try await show(call) }
  }

  private static func list(_ call: Call) async throws -> Response {
    if let number = call.query["q"] { return call.redirect("/customers\(FormFields().with(["q": number]))") }
    var filter = PolicyFilter()
    filter.status = call.query["status"].flatMap { PolicyStatus(rawValue: $0) }
    filter.line = call.query["line"].flatMap { Line(rawValue: $0) }
    filter.hasMismatch = call.query["mismatch"] != nil
    let isDesk = call.query["desk"] == "mine"
    if isDesk { filter = Policies.pending(of: ID(try call.access.staffID)) }
    filter.isWithoutRiders = !filter.hasMismatch
    let due = call.query["due"]
    let after = call.query["after"]
    let page = try await call.read { [filter] tx in
      guard let due else {
        let page = try Policies.list(filter, after: after.flatMap { Int64($0) }, limit: pageSize, in: tx)
        return (rows: page.rows, next: page.next.map { "\($0)" }, isBounded: page.isBounded)
      }
      let days = due == "grace" ? (-Workbench.graceDays, -1) : (-Workbench.graceDays, Workbench.premiumDays)
      let page = try Policies.due(
        from: tx.today + days.0, to: tx.today + days.1, after: after.flatMap { DuePlace($0) }, limit: pageSize, in: tx)
      tx.logAccess(AccessRecord(.list, subjects: page.rows.map(\.policy.customerID.raw), what: "policies"))
      return (rows: page.rows, next: page.next?.text, isBounded: false)
    }
    let words = call.words
    let isPlain = filter.isEmpty && due == nil
    var filters = [Choice(words["policies.all"], "/policies", isCurrent: isPlain)]
    filters += PolicyStatus.allCases.map {
      Choice(words.label($0), "/policies?status=\($0.rawValue)", isCurrent: filter.status == $0 && !isDesk)
    }
    if try call.access.role == .underwriter {
      filters.insert(Choice(words["workbench.applications"], "/policies?desk=mine", isCurrent: isDesk), at: 1)
    }
    filters += [
      Choice(words["policies.dueSoon"], "/policies?due=month", isCurrent: due == "month"),
      Choice(words["policies.inGrace"], "/policies?due=grace", isCurrent: due == "grace"),
      Choice(words["policies.mismatches"], "/policies?mismatch=1", isCurrent: filter.hasMismatch),
    ]
    let empty = Empty(icon: "policy", title: words["policies.emptyTitle"], text: words["policies.emptyText"])
    var rows = page.rows.map { PolicyRow($0, call.format) }
    let asOf = PolicyRow.common(&rows, words)
    let result = PoliciesPage(
      query: "", asOf: asOf, filters: filters, rows: rows,
      pager: Pager(
        summary: page.isBounded ? words["shell.bounded"] : "",
        nextHref: page.next.map { "/policies" + call.query.with(["after": $0]) },
        firstHref: after == nil ? nil : "/policies" + call.query.with(["after": nil])),
      empty: page.rows.isEmpty ? empty : nil, canImport: call.may(.write(.import)))
    return try call.page(result, title: words["policies.title"], section: .policies)
  }

  private static func show(_ call: Call) async throws -> Response {
    let id = try call.id(Policy.self)
    let (detail, claims) = try await call.read { tx in
      let detail = try Policies.detail(id, in: tx)
      guard tx.access.permissions.contains(.read(.claim)) else { return (detail, [ClaimLine]()) }
      return (detail, try Claims.lines(try tx.fetch(Claims.claims(on: detail.policy.place)), in: tx))
    }
    let page = PolicyPage(detail, claims: claims.map { ClaimRow($0, call.format) }, call.format)
    return try call.page(page, title: "\(page.product) \(page.number)", section: .policies)
  }
}
