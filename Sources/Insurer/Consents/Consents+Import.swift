import Kernel
import Storage

extension Consents {
  /// One decision as another system tells it.
  package struct Incoming: Sendable {
    package let customer: ID<Customer>
    package let purpose: Purpose
    package let category: Category
    /// `given` or `refused`; a withdrawal is the moment beside it.
    package let isRefusal: Bool
    package let decidedAt: Instant
    package let withdrawnAt: Instant?
    package let textVersion: Int
    package let guardian: ID<Customer>?
    package let evidence: String?

    package init(
      customer: ID<Customer>, purpose: Purpose, category: Category, isRefusal: Bool, decidedAt: Instant,
      withdrawnAt: Instant?, textVersion: Int, guardian: ID<Customer>?, evidence: String?
    ) {
      (self.customer, self.purpose, self.category, self.isRefusal) = (customer, purpose, category, isRefusal)
      (self.decidedAt, self.withdrawnAt, self.textVersion) = (decidedAt, withdrawnAt, textVersion)
      (self.guardian, self.evidence) = (guardian, evidence)
    }
  }

  package enum Outcome: Hashable, Sendable { case created, updated, unchanged }

  /// Takes in decisions that were taken down elsewhere. What they are worth the rules say, as for any other: a child's
  /// own word is kept and holds for nothing. A decision known already can only be withdrawn by a newer row.
  package static func takeIn(
    _ items: [Incoming], source: String, in tx: Tx
  ) throws -> [(outcome: Outcome, id: ID<Consent>)] {
    try tx.access.require(.write(.import))
    guard !items.isEmpty else { return [] }
    let customers = Array(Set(items.map(\.customer))).sorted()
    try Customers.lock(customers, in: tx)
    let stored = try tx.fetch(ConsentStore.all(of: customers))
    var known = Dictionary(stored.map { (Key($0.consent), $0.consent) }) { first, _ in first }
    let keys = try Customers.sealingKeys(of: customers, in: tx)
    var new: [Consent] = []
    var places: [ID<Consent>: Int] = [:]
    var outcomes: [(outcome: Outcome, id: ID<Consent>)] = []
    for item in items {
      if var old = known[Key(item)] {
        guard let withdrawnAt = item.withdrawnAt, old.state == .given else {
          outcomes.append((.unchanged, old.id))
          continue
        }
        old.state = .withdrawn
        old.withdrawnAt = withdrawnAt
        old.withdrawalTakenBy = tx.access.actor
        known[Key(item)] = old
        if let place = places[old.id] {
          // It came with this very batch: its row is still to be written.
          new[place] = old
        } else {
          try ConsentStore.withdraw(old, keys: keys, in: tx)
          record(old, in: tx)
        }
        outcomes.append((.updated, old.id))
      } else {
        let consent = consent(item, source: source, tx)
        known[Key(item)] = consent
        places[consent.id] = new.count
        new.append(consent)
        outcomes.append((.created, consent.id))
      }
    }
    try ConsentStore.insert(new, keys: keys, in: tx)
    for consent in new { tell(consent, in: tx) }
    try compute(customers, in: tx)
    return outcomes
  }

  private static func consent(_ item: Incoming, source: String, _ tx: Tx) -> Consent {
    let state: Consent.State = item.isRefusal ? .refused : item.withdrawnAt == nil ? .given : .withdrawn
    return Consent(
      id: tx.newID(), customerID: item.customer, purpose: item.purpose, category: item.category, state: state,
      textVersion: item.textVersion,
      textHash: Purposes.find(item.purpose, item.category)?.words(item.textVersion)?.hash ?? [],
      decidedAt: item.decidedAt, guardianID: item.guardian, takenBy: tx.access.actor, evidence: item.evidence,
      withdrawnAt: item.withdrawnAt, withdrawalTakenBy: item.withdrawnAt == nil ? nil : tx.access.actor,
      source: source)
  }

  /// A history has both its moments in the log.
  private static func tell(_ consent: Consent, in tx: Tx) {
    if consent.state == .withdrawn {
      var before = consent
      (before.state, before.withdrawnAt) = (.given, nil)
      record(before, in: tx)
    }
    record(consent, in: tx)
  }

  private struct Key: Hashable {
    let customer: ID<Customer>
    let purpose: Purpose
    let category: Category
    let decidedAt: Instant

    init(_ item: Incoming) {
      (customer, purpose, category, decidedAt) = (item.customer, item.purpose, item.category, item.decidedAt)
    }

    init(_ item: Consent) {
      (customer, purpose, category, decidedAt) = (item.customerID, item.purpose, item.category, item.decidedAt)
    }
  }

  /// One decision with the keys by which files refer to people.
  package struct Exported: Sendable {
    package let consent: Consent
    package let customer: String
    package let guardian: String?

    /// What the next page starts after.
    package var key: String { ConsentPlace(consent, sourceKey: customer).text }
  }

  /// Decisions in the order of persons; evidence whole for who reads notes.
  package static func export(after key: String?, limit: Int, in tx: ReadTx) throws -> [Exported] {
    try tx.access.require(.read(.consent))
    let place = try key.map { key in
      guard let place = ConsentPlace(key) else { throw AppError.invalid("PAGE_INVALID", "no such place") }
      return place
    }
    let rows = try tx.fetch(ConsentStore.page(after: place, limit: limit))
    guard !rows.isEmpty else { return [] }
    let people = Array(Set(rows.map(\.consent.customerID) + rows.compactMap(\.consent.guardianID)))
    let names = try tx.fetch(Customers.names(of: people))
    let keys = tx.access.sees.contains(.note) ? try Customers.sealingKeys(of: people, in: tx) : [:]
    return try rows.map { row in
      Exported(
        consent: try opened(row, keys, tx), customer: names[row.consent.customerID]?.fileKey ?? "",
        guardian: row.consent.guardianID.flatMap { names[$0]?.fileKey })
    }
  }
}

/// A decision's place in an export, as a page's key carries it. The person's own key comes last: it may hold anything.
struct ConsentPlace: Sendable {
  let sourceKey: String
  let customer, id: Int64
  let decidedAt: Instant
  let purpose, category: String

  init(_ consent: Consent, sourceKey: String) {
    self.sourceKey = sourceKey
    (customer, id) = (consent.customerID.raw, consent.id.raw)
    (decidedAt, purpose, category) = (consent.decidedAt, consent.purpose.rawValue, consent.category.rawValue)
  }

  init?(_ text: String) {
    let parts = text.split(separator: "|", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 6, let customer = Int64(parts[0]), let id = Int64(parts[1]), let at = Int64(parts[2]) else {
      return nil
    }
    (self.customer, self.id, decidedAt) = (customer, id, Instant(microseconds: at))
    (purpose, category, sourceKey) = (parts[3], parts[4], parts[5])
  }

  var text: String { "\(customer)|\(id)|\(decidedAt.microseconds)|\(purpose)|\(category)|\(sourceKey)" }
}
