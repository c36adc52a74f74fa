import Hummingbird
import Insurer
import Kernel
import Storage

/// `/settings/events`: what core systems tell, what of it is here, and what somebody has to look at.
enum FeedPages {
  private static let pageSize = 50
  /// Later than this, what happens outside is not seen here in time.
  private static let lateSeconds = 300

  static func routes(_ routes: Routes) {
    routes.page(.get, "/settings/events", needs: .read(.import), for: .nobody, show)
    routes.page(.post, "/settings/events/sources/{id}", needs: .write(.import), for: .own) { call in
      let form = try await call.form()
      let id = try call.id(FeedSender.self)
      try await call.act { tx in try Feeds.setFeed(id, to: form["feed"] ?? "", in: tx) }
      return call.redirect("/settings/events", notice: "feedSourceKept")
    }
    routes.page(.get, "/settings/events/letters", needs: .read(.import), for: .fixed(.intake), letters)
    routes.page(.get, "/settings/events/letters/{id}", needs: .write(.import), for: .fixed(.intake)) { call in
      let id = try call.id(FeedLetter.self)
      let letter = try await call.read { tx in try Feeds.open(id, in: tx) }
      return try call.page(LetterPage(letter, call), title: call.words["feeds.letter"], section: .settings)
    }
    routes.page(.post, "/settings/events/letters/{id}/retry", needs: .write(.import), for: .own, retry)
    routes.page(.post, "/settings/events/letters/{id}/discard", needs: .write(.import), for: .own) { call in
      let form = try await call.form()
      let id = try call.id(FeedLetter.self)
      let reason = form["reason"] ?? ""
      do {
        try await call.act { tx in try Feeds.discard(id, reason: reason, in: tx) }
      } catch let error as AppError where error.kind == .invalid {
        return call.redirect("/settings/events/letters/\(id)", notice: "letterNeedsReason")
      }
      return call.redirect("/settings/events/letters", notice: "letterDiscarded")
    }
  }

  private static func retry(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(FeedLetter.self)
    var attributes: [String: String] = [:]
    var fields: [String: String] = [:]
    let isMended = form.raw("mended") != nil
    for (name, value) in form.values where isMended {
      if name.hasPrefix("event.") { attributes[String(name.dropFirst("event.".count))] = value }
      if name.hasPrefix("data.") { fields[String(name.dropFirst("data.".count))] = value }
    }
    let access = try call.access
    try access.require(.write(.import))
    let (mendedAttributes, mendedFields) = (attributes, fields)
    let outcome = try await call.site.database.act(as: access.forIntake) { tx in
      try Feeds.retry(id, attributes: mendedAttributes, fields: mendedFields, seenBy: access, in: tx)
    }
    _ = try await Feeds.settleWaiting(in: call.site.database)
    switch outcome.result {
    case .deadLetter, .waiting: return call.redirect("/settings/events/letters/\(id)", notice: "letterStill")
    case .applied, .stale, .duplicate: return call.redirect("/settings/events/letters", notice: "letterApplied")
    }
  }

  // MARK: Figures

  private static func show(_ call: Call) async throws -> Response {
    let (counts, tallies, letters) = try await call.read { tx in
      (try Feeds.counts(in: tx), try Feeds.tallies(limit: 100, in: tx), try Feeds.letterCounts(in: tx))
    }
    let (words, format) = (call.words, call.format)
    let dead = letters[.dead] ?? 0
    let missing = tallies.filter { $0.missing != 0 }.count
    let headers = [
      "type", "source", "received", "applied", "duplicates", "stale", "waiting", "dead", "discarded", "lag",
    ].map { Cell(words["feeds.\($0)"], isNumber: !["type", "source", "lag"].contains($0)) }
    let tallyHeaders = ["type", "source", "period", "sent", "here", "difference"]
      .map { Cell(words["feeds.\($0)"], isNumber: $0 == "sent" || $0 == "here") }
    let page = FeedsPage(
      stats: [
        Stat(
          words["feeds.state.dead"], format.number(dead), href: "/settings/events/letters",
          tone: dead == 0 ? "" : "bad"),
        Stat(
          words["feeds.state.waiting"], format.number(letters[.waiting] ?? 0),
          href: "/settings/events/letters?state=waiting"),
        Stat(
          words["feeds.differences"], format.number(missing), href: "#tallies", tone: missing == 0 ? "" : "bad"),
      ],
      headers: headers, rows: counts.map { row($0, format) }.labelled(by: headers), tallyHeaders: tallyHeaders,
      tallies: tallies.map { row($0, format) }.labelled(by: tallyHeaders),
      senders: senders(counts).map { sender in
        FeedSenderLine(
          source: sender.source, feed: sender.feed, csrf: call.csrf,
          action: call.may(.write(.import)) ? "/settings/events/sources/\(sender.id)" : nil)
      },
      empty: counts.isEmpty ? Empty(icon: "system", title: words["feeds.none"], text: words["feeds.noneText"]) : nil)
    return try call.page(page, title: words["feeds.title"], section: .settings)
  }

