import Kernel
import Storage

/// One stage of a person's relation, open or past; `caseID` is the raw id of its policy, claim or lead, 0 for none.
package struct StageSpan: Hashable, Sendable {
  package let stage: Stage
  package let caseID: Int64
  package let openedAt: Instant
  package let closedAt: Instant?
}

/// The book: who may see whom, and what lists sort, filter and search by. Acts on policies, claims and interactions
/// call it after they have written their rows; it is the only writer of `book`, `search_docs`, `stages` and of the
/// summary columns of `customers`. So relation and stages move by events only (R01).
package enum CustomerBook {
  package static let relationChanged = EventKind("relation_changed")

  /// Recomputes customers from their policies, claims and events, in a fixed number of statements; what has not
  /// changed is not written. A changed relation is an event; stages keep when they were opened and closed.
  package static func refresh(_ customers: some Sequence<Int64>, in tx: Tx) throws {
    tx.touch(customers)
    try compute(customers, in: tx)
  }

  private static func compute(_ customers: some Sequence<Int64>, in tx: Tx) throws {
    if tx.gathered[gatheringName] != nil {
      tx.gathered[gatheringName]?.formUnion(customers)
      return
    }
    let ids = Array(Set(customers)).sorted()
    for start in stride(from: 0, to: ids.count, by: 512) {
      try Refresh(ids: Array(ids[start..<min(start + 512, ids.count)]), tx: tx).run()
    }
  }

  /// Refreshes people whom the passing of days alone may have moved: a premium that comes into its 30 days, a short
  /// contract whose renewal opens or closes. The nightly run calls it until it answers nil.
  ///
  /// - Parameter after: the answer of the call before, 0 at first.
  package static func refreshDue(after: Int64, limit: Int = 256, in tx: Tx) throws -> Int64? {
    let ids = try tx.fetch(BookStore.movedByDays(after: after, on: tx.today, limit: limit))
    try compute(ids, in: tx)
    return ids.count < limit ? nil : ids.last
  }

  private static let gatheringName = "customer_book"

  static func isGathering(_ tx: Tx) -> Bool { tx.gathered[gatheringName] != nil }

  /// Writes the book once for everything that `body` does: for loads that touch a person many times.
  package static func once<T>(in tx: Tx, _ body: () throws -> T) throws -> T {
    guard !isGathering(tx) else { return try body() }
    tx.gathered[gatheringName] = []
    let value: T
    do {
      value = try body()
    } catch {
      tx.gathered[gatheringName] = nil
      throw error
    }
    let ids = tx.gathered.removeValue(forKey: gatheringName) ?? []
    try compute(ids, in: tx)
    return value
  }

  /// Something happened to a person that changes nothing else that lists show: a contact, a service.
  package static func touch(_ customer: Int64, at: Instant, in tx: Tx) throws {
    if isGathering(tx) { return try refresh([customer], in: tx) }
    tx.touch([customer])
    try BookStore.touch(customer, latest: min(at, tx.now), in: tx)
  }

  /// The stages of a person, newest first.
  package static func stages(of person: PersonRef) -> Query<[StageSpan]> { BookStore.history(of: person) }
}

/// One round of recomputing at most 512 people.
private struct Refresh {
  let ids: [Int64]
  let tx: Tx

  func run() throws {
    let (people, summaries, rows, documents, open) = try tx.fetch(
      BookStore.facts(of: ids), BookStore.summaries(of: ids), BookStore.rows(of: ids), BookStore.documents(of: ids),
      BookStore.openStages(of: ids))
    let old = Old(
      summaries: summaries, rows: Dictionary(grouping: rows, by: \.customerID), documents: documents,
      stages: Dictionary(grouping: open, by: \.customerID).mapValues(Set.init))
    let facts = try complete(people)
    try write(facts, groups: try groups(of: facts), old)
  }

  private struct Old {
    let summaries: [Int64: BookStore.Summary]
    let rows: [Int64: [BookRow]]
    let documents: [Int64: String]
    let stages: [Int64: Set<StoredStage>]
  }

