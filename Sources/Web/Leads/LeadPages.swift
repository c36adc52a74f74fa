import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import Storage

/// `/leads`: from intake to outcome; `/customers/{id}/visit`: a visit in two taps.
enum LeadPages {
  private static let pageSize = 50

  static func routes(_ routes: Routes) {
    routes.page(.get, "/leads", needs: .read(.customer), for: .named, list)
    routes.page(.get, "/leads/new", needs: .write(.customer), for: .own) { call in try form(call, FormFields(), []) }
    routes.page(.post, "/leads", needs: .write(.customer), for: .own, enter)
    routes.page(.get, "/leads/{id}", needs: .read(.customer), for: .named) { call in try await show(call, []) }
    routes.page(.post, "/leads/{id}/assignment", needs: .write(.customer), for: .own) { call in
      try await act(call) { form, id, tx in
        let staff = try form["assignee"].map { number in
          guard let member = try tx.fetch(Staff.byNumbers([number])).first else {
            throw AppError.invalid([Finding("assignee", .referenceUnknown, .reject).error])
          }
          return member.id
        }
        try Leads.assign(id, to: staff ?? ID(tx.access.staffID), in: tx)
      }
    }
    routes.page(.post, "/leads/{id}/contacts", needs: .write(.customer), for: .own) { call in
      try await act(call) { form, id, tx in
        var reader = FieldReader(form["next_at"].map { ["next_at": $0.replacing("T", with: " ")] } ?? [:])
        let next = reader.instant("next_at")
        guard reader.findings.isEmpty else { throw AppError.invalid(reader.findings.map(\.error)) }
        try Leads.followUp(id, note: form["note"], next: next, isAppointment: form["kind"] == "appointment", in: tx)
      }
    }
    routes.page(.post, "/leads/{id}/loss", needs: .write(.customer), for: .own) { call in
      try await act(call) { form, id, tx in
        guard let reason = form["reason"].flatMap({ LeadLoss(rawValue: $0) }) else {
          throw AppError.invalid([Finding("reason", .required, .reject).error])
        }
        try Leads.lose(id, reason, in: tx)
      }
    }
    routes.page(.post, "/leads/{id}/customer", needs: .write(.customer), for: .own) { call in
      try await act(call) { form, id, tx in
        guard let customer = form["customer"].flatMap({ ID<Customer>($0) }) else {
          throw AppError.invalid([Finding("customer", .referenceUnknown, .reject).error])
        }
        try Leads.win(id, customer: customer, in: tx)
      }
    }
    visits(routes)
  }

  // MARK: Visits

  private static func visits(_ routes: Routes) {
    routes.page(.get, "/leads/{id}/visit", needs: .write(.customer), for: .own) { call in
      let id = try call.id(Lead.self)
      let name = try await call.read { try Leads.find(id, in: $0).lead.name }
      return try visit(call, name, home: "/leads/\(id)")
    }
    routes.page(.post, "/leads/{id}/visit", needs: .write(.customer), for: .own) { call in
      let (id, outcome) = (try call.id(Lead.self), try await outcome(call))
      try await call.act { try Leads.visit(id, outcome, in: $0) }
      return call.redirect("/leads/\(id)", notice: "visitNoted")
    }
    routes.page(.get, "/customers/{id}/visit", needs: .write(.interaction), for: .own) { call in
      let id = try call.id(Customer.self)
      let name = try await call.read { try Customers.find(id, in: $0).name }
      return try visit(call, name, home: "/customers/\(id)")
    }
    routes.page(.post, "/customers/{id}/visit", needs: .write(.interaction), for: .own) { call in
      let (id, outcome) = (try call.id(Customer.self), try await outcome(call))
      try await call.act { try Leads.visit(customer: id, outcome, in: $0) }
      return call.redirect("/customers/\(id)", notice: "visitNoted")
    }
  }

  private static func outcome(_ call: Call) async throws -> VisitOutcome {
    guard let outcome = try await call.form()["outcome"].flatMap({ VisitOutcome(rawValue: $0) }) else {
      throw AppError.invalid([Finding("outcome", .required, .reject).error])
    }
    return outcome
  }

  private static func visit(_ call: Call, _ name: String, home: String) throws -> Response {
    let page = VisitPage(
      name: name, action: "\(home)/visit", backHref: home, csrf: call.csrf,
      choices: VisitOutcome.allCases.map { SelectOption($0.rawValue, call.words.label($0)) })
    return try call.page(page, title: call.words["leads.visitTitle"], section: .leads)
  }

  // MARK: List

