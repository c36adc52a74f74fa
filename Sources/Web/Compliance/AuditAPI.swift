import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/audit`, and who looked at one customer.
enum AuditAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/audit", scope: .read(.audit), for: .fixed(.audit)) { call in
      var query = try call.strictQuery()
      let (page, before) = place(&query)
      let filter = AccessLog.Filter(
        customer: query.id("customer", of: Customer.self)?.raw, actor: query.text("actor"), kind: query.code("kind"))
      try query.finish()
      return try await looks(page, call) { tx in
        try AccessLog.list(filter, before: before, limit: page.limit + 1, in: tx)
      }
    }
    routes.api(.get, "/customers/{id}/access", scope: .read(.customer), for: .named) { call in
      var query = try call.strictQuery()
      let (page, before) = place(&query)
      try query.finish()
      let id = try call.id(Customer.self)
      return try await looks(page, call) { tx in
        _ = try Customers.find(id, in: tx)
        return try tx.fetch(AccessLog.looks(at: id.raw, before: before, limit: page.limit + 1))
      }
    }
  }

  private static func place(
    _ query: inout QueryFields
  ) -> (page: QueryFields.Page, before: (at: Instant, id: ID<AccessLog.Line>)?) {
    let page = query.page(parts: 2)
    return (page, query.moment(of: page).map { ($0.at, ID($0.id)) })
  }

  private static func looks(
    _ page: QueryFields.Page, _ call: Call, _ find: @escaping @Sendable (ReadTx) throws -> [AccessLog.Line]
  ) async throws -> Response {
    let (lines, names) = try await call.read { tx in
      let lines = try find(tx)
      return (lines, try Accounts.names(of: Set(lines.map(\.actor)), in: tx))
    }
    let (items, next) = page.cut(lines) { ["\($0.at.microseconds)", "\($0.id.raw)"] }
    return JSONWriter.page(items, next: next) { json, line in
      json.field("id", line.id)
      json.field("at", line.at)
      json.field("actor", line.actor.description)
      json.field("actor_name", names[line.actor])
      json.field("role", line.role)
      json.field("purpose", line.purpose)
      json.field("surface", line.surface)
      json.field("address", line.address.isEmpty ? nil : line.address)
      json.field("kind", line.kind)
      json.array("customers", line.subjects) { $0.id(ID<Customer>($1)) }
      json.field("what", line.what)
      json.field("reason", line.reason.isEmpty ? nil : line.reason)
    }
  }
}
