import Kernel
import Storage

extension Policies {
  /// Takes in further insured and beneficiaries, known by policy, role, person, benefit and rank. A share of a rank
  /// that does not add up to 100 % is flagged.
  package static func upsert(_ drafts: [PartyDraft], source: String, in tx: Tx) throws -> [UpsertOutcome] {
    try tx.access.require(.write(.policy))
    guard !drafts.isEmpty else { return [] }
    let places = distinct(drafts.map(\.place))
    try Customers.lock(places.map(\.customerID), in: tx)
    let (policies, stored) = try tx.fetch(PolicyStore.all(places), PolicyPartStore.members(of: places))
    let keys = try Customers.sealingKeys(of: places.map(\.customerID), in: tx)
    var known: [PartyKey: PolicyMember] = [:]
    for member in stored where !member.isMainInsured {
      let name = try member.name.flatMap { name in try keys[member.customerID].map { try tx.vault.open(name, with: $0) }
      }
      known[PartyKey(member, name: name)] = member
    }
    var change = PartyChange(source: source, keys: keys, policies: policies)
    var outcomes: [UpsertOutcome] = []
    for draft in drafts { outcomes.append(try change.take(draft, known[PartyKey(draft)], in: tx)) }
    try change.write(in: tx)
    let bundles = try PolicyBundles(policies, in: tx).all
    if change.hasMoved { try summarise(bundles, in: tx) }
    return flagged(outcomes, drafts, bundles)
  }

  /// Flags rows of a rank whose shares are wrong. A file's rows of one policy come in one batch, so what is missing
  /// to 100 % is missing.
  private static func flagged(
    _ outcomes: [UpsertOutcome], _ drafts: [PartyDraft], _ bundles: [PolicyBundle]
  ) -> [UpsertOutcome] {
    let faults = Dictionary(uniqueKeysWithValues: bundles.map { ($0.policy.id, $0.shareFaults) })
    return zip(outcomes, drafts).map { outcome, draft in
      var outcome = outcome
      let isWrong = faults[draft.place.id]?.contains { fault in
        draft.role == .beneficiary && fault.benefit == draft.benefit && fault.rank == draft.rank
      }
      if isWrong == true { outcome.flags.append(Finding("share", .shareSum, .flag).error) }
      return outcome
    }
  }

  fileprivate struct PartyKey: Hashable {
    let policy: ID<Policy>
    let role: PartyRole
    let party: ID<Customer>?
    let name: String?
    let benefit: String
    let rank: Int

    init(_ draft: PartyDraft) {
      policy = draft.place.id
      role = draft.role
      party = draft.partyID
      name = draft.name
      benefit = draft.benefit
      rank = draft.rank
    }

    init(_ member: PolicyMember, name: String?) {
      policy = member.policyID
      role = member.role
      party = member.partyID
      self.name = name
      benefit = member.benefit
      rank = member.rank
    }
  }
}

extension PolicyBundle {
  var shareFaults: [ShareFault] {
    PolicyRules.shareFaults(
      members.filter { $0.role == .beneficiary }.map {
        BeneficiaryLine(benefit: $0.benefit, rank: $0.rank, designation: $0.designation, share: $0.share)
      })
  }
}

/// What a batch of parties makes of policies' members.
private struct PartyChange {
  let source: String
  let keys: [ID<Customer>: SealingKey]
  private let policies: [ID<Policy>: Policy]
  private var saved: [PolicyMember] = []
  private var replaced: [PolicyMember] = []
  private var corrections: [(ID<Customer>, ID<Policy>, [FieldChange])] = []

  init(source: String, keys: [ID<Customer>: SealingKey], policies: [Policy]) {
    self.source = source
    self.keys = keys
    self.policies = Dictionary(policies.map { ($0.id, $0) }) { first, _ in first }
  }

  var hasMoved: Bool { !saved.isEmpty }

  mutating func take(_ draft: PartyDraft, _ old: PolicyMember?, in tx: Tx) throws -> UpsertOutcome {
    guard var member = old else { return try add(draft, in: tx) }
    guard draft.applied.applies("share"), member.share != draft.share else {
      let conflicts = member.share != draft.share && draft.share != nil ? ["share"] : []
      return UpsertOutcome(result: .unchanged, id: member.id, conflicts: conflicts)
    }
    replaced.append(member)
    let change = FieldChange(
      field: "\(member.benefit) \(member.rank) share", before: member.share?.decimal ?? "",
      after: draft.share?.decimal ?? "")
    corrections.append((member.customerID, member.policyID, [change]))
    member.share = draft.share
    member.source = source
    saved.append(member)
    tell(.partyChanged, member, in: tx)
    return UpsertOutcome(result: .updated, id: member.id)
  }

  private mutating func add(_ draft: PartyDraft, in tx: Tx) throws -> UpsertOutcome {
    let id: ID<PolicyMember> = tx.newID()
    var member = PolicyMember(
      id: id.raw, customerID: draft.place.customerID, policyID: draft.place.id, role: draft.role,
      partyID: draft.partyID, benefit: draft.benefit, rank: draft.rank, share: draft.share, source: source)
    if let name = draft.name {
      guard let key = keys[draft.place.customerID] else { throw AppError.conflict("ERASED", "the record was erased") }
      member.name = try tx.vault.seal(name, with: key)
    }
    saved.append(member)
    tell(.partyAdded, member, in: tx)
    return UpsertOutcome(result: .created, id: member.id)
  }

  /// In the policyholder's log, and in a further insured's; a beneficiary is not told that he is named.
  private func tell(_ kind: EventKind, _ member: PolicyMember, in tx: Tx) {
    let facts = ["role": member.role.code]
    let at = kind == .partyAdded ? policies[member.policyID]?.partsSince(tx.now) : nil
    tx.record(kind, customer: member.customerID.raw, subject: member.policyID, at: at, source: source, facts: facts)
    if member.role == .insured, let party = member.partyID, party != member.customerID {
      tx.record(kind, customer: party.raw, subject: member.policyID, at: at, source: source, facts: facts)
    }
  }

  func write(in tx: Tx) throws {
    try PolicyPartStore.delete(replaced, in: tx)
    try PolicyPartStore.insert(saved, in: tx)
    try Policies.record(corrections, source: source, in: tx)
  }
}
