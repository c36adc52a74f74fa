import Kernel
import Storage

/// The inbox of one sender during one request: what is known already, what is new, and what both come to.
struct FeedBox {
  let sender: FeedSender
  private(set) var outcomes: [Int: FeedOutcome] = [:]
  private let tx: Tx
  private var counts: [String: FeedCount] = [:]

  private struct Item {
    let place: Int
    let event: FeedEvent
    let name: String
    let digest: [UInt8]
    /// The open letter that this event, sent again, takes the place of.
    var letter: FeedLetter?
  }

  init(_ sender: FeedSender, in tx: Tx) {
    self.sender = sender
    self.tx = tx
  }

  mutating func take(_ events: [(place: Int, event: FeedEvent)]) throws {
    let items = try sorted(events)
    var intake = FeedIntake(sender, in: tx)
    try intake.apply(items.map { ($0.place, $0.event) })
    var arrivals: [FeedStore.Arrival] = []
    for item in items {
      guard var outcome = intake.outcomes[item.place] else { throw AppError.broken("an event came to nothing") }
      let arrival = FeedStore.Arrival(
        sender: sender.id, eventID: item.name, type: FeedTypes.counted(item.event.type), digest: item.digest,
        occurredAt: occurredAt(item.event))
      if let letter = item.letter {
        try FeedStore.renew(arrival, in: tx)
        try settle(letter, outcome, item.event)
        outcome.letter = letter.id
      } else {
        arrivals.append(arrival)
        if outcome.result == .deadLetter || outcome.result == .waiting { try keep(&outcome, item) }
        count(outcome)
      }
      outcomes[item.place] = outcome
    }
    try FeedStore.insert(arrivals, in: tx)
    for count in counts.values.sorted(by: { $0.type < $1.type }) { try FeedStore.add(count, in: tx) }
  }

  /// What has to be looked at; repetitions are settled at once.
  private mutating func sorted(_ events: [(place: Int, event: FeedEvent)]) throws -> [Item] {
    let named = events.map { place, event -> Item in
      let digest = tx.vault.digest(event.canonical)
      let isName =
        !event.id.isEmpty && event.id.utf8.count <= FeedRules.idLength
        && event.faults.allSatisfy { $0.field != "id" }
      return Item(place: place, event: event, name: isName ? event.id : FeedBox.name(of: digest), digest: digest)
    }
    var known = Dictionary(
      try tx.fetch(FeedStore.known(sender.id, named.flatMap { [$0.name, FeedBox.name(of: $0.digest)] })),
      uniquingKeysWith: { first, _ in first })
    let changed = named.filter { item in known[item.name].map { $0 != item.digest } ?? false }
    let open = changed.isEmpty ? [] : try tx.fetch(LetterStore.open(sender.id, changed.map(\.name)))
    var letters = Dictionary(open.map { ($0.eventID, $0) }) { first, _ in first }
    var items: [Item] = []
    for var item in named {
      if let digest = known[item.name], digest != item.digest {
        item.letter = letters.removeValue(forKey: item.name)
        if item.letter == nil { item = FeedBox.reused(item) }
      }
      if item.letter == nil, known[item.name] == item.digest {
        outcomes[item.place] = FeedOutcome(item.event, .duplicate)
        count(FeedOutcome(item.event, .duplicate))
        continue
      }
      known[item.name] = item.digest
      items.append(item)
    }
    return items
  }

  /// Another content under an id that has been used: neither applied nor lost.
  private static func reused(_ item: Item) -> Item {
    var event = item.event
    event.faults.append(
      FieldError("id", "EVENT_ID_REUSED", "this source has sent another event under this id, which was applied"))
    return Item(place: item.place, event: event, name: name(of: item.digest), digest: item.digest)
  }

  private static func name(of digest: [UInt8]) -> String { "digest:" + RowText.hex(digest) }

  private func occurredAt(_ event: FeedEvent) -> Instant {
    let time = event.time.flatMap { Instant($0) } ?? tx.now
    return time > tx.now + FeedRules.aheadSeconds ? tx.now : time
  }

