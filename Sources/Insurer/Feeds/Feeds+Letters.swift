import Foundation
import Kernel
import Logging
import Storage

/// An event at rest: it holds personal data, so it is sealed.
enum LetterText {
  static func seal(_ event: FeedEvent, _ vault: Vault) throws -> [UInt8] {
    try vault.sealForStore(Array(JSONEncoder().encode(event)))
  }

  static func open(_ sealed: [UInt8], _ vault: Vault) throws -> FeedEvent {
    try JSONDecoder().decode(FeedEvent.self, from: Data(vault.openFromStore(sealed)))
  }
}

/// A letter opened for one who may mend it: what the viewer may not see is left out, and kept when he sends it on.
package struct OpenLetter: Sendable {
  package struct Field: Hashable, Sendable {
    package let name: String
    /// Nil for a value that the viewer may not see.
    package let value: String?
    package let isRequired: Bool
    /// Whether any record has such a field; one that none has can only be left out.
    package var isKnown = true
  }

  package let letter: FeedLetter
  package let event: FeedEvent
  package let fields: [Field]
}

extension Feeds {
  /// The newest first.
  package static func letters(
    _ state: FeedLetter.State? = .dead, after: ID<FeedLetter>? = nil, limit: Int, in tx: ReadTx
  ) throws -> [FeedLetter] {
    try tx.access.require(.read(.import))
    return try tx.fetch(LetterStore.list(state, after: after, limit: limit))
  }

  package static func letterCounts(in tx: ReadTx) throws -> [FeedLetter.State: Int] {
    try tx.access.require(.read(.import))
    var counts: [FeedLetter.State: Int] = [:]
    for (state, count) in try tx.fetch(LetterStore.counts()) {
      if let state = FeedLetter.State(rawValue: state) { counts[state] = count }
    }
    return counts
  }

  package static func letter(_ id: ID<FeedLetter>, in tx: ReadTx) throws -> FeedLetter {
    try tx.access.require(.read(.import))
    guard let letter = try tx.fetch(LetterStore.find(id)) else { throw AppError.notFound("letter") }
    return letter
  }

  /// A letter's event, to be mended: the look is logged.
  package static func open(_ id: ID<FeedLetter>, in tx: ReadTx) throws -> OpenLetter {
    try tx.access.require(.write(.import))
    let letter = try letter(id, in: tx)
    let event = try LetterText.open(letter.sealed, tx.vault)
    tx.logAccess(AccessRecord(.view, subjects: [], what: "letter", reason: "\(letter.id)"))
    let type = FeedTypes.named(event.type)
    let required = Set((type?.kind.fields.filter(\.isAsked).map(\.name) ?? []) + (type?.needs ?? []))
      .subtracting(type?.fixed.keys.map { $0 } ?? [])
    let wrong = letter.findings.map(\.field).filter { name in type?.kind.fields.contains { $0.name == name } ?? false }
    let names = Set(event.data.keys).union(required).union(wrong)
    let fields = names.sorted().map { name in
      OpenLetter.Field(
        name: name, value: event.data[name].map { LetterRules.isShown(name, to: tx.access) ? $0 : nil } ?? "",
        isRequired: required.contains(name), isKnown: LetterRules.isKnown(name))
    }
    return OpenLetter(letter: letter, event: event, fields: fields)
  }

  /// Tries a letter once more, as it is or with some attributes and fields put right.
  /// - Parameters:
  ///   - attributes: `id`, `type`, `time`, `source`; the source only where the event named none.
  ///   - fields: of `data`, by name; an empty text takes the field out.
  ///   - viewer: who filled the fields in: what he was not shown comes back empty, and stays.
  /// - Throws: `conflict` `LETTER_STATE` when it is settled.
  package static func retry(
    _ id: ID<FeedLetter>, attributes: [String: String] = [:], fields: [String: String] = [:],
    seenBy viewer: Access? = nil, in tx: Tx
  ) throws -> FeedOutcome {
    let letter = try openLetter(id, in: tx)
    let fields = fields.filter { name, value in
      !value.isEmpty || !LetterRules.isKnown(name) || viewer.map { LetterRules.isShown(name, to: $0) } ?? true
    }
    let event = LetterRules.mended(try LetterText.open(letter.sealed, tx.vault), attributes: attributes, fields: fields)
    return try retake(letter, event, in: tx)
  }

  /// Tries a letter with another event in its place.
  package static func retry(_ id: ID<FeedLetter>, with event: FeedEvent, in tx: Tx) throws -> FeedOutcome {
    let letter = try openLetter(id, in: tx)
    guard letter.source.isEmpty || event.source == letter.source else {
      throw AppError.invalid([FieldError("source", "SOURCE_CHANGED", "an event keeps its source")])
    }
    return try retake(letter, event, in: tx)
  }

  private static func openLetter(_ id: ID<FeedLetter>, in tx: Tx) throws -> FeedLetter {
    try tx.access.require(.write(.import))
    try tx.lock(named: "letter/\(id.raw)")
    let letter = try letter(id, in: tx)
    guard letter.state == .dead || letter.state == .waiting else {
      throw AppError.conflict("LETTER_STATE", "a letter that is \(letter.state.rawValue) is settled")
    }
    return letter
  }

