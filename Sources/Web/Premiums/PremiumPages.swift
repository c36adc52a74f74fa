import Hummingbird
import Insurer
import Kernel
import Storage

/// `/premiums`: the renewal desk; `/premiums/{policy}`: one premium that is open, and what can be done about it.
/// Serving the contract, whatever pages were last looked at for.
enum PremiumPages {
  private static let pageSize = 50

  static func routes(_ routes: Routes) {
    routes.page(.get, "/premiums", needs: .read(.policy), for: .fixed(.contract), list)
    routes.page(.get, "/premiums/export.csv", needs: .read(.policy), for: .fixed(.contract), PremiumExport.file)
    routes.page(.get, "/premiums/{id}", needs: .read(.policy), for: .fixed(.contract)) { call in
      try await show(call, [:], faults: [])
    }
    routes.page(.post, "/premiums/{id}/promise", needs: .write(.interaction), for: .own, promise)
    routes.page(.post, "/premiums/{id}/reminder", needs: .write(.interaction), for: .own, remind)
    routes.page(.post, "/premiums/{id}/demand", needs: .write(.policy), for: .own, demand)
    routes.page(.post, "/premiums/{id}/proof", needs: .write(.policy), for: .own, prove)
  }

  /// What the address asks for.
  static func wanted(_ query: FormFields, in tx: ReadTx) throws -> DueFilter {
    var filter = DueFilter(
      query["list"].flatMap { DueList(rawValue: $0) } ?? .thisMonth,
      show: query["show"].flatMap { DueShow(rawValue: $0) })
    filter.line = query["line"].flatMap { Line(rawValue: $0) }
    filter.branchID = query["branch"].flatMap { ID<Branch>($0) }
    filter.teamID = query["team"].flatMap { ID<Team>($0) }
    filter.sort = query["sort"].flatMap { DueSort(rawValue: $0) } ?? .due
    if let number = query["agent"] {
      // A number that nobody has finds nothing; it does not find everything.
      filter.agentID = try tx.fetch(Staff.byNumbers([number])).first?.id ?? ID(0)
    }
    return filter
  }

  private static func list(_ call: Call) async throws -> Response {
    let query = call.query
    let after = query["after"].flatMap { DuePlace($0) }
    let found = try await call.read { tx in
      let filter = try wanted(query, in: tx)
      let page = try Premiums.due(filter, after: after, limit: pageSize, in: tx)
      tx.logAccess(AccessRecord(.list, subjects: page.rows.map(\.policy.customerID.raw), what: "premiums"))
      let (branches, teams) = try tx.fetch(Staff.branches, Staff.teams)
      return (
        filter: filter, page: page, figures: try Premiums.figures(filter, in: tx),
        counts: try Premiums.counts(filter, in: tx), branches: branches, teams: teams
      )
    }
    let words = call.words
    let filter = found.filter
    let isEmpty = found.page.rows.isEmpty
    let page = PremiumsPage(
      tabs: DueList.allCases.map { list in
        Choice(
          words.label(list), "/premiums" + query.with(["list": list.rawValue, "after": nil]),
          isCurrent: list == filter.list,
          count: found.counts[list].map { call.format.count($0.value, isExact: $0.isExact) })
      },
      lede: words["premiums.lede.\(filter.list.rawValue)"], stats: stats(found.figures, filter, call),
      fields: [("list", filter.list.rawValue), ("show", filter.show?.rawValue)].compactMap { name, value in
        value.map { SelectOption($0, name) }
      },
      lines: options(Line.allCases, filter.line, "premiums.everyLine", words),
      branches: try call.access.scope == .all
        ? places(found.branches.map { ($0.id.description, $0.name) }, query["branch"], "premiums.everyBranch", words)
        : [],
      teams: try call.access.role == .agent || found.teams.isEmpty
        ? [] : places(found.teams.map { ($0.id.description, $0.name) }, query["team"], "premiums.everyTeam", words),
      takesAgent: try call.access.role != .agent, agent: query["agent"] ?? "",
      sorts: DueSort.allCases.map {
        SelectOption($0.rawValue, words["premiums.sort.\($0.rawValue)"], isSelected: $0 == filter.sort)
      },
      exportHref: "/premiums/export.csv" + query.with(["after": nil]),
      rows: found.page.rows.map { DueLineRow($0, call.format) },
      pager: Pager(
        summary: "", nextHref: found.page.next.map { "/premiums" + query.with(["after": $0.text]) },
        firstHref: after == nil ? nil : "/premiums" + query.with(["after": nil])),
      empty: isEmpty
        ? Empty(icon: "premium", title: words["premiums.emptyTitle"], text: words["premiums.emptyText"]) : nil)
    return try call.page(page, title: words["nav.premiums"], section: .premiums)
  }

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