  private func complete(_ people: [BookFacts]) throws -> [BookFacts] {
    let (policies, claims, latest, applications) = try tx.fetch(
      BookStore.policies(of: ids), BookStore.claims(of: ids), BookStore.latestEvents(of: ids),
      BookStore.applications(of: ids))
    let applied = Dictionary(grouping: applications, by: \.customer)
    let policiesBy = Dictionary(grouping: policies, by: \.customer)
    let claimsBy = Dictionary(grouping: claims, by: \.customer)
    return people.map { person in
      var person = person
      let id = person.customerID
      person.policies = policiesBy[id]?.map(\.policy) ?? []
      person.claims = claimsBy[id]?.map(\.claim) ?? []
      person.applicationAgents = applied[id]?.compactMap(\.agent) ?? []
      person.assessors = applied[id]?.compactMap(\.underwriter) ?? []
      let newest = [person.latestAt, latest[id], tx.latestRecorded(id)].compactMap { $0 }.max() ?? person.latestAt
      person.latestAt = min(newest, tx.now)
      return person
    }
  }

  private func groups(of facts: [BookFacts]) throws -> [Int64: [Int64]] {
    var staff: Set<Int64> = []
    for person in facts {
      staff.formUnion(person.policies.compactMap(\.agent))
      staff.formUnion(person.claims.flatMap { [$0.agent, $0.handler].compactMap { $0 } })
      staff.formUnion(person.applicationAgents)
      staff.formUnion([person.owner, person.adviser].compactMap { $0 })
    }
    return staff.isEmpty ? [:] : try tx.fetch(Staff.groups(of: staff.sorted()))
  }

  private func write(_ facts: [BookFacts], groups: [Int64: [Int64]], _ old: Old) throws {
    var rows: [BookRow] = []
    var changed: [Int64] = []
    var documents: [(customer: Int64, tokens: String)] = []
    var opened: [(stage: StoredStage, at: Instant)] = []
    for var person in facts {
      let id = person.customerID
      let open = person.openStages(on: tx.today)
      let moved = moved(person, old.summaries[id])
      if let moved { person.latestAt = max(person.latestAt, moved) }
      let new = BookRules.rows(person, stages: open, groups: groups)
      if old.rows[id] != new {
        changed.append(id)
        rows += new
      }
      let tokens = BookRules.tokens(name: person.name, scopes: new.map(\.scope))
      if old.documents[id] != tokens { documents.append((id, tokens)) }
      try writeSummary(person, open, old.summaries[id], moved: moved)
      opened += try moveStages(id, open, stored: old.stages[id] ?? [])
    }
    try BookStore.delete(of: changed.filter { old.rows[$0] != nil }, in: tx)
    try BookStore.insert(rows, in: tx)
    try BookStore.deleteDocuments(of: documents.map(\.customer).filter { old.documents[$0] != nil }, in: tx)
    try BookStore.insertDocuments(documents, in: tx)
    try BookStore.open(opened, in: tx)
  }

  /// When the relation changed, if it did: as the policies tell it, for histories are taken in too.
  private func moved(_ person: BookFacts, _ old: BookStore.Summary?) -> Instant? {
    guard let old, old.relation != person.relation else { return nil }
    let day = RelationRules.changedOn(from: old.relation, to: person.relation, person.policies.map(\.standing))
    return min(day.map { Instant($0) } ?? tx.now, tx.now)
  }

  private func writeSummary(
    _ person: BookFacts, _ open: [OpenStage], _ old: BookStore.Summary?, moved: Instant?
  ) throws {
    let new = BookStore.Summary(
      relation: person.relation, lines: BookRules.lines(person.policies), stages: BookRules.bits(open),
      latestAt: person.latestAt, nextDueOn: BookRules.nextDue(person.policies))
    guard let old, old != new else { return }
    try BookStore.update(person.customerID, new, relationSince: moved, in: tx)
    if let moved {
      tx.record(
        CustomerBook.relationChanged, customer: person.customerID, at: moved,
        facts: ["from": old.relation.rawValue, "to": new.relation.rawValue])
    }
  }

  /// Closes what is open no more; answers what is to be opened, since when.
  private func moveStages(
    _ customer: Int64, _ open: [OpenStage], stored: Set<StoredStage>
  ) throws -> [(stage: StoredStage, at: Instant)] {
    let wanted = open.map { ($0.key(customer), $0.since) }
    for stage in stored.subtracting(wanted.map(\.0)) { try BookStore.close(stage, at: tx.now, in: tx) }
    return wanted.filter { !stored.contains($0.0) }.map { stage, since in
      (stage, min(since.map { Instant($0) } ?? tx.now, tx.now))
    }
  }
}

extension OpenStage {
  func key(_ customer: Int64) -> StoredStage {
    switch subject {
    case .person: StoredStage(customerID: customer, stage: stage, caseID: 0)
    case .lead(let id), .policy(let id), .claim(let id): StoredStage(customerID: customer, stage: stage, caseID: id)
    }
  }
}
