import Hummingbird
import Insurer
import Kernel
import Storage

/// `/departures/orphans`: policies that nobody serves, with filters, three orders and a file.
enum OrphanPages {
  private static let pageSize = 50
  private static let exportSize = 500
  private static let columns = [
    "policy_no", "policyholder", "product", "line", "status", "effective_on", "due_on", "premium", "servicing_agent",
    "left_on",
  ]

  static func routes(_ routes: Routes) {
    routes.page(.get, "/departures/orphans", needs: .read(.departure), for: .fixed(.contract), list)
    routes.page(.get, "/departures/orphans/export.csv", needs: .read(.departure), for: .fixed(.contract), export)
  }

  /// What the address asks for.
  static func wanted(_ query: FormFields, in tx: ReadTx) throws -> OrphanFilter {
    var filter = OrphanFilter(
      query["show"].flatMap { OrphanFilter.Show(rawValue: $0) } ?? .left,
      sort: query["sort"].flatMap { OrphanSort(rawValue: $0) } ?? .left)
    filter.line = query["line"].flatMap { Line(rawValue: $0) }
    filter.status = query["status"].flatMap { PolicyStatus(rawValue: $0) }
    filter.branch = query["branch"].flatMap { ID<Branch>($0) }
    filter.team = query["team"].flatMap { ID<Team>($0) }
    if let number = query["agent"] {
      // A number that nobody has finds nothing; it does not find everything.
      filter.agent = try tx.fetch(Staff.byNumbers([number])).first?.id ?? ID(0)
    }
    return filter
  }

  private static func list(_ call: Call) async throws -> Response {
    let query = call.query
    let after = query["after"].flatMap { OrphanPlace($0) }
    let found = try await call.read { tx in
      let filter = try wanted(query, in: tx)
      let page = try Orphans.list(filter, after: after, limit: pageSize, in: tx)
      tx.logAccess(AccessRecord(.list, subjects: people(page), what: "orphans"))
      let (branches, teams) = try tx.fetch(Staff.branches, Staff.teams)
      let counts = try OrphanFilter.Show.allCases.map { show in
        var each = filter
        each.show = show
        return (show, try Orphans.count(each, in: tx))
      }
      return (
        filter: filter, page: page, tabs: try DeparturePages.tabs("orphans", call, tx), counts: counts,
        branches: branches, teams: teams
      )
    }
    let (words, filter, path) = (call.words, found.filter, "/departures/orphans")
    let seesAll = try call.access.scope == .all
    let handsOver = call.may(.write(.departure))
    let page = OrphansPage(
      tabs: found.tabs,
      shows: found.counts.map { show, count in
        Choice(
          words["departures.show.\(show.rawValue)"], path + query.with(["show": show.rawValue, "after": nil]),
          isCurrent: show == filter.show, count: call.format.count(count.value, isExact: count.isExact))
      },
      fields: [SelectOption(filter.show.rawValue, "show")],
      lines: options(Line.allCases, filter.line, "premiums.everyLine", words),
      statuses: options(PolicyStatus.allCases.filter { $0 != .terminated }, filter.status, "departures.every", words),
      branches: seesAll
        ? places(found.branches.map { ($0.id.description, $0.name) }, query["branch"], "premiums.everyBranch", words)
        : [],
      teams: seesAll
        ? places(found.teams.map { ($0.id.description, $0.name) }, query["team"], "premiums.everyTeam", words) : [],
      sorts: OrphanSort.allCases.map {
        SelectOption($0.rawValue, words["departures.sort.\($0.rawValue)"], isSelected: $0 == filter.sort)
      },
      agent: query["agent"] ?? "", exportHref: path + "/export.csv" + query.with(["after": nil]),
      rows: found.page.rows.map { OrphanRow($0, handsOver: handsOver, call.format) },
      pager: Pager(
        summary: "", nextHref: found.page.next.map { path + query.with(["after": $0.text]) },
        firstHref: after == nil ? nil : path + query.with(["after": nil])),
      empty: found.page.rows.isEmpty
        ? Empty(icon: "check", title: words["departures.noOrphans"], text: words["departures.noOrphansText"]) : nil,
      handsOver: handsOver)
    return try call.page(page, title: words["departures.orphansTitle"], section: .departures)
  }

  private static func people(_ page: OrphanPage) -> [Int64] { Set(page.rows.map(\.customerID.raw)).sorted() }

  private static func options<Value: Coded>(
    _ values: [Value], _ chosen: Value?, _ every: String, _ words: Words
  ) -> [SelectOption] {
    [SelectOption("", words[every])]
      + values.map { SelectOption($0.rawValue, words.label($0), isSelected: $0 == chosen) }
  }

  private static func places(
    _ all: [(id: String, name: String)], _ chosen: String?, _ every: String, _ words: Words
  ) -> [SelectOption] {
    [SelectOption("", words[every])] + all.map { SelectOption($0.id, $0.name, isSelected: $0.id == chosen) }
  }

  private static func export(_ call: Call) async throws -> Response {
    let query = call.query
    return call.spreadsheet("orphans", header: columns.map { call.words.field($0) }) { (after: OrphanPlace?) in
      let page = try await call.read { tx in
        let page = try Orphans.list(try wanted(query, in: tx), after: after, limit: exportSize, in: tx)
        tx.logAccess(AccessRecord(.export, subjects: people(page), what: "orphans"))
        return page
      }
      return (page.rows.map { line($0, call.words) }, page.next)
    }
  }

  private static func line(_ row: OrphanLine, _ words: Words) -> [String] {
    [
      row.policyNo, row.customer?.shown ?? "", row.product, words.label(row.line), words.label(row.status),
      row.effectiveOn?.description ?? "", row.nextDueOn?.description ?? "", row.premium?.yuan ?? "",
      row.agent?.staffNo ?? "", row.leftOn?.description ?? "",
    ]
  }
}
