import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/leads`: leads taken in by other systems, followed up, and what became of them.
enum LeadAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/leads", scope: .read(.customer), for: .named, list)
    routes.api(.post, "/leads", scope: .write(.customer), for: .own, enter)
    routes.api(.get, "/leads/{id}", scope: .read(.customer), for: .named) { call in
      try call.noQuery()
      let id = try call.id(Lead.self)
      let references = call.site.references
      return try await call.read { tx in try document(id, references, tx) }.response()
    }
    routes.api(.post, "/leads/{id}/assignment", scope: .write(.customer), for: .own) { call in
      try await act(call, ["assignee"]) { values, id, tx in
        guard let member = try tx.fetch(Staff.byNumbers([values["assignee"] ?? ""])).first else {
          throw AppError.invalid([Finding("assignee", .referenceUnknown, .reject).error])
        }
        try Leads.assign(id, to: member.id, in: tx)
      }
    }
    routes.api(.post, "/leads/{id}/contacts", scope: .write(.customer), for: .own) { call in
      try await act(call, ["note", "next_at", "kind"]) { values, id, tx in
        var reader = FieldReader(values)
        let next = reader.instant("next_at")
        guard reader.findings.isEmpty else { throw AppError.invalid(reader.findings.map(\.error)) }
        try Leads.followUp(
          id, note: values["note"], next: next, isAppointment: values["kind"] == "appointment", in: tx)
      }
    }
    routes.api(.post, "/leads/{id}/visits", scope: .write(.customer), for: .own) { call in
      try await act(call, ["outcome"]) { values, id, tx in
        guard let outcome = VisitOutcome(rawValue: values["outcome"] ?? "") else { throw unknown("outcome") }
        try Leads.visit(id, outcome, in: tx)
      }
    }
    routes.api(.post, "/leads/{id}/loss", scope: .write(.customer), for: .own) { call in
      try await act(call, ["reason"]) { values, id, tx in
        guard let reason = LeadLoss(rawValue: values["reason"] ?? "") else { throw unknown("reason") }
        try Leads.lose(id, reason, in: tx)
      }
    }
    routes.api(.post, "/leads/{id}/customer", scope: .write(.customer), for: .own) { call in
      try await act(call, ["customer"]) { values, id, tx in
        guard let customer = ID<Customer>(values["customer"] ?? "") else { throw unknown("customer") }
        try Leads.win(id, customer: customer, in: tx)
      }
    }
  }

  private static func unknown(_ field: String) -> AppError {
    AppError.invalid([Finding(field, field == "customer" ? .referenceUnknown : .enumUnknown, .reject).error])
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 2)
    let place = query.moment(of: page)
    let filter = LeadFilter(query.code("whose") ?? .all, state: query.code("state"), isOpen: query.flag("open"))
    try query.finish()
    let references = call.site.references
    return try await call.read { tx in
      let lines = try Leads.list(filter, after: place, limit: page.limit + 1, in: tx)
      let found = try references.find(lines.compactMap(\.lead.ownerID), in: tx)
      let (items, next) = page.cut(lines) { ["\($0.lead.touchedAt.microseconds)", "\($0.lead.id.raw)"] }
      return JSONWriter.record { json in
        json.array("items", items) { json, line in json.object { write(line, found, to: &$0) } }
        json.field("next", next.map(Cursor.text))
      }
    }.response()
  }

  private static func enter(_ call: Call) async throws -> Response {
    let (values, bytes) = try await call.texts(Leads.columns.map { $0 == "agreed" ? .flag($0) : .text($0) })
    let references = call.site.references
    return try await call.actOnce(bytes) { tx in
      let id = try Leads.enter(values, source: "api", in: tx)
      return KeptAnswer(
        status: 201, location: "/api/v1/leads/\(id)", body: try document(id, references, tx).bytes)
    }
  }

  private static func act(
    _ call: Call, _ names: [String], _ body: @escaping @Sendable ([String: String], ID<Lead>, Tx) throws -> Void
  ) async throws -> Response {
    let id = try call.id(Lead.self)
    let (values, bytes) = try await call.texts(JSONColumn.texts(names))
    let references = call.site.references
    return try await call.actOnce(bytes) { tx in
      try body(values, id, tx)
      return KeptAnswer(status: 200, body: try document(id, references, tx).bytes)
    }
  }

  private static func document(_ id: ID<Lead>, _ references: References, _ tx: ReadTx) throws -> JSONWriter {
    let detail = try Leads.find(id, in: tx)
    let staff = [detail.lead.ownerID].compactMap { $0 } + detail.steps.compactMap(\.staff)
    let found = try references.find(staff, in: tx)
    return JSONWriter.record { json in
      write(detail.line, found, to: &json)
      json.array("steps", detail.steps) { json, step in
        json.object {
          $0.field("kind", step.kind)
          $0.field("words", step.words)
          $0.field("staff", found.number(step.staff))
          $0.field("at", step.at)
        }
      }
    }
  }

  private static func write(_ line: LeadLine, _ references: References.Found, to json: inout JSONWriter) {
    let lead = line.lead
    json.field("id", lead.id)
    json.field("name", lead.name)
    json.field("mobile", lead.mobile)
    json.field("customer", line.customer.flatMap { $0.isVisible ? $0.id : nil })
    json.field("origin", lead.origin)
    json.field("line", lead.line)
    json.field("agreed", lead.agreed)
    json.field("state", lead.state)
    json.field("assignee", references.number(lead.ownerID))
    json.field("next_at", lead.nextAt)
    json.field("return_at", lead.returnAt)
    json.field("loss", lead.loss)
    json.field("returned", lead.returned)
    json.field("source", lead.source)
    json.field("created_at", lead.createdAt)
    json.field("touched_at", lead.touchedAt)
    json.field("closed_at", lead.closedAt)
  }
}