  private static func senders(_ counts: [FeedCount]) -> [FeedSender] {
    var seen: Set<ID<FeedSender>> = []
    return counts.map(\.sender).filter { !$0.source.isEmpty && seen.insert($0.id).inserted }
  }

  private static func row(_ count: FeedCount, _ format: Format) -> TableRow {
    let words = format.words
    func number(_ value: Int) -> Cell { Cell(format.number(value), isNumber: true) }
    let isLate = count.lagSeconds > lateSeconds
    return TableRow(cells: [
      Cell(count.type == FeedTypes.unknown ? words["feeds.unknown"] : count.type),
      Cell(count.sender.source.isEmpty ? words["feeds.unnamed"] : count.sender.source), number(count.received),
      number(count.applied), number(count.duplicate), number(count.stale), number(count.waiting), number(count.dead),
      number(count.discarded),
      Cell(
        "",
        badge: Badge(
          lag(count.lagSeconds, format), tone: isLate ? "warn" : "good",
          icon: isLate ? "clock" : "check")),
    ])
  }

  /// In the largest unit that has two of it.
  private static func lag(_ seconds: Int, _ format: Format) -> String {
    let units = [("days", 86_400), ("hours", 3_600), ("minutes", 60)]
    let unit = units.first { seconds >= 2 * $0.1 } ?? ("seconds", 1)
    return format.words.fill("feeds.\(unit.0)", format.number(seconds / unit.1))
  }

  private static func row(_ tally: FeedTally, _ format: Format) -> TableRow {
    let words = format.words
    let badge =
      tally.missing == 0
      ? Badge(words["feeds.complete"], tone: "good", icon: "check")
      : tally.missing > 0
        ? Badge(words.fill("feeds.missing", format.number(tally.missing)), tone: "bad", icon: "alert")
        : Badge(words.fill("feeds.surplus", format.number(-tally.missing)), tone: "warn", icon: "info")
    return TableRow(cells: [
      Cell(tally.type), Cell(tally.source), Cell("\(format.minute(tally.from)) – \(format.minute(tally.to))"),
      Cell(format.number(tally.sent), isNumber: true), Cell(format.number(tally.here), isNumber: true),
      Cell("", badge: badge),
    ])
  }

  // MARK: Letters

  private static func letters(_ call: Call) async throws -> Response {
    let state = call.query["state"].flatMap { FeedLetter.State(rawValue: $0) } ?? .dead
    let after = call.query["after"].flatMap { ID<FeedLetter>($0) }
    let (letters, counts) = try await call.read { tx in
      (try Feeds.letters(state, after: after, limit: pageSize + 1, in: tx), try Feeds.letterCounts(in: tx))
    }
    let shown = letters.prefix(pageSize)
    let words = call.words
    let page = LettersPage(
      filters: FeedLetter.State.allCases.map { item in
        Choice(
          words["feeds.state.\(item.rawValue)"], "/settings/events/letters?state=\(item.rawValue)",
          isCurrent: item == state, count: counts[item].map { call.format.number($0) })
      }, rows: shown.map { LetterLine($0, canRetry: call.may(.write(.import)), call.format) }, csrf: call.csrf,
      empty: shown.isEmpty
        ? Empty(icon: "check", title: words["feeds.noLetters"], text: words["feeds.noLettersText"]) : nil,
      pager: Pager(
        summary: "",
        nextHref: letters.count > pageSize
          ? shown.last.map { "/settings/events/letters" + call.query.with(["after": "\($0.id)"]) } : nil,
        firstHref: after == nil ? nil : "/settings/events/letters" + call.query.with(["after": nil])))
    return try call.page(page, title: words["feeds.letters"], section: .settings)
  }
}

