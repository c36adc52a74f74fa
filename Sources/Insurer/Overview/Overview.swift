import Kernel
import Storage

/// The whole person in one answer (R40). A part whose right the viewer lacks is nil: absent, not empty.
package struct Overview: Sendable {
  package let profile: CustomerProfile
  /// The record asked for, as the viewer may be told it.
  package let customer: Customer
  /// The records that are this one person.
  package let person: PersonRef
  package let relationships: [RelationshipLine]?
  /// A line a policy, whatever roles the person has on it (R18).
  package let policies: [PolicyLine]?
  /// By line of business, of policies in force.
  package let totals: [LineTotal]?
  /// As insured, newest first.
  package let claims: [OverviewClaim]?
  /// Of other insured, on policies that the person holds.
  package let claimsOnPolicies: [OverviewClaim]?
  /// The newest contacts.
  package let interactions: [InteractionLine]?
  /// The newest entries of the log.
  package let timeline: [TimelineEntry]
  /// Open now.
  package let stages: [StageSpan]

  /// How many of each the page shows at first.
  package struct Limits: Sendable {
    package var claims = 20
    package var interactions = 10
    package var timeline = 15

    package init() {}
  }
}

/// A claim with its progress where it is still open.
package struct OverviewClaim: Sendable {
  package let claim: Claim
  /// Nil for a claim that has ended: there is nothing to wait for.
  package let progress: ClaimProgress?
}

extension Overview {
  /// Loads it all in one pipeline, of all records that are this one person (decision 11); the access record is
  /// durable before the answer leaves. Few persons have several: only then the pipeline runs twice.
  /// - Throws: `notFound` when there is no such person, or the viewer may not see him.
  package static func load(_ id: ID<Customer>, limits: Limits = Limits(), in tx: ReadTx) throws -> Overview {
    try tx.access.require(.read(.customer))
    let first = try fetch(PersonRef(id), limits, in: tx)
    let parts = first.person.isJoined ? try fetch(first.person, limits, in: tx) : first
    guard let record = parts.records.first(where: { $0.id == id }) else { throw AppError.notFound("customer") }
    try Minors.check(record.birthDate, of: id.raw, in: tx)
    let person = PersonRef(id, records: parts.records.map(\.id))
    Customers.logView(person, what: "overview", in: tx)
    let keys = try Customers.keys(of: parts.records, in: tx)
    let can = tx.access.permissions
    let lines = can.contains(.read(.policy)) ? try Policies.fresh(parts.policies, in: tx) : nil
    let seesClaims = can.contains(.read(.claim))
    let progress = seesClaims ? try progress(parts.claims + parts.others, in: tx) : [:]
    let seesContacts = can.contains(.read(.interaction))
    let shown = seesContacts ? try Interactions.lines(parts.interactions, keys: keys, for: tx) : nil
    return Overview(
      profile: try CustomerProfile(
        record, contacts: parts.contacts, documents: parts.documents, keys: keys, for: tx),
      customer: record.told(to: tx.access), person: person,
      relationships: tx.access.needs.records.contains(.relationships) ? parts.relationships : nil, policies: lines,
      totals: lines.map(LineTotal.of),
      claims: seesClaims ? parts.claims.map { OverviewClaim(claim: $0, progress: progress[$0.id]) } : nil,
      claimsOnPolicies: seesClaims ? parts.others.map { OverviewClaim(claim: $0, progress: progress[$0.id]) } : nil,
      interactions: shown, timeline: try joined(parts.timeline, shown ?? [], person, keys, in: tx),
      stages: tx.access.needs.shows("stages") ? parts.stages.filter { $0.closedAt == nil } : [])
  }

  /// What one pipeline brings.
  private struct Parts {
    let person: PersonRef
    let records: [Customer]
    let contacts: [ContactPoint]
    let documents: [StoredDocument]
    let relationships: [RelationshipLine]
    let policies: [PolicyLine]
    let claims, others: [Claim]
    let interactions: SealedInteractions
    let timeline: [TimelineEntry]
    let stages: [StageSpan]
  }

  private static func fetch(_ person: PersonRef, _ limits: Limits, in tx: ReadTx) throws -> Parts {
    let timeline = Timeline.latest(of: person, limit: limits.timeline, for: tx.access)
    let (
      joined, records, contacts, documents, relationships, policies, claims, others, interactions, own, stages
    ) = try tx.fetch(
      Customers.person(person.id), Customers.records(person.records), Customers.contacts(person),
      Customers.documents(person), Relationships.lines(person), Policies.lines(of: person),
      Claims.claims(of: person, limit: limits.claims), Claims.claims(onPoliciesOf: person, limit: limits.claims),
      Interactions.latest(of: person, limit: limits.interactions),
      timeline.own, CustomerBook.stages(of: person))
    // Few hold policies on which another has claimed.
    let ofOthers = others.isEmpty ? [] : try tx.fetch(timeline.ofOthers)
    return Parts(
      person: joined, records: records, contacts: contacts, documents: documents, relationships: relationships,
      policies: policies, claims: claims, others: others, interactions: interactions,
      timeline: Timeline.merged(own, ofOthers, limit: limits.timeline), stages: stages)
  }

  /// The clock of claims that are open; the law is asked for only if there is one.
  private static func progress(_ claims: [Claim], in tx: ReadTx) throws -> [ID<Claim>: ClaimProgress] {
    let open = claims.filter(\.isOpen)
    guard !open.isEmpty else { return [:] }
    let law = try LegalRules.today(in: tx)
    return Dictionary(open.map { ($0.id, $0.progress(on: tx.today, law: law)) }) { first, _ in first }
  }

  /// Contacts of the timeline that are not among those shown are fetched once more.
  private static func joined(
    _ timeline: [TimelineEntry], _ shown: [InteractionLine], _ person: PersonRef, _ keys: [ID<Customer>: SealingKey],
    in tx: ReadTx
  ) throws -> [TimelineEntry] {
    let timeline = try Timeline.named(timeline, of: person, in: tx)
    let known = Set(shown.map(\.interaction.id.raw))
    let missing = Timeline.contacts(in: timeline).filter { !known.contains($0) }
    guard !missing.isEmpty else { return Timeline.joined(timeline, shown) }
    let sealed = try tx.fetch(Interactions.some(missing, of: person))
    return Timeline.joined(timeline, shown + (try Interactions.lines(sealed, keys: keys, for: tx)))
  }
}