  private static func list(_ call: Call) async throws -> Response {
    let whose = call.query["whose"].flatMap { LeadFilter.Whose(rawValue: $0) } ?? .mine
    let state = call.query["state"].flatMap { LeadState(rawValue: $0) }
    let filter = LeadFilter(whose, state: state, isOpen: state == nil && whose != .all)
    let after = TimeKey(call.query["after"])
    let (lines, mine, pool) = try await call.read { tx in
      (
        try Leads.list(filter, after: after.map { ($0.at, $0.id) }, limit: pageSize + 1, in: tx),
        try Leads.count(LeadFilter(.mine, isOpen: true), in: tx),
        try Leads.count(LeadFilter(.pool, isOpen: true), in: tx)
      )
    }
    let shown = lines.prefix(pageSize)
    let next = lines.count > pageSize ? shown.last.map { TimeKey($0.lead.touchedAt, $0.lead.id.raw).text } : nil
    let words = call.words
    let may = call.may(.write(.customer))
    let tabs = LeadFilter.Whose.allCases.map { each in
      let count: BoundedCount? = each == .mine ? mine : each == .pool ? pool : nil
      return Choice(
        words["leads.whose.\(each.rawValue)"], each == .mine ? "/leads" : "/leads?whose=\(each.rawValue)",
        isCurrent: each == whose, count: count.map { call.format.count($0.value, isExact: $0.isExact) })
    }
    let page = LeadsPage(
      tabs: tabs, rows: shown.map { LeadRow($0, may: may, csrf: call.csrf, call.format) },
      pager: Pager(
        summary: "", nextHref: next.map { "/leads" + call.query.with(["after": $0]) },
        firstHref: after == nil ? nil : "/leads" + call.query.with(["after": nil])),
      empty: shown.isEmpty
        ? Empty(icon: "people", title: words["leads.emptyTitle"], text: words["leads.emptyText"]) : nil,
      newHref: may ? "/leads/new" : nil)
    return try call.page(page, title: words["leads.title"], section: .leads)
  }

  // MARK: Intake

  private static func enter(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let values = form.values.filter { Leads.columns.contains($0.key) && !$0.value.isEmpty }
    do {
      let id = try await call.act { try Leads.enter(values, in: $0) }
      return call.redirect("/leads/\(id)", notice: "leadEntered")
    } catch let error as AppError where error.kind == .invalid {
      return try self.form(call, form, error.fields)
    }
  }

  private static func form(_ call: Call, _ values: FormFields, _ errors: [FieldError]) throws -> Response {
    let words = call.words
    func error(_ name: String) -> String? { errors.first { $0.field == name }.map { words.fault($0) } }
    func options<Value: Coded>(_: Value.Type, _ name: String) -> [SelectOption] {
      Value.allCases.map { SelectOption($0.rawValue, words.label($0), isSelected: $0.rawValue == values[name]) }
    }
    var fields = [
      Field("name", words.field("name"), values.raw("name") ?? "", error: error("name"), isRequired: true),
      Field(
        "mobile", words.field("mobile"), values.raw("mobile") ?? "", control: .input(type: "tel"),
        error: error("mobile"), autocomplete: "off", isRequired: true),
      Field(
        "origin", words["leads.origin"], control: .select(options(LeadOrigin.self, "origin")), error: error("origin"),
        isRequired: true),
      Field(
        "line", words["leads.line"],
        control: .select([SelectOption("", words["customers.unknown"])] + options(Line.self, "line"))),
      Field(
        "agreed", words["leads.agreed"], values["agreed"] ?? "", control: .check, hint: words["leads.agreedHint"]),
      Field("note", words["leads.note"], values.raw("note") ?? "", control: .area),
    ]
    if let role = try? call.access.role, role != .agent, role != .adviser {
      fields.append(
        Field("assignee", words["leads.assignee"], values.raw("assignee") ?? "", error: error("assignee")))
    }
    let page = LeadFormPage(csrf: call.csrf, fields: fields, faults: errors.map { Fault($0.field, words.fault($0)) })
    return try call.page(
      page, title: words["leads.new"], section: .leads, status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  // MARK: One

  private static func act(
    _ call: Call, _ body: @escaping @Sendable (FormFields, ID<Lead>, Tx) throws -> Void
  ) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(Lead.self)
    do {
      try await call.act { tx in try body(form, id, tx) }
    } catch let error as AppError where error.kind == .invalid {
      return try await show(call, error.fields)
    } catch let error as AppError where ["STAFF_LEFT", "MARKETING_NOT_AGREED"].contains(error.code) {
      return try await show(call, [FieldError("assignee", error.code, error.detail)])
    }
    return call.redirect("/leads/\(id)")
  }

  private static func show(_ call: Call, _ errors: [FieldError]) async throws -> Response {
    let id = try call.id(Lead.self)
    let (detail, names, staff) = try await call.read { tx in
      let detail = try Leads.find(id, in: tx)
      let people = detail.steps.compactMap(\.staff?.raw)
      return (
        detail, try Accounts.names(of: Set(detail.steps.map(\.actor)), in: tx), try tx.fetch(Staff.names(people))
      )
    }
    let page = LeadPage(detail, names, staff, errors, call)
    return try call.page(
      page, title: detail.lead.name, section: .leads, status: errors.isEmpty ? .ok : .unprocessableContent)
  }
}
