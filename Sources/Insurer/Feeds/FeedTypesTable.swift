/// One type of event: the kind of record that reads it, and what the type itself says beside its data. The kind is that
/// of files, so an event goes through the same door, rules and codes as a row. A new type is a row here; a new record
/// is a `RecordKind` first.
package struct FeedType: Sendable {
  package let name: String
  package let kind: any RecordKind.Type
  /// What the type means, in the record's fields; data that says otherwise wins nothing.
  let fixed: [String: String]
  /// The field that takes the event's own time where the data names none.
  let moment: String?
  /// Fields without which this type says nothing, beside the key.
  let needs: [String]

  init(
    _ name: String, _ kind: any RecordKind.Type, fixed: [String: String] = [:], moment: String? = nil,
    needs: [String] = []
  ) {
    self.name = "anban.\(name)"
    self.kind = kind
    self.fixed = fixed
    self.moment = moment
    self.needs = needs
  }
}

package enum FeedTypes {
  package static let all: [FeedType] =
    [
      FeedType("customer.changed", CustomersKind.self),
      FeedType("relationship.changed", RelationshipsKind.self),
      FeedType("consent.decided", ConsentsKind.self, moment: "given_at"),
      FeedType("product.changed", ProductsKind.self),
      FeedType("staff.changed", StaffKind.self),
      FeedType("policy.changed", PoliciesKind.self, moment: "status_as_of"),
      FeedType("policy.party_changed", PartiesKind.self),
      FeedType("policy.coverage_changed", CoveragesKind.self),
      FeedType("premium.due", PremiumsKind.self, fixed: ["result": "due"]),
      FeedType("premium.received", PremiumsKind.self, fixed: ["result": "received"], moment: "received_on"),
      FeedType("premium.debit_failed", PremiumsKind.self, fixed: ["result": "failed", "method": "debit"]),
      FeedType("premium.waived", PremiumsKind.self, fixed: ["result": "waived"]),
      FeedType("premium.demanded", PremiumsKind.self, moment: "demanded_on"),
      FeedType("claim.notified", ClaimsKind.self, fixed: ["status": "notified"], moment: "notified_at"),
      FeedType("claim.requested", ClaimsKind.self, fixed: ["status": "requested"], moment: "requested_at"),
      FeedType("claim.registered", ClaimsKind.self, fixed: ["status": "registered"]),
      FeedType(
        "claim.documents_asked", ClaimsKind.self, fixed: ["status": "awaiting_documents"], moment: "supplement_asked_on"
      ),
      FeedType(
        "claim.documents_received", ClaimsKind.self, fixed: ["status": "registered"], moment: "supplement_received_on"),
      FeedType("claim.investigating", ClaimsKind.self, fixed: ["status": "investigating"]),
      FeedType("claim.calculating", ClaimsKind.self, fixed: ["status": "calculating"]),
      FeedType("claim.assessing", ClaimsKind.self, fixed: ["status": "assessing"]),
      FeedType("claim.determined", ClaimsKind.self, fixed: ["status": "determined"], moment: "decided_on"),
      FeedType("claim.agreed", ClaimsKind.self, fixed: ["status": "agreed"], moment: "agreed_on"),
      FeedType("claim.paid", ClaimsKind.self, fixed: ["status": "paid"], moment: "paid_on", needs: ["paid"]),
      FeedType("claim.closed", ClaimsKind.self, fixed: ["status": "closed"]),
      FeedType("claim.reopened", ClaimsKind.self, fixed: ["status": "reopened"]),
      FeedType("claim.withdrawn", ClaimsKind.self, fixed: ["status": "withdrawn"]),
      FeedType("interaction.recorded", InteractionsKind.self, moment: "at"),
      FeedType("complaint.received", ComplaintsKind.self, moment: "received_at"),
    ]
    + ApplicationStage.allCases.map { stage in
      FeedType("application.\(stage.code)", ApplicationsKind.self, fixed: ["stage": stage.code], moment: "at")
    }

  /// What events may tell, in the order in which one refers to another: what files bring, and what no file does.
  static let kinds: [any RecordKind.Type] =
    ImportKinds.all.map { $0 as any RecordKind.Type } + [ApplicationsKind.self, ComplaintsKind.self]

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  package static func named(_ name: String) -> FeedType? { byName[name] }

  /// The same for figures: what is no known type is counted together.
  static func counted(_ name: String) -> String { byName[name] == nil ? unknown : name }

  package static let unknown = "unknown"
}
