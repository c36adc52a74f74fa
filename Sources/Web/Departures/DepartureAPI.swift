import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/departures`, `/orphans`, `/handovers`: who leaves, what he served, and who has it now.
enum DepartureAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/departures", scope: .read(.departure), for: .fixed(.contract), list)
    routes.api(.post, "/departures", scope: .write(.departure), for: .own, record)
    routes.api(.get, "/departures/{id}", scope: .read(.departure), for: .fixed(.contract)) { call in
      try call.noQuery()
      let id = try call.id(Departure.self)
      return try await call.read { tx in document(try Departures.find(id, in: tx)) }.response()
    }
    routes.api(.get, "/departures/{id}/preview", scope: .write(.departure), for: .fixed(.contract), preview)
    routes.api(.post, "/departures/{id}/handovers", scope: .write(.departure), for: .own, order)
    routes.api(.post, "/handovers", scope: .write(.departure), for: .own, orderChosen)
    routes.api(.get, "/handovers/{id}", scope: .read(.departure), for: .fixed(.contract)) { call in
      try call.noQuery()
      let id = try call.id(Handover.self)
      return try await call.read { tx in document(try Handovers.find(id, in: tx)) }.response()
    }
    routes.api(.post, "/handovers/{id}/reversal", scope: .write(.departure), for: .own) { call in
      try call.noQuery()
      let id = try call.id(Handover.self)
      return try await call.actOnce { tx in
        try Handovers.undo(id, in: tx)
        return KeptAnswer(status: 200, body: document(try Handovers.find(id, in: tx)).bytes)
      }
    }
    routes.api(.get, "/orphans", scope: .read(.departure), for: .fixed(.contract), orphans)
    DepartureNoticeAPI.routes(routes)
  }

  // MARK: Departures

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { DuePlace($0[0]) }
    try query.finish()
    return try await call.read { tx in
      let found = try Departures.list(after: after, limit: page.limit, in: tx)
      return JSONWriter.record { json in
        json.array("items", found.rows) { json, line in json.object { write(line, to: &$0) } }
        json.field("next", found.next.map { Cursor.text([$0.text]) })
      }
    }.response()
  }

  private static func write(_ line: DepartureLine, to json: inout JSONWriter) {
    json.field("id", line.departure.id)
    json.field("staff_no", line.staffNo)
    json.field("name", line.name)
    json.field("role", line.role)
    json.field("team", line.team)
    json.field("branch", line.branch)
    json.field("left_on", line.departure.leftOn)
    json.field("effective_at", line.departure.effectiveAt)
    json.field("tell_by", line.tellBy)
    json.field("orphans", line.orphans)
    json.object("notices") { json in
      json.field("open", line.noticesOpen)
      json.field("overdue", line.noticesOverdue)
      json.field("told", line.noticesTold)
    }
  }

  private static func document(_ detail: DepartureDetail) -> JSONWriter {
    JSONWriter.record { json in
      write(detail.line, to: &json)
      let served = detail.served
      json.object("served") { json in
        json.field("policies_in_force", served.policiesInForce)
        json.field("policies_other", served.policiesOther)
        json.field("customers", served.customers)
        json.field("owned", served.owned)
        json.field("tasks", served.tasks)
        json.field("leads", served.leads)
        json.field("visits", served.visits)
        json.field("applications", served.applications)
        json.field("promises", served.promises)
        json.field("claims", served.claims)
        json.field("complaints", served.complaints)
      }
      json.array("handovers", detail.handovers) { json, handover in json.object { write(handover, to: &$0) } }
    }
  }

  private static func record(_ call: Call) async throws -> Response {
    let (asked, bytes) = try await call.object { fields in
      let number = fields.string("staff_no") ?? ""
      let day = fields.day("left_on")
      if day == nil, fields.errors.isEmpty {
        fields.fail("left_on", ValidationCode.required.rawValue, ValidationCode.required.message)
      }
      return (number: number, day: day ?? Day(number: 0))
    }
    let response = try await call.actOnce(bytes) { tx in
      let departure = try Departures.record(asked.number, leftOn: asked.day, in: tx)
      return KeptAnswer(
        status: 201, location: "/api/v1/departures/\(departure.id)",
        body: document(try Departures.find(departure.id, in: tx)).bytes)
    }
    call.site.sessions.forget()
    return response
  }

  // MARK: Hand-overs

  private static func preview(_ call: Call) async throws -> Response {
    let id = try call.id(Departure.self)
    var query = try call.strictQuery()
    let rule = query.code("rule", as: HandoverRule.self) ?? .team
    var order = HandoverOrder(id, rule, receiver: query.text("receiver", limit: 64))
    order.reachesOutside = query.flag("outside")
    try query.finish()
    let wanted = order
    return try await call.read { tx in
      let preview = try Handovers.preview(wanted, in: tx)
      return JSONWriter.record { json in
        json.field("customers", preview.customers)
        json.field("policies", preview.policies)
        json.array("shares", preview.shares) { json, share in
          json.object { json in
            json.field("staff_no", share.receiver.staffNo)
            json.field("load", share.load)
            json.field("customers", share.customers)
            json.field("policies", share.policies)
          }
        }
        json.array("reasons", preview.reasons) { json, reason in json.object { ReasonJSON.write(reason, to: &$0) } }
      }
    }.response()
  }

  /// What is common to orders: rule, receiver, reason, and whether it may leave the branch.
  private static func read(_ fields: inout JSONFields, _ departure: ID<Departure>?) -> HandoverOrder {
    let rule: HandoverRule? = fields.code("rule")
    var order = HandoverOrder(
      departure, rule ?? .one, receiver: fields.string("receiver"), reason: fields.string("reason") ?? "")
    order.reachesOutside = fields.bool("outside") ?? false
    return order
  }

  private static func order(_ call: Call) async throws -> Response {
    let id = try call.id(Departure.self)
    let (order, bytes) = try await call.object { read(&$0, id) }
    return try await give(order, bytes, call)
  }

  private static func orderChosen(_ call: Call) async throws -> Response {
    let (order, bytes) = try await call.object { fields in
      var order = read(&fields, nil)
      order.chosen = Set(DepartureNoticeAPI.ids(&fields, "customers", of: Customer.self)).sorted()
      return order
    }
    return try await give(order, bytes, call)
  }

  private static func give(_ order: HandoverOrder, _ bytes: [UInt8], _ call: Call) async throws -> Response {
    try await call.actOnce(bytes) { tx in
      let handover = try Handovers.order(order, in: tx)
      return KeptAnswer(
        status: 201, location: "/api/v1/handovers/\(handover.id)",
        body: document(try Handovers.find(handover.id, in: tx)).bytes)
    }
  }

  private static func write(_ handover: Handover, to json: inout JSONWriter) {
    json.field("id", handover.id)
    json.field("departure", handover.departureID)
    json.field("rule", handover.rule)
    json.field("outside", handover.reachesOutside)
    json.field("state", handover.state)
    json.field("customers", handover.total)
    json.field("customers_done", handover.dealt)
    json.field("policies_done", handover.policies)
    json.field("ordered_at", handover.orderedAt)
    json.field("finished_at", handover.finishedAt)
    json.field("undo_until", handover.undoUntil)
    json.field("undone_at", handover.undoneAt)
    if handover.state == .undoing || handover.state == .undone {
      json.field("customers_undone", handover.undone)
      json.field("customers_kept", handover.kept)
    }
  }

  private static func document(_ detail: HandoverDetail) -> JSONWriter {
    JSONWriter.record { json in
      write(detail.handover, to: &json)
      json.field("reason", detail.reason)
      json.array("shares", detail.shares) { json, share in
        json.object { json in
          json.field("staff_no", detail.names[share.receiver]?.staffNo)
          json.field("customers", share.customers)
          json.field("policies", share.policies)
          json.field("undone", share.undone)
          json.field("kept", share.kept)
        }
      }
    }
  }

  // MARK: Orphans

  private static func orphans(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { OrphanPlace($0[0]) }
    var filter = OrphanFilter(query.code("show") ?? .left, sort: query.code("sort") ?? .left)
    filter.line = query.code("line")
    filter.status = query.code("status")
    let number = query.text("agent", limit: 64)
    try query.finish()
    let wanted = filter
    return try await call.read { tx in
      var filter = wanted
      if let number { filter.agent = try tx.fetch(Staff.byNumbers([number])).first?.id ?? ID(0) }
      let found = try Orphans.list(filter, after: after, limit: page.limit, in: tx)
      let people = Set(found.rows.map(\.customerID.raw)).sorted()
      if !people.isEmpty { tx.logAccess(AccessRecord(.list, subjects: people, what: "orphans")) }
      return JSONWriter.record { json in
        json.array("items", found.rows) { json, line in json.object { write(line, to: &$0) } }
        json.field("next", found.next.map { Cursor.text([$0.text]) })
      }
    }.response()
  }

  private static func write(_ line: OrphanLine, to json: inout JSONWriter) {
    json.field("policy", line.policy)
    json.field("policy_no", line.policyNo)
    json.field("policyholder", line.customer.flatMap { $0.isVisible ? $0.id : nil })
    json.field("line", line.line)
    json.field("status", line.status)
    json.field("effective_on", line.effectiveOn)
    json.field("next_due_on", line.nextDueOn)
    json.field("premium", line.premium)
    json.field("servicing_agent", line.agent?.staffNo)
    json.field("left_on", line.leftOn)
  }
}
