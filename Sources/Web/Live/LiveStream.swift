import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import NIOCore
import ServiceLifecycle
import Storage

/// Server-sent events of one viewer: what happens to the people he may see now, in his language. It goes on where
/// `Last-Event-ID` says. Every card is asked for with the viewer's access at the moment it is sent: a consent that was
/// withdrawn, a policy handed on, a session ended or a grant run out are obeyed with the next one.
struct LiveStream: Sendable {
  /// How a card is written: a row of the page, or JSON.
  enum Form: Sendable { case html, json }

  let call: Call
  let form: Form
  /// Who was away longer than so many events loads anew.
  private static let missedAtMost = 2_000

  static func routes(_ routes: Routes) {
    routes.page(.get, "/stream", needs: .read(.customer), for: .named) { call in
      try await LiveStream(call: call, form: .html).answer()
    }
    routes.api(.get, "/stream", scope: .read(.customer), for: .named) { call in
      try call.noQuery()
      return try await LiveStream(call: call, form: .json).answer()
    }
  }

  private func answer() async throws -> Response {
    let since = try call.request.headers[.lastEventID].map { text -> EventCursor in
      guard let cursor = EventCursor(text) else {
        throw AppError.invalid([FieldError("Last-Event-ID", "CURSOR_INVALID", "not the id of an event of this stream")])
      }
      return cursor
    }
    let hub = call.site.live
    let (from, news, end) = try await hub.listen(try call.access.actor.description)
    let body = ResponseBody { writer in
      defer { end() }
      try await withGracefulShutdownHandler {
        try await follow(news, since: since ?? from, upTo: from, &writer)
      } onGracefulShutdown: {
        end()
      }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-store", .accelBuffering: "no",
      ], body: body)
  }

  private func follow(
    _ news: AsyncStream<LiveHub.Message>, since: EventCursor, upTo now: EventCursor,
    _ out: inout any ResponseBodyWriter
  ) async throws {
    try await write("retry: 3000\nid: \(since)\n\n", &out)
    var place = try await catchUp(since, to: now, &out)
    for await message in news {
      switch message {
      case .beat:
        // Also finds out that nobody is there any more, or that his sign-in has ended.
        guard (try? await viewer()) != nil else { return }
        try await write(": \n\n", &out)
      case .news(let stretch):
        if stretch.to <= place { continue }
        if stretch.from == place {
          try await send(stretch, &out)
          place = stretch.to
        } else {
          place = try await catchUp(place, to: stretch.to, &out)
        }
      }
    }
  }

  private func write(_ text: String, _ out: inout any ResponseBodyWriter) async throws {
    try await out.write(ByteBuffer(string: text))
  }

  /// Reads for oneself what was not told: after a pause, or when the news came faster than they could be sent.
  private func catchUp(
    _ since: EventCursor, to now: EventCursor, _ out: inout any ResponseBodyWriter
  ) async throws -> EventCursor {
    var place = since
    var missed = 0
    while place < now {
      guard let stretch = try await LiveHub.news(after: place, in: call.site.database) else { return max(place, now) }
      missed += stretch.events.count
      if missed > Self.missedAtMost {
        try await write("id: \(now)\nevent: reload\ndata: \n\n", &out)
        return now
      }
      try await send(stretch, &out)
      place = stretch.to
    }
    return max(place, now)
  }

  /// Who listens, as he is now: signed in still, with the role and the grants of this moment.
  private func viewer() async throws -> SignedIn {
    let secret: String
    let isToken = form == .json
    if isToken {
      secret = String((call.request.headers[.authorization] ?? "").dropFirst("Bearer ".count))
    } else {
      let name = CookieText.sessionName(isSecure: call.visit.isSecure)
      secret = CookieJar(call.request.headers[values: .cookie])[name] ?? ""
    }
    return try await call.site.sessions.now(secret, isToken: isToken)
  }

  private func send(_ stretch: LiveHub.News, _ out: inout any ResponseBodyWriter) async throws {
    guard Self.mayConcern(stretch, try call.access) else { return }
    let access = try await viewer().access(purpose: call.purpose, address: call.visit.address)
    try access.require(.read(.customer))
    guard access.needs.shows("latest_at") else { return }
    let cards = try await call.site.database.read(as: access) { tx in try LiveStream.cards(stretch, in: tx) }
    guard !cards.entries.isEmpty else { return }
    let places = Dictionary(stretch.events.map { ($0.id, $0.cursor) }) { first, _ in first }
    var text = ""
    for entry in cards.entries {
      text += "id: \(places[entry.id] ?? stretch.to)\nevent: card\n"
      for line in try written(entry, cards).split(separator: "\n") { text += "data: \(line)\n" }
      text += "\n"
    }
    try await write(text, &out)
  }

  /// Whether anybody of the viewer's may be among them; the query decides.
  private static func mayConcern(_ stretch: LiveHub.News, _ access: Access) -> Bool {
    switch access.scope {
    case .all: true
    case .book(let book):
      stretch.books.contains(book) || access.grantee != 0 || access.role == .claims || access.role == .underwriter
    case .none: access.grantee != 0
    }
  }

  struct Cards: Sendable {
    var entries: [TimelineEntry] = []
    var names: [ID<Customer>: CustomerName] = [:]
    var actors: [Actor: String] = [:]
  }

  private static func cards(_ stretch: LiveHub.News, in tx: ReadTx) throws -> Cards {
    let people = Array(Set(stretch.events.map(\.customer))).sorted()
    let entries = try tx.fetch(Timeline.seen(stretch.events.map(\.id), of: people, for: tx.access))
    guard !entries.isEmpty else { return Cards() }
    let seen = Array(Set(entries.map(\.customerID))).sorted()
    tx.logAccess(AccessRecord(.list, subjects: seen.map(\.raw), what: "stream"))
    return Cards(
      entries: entries.map { tx.access.sees.contains(.contractHealth) ? $0 : $0.withoutHealth },
      names: try tx.fetch(Customers.names(of: seen)),
      actors: try Accounts.names(of: Set(entries.map(\.actor)), in: tx))
  }

  // MARK: Writing

  private func written(_ entry: TimelineEntry, _ cards: Cards) throws -> String {
    let sentences = Sentences(format: call.format, names: cards.actors)
    let name = cards.names[entry.customerID]?.shown ?? ""
    var row = sentences.row(entry)
    if let card = call.words.of("live", entry.kind.rawValue) { row = row.saying(card) }
    switch form {
    case .html:
      let page = LiveCardPage(rows: [
        WorkbenchRow(customer: name, customerHref: "/customers/\(entry.customerID)", entry: row)
      ])
      return String(decoding: try call.site.renderer.render(page, in: call.format.language), as: UTF8.self)
    case .json:
      let json = JSONWriter.record { json in
        json.field("kind", entry.kind)
        json.field("at", entry.happenedAt)
        json.field("recorded_at", entry.recordedAt)
        json.field("customer", entry.customerID)
        json.field("name", name)
        json.field("text", row.sentence)
        json.field("amount", entry.amount)
      }
      return String(decoding: json.bytes, as: UTF8.self)
    }
  }
}

extension TimelineRow {
  fileprivate func saying(_ sentence: String) -> TimelineRow {
    TimelineRow(
      icon: icon, family: family, channel: channel, sentence: sentence, detail: detail, source: source, href: href,
      at: at)
  }
}

/// A card of the live feed as the workbench shows it. Template: `workbench/card`.
package struct LiveCardPage: Page {
  package static let template = "workbench/card"
  package let rows: [WorkbenchRow]
  package static let tags: Tags<LiveCardPage> = ["rows": .rows(\.rows)]
  package static let sample = LiveCardPage(rows: WorkbenchRow.samples)
}

extension HTTPField.Name {
  static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .ifMatch
  static let accelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .ifMatch
}
