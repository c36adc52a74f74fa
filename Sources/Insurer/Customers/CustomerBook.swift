import Kernel
import Storage

/// Opens or closes a stage of a person's relation, for one policy or case (`caseID` its raw id, 0 for none).
package struct StageMove: Hashable, Sendable {
  package let customer: Int64
  package let stage: Stage
  package let caseID: Int64
  package let at: Instant

  package init(customer: Int64, stage: Stage, caseID: Int64 = 0, at: Instant) {
    self.customer = customer
    self.stage = stage
    self.caseID = caseID
    self.at = at
  }
}

/// One stage, open or past.
package struct StageSpan: Hashable, Sendable {
  package let stage: Stage
  package let caseID: Int64
  package let openedAt: Instant
  package let closedAt: Instant?
}

/// The book: who may see whom, and what lists sort, filter and search by. Acts on policies, claims and interactions
/// call it after they have written their rows; it is the only writer of `book`, `search_docs`, `stages` and of the
/// summary columns of `customers`.
package enum CustomerBook {
  package static let relationChanged = EventKind("relation_changed")
  package static let stageOpened = EventKind("stage_opened")
  package static let stageClosed = EventKind("stage_closed")

  /// Recomputes customers from their policies, claims, stages and events, in a fixed number of statements; what has
  /// not changed is not written. A changed relation is an event.
  ///
  /// - Parameter at: when the change happened, if not now: for histories that are taken in.
  package static func refresh(_ customers: some Sequence<Int64>, at: Instant? = nil, in tx: Tx) throws {
    let ids = Array(Set(customers)).sorted()
    guard !ids.isEmpty else { return }
    for start in stride(from: 0, to: ids.count, by: 512) {
      try refreshChunk(Array(ids[start..<min(start + 512, ids.count)]), at: at, in: tx)
    }
  }

  private static func refreshChunk(_ ids: [Int64], at: Instant?, in tx: Tx) throws {
    let (people, old, oldRows, oldDocuments) = try tx.fetch(
      BookStore.facts(of: ids), BookStore.summaries(of: ids), BookStore.rows(of: ids), BookStore.documents(of: ids))
    let facts = try complete(people, ids, in: tx)
    let groups = try groups(of: facts, in: tx)
    let oldByCustomer = Dictionary(grouping: oldRows, by: \.customerID)
    var rows: [BookRow] = []
    var changedRows: [Int64] = []
    var documents: [(customer: Int64, tokens: String)] = []
    for person in facts {
      let new = BookRules.rows(person, groups: groups)
      if oldByCustomer[person.customerID] != new {
        changedRows.append(person.customerID)
        rows += new
      }
      let tokens = BookRules.tokens(name: person.name, scopes: new.map(\.scope))
      if oldDocuments[person.customerID] != tokens { documents.append((person.customerID, tokens)) }
      try writeSummary(person, old[person.customerID], at: at, in: tx)
    }
    try BookStore.delete(of: changedRows.filter { oldByCustomer[$0] != nil }, in: tx)
    try BookStore.insert(rows, in: tx)
    try BookStore.deleteDocuments(of: documents.map(\.customer).filter { oldDocuments[$0] != nil }, in: tx)
    try BookStore.insertDocuments(documents, in: tx)
  }

  private static func complete(_ people: [BookFacts], _ ids: [Int64], in tx: Tx) throws -> [BookFacts] {
    let (policies, claims, stages, latest) = try tx.fetch(
      BookStore.policies(of: ids), BookStore.claims(of: ids), BookStore.openStages(of: ids),
      BookStore.latestEvents(of: ids))
    let policiesBy = Dictionary(grouping: policies, by: \.customer)
    let claimsBy = Dictionary(grouping: claims, by: \.customer)
    let stagesBy = Dictionary(grouping: stages, by: \.customer)
    return people.map { person in
      var person = person
      let id = person.customerID
      person.policies = policiesBy[id]?.map(\.policy) ?? []
      person.claims = claimsBy[id]?.map(\.claim) ?? []
      person.openStages = stagesBy[id]?.map { ($0.stage, $0.caseID) } ?? []
      let newest = [person.latestAt, latest[id], tx.latestRecorded(id)].compactMap { $0 }.max() ?? person.latestAt
      person.latestAt = min(newest, tx.now)
      return person
    }
  }

  private static func groups(of facts: [BookFacts], in tx: Tx) throws -> [Int64: [Int64]] {
    var staff: Set<Int64> = []
    for person in facts {
      staff.formUnion(person.policies.compactMap(\.agent))
      staff.formUnion(person.claims.flatMap { [$0.agent, $0.handler].compactMap { $0 } })
      staff.formUnion([person.owner, person.adviser].compactMap { $0 })
    }
    guard !staff.isEmpty else { return [:] }
    return try tx.fetch(Staff.groups(of: staff.sorted()))
  }

  private static func writeSummary(
    _ person: BookFacts, _ old: BookStore.Summary?, at: Instant?, in tx: Tx
  ) throws {
    let new = BookStore.Summary(
      relation: BookRules.relation(person.policies), lines: BookRules.lines(person.policies),
      stages: person.openStages.reduce(0) { $0 | $1.stage.bit }, latestAt: person.latestAt,
      nextDueOn: BookRules.nextDue(person.policies))
    guard let old, old != new else { return }
    let moved = old.relation != new.relation
    try BookStore.update(
      person.customerID, new, relationSince: moved ? at ?? tx.now : nil, in: tx)
    if moved {
      tx.record(
        relationChanged, customer: person.customerID, at: at,
        facts: ["from": old.relation.rawValue, "to": new.relation.rawValue])
    }
  }

  /// Something happened to a person that changes nothing else that lists show: a contact, a service.
  package static func touch(_ customer: Int64, at: Instant, in tx: Tx) throws {
    try BookStore.touch(customer, latest: min(at, tx.now), in: tx)
  }

  /// Opens stages, each an event. One that is open already stays as it is.
  /// Follow with `refresh` once the act has written its other rows.
  package static func open(_ moves: [StageMove], in tx: Tx) throws {
    let new = try moves.isEmpty ? [] : notOpen(moves, in: tx)
    try BookStore.open(new, in: tx)
    for move in new { record(stageOpened, move, in: tx) }
  }

  /// Closes stages that are open, each an event.
  package static func close(_ moves: [StageMove], in tx: Tx) throws {
    guard !moves.isEmpty else { return }
    let open = Set(try openKeys(moves, in: tx))
    for move in Set(moves) where open.contains(StageKey(move)) {
      try BookStore.close(move, in: tx)
      record(stageClosed, move, in: tx)
    }
  }

  /// The stages of a person, newest first.
  package static func stages(of person: PersonRef) -> Query<[StageSpan]> { BookStore.history(of: person) }

  private struct StageKey: Hashable {
    let customer: Int64
    let stage: Stage
    let caseID: Int64

    init(_ move: StageMove) { self.init(move.customer, move.stage, move.caseID) }
    init(_ customer: Int64, _ stage: Stage, _ caseID: Int64) {
      self.customer = customer
      self.stage = stage
      self.caseID = caseID
    }
  }

  private static func openKeys(_ moves: [StageMove], in tx: Tx) throws -> [StageKey] {
    try tx.fetch(BookStore.openStages(of: Array(Set(moves.map(\.customer))))).map {
      StageKey($0.customer, $0.stage, $0.caseID)
    }
  }

  private static func notOpen(_ moves: [StageMove], in tx: Tx) throws -> [StageMove] {
    var seen = Set(try openKeys(moves, in: tx))
    return moves.filter { seen.insert(StageKey($0)).inserted }
  }

  private static func record(_ kind: EventKind, _ move: StageMove, in tx: Tx) {
    tx.record(
      kind, customer: move.customer, subject: move.caseID, at: move.at, facts: ["stage": move.stage.rawValue])
  }
}
