import Kernel
import Storage

/// Contacts with customers over all channels: recorded by staff, or taken in from the channels' systems.
package enum Interactions {
  /// Records a contact that the acting member of staff had. Values are keyed by the columns of `interface.md`;
  /// without `at` it was now.
  /// - Throws: `invalid` with the fields' codes; `notFound` when the viewer may not see the customer.
  package static func record(
    _ values: [String: String], with customer: ID<Customer>, in tx: Tx
  ) throws -> Interaction {
    try tx.access.require(.write(.interaction))
    let names = try tx.fetch(Customers.names(of: [customer]))
    guard names[customer]?.isVisible == true else { throw AppError.notFound("customer") }
    var values = values
    if (values["at"] ?? "").isEmpty { values["at"] = tx.now.description }
    var reader = FieldReader(values)
    let read = InteractionDraft.read(&reader, customer, tx.now)
    guard reader.findings.isEmpty, let read else { throw AppError.invalid(reader.findings.map(\.error)) }
    let staff: ID<StaffMember>? = tx.access.staffID == 0 ? nil : ID(tx.access.staffID)
    let interaction = read.renamed(tx.newID(), source: "anban", staff: staff)
    let keys = try Customers.sealingKeys(of: [customer], in: tx)
    try InteractionStore.insert([interaction], keys: keys, in: tx)
    tell(.contactRecorded, interaction, in: tx)
    try CustomerBook.touch(customer.raw, at: interaction.at, in: tx)
    return interaction
  }

  /// Takes in drafts of a source.
  /// - Parameter known: the contacts that the source's keys stand for already.
  package static func upsert(
    _ drafts: [InteractionDraft], known: [String: (customer: ID<Customer>, id: ID<Interaction>)], source: String,
    in tx: Tx
  ) throws -> [UpsertOutcome] {
    try tx.access.require(.write(.interaction))
    guard !drafts.isEmpty else { return [] }
    let places = drafts.compactMap { $0.sourceKey.flatMap { known[$0] } }
    let stored = places.isEmpty ? [] : try tx.fetch(InteractionStore.all(places.map { ($0.customer, $0.id) }))
    let keys = try Customers.sealingKeys(of: drafts.map(\.customer) + places.map(\.customer), in: tx)
    let byID = try Dictionary(uniqueKeysWithValues: stored.map { ($0.interaction.id, try opened($0, keys, tx)) })
    var change = InteractionChange(source: source)
    var outcomes: [UpsertOutcome] = []
    for draft in drafts {
      if let old = draft.sourceKey.flatMap({ known[$0] }).flatMap({ byID[$0.id] }) {
        outcomes.append(change.merge(old, draft))
      } else {
        outcomes.append(change.create(draft, in: tx))
      }
    }
    try change.write(keys: keys, in: tx)
    return outcomes
  }

  /// In the log of the customer: which way it went; words are read from the contact itself.
  static func tell(_ kind: EventKind, _ interaction: Interaction, in tx: Tx) {
    tx.record(
      kind, customer: interaction.customerID.raw, subject: interaction.id, at: min(interaction.at, tx.now),
      source: interaction.source,
      facts: ["channel": interaction.channel.code, "direction": interaction.direction.code])
  }

  static func opened(
    _ sealed: InteractionStore.Sealed, _ keys: [ID<Customer>: SealingKey], _ tx: ReadTx
  ) throws -> Interaction {
    var interaction = sealed.interaction
    if let summary = sealed.summary, let key = keys[interaction.customerID] {
      interaction.summary = try tx.vault.open(summary, with: key)
    }
    return interaction
  }
}

/// What a batch of drafts makes of contacts.
struct InteractionChange {
  let source: String
  private var created: [Interaction] = []
  private var updated: [(old: Interaction, new: Interaction, corrections: [FieldChange])] = []

  init(source: String) { self.source = source }

  mutating func create(_ draft: InteractionDraft, in tx: Tx) -> UpsertOutcome {
    let new = draft.interaction.renamed(tx.newID(), source: source, staff: draft.interaction.staffID)
    created.append(new)
    return UpsertOutcome(result: .created, id: new.id.raw)
  }

  mutating func merge(_ old: Interaction, _ draft: InteractionDraft) -> UpsertOutcome {
    let merge = Merge(old, with: draft.interaction, draft.applied, fields: Interaction.fields)
    let result: UpsertOutcome.Result = merge.corrections.isEmpty ? .unchanged : .updated
    if !merge.corrections.isEmpty { updated.append((old, merge.record, merge.corrections)) }
    return UpsertOutcome(result: result, id: old.id.raw, conflicts: merge.conflicts)
  }

  func write(keys: [ID<Customer>: SealingKey], in tx: Tx) throws {
    try InteractionStore.delete(updated.map(\.old), in: tx)
    try InteractionStore.insert(created + updated.map(\.new), keys: keys, in: tx)
    for interaction in created { Interactions.tell(.contactRecorded, interaction, in: tx) }
    for (_, new, _) in updated { Interactions.tell(.contactChanged, new, in: tx) }
    try Corrections.record(
      updated.compactMap { old, _, corrections in
        keys[old.customerID].map {
          Corrections.Entry(
            customer: old.customerID.raw, entity: "interaction", entityID: old.id.raw, corrections: corrections,
            key: $0)
        }
      }, source: source, in: tx)
    try CustomerBook.refresh(Set((created + updated.map(\.new)).map(\.customerID.raw)), in: tx)
  }
}

extension Interaction {
  func renamed(_ id: ID<Interaction>, source: String, staff: ID<StaffMember>?) -> Interaction {
    Interaction(
      id: id, customerID: customerID, at: at, channel: channel, direction: direction, topic: topic, summary: summary,
      staffID: staff, source: source, sourceKey: sourceKey)
  }
}
