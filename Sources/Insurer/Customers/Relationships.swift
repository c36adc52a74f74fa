import Kernel
import Storage

/// The door to relations between customers: family, guardians, employers, referrers.
package enum Relationships {
  package static let recorded = EventKind("relationship_recorded")
  package static let ended = EventKind("relationship_ended")

  /// The relations of a person that have not ended.
  package static func lines(_ person: PersonRef) -> Query<[RelationshipLine]> { RelationshipStore.lines(of: person) }

  /// Who may speak for people under age: guardians and parents by the relations that have not ended.
  package static func guardians(
    of ids: [ID<Customer>]
  ) -> Query<[ID<Customer>: Set<ID<Customer>>]> {
    RelationshipStore.guardians(of: ids).map { pairs in
      pairs.reduce(into: [:]) { $0[$1.ward, default: []].insert($1.guardian) }
    }
  }

  package enum Outcome: Hashable, Sendable { case created, updated, unchanged }

  /// Records a relation at both ends; each end's person has the event.
  ///
  /// - Throws: `notFound` when the viewer may not see one of the two; `invalid` `RELATION_TO_SELF`.
  package static func record(_ item: Relationship, source: String = "anban", in tx: Tx) throws -> Outcome {
    try tx.access.require(.write(.customer))
    guard item.from != item.to else {
      throw AppError.invalid([Finding("to", .relationToSelf, .reject).error])
    }
    let seen = try tx.fetch(CustomerStore.records([item.from, item.to]))
    guard seen.count == 2 else { throw AppError.notFound("customer") }
    return try upsert([item], source: source, in: tx)[0]
  }

  /// The same for many at once: a fixed number of statements for those that are new.
  static func upsert(_ items: [Relationship], source: String, in tx: Tx) throws -> [Outcome] {
    var known: [Key: (relationship: Relationship, isEnded: Bool)] = [:]
    for stored in try tx.fetch(RelationshipStore.stored(from: Array(Set(items.map(\.from))))) {
      known[Key(stored.relationship)] = stored
    }
    var new: [Relationship] = []
    var outcomes: [Outcome] = []
    for item in items {
      let old = known[Key(item)]
      known[Key(item)] = (item, false)
      if let old, !old.isEnded, old.relationship.since == item.since {
        outcomes.append(.unchanged)
        continue
      }
      if old == nil {
        new.append(item)
      } else {
        try RelationshipStore.update(item, endedOn: nil, source: source, in: tx)
      }
      outcomes.append(old == nil ? .created : .updated)
      record(recorded, item, source, in: tx)
    }
    try RelationshipStore.insert(new, source: source, in: tx)
    let spoken = zip(items, outcomes).filter { $1 != .unchanged }.compactMap { item, _ in ward(item) }
    try CustomerStore.expireBasis(of: spoken, onlyUnderAge: true, in: tx)
    return outcomes
  }

  /// Ends a relation at both ends.
  /// - Throws: `notFound` when there is none.
  package static func end(_ item: Relationship, in tx: Tx) throws {
    try tx.access.require(.write(.customer))
    let seen = try tx.fetch(CustomerStore.records([item.from, item.to]))
    let stored = try tx.fetch(RelationshipStore.stored(from: [item.from]))
    guard seen.count == 2, let old = stored.first(where: { Key($0.relationship) == Key(item) }), !old.isEnded
    else { throw AppError.notFound("relationship") }
    try RelationshipStore.update(old.relationship, endedOn: tx.today, source: "anban", in: tx)
    try CustomerStore.expireBasis(of: [ward(item)].compactMap { $0 }, in: tx)
    record(ended, item, "anban", in: tx)
  }

  /// For whom the other one may speak, if the relation is one of parents or guardians.
  private static func ward(_ item: Relationship) -> ID<Customer>? {
    switch item.kind {
    case .guardian, .parent: item.to
    case .child: item.from
    case .spouse, .employer, .referrer, .other: nil
    }
  }

  /// The event at both ends; its subject is the other.
  private static func record(_ kind: EventKind, _ item: Relationship, _ source: String, in tx: Tx) {
    let facts = ["kind": item.kind.rawValue]
    let at = kind == recorded ? item.since.map { Instant($0) } : nil
    tx.record(kind, customer: item.from.raw, subject: item.to, at: at, source: source, facts: facts)
    tx.record(
      kind, customer: item.to.raw, subject: item.from, at: at, source: source,
      facts: facts.merging(["inverse": "1"]) { $1 })
  }

  private struct Key: Hashable {
    let from: ID<Customer>
    let to: ID<Customer>
    let kind: RelationshipKind

    init(_ item: Relationship) { (from, to, kind) = (item.from, item.to, item.kind) }
  }
}
