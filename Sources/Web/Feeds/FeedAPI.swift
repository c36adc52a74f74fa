import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/events`: core systems tell what happens; letters are what could not be applied.
enum FeedAPI {
  static func routes(_ routes: Routes) {
    routes.api(.post, "/events", scope: .write(.import), for: .own, receive)
    routes.api(.get, "/events/types", scope: .read(.import), for: .nobody) { call in
      try call.noQuery()
      var json = JSONWriter()
      json.object { json in
        json.array("items", FeedTypes.all) { json, type in
          json.object {
            $0.field("type", type.name)
            $0.field("kind", type.kind.name)
            $0.array("fields", type.kind.fields) { $0.string($1.name) }
          }
        }
      }
      return json.response()
    }
    routes.api(.get, "/events/counts", scope: .read(.import), for: .nobody) { call in
      try call.noQuery()
      let (counts, tallies) = try await call.read { tx in (try Feeds.counts(in: tx), try Feeds.tallies(in: tx)) }
      return JSONWriter.record { json in
        json.array("items", counts) { json, count in json.object { write(count, to: &$0) } }
        json.array("tallies", tallies) { json, tally in json.object { write(tally, to: &$0) } }
      }.response()
    }
    routes.api(.put, "/events/tallies", scope: .write(.import), for: .own, report)
    routes.api(.get, "/events/letters", scope: .read(.import), for: .fixed(.intake), letters)
    routes.api(.get, "/events/letters/{id}", scope: .read(.import), for: .fixed(.intake)) { call in
      try call.noQuery()
      let id = try call.id(FeedLetter.self)
      let letter = try await call.read { try Feeds.letter(id, in: $0) }
      return JSONWriter.record { write(letter, to: &$0) }.response()
    }
    routes.api(.post, "/events/letters/{id}/retries", scope: .write(.import), for: .own, retry)
    routes.api(.post, "/events/letters/{id}/discards", scope: .write(.import), for: .own) { call in
      try call.noQuery()
      let id = try call.id(FeedLetter.self)
      let body = try await call.json()
      return try await call.actOnce(body.bytes) { tx in
        var fields = try JSONFields(body.value)
        let reason = fields.string("reason") ?? ""
        try fields.finish()
        try Feeds.discard(id, reason: reason, in: tx)
        let letter = try Feeds.letter(id, in: tx)
        return KeptAnswer(status: 200, body: JSONWriter.record { write(letter, to: &$0) }.bytes)
      }
    }
  }

  private static func receive(_ call: Call) async throws -> Response {
    try call.noQuery()
    let events = try await CloudEvents.read(call)
    let outcomes = try await Feeds.receive(
      events, from: call.viewer.account.id, as: call.access, in: call.site.database)
    var json = JSONWriter(capacity: 256 + outcomes.count * 120)
    json.object { json in
      func count(_ result: FeedOutcome.Result) -> Int { outcomes.count { $0.result == result } }
      json.field("received", outcomes.count)
      json.field("applied", count(.applied))
      json.field("ignored", count(.duplicate) + count(.stale))
      json.field("waiting", count(.waiting))
      json.field("dead_letters", count(.deadLetter))
      json.array("items", outcomes) { json, outcome in json.object { write(outcome, to: &$0) } }
    }
    return json.response()
  }

  private static func report(_ call: Call) async throws -> Response {
    try call.noQuery()
    let body = try await call.json()
    let account = try call.viewer.account.id
    return try await call.actOnce(body.bytes) { tx in
      var fields = try JSONFields(body.value)
      let source = fields.string("source") ?? ""
      let type = fields.string("type") ?? ""
      let from = instant(&fields, "from")
      let to = instant(&fields, "to")
      let sent = fields.int("sent")
      if sent == nil { fields.fail("sent", ValidationCode.required.rawValue, ValidationCode.required.message) }
      try fields.finish()
      guard let from, let to, let sent else { throw AppError.broken("a fault went through") }
      let tally = try Feeds.report(
        source: source, type: type, from: from, to: to, sent: Int(sent), by: account, in: tx)
      return KeptAnswer(status: 200, body: JSONWriter.record { write(tally, to: &$0) }.bytes)
    }
  }

  private static func instant(_ fields: inout JSONFields, _ name: String) -> Instant? {
    let text = fields.string(name)
    let instant = text.flatMap { Instant($0) }
    let code: ValidationCode = text == nil ? .required : .timeInvalid
    if instant == nil { fields.fail(name, code.rawValue, code.message) }
    return instant
  }

  private static func letters(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { ID<FeedLetter>($0[0]) }
    let state = query.code("state", as: FeedLetter.State.self)
    try query.finish()
    let letters = try await call.read { try Feeds.letters(state, after: after, limit: page.limit + 1, in: $0) }
    let (items, next) = page.cut(letters) { ["\($0.id)"] }
    return JSONWriter.page(items, next: next) { write($1, to: &$0) }
  }

  /// Without a body as it came; with one, that event in its place.
  private static func retry(_ call: Call) async throws -> Response {
    try call.noQuery()
    let id = try call.id(FeedLetter.self)
    let isMended = call.request.headers[.contentType] != nil
    let event = isMended ? try await CloudEvents.read(call).first : nil
    let access = try call.access
    return try await call.site.database.act(as: access.forIntake) { tx in
      let outcome = try event.map { try Feeds.retry(id, with: $0, in: tx) } ?? Feeds.retry(id, in: tx)
      return JSONWriter.record { write(outcome, to: &$0) }
    }.response()
  }

  // MARK: JSON

  private static func write(_ faults: [FieldError], _ name: StaticString, to json: inout JSONWriter) {
    guard !faults.isEmpty else { return }
    json.array(name, faults) { json, fault in
      json.object {
        $0.field("field", fault.field)
        $0.field("code", fault.code)
        $0.field("message", fault.message)
      }
    }
  }

  private static func write(_ outcome: FeedOutcome, to json: inout JSONWriter) {
    json.field("id", outcome.event.id)
    json.field("source", outcome.event.source)
    json.field("outcome", outcome.result)
    json.field("letter", outcome.letter)
    write(outcome.errors, "errors", to: &json)
    write(outcome.flags, "flags", to: &json)
  }

  private static func write(_ letter: FeedLetter, to json: inout JSONWriter) {
    json.field("id", letter.id)
    json.field("source", letter.source)
    json.field("event_id", letter.eventID)
    json.field("type", letter.type)
    json.field("state", letter.state)
    json.field("received_at", letter.receivedAt)
    json.field("attempts", letter.attempts)
    json.field("settled_at", letter.settledAt)
    json.field("reason", letter.reason)
    write(letter.findings, "errors", to: &json)
  }

  private static func write(_ count: FeedCount, to json: inout JSONWriter) {
    json.field("source", count.sender.source)
    json.field("type", count.type)
    json.field("received", count.received)
    json.field("applied", count.applied)
    json.field("ignored", count.duplicate + count.stale)
    json.field("duplicates", count.duplicate)
    json.field("stale", count.stale)
    json.field("waiting", count.waiting)
    json.field("dead_letters", count.dead)
    json.field("discarded", count.discarded)
    json.field("newest_at", count.newestAt)
    json.field("received_at", count.receivedAt)
    json.field("lag_seconds", count.lagSeconds)
  }

  private static func write(_ tally: FeedTally, to json: inout JSONWriter) {
    json.field("source", tally.source)
    json.field("type", tally.type)
    json.field("from", tally.from)
    json.field("to", tally.to)
    json.field("sent", tally.sent)
    json.field("here", tally.here)
    json.field("missing", tally.missing)
    json.field("reported_at", tally.reportedAt)
  }
}
