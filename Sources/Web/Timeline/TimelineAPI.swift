import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/customers/{id}/timeline`: what happened, over all channels and systems.
enum TimelineAPI {
  /// What an event is about, by which a timeline is filtered.
  enum Group: String, CaseIterable {
    case policy, claim, contact, customer

    init(_ kind: EventKind) {
      let name = kind.rawValue
      if name.hasPrefix("claim_") {
        self = .claim
      } else if name.hasPrefix("contact_") {
        self = .contact
      } else if ["policy", "premium_", "party_", "coverage_"].contains(where: { name.hasPrefix($0) }) {
        self = .policy
      } else {
        self = .customer
      }
    }

    private static let all =
      EventKind.ofContracts + Consents.kinds + Grants.kinds + Tasks.kinds + Leads.kinds + Applications.kinds
      + Premiums.kinds + Complaints.kinds + [
        Customers.created, Customers.corrected, CustomerBook.relationChanged,
      ]

    var kinds: [EventKind] { Group.all.filter { Group($0) == self } }
  }

  static func routes(_ routes: Routes) {
    routes.api(.get, "/customers/{id}/timeline", scope: .read(.customer), for: .named) { call in
      var query = try call.strictQuery()
      let (page, before) = InteractionCursor.read(&query)
      let group = query.code("group", as: Group.self)
      try query.finish()
      let id = try call.id(Customer.self)
      return try await call.read { tx in
        _ = try Customers.find(id, in: tx)
        let person = try tx.fetch(Customers.person(id))
        let filter = TimelineFilter(kinds: group?.kinds ?? [])
        let entries = try Timeline.page(of: person, before: before, filter, limit: page.limit + 1, in: tx)
        let (items, next) = page.cut(entries) { ["\($0.happenedAt.microseconds)", "\($0.id)"] }
        return JSONWriter.record { json in
          json.array("items", items) { json, entry in json.object { write(entry, to: &$0) } }
          json.field("next", next.map(Cursor.text))
        }
      }.response()
    }
  }

  static func write(_ entry: Insurer.TimelineEntry, to json: inout JSONWriter) {
    let group = Group(entry.kind)
    json.field("id", ID<Insurer.TimelineEntry>(entry.id))
    json.field("group", group)
    json.field("kind", entry.kind)
    if entry.subject != 0 {
      switch group {
      case .policy: json.field("subject", ID<Policy>(entry.subject))
      case .claim: json.field("subject", ID<Claim>(entry.subject))
      case .contact: json.field("subject", ID<Interaction>(entry.subject))
      case .customer: break
      }
    }
    if let insured = entry.insured {
      json.object("insured") { json in
        if insured.isVisible { json.field("id", insured.id) }
        json.field("name", insured.shown)
      }
    }
    json.field("at", entry.happenedAt)
    json.field("recorded_at", entry.recordedAt)
    json.field("amount", entry.amount)
    json.field("actor", entry.actor.description)
    json.field("source", entry.source)
    if !entry.facts.isEmpty {
      json.object("facts") { json in
        for (name, value) in entry.facts.sorted(by: { $0.key < $1.key }) { json.field(named: name, value) }
      }
    }
    if let contact = entry.contact {
      json.field("topic", contact.interaction.topic)
      json.field("summary", contact.interaction.summary)
    }
  }
}

extension Insurer.TimelineEntry: Identified { package static var idPrefix: String { "EV" } }
