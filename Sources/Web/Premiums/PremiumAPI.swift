import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/premiums`: the renewal desk; and what can be said of a policy's open premium.
enum PremiumAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/premiums", scope: .read(.policy), for: .fixed(.contract), list)
    routes.api(.post, "/policies/{id}/promises", scope: .write(.interaction), for: .own, promise)
    routes.api(.post, "/policies/{id}/reminders", scope: .write(.interaction), for: .own, remind)
    routes.api(.post, "/policies/{id}/demands", scope: .write(.policy), for: .own, demand)
    routes.api(.post, "/policies/{id}/demands/{demand}/proof", scope: .write(.policy), for: .own, prove)
    routes.api(.post, "/policies/{id}/debits", scope: .write(.policy), for: .own, debit)
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { DuePlace($0[0]) }
    var filter = DueFilter(query.code("list") ?? .thisMonth, show: query.code("show"))
    filter.line = query.code("line")
    filter.sort = query.code("sort") ?? .due
    let number = query.text("agent", limit: 64)
    try query.finish()
    let (wanted, references) = (filter, call.site.references)
    return try await call.read { tx in
      var filter = wanted
      // A number that nobody has finds nothing; it does not find everything.
      if let number { filter.agentID = try tx.fetch(Staff.byNumbers([number])).first?.id ?? ID(0) }
      let found = try Premiums.due(filter, after: after, limit: page.limit, in: tx)
      let people = Set(found.rows.map(\.policy.customerID.raw)).sorted()
      if !people.isEmpty { tx.logAccess(AccessRecord(.list, subjects: people, what: "premiums")) }
      let names = try references.find(
        found.rows.compactMap(\.policy.servicingAgentID), found.rows.map(\.policy.productID), in: tx)
      return JSONWriter.record { json in
        json.array("items", found.rows) { json, row in json.object { write(row, names, to: &$0) } }
        json.field("next", found.next.map { Cursor.text([$0.text]) })
      }
    }.response()
  }

  private static func write(_ row: DueRow, _ references: References.Found, to json: inout JSONWriter) {
    json.field("policy", row.policy.id)
    json.field("policy_no", row.policy.policyNo)
    json.field("policyholder", row.policyholder.flatMap { $0.isVisible ? $0.id : nil })
    json.field("product", references.code(row.policy.productID))
    json.field("line", row.line)
    json.field("servicing_agent", references.number(row.policy.servicingAgentID))
    json.field("due_on", row.dueOn)
    json.field("amount", row.amount)
    json.field("method", row.premium?.method)
    json.field("result", row.premium?.result)
    json.field("failure_reason", row.premium?.failureReason)
    json.field("demanded_on", row.premium?.demandedOn)
    json.field("contract_year", row.contractYear)
    json.field("suspends_on", row.forecast.day)
    json.array("reasons", row.forecast.reasons) { json, reason in json.object { ReasonJSON.write(reason, to: &$0) } }
    if let promise = row.promise { json.object("promise") { write(promise, to: &$0) } }
    json.array("notices", row.notices) { json, notice in json.object { write(notice, to: &$0) } }
  }

  private static func write(_ promise: PremiumPromise, to json: inout JSONWriter) {
    json.field("id", promise.id)
    json.field("due_on", promise.dueOn)
    json.field("pay_by", promise.payBy)
    json.field("promised_by", promise.promisedBy)
    json.field("channel", promise.channel)
    json.field("taken_at", promise.takenAt)
    json.field("outcome", promise.outcome)
  }

  private static func write(_ notice: PremiumNotice, to json: inout JSONWriter) {
    json.field("id", notice.id)
    json.field("kind", notice.kind)
    json.field("due_on", notice.dueOn)
    json.field("way", notice.way)
    json.field("sent_on", notice.sentOn)
    json.field("reached_on", notice.reachedOn)
    json.field("proof_kind", notice.proofKind)
  }

  /// Reads the body and acts once.
  private static func act<Input: Sendable>(
    _ call: Call, _ read: (inout JSONFields) throws -> Input,
    _ act: @escaping @Sendable (ID<Policy>, Input, Tx) throws -> JSONWriter
  ) async throws -> Response {
    let id = try call.id(Policy.self)
    let (input, bytes) = try await call.object(read)
    return try await call.actOnce(bytes) { tx in
      KeptAnswer(status: 201, location: "/api/v1/policies/\(id)", body: try act(id, input, tx).bytes)
    }
  }

  private static func required(_ fields: inout JSONFields, _ name: String) throws -> Day {
    let known = fields.errors.count
    if let day = fields.day(name) { return day }
    if fields.errors.count == known {
      fields.fail(name, ValidationCode.required.rawValue, ValidationCode.required.message)
    }
    throw AppError.invalid(fields.errors)
  }

  private static func code<Value: Coded>(_ fields: inout JSONFields, _ name: String) throws -> Value {
    guard let value: Value = fields.code(name) else { throw AppError.invalid(fields.errors) }
    return value
  }

  private static func promise(_ call: Call) async throws -> Response {
    try await act(call) { fields in
      (
        due: try required(&fields, "due_on"), by: try required(&fields, "pay_by"),
        promiser: try code(&fields, "promised_by") as Promiser, channel: try code(&fields, "channel") as ContactChannel
      )
    } _: { id, input, tx in
      let promise = try Premiums.promise(
        id, dueOn: input.due, payBy: input.by, by: input.promiser, over: input.channel, in: tx)
      return JSONWriter.record { write(promise, to: &$0) }
    }
  }

  private static func remind(_ call: Call) async throws -> Response {
    try await act(call) { fields in
      (due: try required(&fields, "due_on"), way: try code(&fields, "way") as NoticeWay)
    } _: { id, input, tx in
      let notice = try Premiums.remind(id, dueOn: input.due, over: input.way, in: tx)
      return JSONWriter.record { write(notice, to: &$0) }
    }
  }

  private static func demand(_ call: Call) async throws -> Response {
    try await act(call) { fields in
      (due: try required(&fields, "due_on"), way: try code(&fields, "way") as NoticeWay)
    } _: { id, input, tx in
      let notice = try Premiums.demand(id, dueOn: input.due, over: input.way, in: tx)
      return JSONWriter.record { write(notice, to: &$0) }
    }
  }

  private static func prove(_ call: Call) async throws -> Response {
    let demand = try call.id(PremiumNotice.self, named: "demand")
    return try await act(call) { fields in
      (
        day: try required(&fields, "reached_on"), kind: try code(&fields, "proof_kind") as DeliveryProof,
        proof: fields.string("proof") ?? ""
      )
    } _: { id, input, tx in
      let notice = try Premiums.reached(demand, of: id, on: input.day, input.kind, proof: input.proof, in: tx)
      return JSONWriter.record { write(notice, to: &$0) }
    }
  }

  /// What the bank said: the premium was received, or the debit failed for a reason.
  private static func debit(_ call: Call) async throws -> Response {
    try await act(call) { fields in
      let received = fields.day("received_on")
      let failure = fields.has("failure_reason") ? fields.code("failure_reason", of: DebitFailure.self) : nil
      if received != nil, failure != nil { fields.fail("failure_reason", "NOT_COMBINED", "received, or failed") }
      return (due: try required(&fields, "due_on"), received: received, failure: failure)
    } _: { id, input, tx in
      try Premiums.debited(
        id, dueOn: input.due, receivedOn: input.received, failure: input.failure, source: "api", in: tx)
      return JSONWriter.record { json in
        json.field("policy", id)
        json.field("due_on", input.due)
        json.field("result", input.received == nil ? PremiumResult.failed : .received)
        json.field("failure_reason", input.received == nil ? input.failure ?? .other : nil)
        json.field("received_on", input.received)
      }
    }
  }
}
