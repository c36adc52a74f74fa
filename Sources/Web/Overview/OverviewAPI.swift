import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/customers/{id}/overview`: the whole person in one answer. The busiest address of all: one pipeline of
/// reads, one access record, bytes written as they are read.
enum OverviewAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/customers/{id}/overview", scope: .read(.customer), for: .named) { call in
      try call.noQuery()
      let id = try call.id(Customer.self)
      let references = call.site.references
      return try await call.read { tx in
        let overview = try Overview.load(id, in: tx)
        let found = try references.find(staff(overview), products(overview), in: tx)
        var json = JSONWriter(capacity: 16_384)
        json.object { write(overview, asOf: tx.now, found, to: &$0) }
        return json
      }.response()
    }
  }

  private static func staff(_ overview: Overview) -> [ID<StaffMember>] {
    var ids = overview.profile.customer.staff
    for policy in overview.policies ?? [] { if let id = policy.servicingAgentID { ids.append(id) } }
    for claim in overview.claims ?? [] { if let id = claim.claim.handlerID { ids.append(id) } }
    for claim in overview.claimsOnPolicies ?? [] { if let id = claim.claim.handlerID { ids.append(id) } }
    for contact in overview.interactions ?? [] { if let id = contact.interaction.staffID { ids.append(id) } }
    return ids
  }

  private static func products(_ overview: Overview) -> [ID<Product>] {
    (overview.policies ?? []).map(\.productID) + (overview.claims ?? []).map(\.claim.productID)
      + (overview.claimsOnPolicies ?? []).map(\.claim.productID)
  }

  private static func write(
    _ overview: Overview, asOf now: Instant, _ references: References.Found, to json: inout JSONWriter
  ) {
    json.field("as_of", now)
    json.object("customer") { CustomerJSON.write(overview.profile, references, to: &$0) }
    if let relationships = overview.relationships {
      json.array("relationships", relationships) { json, line in
        json.object { RelationshipAPI.write(line, to: &$0) }
      }
    }
    json.array("open_stages", overview.stages) { json, span in
      json.object {
        $0.field("stage", span.stage)
        $0.field("opened_at", span.openedAt)
      }
    }
    if let policies = overview.policies {
      json.array("policies", policies) { json, line in json.object { PolicyJSON.write(line, references, to: &$0) } }
      json.array("lines", overview.totals ?? []) { json, total in json.object { PolicyJSON.write(total, to: &$0) } }
    }
    if let claims = overview.claims {
      let insured = overview.profile.customer.id
      json.array("claims", claims) { write($1, insured: insured, references, to: &$0) }
      json.array("claims_on_policies", overview.claimsOnPolicies ?? []) { write($1, insured: nil, references, to: &$0) }
    }
    if let interactions = overview.interactions {
      json.array("interactions", interactions) { json, line in
        json.object { InteractionJSON.write(line, references, to: &$0) }
      }
    }
    json.array("timeline", overview.timeline) { json, entry in json.object { TimelineAPI.write(entry, to: &$0) } }
  }

  private static func write(
    _ item: OverviewClaim, insured: ID<Customer>?, _ references: References.Found, to json: inout JSONWriter
  ) {
    json.object { json in
      ClaimJSON.write(item.claim, insured: insured, references, to: &json)
      if let progress = item.progress { ClaimJSON.write(progress, to: &json) }
    }
  }
}
