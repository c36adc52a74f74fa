import Kernel

/// One contact with a customer, whatever its channel.
package struct Interaction: Identified, Hashable, Sendable {
  package static let idPrefix = "IN"

  package let id: ID<Interaction>
  package let customerID: ID<Customer>
  package var at: Instant
  package var channel: ContactChannel
  package var direction: Direction
  package var topic: String?
  /// Free text about a person: rests sealed; nil for who may not read notes.
  package var summary: String?
  package var staffID: ID<StaffMember>?
  package var source: String
  package var sourceKey: String?

  static let fields: [RecordField<Interaction>] = [
    RecordField("at", \.at) { $0.description },
    RecordField("channel", \.channel) { $0.code },
    RecordField("direction", \.direction) { $0.code },
    RecordField("topic", \.topic) { $0 ?? "" },
    RecordField("summary", \.summary) { $0 ?? "" },
    RecordField("staff", \.staffID) { $0.map { "\($0)" } ?? "" },
  ]
}

/// A contact as pages show it.
package struct InteractionLine: Hashable, Sendable {
  package let interaction: Interaction
  /// Who held it; absent where the viewer may not know who else serves the customer.
  package let staff: String?
}

/// What a file, a form or an API call says of a contact, read and checked.
package struct InteractionDraft: Sendable {
  let interaction: Interaction
  let applied: Applied

  package var customer: ID<Customer> { interaction.customerID }
  package var sourceKey: String? { interaction.sourceKey }

  package static func read(
    _ values: [String: String], changed: Set<String>? = nil, customers: [String: ID<Customer>],
    staff: [String: ID<StaffMember>], source: String, now: Instant
  ) -> Drafted<InteractionDraft> {
    if let key = values["customer"], customers[key] == nil { return .waiting(kind: "customers", key: key) }
    if let key = values["staff"], staff[key] == nil { return .waiting(kind: "staff", key: key) }
    var reader = FieldReader(values)
    let key = reader.text("source_id", required: true, limit: 200)
    let customer = reader.text("customer", required: true, limit: 200).flatMap { customers[$0] }
    let interaction = read(&reader, customer, now)
    guard !reader.isRejected, var interaction else { return .rejected(reader.findings.rejections) }
    interaction.source = source
    interaction.sourceKey = key
    interaction.staffID = values["staff"].flatMap { staff[$0] }
    let applied = Applied(given: Set(values.keys), changed: changed)
    return .draft(InteractionDraft(interaction: interaction, applied: applied), flags: reader.findings.flags)
  }

  /// The fields that form, API and file share.
  static func read(_ reader: inout FieldReader, _ customer: ID<Customer>?, _ now: Instant) -> Interaction? {
    let at = reader.instant("at", required: true)
    let channel = reader.enumeration(ContactChannel.self, "channel", required: true)
    let direction = reader.enumeration(Direction.self, "direction", required: true)
    let topic = reader.text("topic", limit: 200)
    let summary = reader.text("summary", limit: 4_000)
    if let at, at > now { reader.find("at", .dateFuture, .flag) }
    guard let customer, let at, let channel, let direction else { return nil }
    return Interaction(
      id: ID(0), customerID: customer, at: at, channel: channel, direction: direction, topic: topic, summary: summary,
      source: "anban")
  }
}
