import Hummingbird
import Insurer
import Kernel
import Storage

/// `/complaints`: what customers complain about, by when it has to be answered, and by whom.
enum ComplaintPages {
  private static let pageSize = 50

  static func routes(_ routes: Routes) {
    routes.page(.get, "/complaints", needs: .read(.complaint), for: .own, list)
    routes.page(.get, "/complaints/new", needs: .write(.complaint), for: .own) { call in
      try await form(call, call.query.values, faults: [])
    }
    routes.page(.post, "/complaints", needs: .write(.complaint), for: .own, open)
    routes.page(.get, "/complaints/{id}", needs: .read(.complaint), for: .own) { call in
      try await show(call, [:], faults: [])
    }
    routes.page(.post, "/complaints/{id}", needs: .write(.complaint), for: .own, act)
  }

  private static func list(_ call: Call) async throws -> Response {
    let show = call.query["show"].flatMap { ComplaintFilter.Show(rawValue: $0) } ?? .open
    let customer = call.query["customer"].flatMap { ID<Customer>($0) }
    let after = call.query["after"].flatMap { DuePlace($0) }
    let (page, counts) = try await call.read { tx in
      var filter = ComplaintFilter(show)
      if let customer { filter.customers = try tx.fetch(Customers.person(customer)).records }
      let page = try Complaints.list(filter, after: after, limit: pageSize, in: tx)
      let people = Set(page.rows.map(\.complaint.customerID.raw)).sorted()
      if !people.isEmpty { tx.logAccess(AccessRecord(.list, subjects: people, what: "complaints")) }
      let counts = try ComplaintFilter.Show.allCases.map { show in
        var each = filter
        each.show = show
        return (show, try Complaints.count(each, in: tx))
      }
      return (page, counts)
    }
    let words = call.words
    let result = ComplaintsPage(
      tabs: counts.map { each, count in
        Choice(
          words["complaints.show.\(each.rawValue)"], "/complaints" + call.query.with(["show": each.rawValue]),
          isCurrent: each == show, count: call.format.count(count.value, isExact: count.isExact))
      },
      newHref: call.may(.write(.complaint)) ? "/complaints/new" + call.query.with(["show": nil, "after": nil]) : nil,
      rows: page.rows.map { ComplaintRow($0, call.format) },
      pager: Pager(
        summary: "", nextHref: page.next.map { "/complaints" + call.query.with(["after": $0.text]) },
        firstHref: after == nil ? nil : "/complaints" + call.query.with(["after": nil])),
      empty: page.rows.isEmpty
        ? Empty(icon: "check", title: words["complaints.emptyTitle"], text: words["complaints.emptyText"]) : nil)
    return try call.page(result, title: words["nav.complaints"], section: .complaints)
  }

  // MARK: Taking down

  private static func form(_ call: Call, _ values: [String: String], faults: [FieldError]) async throws -> Response {
    let words = call.words
    func error(_ name: String) -> String? { faults.first { $0.field == name }.map { words.fault($0) } }
    func choice<Value: Coded>(_ name: String, _ type: Value.Type) -> Field {
      Field(
        name, words["complaints.\(name)"],
        control: .select(
          type.allCases.map { SelectOption($0.rawValue, words.label($0), isSelected: $0.rawValue == values[name]) }),
        isRequired: true)
    }
    let page = ComplaintFormPage(
      csrf: call.csrf, faults: faults.map { Fault($0.field, words.fault($0)) },
      fields: [
        Field(
          "customer", words["complaints.customer"], values["customer"] ?? "", hint: words["complaints.customerHint"],
          error: error("customer"), isRequired: true),
        choice("channel", ComplaintChannel.self), choice("topic", ComplaintTopic.self),
        Field(
          "said", words["complaints.said"], values["said"] ?? "", control: .area, error: error("said"),
          isRequired: true),
        Field(
          "about", words["complaints.about"], values["about"] ?? "", hint: words["complaints.aboutHint"],
          error: error("about")),
        Field("reference", words["complaints.reference"], values["reference"] ?? "", error: error("reference")),
      ])
    return try call.page(
      page, title: words["complaints.new"], section: .complaints,
      status: faults.isEmpty ? .ok : .unprocessableContent)
  }

  private static func open(_ call: Call) async throws -> Response {
    let form = try await call.form()
    do {
      guard let customer = form["customer"].flatMap({ ID<Customer>($0) }) else {
        throw AppError.invalid([
          FieldError("customer", ValidationCode.referenceUnknown.rawValue, "no such customer")
        ])
      }
      var new = NewComplaint(
        customer, form["channel"].flatMap { ComplaintChannel(rawValue: $0) } ?? .phone,
        form["topic"].flatMap { ComplaintTopic(rawValue: $0) } ?? .other, said: form["said"] ?? "")
      new.about = form["about"]
      new.reference = form["reference"]
      let wanted = new
      let id = try await call.act { tx in try Complaints.open(wanted, in: tx).id }
      return call.redirect("/complaints/\(id)", notice: "complaintTaken")
    } catch let error as AppError where error.kind == .invalid {
      return try await self.form(call, form.values, faults: error.fields)
    } catch let error as AppError where error.kind == .notFound {
      let fault = FieldError("customer", ValidationCode.referenceUnknown.rawValue, error.detail)
      return try await self.form(call, form.values, faults: [fault])
    }
  }

  // MARK: One complaint

  private static func show(_ call: Call, _ values: [String: String], faults: [FieldError]) async throws -> Response {
    let id = try call.id(Complaint.self)
    let (detail, improvements) = try await call.read { tx in
      (try Complaints.detail(id, in: tx), try tx.fetch(Complaints.openImprovements))
    }
    let page = ComplaintPage(detail, improvements, values, faults: faults, call)
    return try call.page(
      page, title: call.words["complaints.one"], section: .complaints,
      status: faults.isEmpty ? .ok : .unprocessableContent)
  }

  private static func act(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(Complaint.self)
    do {
      try await call.act { tx in try act(form, id, tx) }
    } catch let error as AppError where error.kind == .invalid || error.code.hasPrefix("COMPLAINT_RECUSED") {
      let faults = error.fields.isEmpty ? [FieldError("handler", error.code, error.detail)] : error.fields
      return try await show(call, form.values, faults: faults)
    }
    return call.redirect("/complaints/\(id)", notice: "complaintChanged")
  }

  private static func act(_ form: FormFields, _ id: ID<Complaint>, _ tx: Tx) throws {
    func code<Value: Coded>(_ name: String) throws -> Value {
      guard let value = form[name].flatMap({ Value(rawValue: $0) }) else {
        throw AppError.invalid([
          FieldError(name, ValidationCode.enumUnknown.rawValue, ValidationCode.enumUnknown.message)
        ])
      }
      return value
    }
    switch form["act"] {
    case "assign": try Complaints.assign(id, to: form["handler"] ?? "", in: tx)
    case "acknowledge": try Complaints.acknowledge(id, over: try code("way"), in: tx)
    case "extend": try Complaints.extend(id, because: form["reason"] ?? "", in: tx)
    case "determine":
      try Complaints.determine(id, try code("finding"), because: form["determination"] ?? "", in: tx)
    case "reply": try Complaints.reply(id, over: try code("reply_way"), proof: form["proof"] ?? "", in: tx)
    case "explain":
      try Complaints.explain(
        id, try code("cause"), note: form["cause_note"] ?? "",
        improvement: form["improvement"].flatMap { ID<Improvement>($0) }, opening: form["opening"], in: tx)
    default: throw AppError.notFound("act")
    }
  }
}
