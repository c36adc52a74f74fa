import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/claims`.
enum ClaimAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/claims", scope: .read(.claim), for: .named, list)
    routes.api(.get, "/claims/{id}", scope: .read(.claim), for: .named) { call in
      try call.noQuery()
      let id = try call.id(Claim.self)
      let references = call.site.references
      return try await call.read { tx in
        let detail = try Claims.detail(id, in: tx)
        let found = try ClaimJSON.references([detail.claim], references, tx)
        return JSONWriter.record { json in
          let insured = detail.insured.flatMap { $0.isVisible ? $0.id : nil }
          ClaimJSON.write(detail.claim, insured: insured, found, to: &json)
          ClaimJSON.write(detail.progress, to: &json)
          json.field("version", detail.claim.version)
          json.field("updated_at", detail.claim.updatedAt)
        }
      }.response()
    }
  }

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { Int64($0[0]) }
    let customer = query.id("customer", of: Customer.self)
    var filter = ClaimFilter()
    filter.status = query.code("status")
    filter.kind = query.code("kind")
    filter.isOpen = query.flag("open")
    if customer != nil, !filter.isEmpty || after != nil {
      query.fail("customer", "NOT_COMBINED", "a customer's claims are answered whole")
    }
    try query.finish()
    let wanted = filter
    let references = call.site.references
    return try await call.read { tx in
      if let customer {
        _ = try Customers.find(customer, in: tx)
        let person = try tx.fetch(Customers.person(customer))
        let claims = try tx.fetch(Claims.claims(of: person, limit: 200))
        Customers.logView(person, what: "claims", in: tx)
        return try document(try Claims.lines(claims, in: tx), next: nil, references, tx)
      }
      let found = try Claims.list(wanted, after: after, limit: page.limit, in: tx)
      let people = Array(Set(found.rows.map(\.claim.customerID.raw)))
      if !people.isEmpty { tx.logAccess(AccessRecord(.list, subjects: people, what: "claims")) }
      return try document(found.rows, next: found.next, references, tx)
    }.response()
  }

  private static func document(
    _ rows: [Insurer.ClaimLine], next: Int64?, _ references: References, _ tx: ReadTx
  ) throws -> JSONWriter {
    let found = try ClaimJSON.references(rows.map(\.claim), references, tx)
    return JSONWriter.record { json in
      json.array("items", rows) { json, row in
        json.object { json in
          let insured = row.insured.flatMap { $0.isVisible ? $0.id : nil }
          ClaimJSON.write(row.claim, insured: insured, found, to: &json)
          ClaimJSON.write(row.progress, to: &json)
        }
      }
      json.field("next", next.map { Cursor.text(["\($0)"]) })
    }
  }
}
