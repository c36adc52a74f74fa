import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/applications`: what the core tells of applications, and where they stand.
enum ApplicationAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/applications", scope: .read(.policy), for: .named, list)
    routes.api(.post, "/applications", scope: .write(.policy), for: .own, tell)
    routes.api(.get, "/applications/{id}", scope: .read(.policy), for: .named) { call in
      try call.noQuery()
      let id = try call.id(Insurer.Application.self)
      let references = call.site.references
      return try await call.read { tx in try document(id, references, tx) }.response()
    }
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 2)
    let place = query.numbers(of: page)
    var filter = ApplicationFilter(query.code("whose") ?? .all, outstanding: query.code("outstanding"))
    filter.stage = query.code("stage")
    filter.isOverdue = query.flag("overdue")
    let customer = query.id("customer", of: Customer.self)
    try query.finish()
    let references = call.site.references
    return try await call.read { [filter] tx in
      var filter = filter
      if let customer {
        _ = try Customers.find(customer, in: tx)
        filter.customers = try tx.fetch(Customers.person(customer)).records
      }
      let lines = try Applications.list(filter, after: place, limit: page.limit + 1, in: tx)
      let found = try ApplicationAPI.found(lines, references, tx)
      let (items, next) = page.cut(lines) { line in
        let place = Applications.place(line.application, filter)
        return ["\(place.value)", "\(place.id)"]
      }
      return JSONWriter.record { json in
        json.array("items", items) { json, line in json.object { write(line, found, to: &$0) } }
        json.field("next", next.map(Cursor.text))
      }
    }.response()
  }

  private static func tell(_ call: Call) async throws -> Response {
    let amounts: Set<String> = ["sum_insured", "premium"]
    let (values, bytes) = try await call.texts(
      Applications.columns.map { amounts.contains($0) ? .money($0) : .text($0) })
    let references = call.site.references
    return try await call.actOnce(bytes) { tx in
      let id = try Applications.tell(values, source: "core", in: tx)
      return KeptAnswer(
        status: 201, location: "/api/v1/applications/\(id)", body: try document(id, references, tx).bytes)
    }
  }

  private static func found(
    _ lines: [ApplicationLine], _ references: References, _ tx: ReadTx
  ) throws -> References.Found {
    let applications = lines.map(\.application)
    return try references.find(
      applications.compactMap(\.agentID) + applications.compactMap(\.underwriterID), applications.map(\.productID),
      in: tx)
  }

  private static func document(_ id: ID<Insurer.Application>, _ references: References, _ tx: ReadTx) throws
    -> JSONWriter
  {
    let detail = try Applications.find(id, in: tx)
    let found = try found([detail.line], references, tx)
    return JSONWriter.record { json in
      write(detail.line, found, to: &json)
      json.array("steps", detail.steps) { json, step in
        json.object {
          $0.field("stage", step.stage)
          $0.field("at", step.at)
          $0.field("asked", step.asked)
          $0.field("due_on", step.dueOn)
        }
      }
    }
  }

  private static func write(_ line: ApplicationLine, _ found: References.Found, to json: inout JSONWriter) {
    let application = line.application
    json.field("id", application.id)
    json.field("application_no", application.applicationNo)
    json.field("customer", line.customer.flatMap { $0.isVisible ? $0.id : nil })
    json.field("product", found.code(application.productID))
    json.field("policy_no", application.policyNo)
    json.field("stage", application.stage)
    json.field("stage_at", application.stageAt)
    json.field("outstanding", application.outstanding)
    json.field("due_on", application.dueOn)
    json.field("servicing_agent", found.number(application.agentID))
    json.field("underwriter", found.number(application.underwriterID))
    json.field("sum_insured", application.sumInsured)
    json.field("premium", application.premium)
    json.field("applied_on", application.appliedOn)
    json.field("source", application.source)
  }
}
