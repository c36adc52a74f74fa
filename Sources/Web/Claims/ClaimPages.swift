import Hummingbird
import Insurer
import Kernel
import Storage

/// `/claims` and one claim.
enum ClaimPages {
  private static let pageSize = 50

  static func routes(_ routes: Routes) {
    routes.page(.get, "/claims", needs: .read(.claim), for: .named) { call in try await list(call) }
    routes.page(.get, "/claims/{id}", needs: .read(.claim), for: .named) { call in try await show(call) }
  }

  private static func list(_ call: Call) async throws -> Response {
    if let number = call.query["q"] { return call.redirect("/customers\(FormFields().with(["q": number]))") }
    let isSoon = call.query["due"] == "soon"
    let status = call.query["status"].flatMap { ClaimStatus(rawValue: $0) }
    let showsAll = call.query["all"] != nil
    var filter = ClaimFilter()
    filter.status = status
    filter.isOpen = status == nil && !showsAll
    let after = call.query["after"]
    let page = try await call.read { [filter] tx in
      guard isSoon else {
        let page = try Claims.list(filter, after: after.flatMap { Int64($0) }, limit: pageSize, in: tx)
        return (rows: page.rows, next: page.next.map { "\($0)" }, isBounded: page.isBounded)
      }
      let page = try Claims.due(
        to: tx.today + Workbench.claimDays, after: after.flatMap { DuePlace($0) }, limit: pageSize, in: tx)
      return (rows: page.rows, next: page.next?.text, isBounded: false)
    }
    let words = call.words
    let isPlain = filter.isOpen && !isSoon
    let filters =
      [
        Choice(words["claims.open"], "/claims", isCurrent: isPlain),
        Choice(words["claims.dueSoon"], "/claims?due=soon", isCurrent: isSoon),
      ]
      + [ClaimStatus.awaitingDocuments, .investigating, .paid, .closed].map {
        Choice(words.label($0), "/claims?status=\($0.rawValue)", isCurrent: status == $0)
      } + [Choice(words["claims.all"], "/claims?all=1", isCurrent: showsAll)]
    let result = ClaimsPage(
      query: "", filters: filters, rows: page.rows.map { ClaimRow($0, call.format) },
      pager: Pager(
        summary: page.isBounded ? words["shell.bounded"] : "",
        nextHref: page.next.map { "/claims" + call.query.with(["after": $0]) },
        firstHref: after == nil ? nil : "/claims" + call.query.with(["after": nil])),
      empty: page.rows.isEmpty
        ? Empty(icon: "claim", title: words["claims.emptyTitle"], text: words["claims.emptyText"]) : nil)
    return try call.page(result, title: words["claims.title"], section: .claims)
  }

  private static func show(_ call: Call) async throws -> Response {
    let id = try call.id(Claim.self)
    let (detail, names) = try await call.read { tx in
      let detail = try Claims.detail(id, in: tx)
      return (detail, try Accounts.names(of: Set(detail.history.map(\.actor)), in: tx))
    }
    let history = detail.history.map { TimelineRow($0, names: names, call.format) }
    let page = ClaimPage(detail, history: history, call.format)
    return try call.page(page, title: "\(page.kind) \(page.number)", section: .claims)
  }
}
