import Kernel
import Storage

extension Policies {
  /// Takes in premiums, known by policy and due date; then the policies are projected anew.
  package static func upsert(_ drafts: [PremiumDraft], source: String, in tx: Tx) throws -> [UpsertOutcome] {
    try tx.access.require(.write(.policy))
    guard !drafts.isEmpty else { return [] }
    let places = distinct(
      drafts.map { PolicyPlace(policyNo: "", id: $0.premium.policyID, customerID: $0.premium.customerID) })
    try Customers.lock(places.map(\.customerID), in: tx)
    let (policies, stored) = try tx.fetch(PolicyStore.all(places), PolicyPartStore.premiums(of: places))
    let known = Dictionary(uniqueKeysWithValues: stored.map { (PremiumKey($0), $0) })
    let issued = Dictionary(uniqueKeysWithValues: policies.map { ($0.id, PolicyEvents.issue(of: $0)) })
    var saved: [Premium] = []
    var replaced: [Premium] = []
    var outcomes: [UpsertOutcome] = []
    var corrections: [(ID<Customer>, ID<Policy>, [FieldChange])] = []
    for draft in drafts {
      let id = draft.premium.policyID
      guard let old = known[PremiumKey(draft.premium)] else {
        saved.append(draft.premium)
        outcomes.append(UpsertOutcome(result: .created, id: id.raw))
        let events = PremiumEvents.of(new: draft.premium, issuedOn: issued[id] ?? nil, on: tx.now)
        tell(events, draft.premium, source, in: tx)
        continue
      }
      let merge = Merge(old, with: draft.premium, draft.applied, fields: Premium.fields)
      let result: UpsertOutcome.Result = merge.corrections.isEmpty ? .unchanged : .updated
      outcomes.append(UpsertOutcome(result: result, id: id.raw, conflicts: merge.conflicts))
      guard !merge.corrections.isEmpty else { continue }
      var premium = merge.record
      premium.source = source
      saved.append(premium)
      replaced.append(old)
      corrections.append((old.customerID, id, merge.corrections.named("premium \(old.dueOn)")))
      tell(PremiumEvents.of(old, to: premium, on: tx.now), premium, source, in: tx)
    }
    try PolicyPartStore.delete(replaced, in: tx)
    try PolicyPartStore.insert(saved, in: tx)
    try record(corrections, source: source, in: tx)
    if !saved.isEmpty { try reproject(policies, in: tx) }
    return outcomes
  }

  private struct PremiumKey: Hashable {
    let policy: ID<Policy>
    let due: Day

    init(_ premium: Premium) {
      policy = premium.policyID
      due = premium.dueOn
    }
  }

  private static func tell(_ events: [PolicyEvent], _ premium: Premium, _ source: String, in tx: Tx) {
    for event in events {
      tx.record(
        event.kind, customer: premium.customerID.raw, subject: premium.policyID, at: event.at,
        amountFen: event.amount?.fen, source: source, facts: event.facts)
    }
  }

  /// Takes in coverages, known by policy and benefit. Each is an event of its own, so that it does not matter how
  /// rows are cut into batches.
  package static func upsert(_ drafts: [CoverageDraft], source: String, in tx: Tx) throws -> [UpsertOutcome] {
    try tx.access.require(.write(.policy))
    guard !drafts.isEmpty else { return [] }
    let places = distinct(
      drafts.map { PolicyPlace(policyNo: "", id: $0.coverage.policyID, customerID: $0.coverage.customerID) })
    try Customers.lock(places.map(\.customerID), in: tx)
    let (policies, stored) = try tx.fetch(PolicyStore.all(places), PolicyPartStore.coverages(of: places))
    let since = Dictionary(uniqueKeysWithValues: policies.map { ($0.id, $0.partsSince(tx.now)) })
    let known = Dictionary(uniqueKeysWithValues: stored.map { (CoverageKey($0), $0) })
    var saved: [Coverage] = []
    var replaced: [Coverage] = []
    var outcomes: [UpsertOutcome] = []
    var corrections: [(ID<Customer>, ID<Policy>, [FieldChange])] = []
    for draft in drafts {
      let new = draft.coverage
      guard let old = known[CoverageKey(new)] else {
        saved.append(new)
        tx.record(
          .coverageAdded, customer: new.customerID.raw, subject: new.policyID, at: since[new.policyID],
          source: source, facts: ["benefit": new.benefit])
        outcomes.append(UpsertOutcome(result: .created, id: new.policyID.raw))
        continue
      }
      let merge = Merge(old, with: new, draft.applied, fields: Coverage.fields)
      let result: UpsertOutcome.Result = merge.corrections.isEmpty ? .unchanged : .updated
      outcomes.append(UpsertOutcome(result: result, id: new.policyID.raw, conflicts: merge.conflicts))
      guard !merge.corrections.isEmpty else { continue }
      var coverage = merge.record
      coverage.source = source
      saved.append(coverage)
      replaced.append(old)
      corrections.append((old.customerID, old.policyID, merge.corrections.named("coverage \(old.benefit)")))
      tx.record(
        .coverageChanged, customer: old.customerID.raw, subject: old.policyID, source: source,
        facts: ["benefit": old.benefit])
    }
    try PolicyPartStore.delete(replaced, in: tx)
    try PolicyPartStore.insert(saved, in: tx)
    try record(corrections, source: source, in: tx)
    return outcomes
  }

