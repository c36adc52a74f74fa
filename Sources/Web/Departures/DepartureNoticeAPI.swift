import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/departure-notices`: whom the law wants told, and that they were.
enum DepartureNoticeAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/departure-notices", scope: .read(.departure), for: .fixed(.contract), list)
    routes.api(.post, "/departure-notices/tellings", scope: .write(.interaction), for: .own, tellMany)
    routes.api(.post, "/departure-notices/{id}/telling", scope: .write(.interaction), for: .own, tell)
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { DuePlace($0[0]) }
    var filter = DepartureNoticeFilter(query.code("show") ?? .open)
    filter.departure = query.id("departure", of: Departure.self)
    let number = query.text("agent", limit: 64)
    try query.finish()
    let wanted = filter
    return try await call.read { tx in
      var filter = wanted
      if let number { filter.agent = try tx.fetch(Staff.byNumbers([number])).first?.id ?? ID(0) }
      let found = try DepartureNotices.list(filter, after: after, limit: page.limit, in: tx)
      let people = Set(found.rows.map(\.notice.customerID.raw)).sorted()
      if !people.isEmpty { tx.logAccess(AccessRecord(.list, subjects: people, what: "departure notices")) }
      return JSONWriter.record { json in
        json.array("items", found.rows) { json, line in json.object { write(line, to: &$0) } }
        json.field("next", found.next.map { Cursor.text([$0.text]) })
      }
    }.response()
  }

  private static func write(_ line: DepartureNoticeLine, to json: inout JSONWriter) {
    let notice = line.notice
    json.field("id", notice.id)
    json.field("customer", line.customer.flatMap { $0.isVisible ? $0.id : nil })
    json.field("departure", notice.departureID)
    json.array("policy_nos", line.policyNos) { json, number in json.string(number) }
    json.field("agent_before", line.old?.staffNo)
    json.field("servicing_agent", line.new?.staffNo)
    json.field("left_on", notice.leftOn)
    json.field("due_on", notice.dueOn)
    json.field("told_on", notice.toldOn)
    json.field("way", notice.way)
    json.field("proof_kind", notice.proofKind)
    json.field("interaction", notice.interactionID)
  }

  private static func read(_ fields: inout JSONFields) -> DepartureTelling {
    let way: NoticeWay? = fields.code("way")
    var telling = DepartureTelling(way ?? .phone, proof: fields.string("proof") ?? "")
    telling.on = fields.day("told_on")
    telling.proofKind = fields.has("proof_kind") ? fields.code("proof_kind") : nil
    return telling
  }

  /// A list of ids, each a text.
  static func ids<Entity: Identified>(
    _ fields: inout JSONFields, _ name: String, of: Entity.Type
  ) -> [ID<Entity>] {
    guard case .array(let elements) = fields.value(name) else {
      fields.fail(name, ValidationCode.required.rawValue, ValidationCode.required.message)
      return []
    }
    let ids = elements.compactMap { element -> ID<Entity>? in
      guard case .string(let text) = element else { return nil }
      return ID<Entity>(text)
    }
    if ids.count != elements.count { fields.fail(name, "ID_INVALID", "not an id, or a mistyped one") }
    return ids
  }

  private static func tell(_ call: Call) async throws -> Response {
    let id = try call.id(DepartureNotice.self)
    let (telling, bytes) = try await call.object { read(&$0) }
    return try await call.actOnce(bytes) { tx in
      try DepartureNotices.tell([id], telling, in: tx)
      let line = try DepartureNotices.find(id, in: tx)
      return KeptAnswer(status: 200, body: JSONWriter.record { write(line, to: &$0) }.bytes)
    }
  }

  private static func tellMany(_ call: Call) async throws -> Response {
    let (asked, bytes) = try await call.object { fields in
      (telling: read(&fields), ids: Set(ids(&fields, "notices", of: DepartureNotice.self)).sorted())
    }
    return try await call.actOnce(bytes) { tx in
      let told = try DepartureNotices.tell(asked.ids, asked.telling, in: tx)
      return KeptAnswer(status: 200, body: JSONWriter.record { $0.field("told", told) }.bytes)
    }
  }
}
