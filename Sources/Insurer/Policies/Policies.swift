import Kernel
import Storage

/// Contracts as the core states them, with our projection beside. The core owns them: they change by files and events.
package enum Policies {
  package static func places(_ numbers: [String]) -> Query<[PolicyPlace]> { PolicyStore.places(numbers) }
  package static func places(of ids: [ID<Policy>]) -> Query<[PolicyPlace]> { PolicyStore.places(of: ids) }

  /// A person's policies, a line each; those whose projection is overdue are brought up to date by `fresh`.
  package static func lines(of person: PersonRef) -> Query<[PolicyLine]> {
    PolicySummaryStore.lines(of: person.records)
  }

  /// Takes in drafts, known by their policy numbers: one outcome a draft, in order. No number stands twice among them.
  package static func upsert(_ drafts: [PolicyDraft], source: String, in tx: Tx) throws -> [UpsertOutcome] {
    try tx.access.require(.write(.policy))
    guard !drafts.isEmpty else { return [] }
    let places = try tx.fetch(PolicyStore.places(drafts.map(\.policyNo)))
    let holders = Set(drafts.map(\.policy.customerID) + places.map(\.customerID))
    try Customers.lock(Array(holders), in: tx)
    let (known, members) = try tx.fetch(PolicyStore.all(places), PolicyPartStore.members(of: places))
    let byNumber = Dictionary(uniqueKeysWithValues: known.map { ($0.policyNo, $0) })
    let main = members.filter(\.isMainInsured)
    let insured = Dictionary(main.map { ($0.policyID, $0) }) { first, _ in first }
    var change = PolicyChange(source: source)
    var outcomes: [UpsertOutcome] = []
    for draft in drafts {
      if let old = byNumber[draft.policyNo] {
        outcomes.append(change.merge(old, draft, insured: insured[old.id], in: tx))
      } else {
        outcomes.append(change.create(draft, in: tx))
      }
    }
    try change.write(in: tx)
    return outcomes
  }

  /// Projects policies whose day has come; the job of every night and of readers that meet an overdue row.
  /// - Returns: how many were projected; fewer than `limit` means that none is left.
  package static func projectDue(limit: Int, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.policy))
    let due = try tx.fetch(PolicyStore.overdue(on: tx.today, limit: limit))
    guard !due.isEmpty else { return 0 }
    try reproject(due, in: tx)
    return due.count
  }

  /// Projects policies anew, with their riders, and rewrites what is stored of those that changed.
  static func reproject(_ policies: [Policy], in tx: Tx) throws {
    let riders = try tx.fetch(PolicyStore.riders(of: policies.map(\.id)))
    let known = Set(policies.map(\.id))
    let old = policies + riders.filter { !known.contains($0.id) }
    let bundles = try PolicyBundles(old, in: tx).all
    let changed = zip(old, bundles).filter { $0.projection != $1.policy.projection }
    try PolicyStore.delete(changed.map(\.0), in: tx)
    try PolicyStore.insert(changed.map(\.1.policy), in: tx)
    try summarise(changed.map(\.1), in: tx)
    let done = Set(changed.map(\.1.policy.id))
    try CustomerBook.refresh(Set(policies.filter { !done.contains($0.id) }.map(\.customerID.raw)), in: tx)
  }

  /// Rewrites the parties' rows of policies, and what lists and search know of everyone concerned.
  static func summarise(_ bundles: [PolicyBundle], in tx: Tx) throws {
    let ids = bundles.map(\.policy.id)
    let before = try tx.fetch(PolicySummaryStore.parties(of: ids))
    try PolicySummaryStore.delete(ids, in: tx)
    let summaries = bundles.flatMap { bundle in
      PolicySummary.all(of: bundle.policy, line: bundle.product.line, members: bundle.members)
    }
    try PolicySummaryStore.insert(summaries, in: tx)
    try CustomerBook.refresh(Set((before + summaries.map(\.customerID)).map(\.raw)), in: tx)
  }
}

extension PolicyMember {
  /// The insured of the policy's own row; others come by the file of parties.
  var isMainInsured: Bool { role == .insured && rank == 0 }
}
