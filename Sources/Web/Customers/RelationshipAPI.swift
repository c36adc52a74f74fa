import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/customers/{id}/relationships`: family, guardians, employers, referrers.
enum RelationshipAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/customers/{id}/relationships", scope: .read(.customer), for: .named) { call in
      try call.noQuery()
      let id = try call.id(Customer.self)
      let lines = try await call.read { tx in
        try tx.access.needs.require(.relationships, for: tx.access.purpose)
        _ = try Customers.find(id, in: tx)
        tx.logAccess(AccessRecord(.view, subjects: [id.raw], what: "relationships"))
        return try tx.fetch(Relationships.lines(tx.fetch(Customers.person(id))))
      }
      return JSONWriter.page(lines, next: nil) { write($1, to: &$0) }
    }
    routes.api(.post, "/customers/{id}/relationships", scope: .write(.customer), for: .own, record)
    routes.api(.delete, "/customers/{id}/relationships/{other}/{kind}", scope: .write(.customer), for: .own) { call in
      try call.noQuery()
      let from = try call.id(Customer.self)
      let to = try call.id(Customer.self, named: "other")
      guard let kind = RelationshipKind(rawValue: try call.key("kind")) else { throw AppError.notFound("relationship") }
      try await call.act { try Relationships.end(Relationship(from: from, to: to, kind: kind), in: $0) }
      return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }
  }

  private static func record(_ call: Call) async throws -> Response {
    let from = try call.id(Customer.self)
    let ((to, kind, since), bytes) = try await call.object { fields in
      (
        fields.id("to", of: Customer.self), fields.code("kind", of: RelationshipKind.self), fields.day("since")
      )
    }
    guard let to, let kind else { throw AppError.broken("a field that has to be there went through") }
    let item = Relationship(from: from, to: to, kind: kind, since: since)
    return try await call.actOnce(bytes) { tx in
      let outcome = try Relationships.record(item, source: "api", in: tx)
      let json = JSONWriter.record { json in
        json.field("from", from)
        json.field("to", to)
        json.field("kind", kind)
        json.field("since", since)
        json.field("outcome", "\(outcome)")
      }
      return KeptAnswer(status: 201, location: "/api/v1/customers/\(from)/relationships", body: json.bytes)
    }
  }

  static func write(_ line: Insurer.RelationshipLine, to json: inout JSONWriter) {
    json.field("customer", line.otherID)
    json.field("name", line.otherName)
    json.field("kind", line.kind)
    json.field("other_is_kind", line.isOther)
    json.field("since", line.since)
    json.field("source", line.source)
  }
}