  /// Each figure opens its rows: how many, and how much money.
  private static func stats(_ figures: DueFigures, _ filter: DueFilter, _ call: Call) -> [Stat] {
    func stat(_ label: String, _ figure: DueFigure, _ show: DueShow?, _ tone: String) -> Stat {
      let isShown = filter.show == show
      return Stat(
        label, call.format.count(figure.count.value, isExact: figure.count.isExact),
        href: "/premiums" + call.query.with(["show": show?.rawValue, "after": nil, "list": filter.list.rawValue]),
        tone: isShown && show != nil ? "on" : figure.count.value == 0 ? "" : tone,
        note: call.format.money(figure.amount))
    }
    let tones: [DueShow: String] = [.failed: "bad", .promiseBroken: "warn", .year2: "warn"]
    return [stat(call.words["premiums.open"], figures.all, nil, "")]
      + DueShow.allCases.compactMap { show in
        figures.parts[show].map { stat(call.words.label(show), $0, show, tones[show] ?? "") }
      }
  }

  // MARK: One premium

  private static func show(_ call: Call, _ values: [String: String], faults: [FieldError]) async throws -> Response {
    let id = try call.id(Policy.self)
    let (row, names) = try await call.read { tx in
      let row = try Premiums.row(id, in: tx)
      let actors = row.notices.map(\.sentBy) + [row.promise?.takenBy].compactMap { $0 }
      return (row, try Accounts.names(of: Set(actors), in: tx))
    }
    let page = PremiumPage(row, names, values, faults: faults, call)
    return try call.page(
      page, title: call.words["premiums.one"], section: .premiums,
      status: faults.isEmpty ? .ok : .unprocessableContent)
  }

  /// Acts on the premium that the form names; what is wrong is said beside its field.
  private static func act(
    _ call: Call, notice: String, _ body: @escaping @Sendable (FormFields, ID<Policy>, Day, Tx) throws -> Void
  ) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(Policy.self)
    guard let dueOn = form["due_on"].flatMap({ Day($0) }) else { throw AppError.notFound("premium") }
    do {
      try await call.act { tx in try body(form, id, dueOn, tx) }
    } catch let error as AppError where error.kind == .invalid {
      return try await show(call, form.values, faults: error.fields)
    }
    return call.redirect("/premiums/\(id)", notice: notice)
  }

  private static func read<Value>(
    _ form: FormFields, _ body: (inout FieldReader) -> Value?
  ) throws -> Value {
    var reader = FieldReader(form.values)
    let value = body(&reader)
    guard let value, reader.findings.isEmpty else { throw AppError.invalid(reader.findings.map(\.error)) }
    return value
  }

  private static func promise(_ call: Call) async throws -> Response {
    try await act(call, notice: "promiseTaken") { form, id, dueOn, tx in
      let (payBy, by, channel) = try read(form) { reader in
        let payBy = reader.day("pay_by", required: true)
        let by = reader.enumeration(Promiser.self, "promised_by", required: true)
        let channel = reader.enumeration(ContactChannel.self, "channel", required: true)
        return payBy.flatMap { payBy in by.flatMap { by in channel.map { (payBy, by, $0) } } }
      }
      try Premiums.promise(id, dueOn: dueOn, payBy: payBy, by: by, over: channel, in: tx)
    }
  }

  private static func remind(_ call: Call) async throws -> Response {
    try await act(call, notice: "reminderNoted") { form, id, dueOn, tx in
      let way = try read(form) { $0.enumeration(NoticeWay.self, "way", required: true) }
      try Premiums.remind(id, dueOn: dueOn, over: way, in: tx)
    }
  }

  private static func demand(_ call: Call) async throws -> Response {
    try await act(call, notice: "demandSent") { form, id, dueOn, tx in
      let way = try read(form) { $0.enumeration(NoticeWay.self, "demand_way", required: true) }
      try Premiums.demand(id, dueOn: dueOn, over: way, in: tx)
    }
  }

  private static func prove(_ call: Call) async throws -> Response {
    try await act(call, notice: "demandReached") { form, id, _, tx in
      guard let demand = form["demand"].flatMap({ ID<PremiumNotice>($0) }) else { throw AppError.notFound("demand") }
      let (day, kind) = try read(form) { reader in
        let day = reader.day("reached_on", required: true)
        let kind = reader.enumeration(DeliveryProof.self, "proof_kind", required: true)
        return day.flatMap { day in kind.map { (day, $0) } }
      }
      try Premiums.reached(demand, of: id, on: day, kind, proof: form["proof"] ?? "", in: tx)
    }
  }
}
