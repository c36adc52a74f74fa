import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/complaints`.
enum ComplaintAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/complaints", scope: .read(.complaint), for: .own, list)
    routes.api(.post, "/complaints", scope: .write(.complaint), for: .own, open)
    routes.api(.get, "/complaints/{id}", scope: .read(.complaint), for: .own) { call in
      try call.noQuery()
      let id = try call.id(Complaint.self)
      return try await call.read { tx in
        document(try Complaints.detail(id, in: tx))
      }.response()
    }
    for act in ComplaintDeed.allCases {
      routes.api(.post, "/complaints/{id}/\(act.rawValue)", scope: .write(.complaint), for: .own) { call in
        try await perform(act, call)
      }
    }
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { DuePlace($0[0]) }
    let show: ComplaintFilter.Show = query.code("show") ?? .open
    let customer = query.id("customer", of: Customer.self)
    try query.finish()
    return try await call.read { tx in
      var filter = ComplaintFilter(show)
      if let customer { filter.customers = try tx.fetch(Customers.person(customer)).records }
      let found = try Complaints.list(filter, after: after, limit: page.limit, in: tx)
      let people = Set(found.rows.map(\.complaint.customerID.raw)).sorted()
      if !people.isEmpty { tx.logAccess(AccessRecord(.list, subjects: people, what: "complaints")) }
      return JSONWriter.record { json in
        json.array("items", found.rows) { json, line in json.object { write(line, to: &$0) } }
        json.field("next", found.next.map { Cursor.text([$0.text]) })
      }
    }.response()
  }

  private static func write(_ line: ComplaintLine, to json: inout JSONWriter) {
    let complaint = line.complaint
    json.field("id", complaint.id)
    json.field("customer", line.customer.flatMap { $0.isVisible ? $0.id : nil })
    json.field("channel", complaint.channel)
    json.field("topic", complaint.topic)
    json.field("stage", complaint.stage)
    json.field("received_at", complaint.receivedAt)
    json.field("reference", complaint.reference)
    json.field("policy", complaint.policyID)
    json.field("handler_name", line.handler)
    json.field("about_name", line.about)
    json.field("term", complaint.term)
    json.field("due_on", complaint.dueOn)
    json.field("escalated_at", complaint.escalatedAt)
    json.field("acknowledged_at", complaint.acknowledgedAt)
    json.field("finding", complaint.finding)
    json.field("determined_at", complaint.determinedAt)
    json.field("replied_at", complaint.repliedAt)
    json.field("cause", complaint.cause)
    json.field("improvement", complaint.improvementID)
  }

  private static func document(_ detail: ComplaintDetail) -> JSONWriter {
    JSONWriter.record { json in
      write(detail.line, to: &json)
      json.field("said", detail.words.said)
      json.field("determination", detail.words.determination)
      json.field("cause_note", detail.words.causeNote)
      json.field("acknowledge_by", detail.clock.acknowledgeBy)
      json.array("reasons", detail.clock.reasons) { json, reason in json.object { ReasonJSON.write(reason, to: &$0) } }
    }
  }

  private static func open(_ call: Call) async throws -> Response {
    let (new, bytes) = try await call.object(read)
    guard let wanted = new else { throw AppError.broken("a field that has to be there went through") }
    return try await call.actOnce(bytes) { tx in
      let complaint = try Complaints.open(wanted, in: tx)
      let detail = try Complaints.detail(complaint.id, in: tx)
      return KeptAnswer(
        status: 201, location: "/api/v1/complaints/\(complaint.id)", body: document(detail).bytes)
    }
  }

  /// Nil only when a fault was found.
  private static func read(_ fields: inout JSONFields) -> NewComplaint? {
    let customer = fields.id("customer", of: Customer.self)
    let channel = fields.code("channel", of: ComplaintChannel.self)
    let topic = fields.code("topic", of: ComplaintTopic.self)
    let said = fields.string("said") ?? ""
    let (about, reference) = (fields.string("about"), fields.string("reference"))
    let policy = fields.has("policy") ? fields.id("policy", of: Policy.self) : nil
    guard let customer, let channel, let topic else { return nil }
    var new = NewComplaint(customer, channel, topic, said: said)
    (new.about, new.reference, new.policy, new.source) = (about, reference, policy, "api")
    return new
  }

  private static func perform(_ deed: ComplaintDeed, _ call: Call) async throws -> Response {
    let id = try call.id(Complaint.self)
    let (act, bytes) = try await call.object { try deed.read(&$0) }
    return try await call.actOnce(bytes) { tx in
      try act(id, tx)
      return KeptAnswer(status: 200, body: document(try Complaints.detail(id, in: tx)).bytes)
    }
  }
}

/// What can be done with a complaint: the last part of the address.
enum ComplaintDeed: String, CaseIterable {
  case assignment, acknowledgement, extension_ = "extension", determination, reply, explanation

  typealias Act = @Sendable (ID<Complaint>, Tx) throws -> Void

  func read(_ fields: inout JSONFields) throws -> Act {
    func code<Value: Coded>(_ name: String) throws -> Value {
      guard let value: Value = fields.code(name) else { throw AppError.invalid(fields.errors) }
      return value
    }
    switch self {
    case .assignment:
      let handler = fields.string("handler") ?? ""
      return { try Complaints.assign($0, to: handler, in: $1) }
    case .acknowledgement:
      let way: NoticeWay = try code("way")
      return { try Complaints.acknowledge($0, over: way, in: $1) }
    case .extension_:
      let reason = fields.string("reason") ?? ""
      return { try Complaints.extend($0, because: reason, in: $1) }
    case .determination:
      let finding: ComplaintFinding = try code("finding")
      let text = fields.string("determination") ?? ""
      return { try Complaints.determine($0, finding, because: text, in: $1) }
    case .reply:
      let way: NoticeWay = try code("way")
      let proof = fields.string("proof") ?? ""
      return { try Complaints.reply($0, over: way, proof: proof, in: $1) }
    case .explanation:
      let cause: RootCause = try code("cause")
      let note = fields.string("cause_note") ?? ""
      let known = fields.has("improvement") ? fields.id("improvement", of: Improvement.self) : nil
      let opening = fields.string("opening")
      return { try Complaints.explain($0, cause, note: note, improvement: known, opening: opening, in: $1) }
    }
  }
}
