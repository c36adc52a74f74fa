import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/customers`: list and search, enter, read, correct.
enum CustomerAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/customers", scope: .read(.customer), for: .named, list)
    routes.api(.post, "/customers", scope: .write(.customer), for: .own, create)
    routes.api(.get, "/customers/{id}", scope: .read(.customer), for: .named) { call in
      try call.noQuery()
      let id = try call.id(Customer.self)
      return try await call.read { try look(id, call.site.references, $0) }.response
    }
    routes.api(.patch, "/customers/{id}", scope: .write(.customer), for: .own, edit)
    routes.api(.get, "/customers/{id}/changes", scope: .read(.customer), for: .named, changes)
  }

  // MARK: List

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let text = query.text("q")
    let sort = query.code("sort", as: CustomerSort.self) ?? .pinyin
    var filter = CustomerFilter(
      line: query.code("line"), relation: query.code("relation"), stage: query.code("stage"))
    let number = query.text("agent", limit: 64)
    let written = query.text("filter", limit: ConditionBounds.bytes)
    try query.finish()
    let condition = try written.map { try Condition.read($0) }
    let isFresh = condition == nil ? true : try await PersonFacts.freshen(in: call.site.database)
    if let number { filter.agent = try await agent(number, call) }
    let narrowed = filter
    let found = try await call.read { tx in
      var narrowed = narrowed
      narrowed.narrowing = try condition.map { try Conditions.narrowing($0, in: tx) }
      if let text {
        return try Customers.search(text, filter: narrowed, after: page.after?[0], limit: page.limit, in: tx)
      }
      return try Customers.list(sort: sort, filter: narrowed, after: page.after?[0], limit: page.limit, in: tx)
    }
    var json = JSONWriter(capacity: 512 + found.rows.count * 400)
    json.object { json in
      json.array("items", found.rows) { json, line in json.object { CustomerJSON.write(line, to: &$0) } }
      json.field("next", found.next.map { Cursor.text([$0]) })
      if let count = found.count {
        json.field("count", count.value)
        json.field("count_is_exact", count.isExact)
      }
      if condition != nil { json.field("facts_are_fresh", isFresh) }
    }
    return json.response()
  }

  private static func agent(_ number: String, _ call: Call) async throws -> ID<StaffMember> {
    let found = try await call.read { tx in try tx.fetch(Staff.byNumbers([number])) }.first
    guard let found else {
      throw AppError.invalid([
        FieldError("agent", ValidationCode.referenceUnknown.rawValue, ValidationCode.referenceUnknown.message)
      ])
    }
    return found.id
  }

  // MARK: Enter and correct

  static let columns: [JSONColumn] = [
    .text("name"), .text("gender"), .text("birth_date"), .text("id_type"), .text("national_id"), .text("mobile"),
    .text("email"), .text("address"), .text("occupation"), .money("income"), .text("channel"), .text("created_on"),
    .text("owner"), .text("adviser"),
  ]

  /// Reasons by field for keeping values that break a rule.
  private static func confirmations(_ fields: inout JSONFields) throws -> [String: String] {
    guard let value = fields.value("confirm"), value != .null else { return [:] }
    guard case .object(let members) = value else {
      fields.fail("confirm", "TYPE", "an object of reasons by field is expected")
      return [:]
    }
    var reasons: [String: String] = [:]
    for member in members {
      if case .string(let reason) = member.value, !reason.isEmpty, reason.count <= 500,
        columns.contains(where: { $0.name == member.name })
      {
        reasons[member.name] = reason
      } else {
        fields.fail("confirm.\(member.name.prefix(64))", "TYPE", "a field's reason of 1 to 500 characters is expected")
      }
    }
    return reasons
  }

  private static func create(_ call: Call) async throws -> Response {
    let ((values, confirmed, isDistinct), bytes) = try await call.object { fields in
      (fields.texts(columns), try confirmations(&fields), fields.bool("distinct") ?? false)
    }
    return try await call.actOnce(bytes) { tx in
      let made = try Customers.create(
        values, confirmed: confirmed, onDuplicate: isDistinct ? .tell : .refuse, source: "api", in: tx)
      return KeptAnswer(
        status: 201, location: "/api/v1/customers/\(made.id)", version: Call.tag(made.version),
        body: JSONWriter.record { CustomerJSON.write(made, to: &$0) }.bytes)
    }
  }

  private static func edit(_ call: Call) async throws -> Response {
    let id = try call.id(Customer.self)
    let expected = try call.version()
    let (values, confirmed) = try await call.object { ($0.texts(columns), try confirmations(&$0)) }.value
    let references = call.site.references
    do {
      return try await call.act { tx in
        _ = try Customers.update(id, values, expected: expected, confirmed: confirmed, source: "api", in: tx)
        return try document(Customers.profile(id, in: tx), references, tx)
      }.response
    } catch let error as AppError where error.code == "STALE" {
      let current = try await call.read { try look(id, references, $0) }
      throw WebError.stale(sent: expected ?? 0, current: current.version, json: current.json.bytes)
    }
  }

  private struct Document: Sendable {
    let json: JSONWriter
    let version: Int64
    var response: Response { json.response(headers: [.eTag: Call.tag(version)]) }
  }

  /// The customer's own data, and that they were looked at.
  private static func look(_ id: ID<Customer>, _ references: References, _ tx: ReadTx) throws -> Document {
    let profile = try Customers.profile(id, in: tx)
    tx.logAccess(AccessRecord(.view, subjects: [id.raw], what: "customer"))
    return try document(profile, references, tx)
  }

  private static func document(_ profile: CustomerProfile, _ references: References, _ tx: ReadTx) throws -> Document {
    let found = try references.find(profile.customer.staff, in: tx)
    let json = JSONWriter.record { CustomerJSON.write(profile, found, to: &$0) }
    return Document(json: json, version: profile.customer.version)
  }

  // MARK: What was corrected

  private static func changes(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 2)
    let place = query.moment(of: page)
    try query.finish()
    let id = try call.id(Customer.self)
    let corrections = try await call.read { tx in
      _ = try Customers.find(id, in: tx)
      let person = try tx.fetch(Customers.person(id))
      Customers.logView(person, what: "changes", in: tx)
      return try Customers.corrections(of: person, before: place, limit: page.limit + 1, in: tx)
    }
    let (items, next) = page.cut(corrections) { ["\($0.at.microseconds)", "\($0.id)"] }
    return JSONWriter.page(items, next: next) { json, change in
      json.field("field", change.field)
      json.field("before", change.before)
      json.field("after", change.after)
      json.field("at", change.at)
      json.field("actor", change.actor)
      json.field("source", change.source)
      json.field("reason", change.reason)
    }
  }
}
