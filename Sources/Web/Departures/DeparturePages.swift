import Hummingbird
import Insurer
import Kernel
import Storage

/// `/departures`: who has left or leaves, and what becomes of what he served.
enum DeparturePages {
  private static let pageSize = 50

  static func routes(_ routes: Routes) {
    routes.page(.get, "/departures", needs: .read(.departure), for: .fixed(.contract), list)
    routes.page(.get, "/departures/new", needs: .write(.departure), for: .fixed(.contract)) { call in
      try form(call, call.query.values, faults: [])
    }
    routes.page(.post, "/departures", needs: .write(.departure), for: .own, record)
    routes.page(.get, "/departures/{id}", needs: .read(.departure), for: .fixed(.contract)) { call in
      try await show(call, faults: [])
    }
    OrphanPages.routes(routes)
    DepartureNoticePages.routes(routes)
    HandoverPages.routes(routes)
  }

  /// The three lists of this part of the house; who sells has the notices alone.
  static func tabs(_ current: String, _ call: Call, _ tx: ReadTx) throws -> [Choice] {
    let words = call.words
    func choice(_ name: String, _ href: String, _ count: BoundedCount? = nil) -> Choice {
      Choice(
        words["departures.tab.\(name)"], href, isCurrent: name == current,
        count: count.map { call.format.count($0.value, isExact: $0.isExact) })
    }
    let notices = choice(
      "notices", "/departures/notices", try DepartureNotices.count(DepartureNoticeFilter(), in: tx))
    guard DepartureRules.oversees(tx.access) else { return [notices] }
    return [
      choice("departures", "/departures"),
      choice("orphans", "/departures/orphans", try Orphans.count(OrphanFilter(), in: tx)), notices,
    ]
  }

  private static func list(_ call: Call) async throws -> Response {
    guard DepartureRules.oversees(try call.access) else { return call.redirect("/departures/notices") }
    let after = call.query["after"].flatMap { DuePlace($0) }
    let (page, tabs) = try await call.read { tx in
      (try Departures.list(after: after, limit: pageSize, in: tx), try DeparturePages.tabs("departures", call, tx))
    }
    let words = call.words
    let result = DeparturesPage(
      tabs: tabs, newHref: call.may(.write(.departure)) ? "/departures/new" : nil,
      rows: page.rows.map { DepartureRow($0, call.format) },
      pager: Pager(
        summary: "", nextHref: page.next.map { "/departures?after=\($0.text)" },
        firstHref: after == nil ? nil : "/departures"),
      empty: page.rows.isEmpty
        ? Empty(icon: "people", title: words["departures.emptyTitle"], text: words["departures.emptyText"]) : nil)
    return try call.page(result, title: words["nav.departures"], section: .departures)
  }

  // MARK: Recording

  private static func form(_ call: Call, _ values: [String: String], faults: [FieldError]) throws -> Response {
    let words = call.words
    func error(_ name: String) -> String? { faults.first { $0.field == name }.map { words.fault($0) } }
    let page = DepartureFormPage(
      csrf: call.csrf, faults: faults.map { Fault($0.field, words.fault($0)) },
      fields: [
        Field(
          "staff_no", words.field("staff_no"), values["staff_no"] ?? "", hint: words["departures.staffHint"],
          error: error("staff_no"), autocomplete: "off", isRequired: true),
        Field(
          "left_on", words.field("left_on"), values["left_on"] ?? call.format.today.description,
          control: .input(type: "date"), hint: words["departures.leftHint"], error: error("left_on"), isRequired: true),
      ])
    return try call.page(
      page, title: words["departures.new"], section: .departures,
      status: faults.isEmpty ? .ok : .unprocessableContent)
  }

  private static func record(_ call: Call) async throws -> Response {
    let form = try await call.form()
    do {
      let id = try await call.act { tx in
        var reader = FieldReader(form.values)
        let number = reader.text("staff_no", required: true, limit: 64)
        let day = reader.day("left_on", required: true)
        guard let number, let day, reader.findings.isEmpty else {
          throw AppError.invalid(reader.findings.map(\.error))
        }
        return try Departures.record(number, leftOn: day, in: tx).id
      }
      // He is signed out at this moment, not in five seconds.
      call.site.sessions.forget()
      return call.redirect("/departures/\(id)", notice: "departureRecorded")
    } catch let error as AppError where error.kind == .invalid || error.code.hasPrefix("DEPARTURE_") {
      let faults = error.fields.isEmpty ? [FieldError("staff_no", error.code, error.detail)] : error.fields
      return try self.form(call, form.values, faults: faults)
    }
  }

  // MARK: One

  static func show(_ call: Call, faults: [FieldError]) async throws -> Response {
    let id = try call.id(Departure.self)
    let (detail, law) = try await call.read { tx in
      (try Departures.find(id, in: tx), try LegalRules.today(in: tx))
    }
    let page = DeparturePage(
      detail, DepartureRules.tellBy(leftOn: detail.departure.leftOn, law: law).reason, faults: faults, call)
    return try call.page(
      page, title: detail.line.name, section: .departures, status: faults.isEmpty ? .ok : .unprocessableContent)
  }
}
