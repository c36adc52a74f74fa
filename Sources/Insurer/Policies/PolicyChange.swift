import Kernel
import Storage

/// What a batch of drafts makes of policies: decided first, then written with one statement a table.
struct PolicyChange {
  let source: String
  private var created: [Policy] = []
  private var updated: [(old: Policy, merge: Merge<Policy>)] = []
  private var insured: [PolicyMember] = []
  private var goneInsured: [PolicyMember] = []

  init(source: String) { self.source = source }

  mutating func create(_ draft: PolicyDraft, in tx: Tx) -> UpsertOutcome {
    let policy = draft.policy.renamed(tx.newID(), version: 1, source: source, at: tx.now)
    created.append(policy)
    if let person = draft.insuredID { insured.append(member(person, of: policy, in: tx)) }
    return UpsertOutcome(result: .created, id: policy.id.raw)
  }

  mutating func merge(_ old: Policy, _ draft: PolicyDraft, insured before: PolicyMember?, in tx: Tx) -> UpsertOutcome {
    let merge = Merge(old, with: draft.policy, draft.applied, fields: Policy.fields)
    let isInsuredNew = draft.insuredID.map { $0 != before?.partyID && draft.applied.applies("insured") } ?? false
    guard !merge.corrections.isEmpty || isInsuredNew else {
      return UpsertOutcome(result: .unchanged, id: old.id.raw, conflicts: merge.conflicts)
    }
    updated.append((old, merge))
    if isInsuredNew, let person = draft.insuredID {
      if let before { goneInsured.append(before) }
      insured.append(member(person, of: merge.record, in: tx))
    }
    return UpsertOutcome(result: .updated, id: old.id.raw, conflicts: merge.conflicts)
  }

  private func member(_ person: ID<Customer>, of policy: Policy, in tx: Tx) -> PolicyMember {
    let id: ID<PolicyMember> = tx.newID()
    return PolicyMember(
      id: id.raw, customerID: policy.customerID, policyID: policy.id, role: .insured, partyID: person, benefit: "",
      rank: 0, source: source)
  }

  /// Stores everything, records the events and corrections, and refreshes the book of all concerned.
  mutating func write(in tx: Tx) throws {
    guard !created.isEmpty || !updated.isEmpty else { return }
    try move(in: tx)
    try PolicyPartStore.delete(goneInsured, in: tx)
    try PolicyPartStore.insert(insured, in: tx)
    let now = tx.now
    let source = source
    let renewed = updated.map {
      $0.merge.record.renamed($0.old.id, version: $0.old.version + 1, source: source, at: now)
    }
    let riders = renewed.isEmpty ? [] : try tx.fetch(PolicyStore.riders(of: renewed.map(\.id)))
    let known = Set(renewed.map(\.id))
    let followers = riders.filter { !known.contains($0.id) }
    let bundles = try PolicyBundles(created + renewed + followers, in: tx).all
    try PolicyStore.delete(updated.map(\.old) + followers, in: tx)
    try PolicyStore.insert(bundles.map(\.policy), in: tx)
    try PolicyStore.insertNumbers(created, in: tx)
    for (old, new) in zip(updated.map(\.old), renewed)
    where old.servicingAgentID != new.servicingAgentID || old.customerID != new.customerID {
      try PolicyPartStore.serveClaims(of: new, in: tx)
    }
    try record(bundles, in: tx)
    try Policies.summarise(bundles, in: tx)
  }

  /// A policy with another policyholder takes what lies with it along (保全: 投保人变更).
  private mutating func move(in tx: Tx) throws {
    for (old, merge) in updated where old.customerID != merge.record.customerID {
      let new = merge.record.customerID
      let members = try tx.fetch(PolicyPartStore.members(of: [old.place]))
      let gone = Set(goneInsured.map(\.id))
      let keys = try Customers.sealingKeys(of: [old.customerID, new], in: tx)
      let kept = try members.filter { !gone.contains($0.id) }.map { member in
        try member.moved(to: new, from: keys[old.customerID], key: keys[new], in: tx)
      }
      try PolicyPartStore.delete(members, in: tx)
      goneInsured.removeAll { $0.policyID == old.id }
      try PolicyPartStore.insert(kept, in: tx)
      try PolicyPartStore.move(old.id, from: old.customerID, to: new, in: tx)
    }
  }

  private func record(_ bundles: [PolicyBundle], in tx: Tx) throws {
    let byID = Dictionary(uniqueKeysWithValues: bundles.map { ($0.policy.id, $0) })
    for policy in created { tell(PolicyEvents.of(new: policy, on: tx.now), byID[policy.id], in: tx) }
    var entries: [(ID<Customer>, ID<Policy>, [FieldChange])] = []
    for (old, merge) in updated {
      let fields = merge.corrections.map(\.field)
      tell(PolicyEvents.of(old, to: merge.record, fields: fields, on: tx.now), byID[old.id], in: tx)
      let told = merge.corrections.filter { $0.field != "status_as_of" }
      if !told.isEmpty { entries.append((merge.record.customerID, old.id, told)) }
    }
    for member in goneInsured {
      tx.record(.partyChanged, customer: member.customerID.raw, subject: member.policyID, source: source)
    }
    guard !entries.isEmpty else { return }
    let keys = try Customers.sealingKeys(of: entries.map(\.0), in: tx)
    try Corrections.record(
      entries.compactMap { customer, policy, corrections in
        keys[customer].map {
          Corrections.Entry(
            customer: customer.raw, entity: "policy", entityID: policy.raw, corrections: corrections, key: $0)
        }
      }, source: source, in: tx)
  }

  private func tell(_ events: [PolicyEvent], _ bundle: PolicyBundle?, in tx: Tx) {
    guard let bundle else { return }
    for event in events {
      let audience = event.audience == .covered ? bundle.covered : [bundle.policy.customerID]
      for customer in audience {
        let isHolder = customer == bundle.policy.customerID
        tx.record(
          event.kind, customer: customer.raw, subject: bundle.policy.id, at: event.at,
          amountFen: isHolder ? event.amount?.fen : nil, source: source, facts: event.facts)
      }
    }
  }
}

extension Policy {
  /// The same content under an id, as a version from a source.
  func renamed(_ id: ID<Policy>, version: Int64, source: String, at now: Instant) -> Policy {
    var policy = Policy(
      id: id, customerID: customerID, policyNo: policyNo, productID: productID, status: status, statusAsOf: statusAsOf,
      flags: flags, source: source, version: version, updatedAt: now, projection: projection)
    for field in Policy.fields { field.take(from: self, into: &policy) }
    return policy
  }
}

extension PolicyMember {
  /// The same member with another policyholder: a sealed name is sealed anew.
  func moved(
    to customer: ID<Customer>, from old: SealingKey?, key: SealingKey?, in tx: ReadTx
  ) throws -> PolicyMember {
    var member = self
    member.customerID = customer
    guard let name, let old, let key else { return member }
    member.name = try tx.vault.seal(try tx.vault.open(name, with: old), with: key)
    return member
  }
}
