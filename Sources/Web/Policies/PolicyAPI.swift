import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/policies`.
enum PolicyAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/policies", scope: .read(.policy), for: .named, list)
    routes.api(.get, "/policies/{id}", scope: .read(.policy), for: .named) { call in
      try call.noQuery()
      let id = try call.id(Policy.self)
      let references = call.site.references
      return try await call.read { tx in
        let detail = try Policies.detail(id, in: tx)
        let policy = detail.policy
        let found = try references.find(policy.staff, [policy.productID], in: tx)
        return JSONWriter.record { PolicyJSON.write(detail, found, to: &$0) }
      }.response()
    }
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { Int64($0[0]) }
    let customer = query.id("customer", of: Customer.self)
    let number = query.text("policy_no", limit: 64)
    var filter = PolicyFilter()
    filter.status = query.code("status")
    filter.line = query.code("line")
    if customer != nil, number != nil || filter.status != nil || filter.line != nil || after != nil {
      query.fail("customer", "NOT_COMBINED", "a customer's policies are answered whole")
    }
    if number != nil, filter.status != nil || filter.line != nil || after != nil {
      query.fail("policy_no", "NOT_COMBINED", "a number names one policy")
    }
    try query.finish()
    let references = call.site.references
    if let customer { return try await call.read { try ofCustomer(customer, references, $0) }.response() }
    let wanted = filter
    return try await call.read { tx in
      if let number {
        return try document([Policies.row(number, in: tx)].compactMap { $0 }, next: nil, references, tx)
      }
      let found = try Policies.list(wanted, after: after, limit: page.limit, in: tx)
      return try document(found.rows, next: found.next, references, tx)
    }.response()
  }

  /// The policies on which a customer is a party, as that party may see them.
  private static func ofCustomer(_ id: ID<Customer>, _ references: References, _ tx: ReadTx) throws -> JSONWriter {
    _ = try Customers.find(id, in: tx)
    let person = try tx.fetch(Customers.person(id))
    let lines = try Policies.fresh(try tx.fetch(Policies.lines(of: person)), in: tx)
    Customers.logView(person, what: "policies", in: tx)
    let found = try references.find(lines.compactMap(\.servicingAgentID), lines.map(\.productID), in: tx)
    return JSONWriter.record { json in
      json.array("items", lines) { json, line in json.object { PolicyJSON.write(line, found, to: &$0) } }
    }
  }

  private static func document(
    _ rows: [PolicyListRow], next: Int64?, _ references: References, _ tx: ReadTx
  ) throws -> JSONWriter {
    let people = Array(Set(rows.map(\.policy.customerID.raw)))
    if !people.isEmpty { tx.logAccess(AccessRecord(.list, subjects: people, what: "policies")) }
    let found = try references.find(
      rows.compactMap(\.policy.servicingAgentID), rows.map(\.policy.productID), in: tx)
    return JSONWriter.record { json in
      json.array("items", rows) { json, row in json.object { PolicyJSON.write(row, found, to: &$0) } }
      json.field("next", next.map { Cursor.text(["\($0)"]) })
    }
  }
}
