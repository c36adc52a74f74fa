import Kernel
import Logging
import Storage

/// What core systems tell as it happens: taken in once, in any order, through the doors that files go through. What
/// cannot be applied is kept as a letter with its reason, never dropped; the figures reconcile what a sender says it
/// has sent with what is here.
package enum Feeds {
  /// Events in one request.
  package static let eventsAtOnce = 1_000
  private static let sendersAtMost = 1_000

  /// Takes events in: durable when this returns. One outcome an event, in order. What waited for one of them is
  /// applied by ``settleWaiting(in:)``, which the workers call every two seconds.
  ///
  /// - Parameter account: whose the sources are. A source belongs to whoever first spoke for it.
  /// - Throws: `forbidden` `SOURCE_FORBIDDEN`, and nothing is kept, when a source is another account's.
  package static func receive(
    _ events: [FeedEvent], from account: ID<Account>, as access: Access, in db: Database
  ) async throws -> [FeedOutcome] {
    try access.require(.write(.import))
    let intake = access.forIntake
    do {
      return try await db.act(as: intake) { tx in try take(events, from: account, in: tx) }
    } catch let error as AppError where isOfOneEvent(error) {
      var outcomes: [FeedOutcome] = []
      for event in events { outcomes.append(try await takeAlone(event, from: account, as: intake, in: db)) }
      return outcomes
    }
  }

  private static func isOfOneEvent(_ error: AppError) -> Bool {
    error.kind != .unavailable && error.kind != .forbidden && error.code != tooManySenders
  }

  private static let tooManySenders = "SOURCES_TOO_MANY"

  private static func takeAlone(
    _ event: FeedEvent, from account: ID<Account>, as access: Access, in db: Database
  ) async throws -> FeedOutcome {
    do {
      guard let one = try await db.act(as: access, { tx in try take([event], from: account, in: tx) }).first else {
        throw AppError.broken("an event came to nothing")
      }
      return one
    } catch let error as AppError where isOfOneEvent(error) {
      if error.kind == .broken { db.logger.error("an event could not be applied: \(error)") }
      var buried = event
      let why = error.kind == .broken ? "the event could not be applied" : error.detail
      buried.faults.append(FieldError("", error.code, why))
      let letter = buried
      guard let one = try await db.act(as: access, { tx in try take([letter], from: account, in: tx) }).first else {
        throw AppError.broken("an event came to nothing")
      }
      return one
    }
  }

  static func take(_ events: [FeedEvent], from account: ID<Account>, in tx: Tx) throws -> [FeedOutcome] {
    try tx.access.require(.write(.import))
    let bySource = Dictionary(grouping: events.indices) { sourceName(events[$0]) }
    let senders = try senders(bySource.keys.sorted(), of: account, in: tx)
    var outcomes: [Int: FeedOutcome] = [:]
    for (source, sender) in senders {
      var box = FeedBox(sender, in: tx)
      try box.take((bySource[source] ?? []).map { ($0, events[$0]) })
      outcomes.merge(box.outcomes) { $1 }
    }
    return try events.indices.map { place in
      guard let outcome = outcomes[place] else { throw AppError.broken("an event came to nothing") }
      return outcome
    }
  }

  /// Events that name no source that could be one share the empty name.
  private static func sourceName(_ event: FeedEvent) -> String {
    let isName = event.source.utf8.count <= FeedRules.sourceLength && FeedRules.isPlain(event.source)
    return isName ? event.source : ""
  }

  private static func senders(
    _ sources: [String], of account: ID<Account>, in tx: Tx
  ) throws -> [(String, FeedSender)] {
    for source in sources { try tx.lock(named: "feed/\(source)") }
    let known = Dictionary(uniqueKeysWithValues: try tx.fetch(FeedStore.senders(sources)).map { ($0.source, $0) })
    return try sources.map { source in
      if let sender = known[source] {
        guard sender.accountID == account.raw || source.isEmpty else {
          throw AppError(.forbidden, "SOURCE_FORBIDDEN", "another account speaks for this source")
        }
        return (source, sender)
      }
      guard try tx.fetch(FeedStore.count()) < sendersAtMost else {
        throw AppError.conflict(tooManySenders, "there are \(sendersAtMost) sources already")
      }
      let sender = FeedSender(id: tx.newID(), source: source, feed: source, accountID: account.raw)
      try FeedStore.insert(sender, in: tx)
      tx.recordSystem(EventKind("feed_source_added"), subject: sender.id.raw)
      return (source, sender)
    }
  }

  /// Says under which name files know a source's keys, so that both mean the same records.
  package static func setFeed(_ id: ID<FeedSender>, to feed: String, in tx: Tx) throws {
    try tx.access.require(.write(.import))
    guard let sender = try tx.fetch(FeedStore.sender(id)) else { throw AppError.notFound("source") }
    let name = try Reading.needed(feed.isEmpty ? sender.source : feed, "feed", limit: FeedRules.sourceLength)
    try FeedStore.update(
      FeedSender(id: sender.id, source: sender.source, feed: name, accountID: sender.accountID), in: tx)
    tx.recordSystem(EventKind("feed_source_changed"), subject: id.raw, facts: ["feed": name])
  }

  // MARK: Figures

  package static func counts(in tx: ReadTx) throws -> [FeedCount] {
    try tx.access.require(.read(.import))
    return try tx.fetch(FeedStore.counts(limit: 2_000))
  }

  /// Keeps what a sender says it has sent of a type in a period of its events' own time.
  /// - Throws: `forbidden` for another account's source, `invalid` for a period that ends before it begins, or whose
  ///   events are forgotten (`PERIOD_FORGOTTEN`).
  package static func report(
    source: String, type: String, from: Instant, to: Instant, sent: Int, by account: ID<Account>, in tx: Tx
  ) throws -> FeedTally {
    try tx.access.require(.write(.import))
    var faults: [FieldError] = []
    if FeedTypes.named(type) == nil { faults.append(FieldError("type", "TYPE_UNKNOWN", "no such type of event")) }
    if to <= from { faults.append(Finding("to", .dateOrder, .reject).error) }
    if sent < 0 { faults.append(Finding("sent", .numberRange, .reject).error) }
    if source.isEmpty { faults.append(Finding("source", .required, .reject).error) }
    guard faults.isEmpty, let sender = try senders([source], of: account, in: tx).first?.1 else {
      throw AppError.invalid(faults)
    }
    let tally = FeedTally(source: source, type: type, from: from, to: to, sent: sent, here: 0, reportedAt: tx.now)
    guard try tx.fetch(FeedAgeStore.isForgotten(tally, of: sender.id)) == 0 else {
      throw AppError.invalid([FieldError("from", "PERIOD_FORGOTTEN", "events of this period are no longer kept")])
    }
    try FeedStore.put(tally, of: sender.id, in: tx)
    return try tx.fetch(FeedStore.tally(of: sender.id, type, from: from, to: to)) ?? tally
  }

  /// The newest first.
  package static func tallies(limit: Int = 200, in tx: ReadTx) throws -> [FeedTally] {
    try tx.access.require(.read(.import))
    return try tx.fetch(FeedStore.tallies(limit: limit))
  }
}

extension Access {
  /// What events are applied with: the sender's name in the logs, and the rights of intake.
  package var forIntake: Access {
    Access(
      actor: actor, role: role, purpose: .intake, scope: .all, permissions: Permission.all, sees: Set(Sight.allCases),
      staffID: staffID, surface: surface, address: address)
  }
}