  private static func retake(_ letter: FeedLetter, _ event: FeedEvent, in tx: Tx) throws -> FeedOutcome {
    var sender = try tx.fetch(FeedStore.sender(ID(letter.senderID)))
    if letter.source.isEmpty, !event.source.isEmpty {
      guard let named = try tx.fetch(FeedStore.senders([event.source])).first else {
        throw AppError.invalid([Finding("source", .referenceUnknown, .reject).error])
      }
      sender = named
    }
    guard let sender else { throw AppError.notFound("source") }
    try tx.lock(named: "feed/\(sender.source)")
    var box = FeedBox(sender, in: tx)
    let outcome = try box.retry(letter, with: event)
    tx.recordSystem(
      EventKind("feed_letter_retried"), subject: letter.id.raw, facts: ["outcome": outcome.result.rawValue])
    return outcome
  }

  /// Puts a letter away, with the reason.
  package static func discard(_ id: ID<FeedLetter>, reason: String, in tx: Tx) throws {
    let letter = try openLetter(id, in: tx)
    let reason = try Reading.needed(reason, "reason", limit: 500, atLeast: 2)
    guard let sender = try tx.fetch(FeedStore.sender(ID(letter.senderID))) else { throw AppError.notFound("source") }
    try LetterStore.settle(id, as: .discarded, reason: reason, in: tx)
    var count = FeedCount(
      sender: sender, type: letter.type, newestAt: Instant(microseconds: 0), receivedAt: tx.now)
    if letter.state == .waiting { count.waiting = -1 } else { count.dead = -1 }
    count.discarded = 1
    try FeedStore.add(count, in: tx)
    tx.recordSystem(EventKind("feed_letter_discarded"), subject: id.raw)
  }

  private static let waitingAtOnce = 100

  /// Applies what waits for records that have come since, by event or by file, until nothing more moves.
  /// - Returns: how many letters came to something.
  package static func settleWaiting(in db: Database) async throws -> Int {
    let access = Access.system(purpose: .intake)
    var moved = 0
    for _ in 0..<8 {
      guard try await db.read(as: access, { tx in try tx.fetch(LetterStore.isAnyWaiting()) }) > 0 else { break }
      let round = try await settleRound(db, access)
      moved += round
      if round == 0 { break }
    }
    return moved
  }

  private static func settleRound(_ db: Database, _ access: Access) async throws -> Int {
    var last = ID<FeedLetter>(0)
    var moved = 0
    while true {
      let after = last
      let letters = try await db.read(as: access) { tx in
        try tx.fetch(LetterStore.due(after: after, limit: waitingAtOnce))
      }
      guard let end = letters.last else { return moved }
      last = end.id
      for letter in letters where try await settle(letter, db, access) { moved += 1 }
    }
  }

  private static func settle(_ letter: FeedLetter, _ db: Database, _ access: Access) async throws -> Bool {
    do {
      return try await db.act(as: access, background: true) { tx in
        let known = try self.letter(letter.id, in: tx)
        guard known.state == .waiting else { return false }
        let outcome = try retake(known, try LetterText.open(known.sealed, tx.vault), in: tx)
        return outcome.result != .waiting
      }
    } catch let error as AppError where error.kind != .unavailable {
      db.logger.warning("a waiting event could not be applied: \(error.code)")
      return false
    }
  }
}

extension ImportField {
  /// Whether a form that mends an event offers the field though the event does not have it.
  var isAsked: Bool { required }
}

/// What of a letter is shown and how it is mended: pure.
enum LetterRules {
  private static let sights: [String: Sight] = [
    "national_id": .nationalID, "mobile": .mobile, "email": .email, "address": .address, "diagnosis": .contractHealth,
    "complex_reason": .contractHealth, "summary": .note, "asked": .note,
  ]
  private static let known = Set(FeedTypes.kinds.flatMap { $0.fields.map(\.name) })
  private static let sealed = Set(FeedTypes.kinds.flatMap { $0.fields.filter(\.sealed).map(\.name) })

  static func isKnown(_ field: String) -> Bool { known.contains(field) }

  /// A sealed field to who sees it whole elsewhere; what no record has a field for, to nobody.
  static func isShown(_ field: String, to access: Access) -> Bool {
    guard known.contains(field) else { return false }
    if let sight = sights[field] { return access.sees.contains(sight) }
    return !sealed.contains(field)
  }

  /// The event with what was put right. What was wrong with its form is forgotten: it is looked at anew.
  static func mended(_ event: FeedEvent, attributes: [String: String], fields: [String: String]) -> FeedEvent {
    var event = event
    // What failed while it was applied may pass now.
    event.faults.removeAll { $0.field.isEmpty && event.raw == nil }
    if !attributes.isEmpty || !fields.isEmpty { event.faults = [] }
    if let id = attributes["id"] { event.id = id }
    if let type = attributes["type"] { event.type = type }
    if let time = attributes["time"] { event.time = time.isEmpty ? nil : time }
    if let source = attributes["source"], event.source.isEmpty { event.source = source }
    for (name, value) in fields { event.data[name] = value.isEmpty ? nil : value }
    return event
  }
}