  private mutating func count(_ outcome: FeedOutcome) {
    let type = FeedTypes.counted(outcome.event.type)
    let at = occurredAt(outcome.event)
    var count = counts[type] ?? FeedCount(sender: sender, type: type, newestAt: at, receivedAt: tx.now)
    count.add(outcome.result)
    if at >= count.newestAt {
      count.newestAt = at
      count.lagSeconds = max(0, tx.now.seconds(since: at))
    }
    counts[type] = count
  }

  private func keep(_ outcome: inout FeedOutcome, _ item: Item) throws {
    let letter = FeedLetter(
      id: tx.newID(), senderID: sender.id.raw, source: sender.source, eventID: item.name,
      type: FeedTypes.counted(item.event.type), state: outcome.result == .waiting ? .waiting : .dead,
      findings: outcome.errors, waitKind: outcome.waitsFor?.kind ?? "", waitKey: outcome.waitsFor?.key ?? "",
      receivedAt: tx.now, attempts: 1, settledAt: nil, reason: nil, sealed: try LetterText.seal(item.event, tx.vault))
    try LetterStore.insert(letter, in: tx)
    outcome.letter = letter.id
  }

  // MARK: Letters

  /// One more try of what lies in a letter, as it came or mended.
  mutating func retry(_ letter: FeedLetter, with event: FeedEvent) throws -> FeedOutcome {
    let digest = tx.vault.digest(event.canonical)
    var outcome: FeedOutcome
    let isRenamed = event.id != letter.eventID && !event.id.isEmpty && event.id.utf8.count <= FeedRules.idLength
    if isRenamed, try !tx.fetch(FeedStore.known(sender.id, [event.id])).isEmpty {
      outcome = FeedOutcome(event, .duplicate)
    } else {
      var intake = FeedIntake(sender, in: tx)
      try intake.apply([(0, event)])
      guard let applied = intake.outcomes[0] else { throw AppError.broken("an event came to nothing") }
      outcome = applied
      let isDone = outcome.result == .applied || outcome.result == .stale
      if isRenamed, isDone {
        try FeedStore.insert(
          [
            FeedStore.Arrival(
              sender: sender.id, eventID: event.id, type: FeedTypes.counted(event.type), digest: digest,
              occurredAt: occurredAt(event))
          ], in: tx)
      }
    }
    outcome.letter = letter.id
    try settle(letter, outcome, event)
    for count in counts.values { try FeedStore.add(count, in: tx) }
    return outcome
  }

  /// Moves a letter to what its event came to now, and the figures with it.
  private mutating func settle(_ letter: FeedLetter, _ outcome: FeedOutcome, _ event: FeedEvent) throws {
    var count =
      counts[letter.type]
      ?? FeedCount(sender: sender, type: letter.type, newestAt: Instant(microseconds: 0), receivedAt: tx.now)
    if letter.state == .waiting { count.waiting -= 1 } else { count.dead -= 1 }
    switch outcome.result {
    case .applied: count.applied += 1
    case .stale: count.stale += 1
    case .duplicate: count.discarded += 1
    case .waiting: count.waiting += 1
    case .deadLetter: count.dead += 1
    }
    counts[letter.type] = count
    switch outcome.result {
    case .applied, .stale: try LetterStore.settle(letter.id, as: .applied, reason: nil, in: tx)
    case .duplicate: try LetterStore.settle(letter.id, as: .discarded, reason: outcome.result.rawValue, in: tx)
    case .waiting, .deadLetter:
      try LetterStore.update(
        FeedLetter(
          id: letter.id, senderID: letter.senderID, source: letter.source, eventID: letter.eventID, type: letter.type,
          state: outcome.result == .waiting ? .waiting : .dead, findings: outcome.errors,
          waitKind: outcome.waitsFor?.kind ?? "", waitKey: outcome.waitsFor?.key ?? "", receivedAt: letter.receivedAt,
          attempts: letter.attempts + 1, settledAt: nil, reason: nil, sealed: try LetterText.seal(event, tx.vault)),
        in: tx)
    }
  }
}
