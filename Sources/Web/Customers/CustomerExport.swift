import Hummingbird
import Insurer
import Kernel
import Storage

/// `/customers/export` asks what the file is for; `/customers/export.csv` is the list as it is filtered and searched,
/// as far as the viewer sees it for that purpose, page by page in short reads. Every page is in the access log, with
/// the purpose, before it leaves; who withdraws meanwhile is not on the next.
enum CustomerExport {
  private static let pageSize = 500
  private static let columns = ["id", "name", "gender", "birth_date", "mobile", "status", "line", "next_due_on"]

  static func routes(_ routes: Routes) {
    routes.page(.get, "/customers/export", needs: .read(.customer), for: .named, ask)
    routes.page(.get, "/customers/export.csv", needs: .read(.customer), for: .named) { call in
      // A file is for something that was said with it, not for what pages were last looked at for.
      guard call.query["purpose"].flatMap({ Purpose(rawValue: $0) }) != nil else {
        return call.redirect("/customers/export" + call.query.with(["purpose": nil]))
      }
      return call.spreadsheet("customers", header: columns.map { call.words.field($0) }) { (after: String?) in
        let page = try await page(after: after, call)
        return (page.rows.map { line($0, call) }, page.next)
      }
    }
  }

  private static let filterNames = ["q", "sort", "line", "status", "stage", "agent", "since", "filter"]

  private static func ask(_ call: Call) async throws -> Response {
    let words = call.words
    let page = CustomerExportPage(
      filter: filterNames.compactMap { name in call.query[name].map { SelectOption($0, name) } },
      purposes: Roles.purposes(try call.access.role).map { purpose in
        let kind = Purposes.mask(purpose) == 0 ? "own" : "consent"
        return SelectOption(
          purpose.rawValue, words.fill("consents.export.\(kind)", words["purposes.\(purpose.rawValue)"]))
      }, cancelHref: "/customers" + call.query.with([:]))
    return try call.page(page, title: words["consents.export.title"], section: .customers)
  }

  private static func page(after: String?, _ call: Call) async throws -> CustomerPage {
    let query = try CustomerQuery(call.query, try call.access.needs)
    if after == nil { _ = try await query.freshened(call.site.database) }
    return try await call.read { tx in
      let page = try query.page(after: after, limit: pageSize, in: tx)
      tx.logAccess(AccessRecord(.export, subjects: page.rows.map(\.id.raw), what: "list"))
      return page
    }
  }

  private static func line(_ row: CustomerLine, _ call: Call) -> [String] {
    let words = call.words
    return [
      row.id.description, row.name, row.sex.map { words.label($0) } ?? "", row.birthDate?.description ?? "",
      row.mobile ?? "", row.relation.map { words.label($0) } ?? "",
      row.lines.map { words.label($0) }.joined(separator: " "),
      row.nextDueOn?.description ?? "",
    ]
  }
}

/// What the list, its fragment and its export ask alike.
struct CustomerQuery: Sendable {
  let text: String?
  let sort: CustomerSort
  let filter: CustomerFilter
  let condition: Condition?

  /// - Parameter needs: what is looked at; the newest first only where that may be known.
  /// - Throws: `invalid` for a filter that is no condition.
  init(_ query: FormFields, _ needs: Needs) throws {
    condition = try query["filter"].map { try Condition.read($0) }
    text = query["q"]
    sort = query["sort"].flatMap { CustomerSort(rawValue: $0) } ?? (needs.shows("latest_at") ? .latest : .pinyin)
    filter = CustomerFilter(
      line: query["line"].flatMap { Line(rawValue: $0) },
      relation: query["status"].flatMap { RelationState(rawValue: $0) },
      stage: query["stage"].flatMap { Stage(rawValue: $0) }, agent: query["agent"].flatMap { ID<StaffMember>($0) },
      since: query["since"].flatMap { Day($0) }.map { Instant($0) })
  }

  /// Whether the facts that the filter asks are those of this moment; few that are not are computed first.
  func freshened(_ database: Database) async throws -> Bool {
    condition == nil ? true : try await PersonFacts.freshen(in: database)
  }

  func page(after: String?, limit: Int, in tx: ReadTx) throws -> CustomerPage {
    var filter = filter
    filter.narrowing = try condition.map { try Conditions.narrowing($0, in: tx) }
    if let text { return try Customers.search(text, filter: filter, after: after, limit: limit, in: tx) }
    return try Customers.list(sort: sort, filter: filter, after: after, limit: limit, in: tx)
  }
}