  private struct CoverageKey: Hashable {
    let policy: ID<Policy>
    let benefit: String

    init(_ coverage: Coverage) {
      policy = coverage.policyID
      benefit = coverage.benefit
    }
  }

  /// Each policy once, in the order of ids.
  static func distinct(_ places: [PolicyPlace]) -> [PolicyPlace] {
    var seen: Set<ID<Policy>> = []
    return places.filter { seen.insert($0.id).inserted }.sorted { $0.id < $1.id }
  }

  /// Writes corrections of policies and their parts into the history of their policyholders.
  static func record(
    _ corrections: [(ID<Customer>, ID<Policy>, [FieldChange])], source: String, in tx: Tx
  ) throws {
    guard !corrections.isEmpty else { return }
    let keys = try Customers.sealingKeys(of: corrections.map(\.0), in: tx)
    let entries = corrections.compactMap { customer, policy, changes in
      keys[customer].map {
        Corrections.Entry(customer: customer.raw, entity: "policy", entityID: policy.raw, corrections: changes, key: $0)
      }
    }
    try Corrections.record(entries, source: source, in: tx)
  }
}

extension [FieldChange] {
  /// The same, each field named with the part of the record that it belongs to.
  func named(_ part: String) -> [FieldChange] {
    map { FieldChange(field: "\(part) \($0.field)", before: $0.before, after: $0.after) }
  }
}

/// What a premium records: pure.
enum PremiumEvents {
  /// What is planned has not happened: a premium to come stands at the day of the contract that plans it, so that it
  /// is nobody's newest event.
  static func of(new premium: Premium, issuedOn: Day?, on now: Instant) -> [PolicyEvent] {
    let story = [demand(for: premium, now), outcome(of: premium, now)].compactMap { $0 }
    guard story.isEmpty else { return story }
    return [event(.premiumScheduled, premium, issuedOn.map { min(Instant($0), now) } ?? now)]
  }

  private static func demand(for premium: Premium, _ now: Instant) -> PolicyEvent? {
    premium.demandedOn.map { event(.premiumDemanded, premium, min(Instant($0), now)) }
  }

  static func of(_ old: Premium, to new: Premium, on now: Instant) -> [PolicyEvent] {
    let isNew =
      old.receivedOn == nil && new.receivedOn != nil || old.result != new.result
      || new.failureReason != nil && old.failureReason != new.failureReason
    if isNew, let outcome = outcome(of: new, now) { return [outcome] }
    if old.demandedOn != new.demandedOn, let demand = demand(for: new, now) { return [demand] }
    return [event(.premiumChanged, new, now)]
  }

  private static func outcome(of premium: Premium, _ now: Instant) -> PolicyEvent? {
    if let day = premium.receivedOn { return event(.premiumReceived, premium, min(Instant(day), now)) }
    switch premium.result {
    case .failed:
      var failed = event(.premiumFailed, premium, min(Instant(premium.dueOn), now))
      if let reason = premium.failureReason { failed.facts["failure_reason"] = reason.code }
      return failed
    case .waived: return event(.premiumWaived, premium, min(Instant(premium.dueOn), now))
    case .due, .received, nil: return nil
    }
  }

  private static func event(_ kind: EventKind, _ premium: Premium, _ at: Instant) -> PolicyEvent {
    PolicyEvent(
      kind: kind, at: at, amount: premium.amount, facts: ["due_on": premium.dueOn.description], audience: .holder)
  }
}
