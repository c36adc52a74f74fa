import Hummingbird
import Insurer
import Kernel
import Storage

/// `/departures/notices`: whom the law wants told within its days, one or many told at once, and the file of it.
enum DepartureNoticePages {
  private static let pageSize = 100
  private static let path = "/departures/notices"
  private static let columns = [
    "policyholder", "policy_no", "agent_before", "servicing_agent", "left_on", "due_on", "told_on", "way", "proof_kind",
    "told_by",
  ]

  static func routes(_ routes: Routes) {
    routes.page(.get, "/departures/notices", needs: .read(.departure), for: .fixed(.contract)) { call in
      try await list(call, [:], faults: [])
    }
    routes.page(.post, "/departures/notices", needs: .write(.interaction), for: .own, tell)
    routes.page(.get, "/departures/notices/export.csv", needs: .read(.departure), for: .fixed(.contract), export)
  }

  private static func wanted(_ query: FormFields, in tx: ReadTx) throws -> DepartureNoticeFilter {
    var filter = DepartureNoticeFilter(
      query["show"].flatMap { DepartureNoticeFilter.Show(rawValue: $0) } ?? .open)
    filter.departure = query["departure"].flatMap { ID<Departure>($0) }
    filter.isUnassigned = query["unassigned"] != nil
    if let number = query["agent"] {
      filter.agent = try tx.fetch(Staff.byNumbers([number])).first?.id ?? ID(0)
    }
    return filter
  }

  private static func people(_ page: DuePage<DepartureNoticeLine>) -> [Int64] {
    Set(page.rows.map(\.notice.customerID.raw)).sorted()
  }

  private static func list(_ call: Call, _ values: [String: String], faults: [FieldError]) async throws -> Response {
    let query = call.query
    let after = query["after"].flatMap { DuePlace($0) }
    let found = try await call.read { tx in
      let filter = try wanted(query, in: tx)
      let page = try DepartureNotices.list(filter, after: after, limit: pageSize, in: tx)
      tx.logAccess(AccessRecord(.list, subjects: people(page), what: "departure notices"))
      let counts = try DepartureNoticeFilter.Show.allCases.map { show in
        var each = filter
        each.show = show
        return (show, try DepartureNotices.count(each, in: tx))
      }
      return (filter: filter, page: page, counts: counts, tabs: try DeparturePages.tabs("notices", call, tx))
    }
    let words = call.words
    let tells = call.may(.write(.interaction)) && found.page.rows.contains { $0.notice.toldOn == nil }
    let page = DepartureNoticesPage(
      tabs: found.tabs,
      shows: found.counts.map { show, count in
        Choice(
          words["departures.notice.\(show.rawValue)"], path + query.with(["show": show.rawValue, "after": nil]),
          isCurrent: show == found.filter.show, count: call.format.count(count.value, isExact: count.isExact))
      },
      rows: found.page.rows.map { DepartureNoticeRow($0, tells: tells, call.format) },
      pager: Pager(
        summary: "", nextHref: found.page.next.map { path + query.with(["after": $0.text]) },
        firstHref: after == nil ? nil : path + query.with(["after": nil])),
      empty: found.page.rows.isEmpty
        ? Empty(icon: "check", title: words["departures.noNotices"], text: words["departures.noNoticesText"]) : nil,
      exportHref: path + "/export.csv" + query.with(["after": nil]), csrf: call.csrf, query: query.with([:]),
      faults: faults.map { Fault($0.field, words.fault($0)) }, fields: tells ? fields(values, faults, call) : [])
    return try call.page(
      page, title: words["departures.noticesTitle"], section: .departures,
      status: faults.isEmpty ? .ok : .unprocessableContent)
  }

  private static func fields(_ values: [String: String], _ faults: [FieldError], _ call: Call) -> [Field] {
    let words = call.words
    func error(_ name: String) -> String? { faults.first { $0.field == name }.map { words.fault($0) } }
    func options<Value: Coded>(_ name: String, _ all: [Value]) -> [SelectOption] {
      all.map { SelectOption($0.rawValue, words.label($0), isSelected: values[name] == $0.rawValue) }
    }
    return [
      Field("all", words["departures.all"], values["all"] ?? "", control: .check),
      Field(
        "told_on", words["departures.toldOn"], values["told_on"] ?? call.format.today.description,
        control: .input(type: "date"), error: error("told_on"), isRequired: true),
      Field(
        "way", words["departures.way"], control: .select(options("way", NoticeWay.allCases)), error: error("way"),
        isRequired: true),
      Field(
        "proof_kind", words["departures.proofKind"],
        control: .select(
          [SelectOption("", words["departures.noProofKind"])] + options("proof_kind", DeliveryProof.allCases)),
        error: error("proof_kind")),
      Field(
        "proof", words["departures.proof"], values["proof"] ?? "", hint: words["departures.proofHint"],
        error: error("proof"), autocomplete: "off", isRequired: true),
    ]
  }

  private static func tell(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let (query, chosen) = (call.query, form.all("notice").compactMap { ID<DepartureNotice>($0) })
    do {
      try await call.act { tx in
        var reader = FieldReader(form.values)
        let day = reader.day("told_on", required: true)
        let way = reader.enumeration(NoticeWay.self, "way", required: true)
        let kind = reader.enumeration(DeliveryProof.self, "proof_kind")
        guard let way, reader.findings.isEmpty else { throw AppError.invalid(reader.findings.map(\.error)) }
        var telling = DepartureTelling(way, proof: form["proof"] ?? "")
        (telling.on, telling.proofKind) = (day, kind)
        try DepartureNotices.tell(form["all"] == nil ? chosen : everybody(query, in: tx), telling, in: tx)
      }
    } catch let error as AppError where error.kind == .invalid {
      return try await list(call, form.values, faults: error.fields)
    }
    return call.redirect(path + call.query.with(["after": nil]), notice: "departureTold")
  }

  /// Whoever of the list is not told yet, as many as one act takes.
  private static func everybody(_ query: FormFields, in tx: ReadTx) throws -> [ID<DepartureNotice>] {
    let found = try DepartureNotices.list(
      try wanted(query, in: tx), limit: DepartureTelling.noticesMax, in: tx)
    return found.rows.filter { $0.notice.toldOn == nil }.map(\.notice.id)
  }

  private static func export(_ call: Call) async throws -> Response {
    let query = call.query
    let header = columns.map { call.words.field($0) }
    return call.spreadsheet("departure-notices", header: header) { (after: DuePlace?) in
      let (page, names) = try await call.read { tx in
        let page = try DepartureNotices.list(try wanted(query, in: tx), after: after, limit: 500, in: tx)
        tx.logAccess(AccessRecord(.export, subjects: people(page), what: "departure notices"))
        return (page, try Accounts.names(of: Set(page.rows.compactMap(\.notice.toldBy)), in: tx))
      }
      return (page.rows.map { line($0, names, call.words) }, page.next)
    }
  }

  private static func line(_ row: DepartureNoticeLine, _ names: [Actor: String], _ words: Words) -> [String] {
    let notice = row.notice
    return [
      row.customer?.shown ?? "", row.policyNos.joined(separator: " "), row.old?.staffNo ?? "", row.new?.staffNo ?? "",
      notice.leftOn.description, notice.dueOn.description, notice.toldOn?.description ?? "",
      notice.way.map { words.label($0) } ?? "", notice.proofKind.map { words.label($0) } ?? "",
      notice.toldBy.map { names[$0] ?? $0.description } ?? "",
    ]
  }
}
