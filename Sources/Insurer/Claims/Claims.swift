import Kernel
import Storage

/// Claims as the core states them, with the statutory clock.
package enum Claims {
  /// A person's claims as insured, newest first.
  package static func claims(of person: PersonRef, limit: Int = 50) -> Query<[Claim]> {
    ClaimStore.claims(of: person.records, limit: limit)
  }

  /// Claims of other insured on policies that the person holds.
  package static func claims(onPoliciesOf person: PersonRef, limit: Int = 50) -> Query<[Claim]> {
    ClaimStore.claims(onPoliciesOf: person.records, limit: limit)
  }

  package static func claims(on policy: PolicyPlace, limit: Int = 50) -> Query<[Claim]> {
    ClaimStore.claims(on: policy, limit: limit)
  }

  /// Takes in drafts, known by their claim numbers: one outcome a draft, in order. No number stands twice among them.
  package static func upsert(_ drafts: [ClaimDraft], source: String, in tx: Tx) throws -> [UpsertOutcome] {
    try tx.access.require(.write(.claim))
    guard !drafts.isEmpty else { return [] }
    try Customers.lock(drafts.map(\.claim.customerID), in: tx)
    let (stored, rules) = try tx.fetch(ClaimStore.byNumbers(drafts.map(\.claim.claimNo)), LegalRules.stored)
    let people = drafts.map(\.claim.customerID) + stored.map(\.claim.customerID)
    let keys = try Customers.sealingKeys(of: people, in: tx)
    let known = try Dictionary(uniqueKeysWithValues: stored.map { ($0.claim.claimNo, try opened($0, keys, tx)) })
    var change = ClaimChange(source: source, keys: keys)
    var outcomes: [UpsertOutcome] = []
    for draft in drafts {
      if let old = known[draft.claim.claimNo] {
        outcomes.append(change.merge(old, draft, in: tx))
      } else {
        outcomes.append(change.create(draft, in: tx))
      }
    }
    try change.write(law: try rules.on(tx.today), in: tx)
    return outcomes
  }

  /// The claim with its health text.
  static func opened(
    _ sealed: ClaimStore.Sealed, _ keys: [ID<Customer>: SealingKey], _ tx: ReadTx
  ) throws -> Claim {
    var claim = sealed.claim
    guard let key = keys[claim.customerID] else { return claim }
    claim.diagnosis = try sealed.diagnosis.map { try tx.vault.open($0, with: key) }
    claim.complexReason = try sealed.complexReason.map { try tx.vault.open($0, with: key) }
    return claim
  }
}

/// What a batch of drafts makes of claims: decided first, then written with one statement a table.
struct ClaimChange {
  let source: String
  let keys: [ID<Customer>: SealingKey]
  private var created: [Claim] = []
  private var updated: [(old: Claim, new: Claim, corrections: [FieldChange])] = []

  init(source: String, keys: [ID<Customer>: SealingKey]) {
    self.source = source
    self.keys = keys
  }

  mutating func create(_ draft: ClaimDraft, in tx: Tx) -> UpsertOutcome {
    let claim = draft.claim.renamed(tx.newID(), version: 1, source: source, at: tx.now)
    created.append(claim)
    return UpsertOutcome(result: .created, id: claim.id.raw)
  }

  mutating func merge(_ old: Claim, _ draft: ClaimDraft, in tx: Tx) -> UpsertOutcome {
    let merge = Merge(old, with: draft.claim, draft.applied, fields: Claim.fields)
    let result: UpsertOutcome.Result = merge.corrections.isEmpty ? .unchanged : .updated
    if !merge.corrections.isEmpty {
      var new = merge.record.renamed(old.id, version: old.version + 1, source: source, at: tx.now)
      new.isComplex = new.complexReason != nil
      updated.append((old, new, merge.corrections))
    }
    return UpsertOutcome(result: result, id: old.id.raw, conflicts: merge.conflicts)
  }

  func write(law: Law, in tx: Tx) throws {
    guard !created.isEmpty || !updated.isEmpty else { return }
    try ClaimStore.delete(updated.map(\.old), in: tx)
    try ClaimStore.insert(created + updated.map(\.new), keys: keys, law: law, in: tx)
    try ClaimStore.insertNumbers(created, in: tx)
    for claim in created { tell(ClaimEvents.of(new: claim, on: tx.now), claim, in: tx) }
    for (old, new, corrections) in updated {
      tell(ClaimEvents.of(old, to: new, fields: corrections.map(\.field), on: tx.now), new, in: tx)
    }
    try Corrections.record(
      updated.compactMap { old, _, corrections in
        keys[old.customerID].map {
          Corrections.Entry(
            customer: old.customerID.raw, entity: "claim", entityID: old.id.raw, corrections: corrections, key: $0)
        }
      }, source: source, in: tx)
    let people = (created + updated.map(\.new)).flatMap { [$0.customerID.raw, $0.policyholderID.raw] }
    try CustomerBook.refresh(Set(people), in: tx)
  }

  private func tell(_ events: [ClaimEvent], _ claim: Claim, in tx: Tx) {
    for event in events {
      tx.record(
        event.kind, customer: claim.customerID.raw, subject: claim.id, at: min(event.at, tx.now),
        amountFen: event.amount?.fen, source: source, facts: event.facts)
    }
  }
}

extension Claim {
  /// The same content under an id, as a version from a source.
  func renamed(_ id: ID<Claim>, version: Int64, source: String, at now: Instant) -> Claim {
    var claim = Claim(
      id: id, customerID: customerID, claimNo: claimNo, policyID: policyID, policyholderID: policyholderID,
      policyNo: policyNo, productID: productID, line: line, servicingAgentID: servicingAgentID, kind: kind,
      status: status, source: source, version: version, updatedAt: now)
    for field in Claim.fields { field.take(from: self, into: &claim) }
    claim.isComplex = isComplex
    return claim
  }
}
