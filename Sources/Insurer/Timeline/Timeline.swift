import Kernel
import Storage

/// One thing that happened, as the timeline shows it; words are chosen by who reads it.
package struct TimelineEntry: Hashable, Sendable {
  package let id: Int64
  package let customerID: ID<Customer>
  package let kind: EventKind
  /// The raw id of what it is about: a policy, a claim, a contact; 0 when it is the customer.
  package let subject: Int64
  package let happenedAt: Instant
  package let recordedAt: Instant
  package let amount: Money?
  package let actor: Actor
  package let source: String
  package let facts: [String: String]
  /// For a contact: what was said, by which way.
  package var contact: InteractionLine?
  /// For a claim of another insured, on a policy that the person holds: whose it is.
  package var insured: CustomerName?
}

extension TimelineEntry {
  /// A claim's changes name fields of health; who may not see those hears that something changed.
  package var withoutHealth: TimelineEntry {
    guard kind.rawValue.hasPrefix("claim_"), facts["fields"] != nil else { return self }
    var facts = facts
    facts["fields"] = nil
    return TimelineEntry(
      id: id, customerID: customerID, kind: kind, subject: subject, happenedAt: happenedAt, recordedAt: recordedAt,
      amount: amount, actor: actor, source: source, facts: facts, contact: contact, insured: insured)
  }
}

/// Which entries a timeline shows.
package struct TimelineFilter: Hashable, Sendable {
  /// Nothing but these kinds; empty for all.
  package var kinds: [EventKind] = []

  package init(kinds: [EventKind] = []) { self.kinds = kinds }
}

/// Everything that happened to a person, over all channels and systems: the event log, read.
package enum Timeline {
  /// Kinds that are noted and not shown: what is planned has not happened.
  static let hidden: [EventKind] = [.premiumScheduled]

  /// A person's entries, newest first, and those of claims of other insured on policies that he holds, as far as the
  /// viewer may see the claim; contacts still closed. `merged` puts the two together.
  package static func latest(
    of person: PersonRef, before cursor: InteractionCursor = .newest, _ filter: TimelineFilter = TimelineFilter(),
    limit: Int, for access: Access
  ) -> (own: Query<[TimelineEntry]>, ofOthers: Query<[TimelineEntry]>) {
    TimelineStore.page(
      of: person.records, before: cursor, filter, isScoped: access.scope != .all,
      hidesContacts: !access.permissions.contains(.read(.interaction)),
      hidesPolicies: !access.permissions.contains(.read(.policy)),
      hidesClaims: !access.permissions.contains(.read(.claim)), complaintsFor: complaints(access), limit: limit)
  }

  /// As whom a viewer is told of complaints; nil for who is told of none.
  private static func complaints(_ access: Access) -> Int64? {
    access.permissions.contains(.read(.complaint)) ? access.staffID : nil
  }

  /// A person's own entries and those of others, newest first.
  package static func merged(
    _ own: [TimelineEntry], _ ofOthers: [TimelineEntry], limit: Int
  ) -> [TimelineEntry] {
    guard !ofOthers.isEmpty else { return own }
    return Array((own + ofOthers).sorted { ($0.happenedAt, $0.id) > ($1.happenedAt, $1.id) }.prefix(limit))
  }

  /// Raw ids of the contacts among entries.
  package static func contacts(in entries: [TimelineEntry]) -> [Int64] {
    entries.filter { $0.kind == .contactRecorded || $0.kind == .contactChanged }.map(\.subject)
  }

  /// Puts opened contacts into their entries.
  package static func joined(_ entries: [TimelineEntry], _ contacts: [InteractionLine]) -> [TimelineEntry] {
    let byID = Dictionary(contacts.map { ($0.interaction.id.raw, $0) }) { first, _ in first }
    return entries.map { entry in
      guard entry.kind == .contactRecorded || entry.kind == .contactChanged else { return entry }
      var entry = entry
      entry.contact = byID[entry.subject]
      return entry
    }
  }

  /// A page of a person's timeline; the caller goes on before the last entry's moment and id.
  package static func page(
    of person: PersonRef, before cursor: InteractionCursor = .newest, _ filter: TimelineFilter = TimelineFilter(),
    limit: Int, in tx: ReadTx
  ) throws -> [TimelineEntry] {
    try tx.access.require(.read(.customer))
    let reads = latest(of: person, before: cursor, filter, limit: limit, for: tx.access)
    let (own, ofOthers) = try tx.fetch(reads.own, reads.ofOthers)
    let entries = merged(own, ofOthers, limit: limit)
    Customers.logView(person, what: "timeline", in: tx)
    let named = try named(entries, of: person, in: tx)
    let ids = contacts(in: entries)
    guard !ids.isEmpty else { return named }
    let sealed = try tx.fetch(Interactions.some(ids, of: person))
    let keys = try Customers.sealingKeys(of: person.records, in: tx)
    return joined(named, try Interactions.lines(sealed, keys: keys, for: tx))
  }

  /// Says of a claim of another insured whose it is.
  package static func named(
    _ entries: [TimelineEntry], of person: PersonRef, in tx: ReadTx
  ) throws -> [TimelineEntry] {
    let others = Set(entries.map(\.customerID)).subtracting(person.records)
    guard !others.isEmpty else { return entries }
    let names = try tx.fetch(Customers.names(of: Array(others)))
    return entries.map { entry in
      var entry = entry
      entry.insured = names[entry.customerID]
      return entry
    }
  }

  /// Those of these entries that the viewer may see now, the oldest first; contacts still closed. Asked anew for each
  /// viewer and moment: what somebody has withdrawn since is not among them.
  package static func seen(
    _ ids: [Int64], of customers: [ID<Customer>], for access: Access
  ) -> Query<[TimelineEntry]> {
    TimelineStore.seen(
      ids, of: customers, isScoped: access.scope != .all,
      hidesContacts: !access.permissions.contains(.read(.interaction)),
      hidesPolicies: !access.permissions.contains(.read(.policy)),
      hidesClaims: !access.permissions.contains(.read(.claim)), complaintsFor: complaints(access))
  }

  /// The books in which any of these persons stand.
  package static func books(of customers: [ID<Customer>]) -> Query<[Int64]> { TimelineStore.books(of: customers) }

  /// The newest entries of several persons since a moment; contacts still closed.
  package static func newest(
    of customers: [ID<Customer>], since: Instant, limit: Int, for access: Access
  ) -> Query<[TimelineEntry]> {
    TimelineStore.newest(
      of: customers, since: since, isScoped: access.scope != .all, complaintsFor: complaints(access), limit: limit)
  }
}
