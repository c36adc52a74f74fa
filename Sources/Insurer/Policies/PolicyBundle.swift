import Kernel
import Storage

/// A policy with what the rules need around it.
struct PolicyBundle: Sendable {
  var policy: Policy
  let product: Product
  var members: [PolicyMember]
  var premiums: [Premium]
  var base: PolicyFacts.BaseState?

  var facts: PolicyFacts {
    var facts = policy.facts(product: product.terms, premiums: premiums.map(\.fact), base: base)
    facts.demands = premiums.compactMap(\.demandedOn)
    return facts
  }

  /// Everyone who has a record and stands on the policy.
  var parties: [ID<Customer>] { [policy.customerID] + members.compactMap(\.partyID) }

  /// Policyholder and insured: in whose logs the policy's events stand.
  var covered: [ID<Customer>] {
    var ids = [policy.customerID]
    for member in members where member.role == .insured {
      if let party = member.partyID, !ids.contains(party) { ids.append(party) }
    }
    return ids
  }

  mutating func project(on today: Day, law: Law) {
    let facts = facts
    let projection = PolicyRules.project(facts, on: today, law: law)
    policy.projection = StoredProjection(projection, mismatches: PolicyRules.mismatches(facts, on: today, law: law))
    policy.projection.dueOn = [policy.projection.dueOn, stageChangesOn(after: today)].compactMap { $0 }.min()
  }

  /// The next day on which a stage of the policyholder's relation opens or closes by the calendar: then the policy is
  /// projected anew and the book with it.
  private func stageChangesOn(after today: Day) -> Day? {
    let days = [
      policy.projection.nextDueOn.map { $0 - RelationRules.premiumDueDays },
      policy.expiresOn.map { $0 - RelationRules.renewalAheadDays },
      policy.expiresOn.map { $0 + (RelationRules.renewalAfterDays + 1) },
    ]
    return days.compactMap { $0 }.filter { $0 > today }.min()
  }

  /// The state a rider sees in its base.
  func state(on today: Day, law: Law) -> PolicyFacts.BaseState {
    let projection = PolicyRules.project(facts, on: today, law: law)
    return PolicyFacts.BaseState(projection.status, reason: projection.reason, since: projection.since)
  }
}

/// Policies loaded and projected together: bases before their riders.
struct PolicyBundles {
  private(set) var all: [PolicyBundle]
  let law: Law
  let today: Day

  /// Loads what belongs to `policies`, with the state of their bases, and projects them.
  /// - Parameter members: of policies that are not stored yet.
  init(_ policies: [Policy], members extra: [PolicyMember] = [], in tx: ReadTx) throws {
    let stored = policies.map(\.place)
    let (products, members, premiums, rules, places) = try tx.fetch(
      Products.all(policies.map(\.productID)), PolicyPartStore.members(of: stored),
      PolicyPartStore.premiums(of: stored), LegalRules.stored, PolicyStore.places(of: policies.compactMap(\.baseID)))
    law = try rules.on(tx.today)
    today = tx.today
    let known = Set(policies.map(\.id))
    all = try PolicyBundles.join(policies, products, members + extra, premiums)
    let outside = places.filter { !known.contains($0.id) }
    let states = try PolicyBundles.states(of: outside, law: law, in: tx)
    project(states)
  }

  private static func join(
    _ policies: [Policy], _ products: [Product], _ members: [PolicyMember], _ premiums: [Premium]
  ) throws -> [PolicyBundle] {
    let products = Dictionary(products.map { ($0.id, $0) }) { first, _ in first }
    let members = Dictionary(grouping: members, by: \.policyID)
    let premiums = Dictionary(grouping: premiums, by: \.policyID)
    return try policies.map { policy in
      guard let product = products[policy.productID] else {
        throw AppError.broken("policy \(policy.id) has no product")
      }
      return PolicyBundle(
        policy: policy, product: product, members: members[policy.id] ?? [], premiums: premiums[policy.id] ?? [])
    }
  }

  /// The states of base covers that are not among the loaded.
  private static func states(
    of places: [PolicyPlace], law: Law, in tx: ReadTx
  ) throws -> [ID<Policy>: PolicyFacts.BaseState] {
    guard !places.isEmpty else { return [:] }
    let (policies, premiums) = try tx.fetch(PolicyStore.all(places), PolicyPartStore.premiums(of: places))
    let products = try tx.fetch(Products.all(policies.map(\.productID)))
    let bundles = try join(policies, products, [], premiums)
    return Dictionary(uniqueKeysWithValues: bundles.map { ($0.policy.id, $0.state(on: tx.today, law: law)) })
  }

  private mutating func project(_ outside: [ID<Policy>: PolicyFacts.BaseState]) {
    let places = Dictionary(all.enumerated().map { ($1.policy.id, $0) }) { first, _ in first }
    for place in all.indices {
      guard let base = all[place].policy.baseID else { continue }
      all[place].base = outside[base] ?? places[base].map { all[$0].state(on: today, law: law) }
    }
    for place in all.indices { all[place].project(on: today, law: law) }
  }
}