extension FeedLetter {
  fileprivate func badge(_ words: Words) -> Badge {
    let word = words["feeds.state.\(state.rawValue)"]
    return switch state {
    case .dead: Badge(word, tone: "bad", icon: "alert")
    case .waiting: Badge(word, tone: "quiet", icon: "clock")
    case .applied: Badge(word, tone: "good", icon: "check")
    case .discarded: Badge(word, tone: "quiet", icon: "close")
    }
  }

  /// Its sender's id of it; where that is missing or used before, what is wrong with it.
  fileprivate func name(_ words: Words) -> String {
    guard eventID.hasPrefix("digest:") else { return eventID }
    return words[findings.contains { $0.code == "EVENT_ID_REUSED" } ? "feeds.usedID" : "feeds.noID"]
  }

  fileprivate var isOpen: Bool { state == .dead || state == .waiting }
}

extension FieldError {
  fileprivate func text(_ words: Words) -> String {
    let said = words.of("codes", code) ?? message
    let name = words.of("feeds", "attribute.\(field)") ?? words.of("fields", field) ?? field
    return field.isEmpty ? said : words.fill("feeds.finding", name, said)
  }
}

extension LetterLine {
  fileprivate init(_ letter: FeedLetter, canRetry: Bool, _ format: Format) {
    self.init(
      event: letter.name(format.words), source: letter.source.isEmpty ? format.words["feeds.unnamed"] : letter.source,
      type: letter.type == FeedTypes.unknown ? format.words["feeds.unknown"] : letter.type,
      href: "/settings/events/letters/\(letter.id)", state: letter.badge(format.words),
      findings: letter.findings.prefix(4).map { $0.text(format.words) }.joined(separator: format.words["feeds.and"]),
      at: format.moment(letter.settledAt ?? letter.receivedAt),
      retryAction: canRetry && letter.isOpen ? "/settings/events/letters/\(letter.id)/retry" : nil)
  }
}

extension LetterPage {
  fileprivate init(_ open: OpenLetter, _ call: Call) {
    let (letter, words) = (open.letter, call.words)
    func error(_ field: String) -> String? {
      letter.findings.first { $0.field == field }.map { words.of("codes", $0.code) ?? $0.message }
    }
    var fields = [
      ("id", open.event.id), ("source", open.event.source), ("type", open.event.type), ("time", open.event.time ?? ""),
    ].map { name, value in
      Field("event.\(name)", words["feeds.attribute.\(name)"], value, error: error(name), isRequired: name != "time")
    }
    fields += open.fields.map { field in
      Field(
        "data.\(field.name)", words.of("fields", field.name) ?? field.name, field.value ?? "",
        hint: field.value == nil ? words[field.isKnown ? "feeds.hiddenValue" : "feeds.unknownField"] : nil,
        error: error(field.name),
        isRequired: field.isRequired && field.value != nil)
    }
    let base = "/settings/events/letters/\(letter.id)"
    self.init(
      event: letter.name(words),
      lede: [
        letter.source, letter.type == FeedTypes.unknown ? words["feeds.unknown"] : letter.type,
        call.format.minute(letter.receivedAt),
      ].filter { !$0.isEmpty }
        .joined(separator: " · "),
      state: letter.badge(words), findings: letter.findings.map { Fault($0.field, $0.text(words)) },
      fields: letter.isOpen ? fields : [], retryAction: letter.isOpen ? "\(base)/retry" : nil,
      discardAction: letter.isOpen ? "\(base)/discard" : nil, reason: letter.reason, csrf: call.csrf)
  }
}
