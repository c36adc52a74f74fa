import Hummingbird
import Insurer
import Kernel
import Storage

/// `/settings/webhooks`: who is told of what happens outside, what became of each message, and sending it again.
enum WebhookPages {
  private static let pageSize = 50
  private static let home = "/settings/webhooks"

  static func routes(_ routes: Routes) {
    routes.page(.get, "/settings/webhooks", needs: .read(.webhook), for: .nobody, list)
    routes.page(.get, "/settings/webhooks/new", needs: .write(.webhook), for: .own) { call in
      try await WebhookForms.show(call, nil)
    }
    routes.page(.post, "/settings/webhooks", needs: .write(.webhook), for: .own) { call in
      try await WebhookForms.create(call)
    }
    routes.page(.get, "/settings/webhooks/{id}", needs: .read(.webhook), for: .nobody) { try await show($0) }
    routes.page(.get, "/settings/webhooks/{id}/edit", needs: .write(.webhook), for: .own) { call in
      let id = try call.id(Webhook.self)
      return try await WebhookForms.show(call, try await call.read { try Webhooks.find(id, in: $0) })
    }
    routes.page(.post, "/settings/webhooks/{id}/edit", needs: .write(.webhook), for: .own) { call in
      try await WebhookForms.change(call)
    }
    routes.page(.post, "/settings/webhooks/{id}/state", needs: .write(.webhook), for: .own, setState)
    routes.page(.post, "/settings/webhooks/{id}/secret", needs: .write(.webhook), for: .own) { call in
      _ = try await call.form()
      let id = try call.id(Webhook.self)
      let account = try call.viewer.account.id
      let secret = try await call.act { try Webhooks.rotate(id, by: account, in: $0).secret }
      return try await show(call, fresh: secret)
    }
    routes.page(.post, "/settings/webhooks/{id}/test", needs: .write(.webhook), for: .own) { call in
      _ = try await call.form()
      let id = try call.id(Webhook.self)
      try await call.act { _ = try Webhooks.test(id, in: $0) }
      return call.redirect("\(home)/\(id)", notice: "webhookTested")
    }
    routes.page(.post, "/settings/webhooks/{id}/remove", needs: .write(.webhook), for: .own) { call in
      _ = try await call.form()
      let id = try call.id(Webhook.self)
      try await call.act { try Webhooks.remove(id, in: $0) }
      return call.redirect(home, notice: "webhookRemoved")
    }
    routes.page(.post, "/settings/webhooks/{id}/replay", needs: .write(.webhook), for: .own, replay)
    routes.page(
      .get, "/settings/webhooks/{id}/deliveries/{delivery}", needs: .read(.webhook), for: .named, delivery)
    routes.page(.post, "/settings/webhooks/{id}/deliveries/{delivery}/replay", needs: .write(.webhook), for: .own) {
      call in
      _ = try await call.form()
      let id = try call.id(Webhook.self)
      let delivery = try call.id(WebhookDelivery.self, named: "delivery")
      try await call.act { _ = try Webhooks.replay(delivery, of: id, in: $0) }
      return call.redirect("\(home)/\(id)/deliveries/\(delivery)", notice: "webhookReplayed")
    }
  }

  // MARK: Acts

  private static func setState(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(Webhook.self)
    let state: Webhook.State = form["state"] == "paused" ? .paused : .active
    let (account, policy) = (try call.viewer.account.id, call.site.webhooks)
    _ = try await call.act { tx in
      try Webhooks.change(id, WebhookChange(state: state), by: account, under: policy, in: tx)
    }
    return call.redirect("\(home)/\(id)", notice: state == .paused ? "webhookPaused" : "webhookResumed")
  }

  private static func replay(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(Webhook.self)
    guard let since = form["since"].flatMap({ Instant($0) }) else {
      return call.redirect("\(home)/\(id)", notice: "webhookNoMoment")
    }
    _ = try await call.act { try Webhooks.replay(of: id, since: since, in: $0) }
    return call.redirect("\(home)/\(id)", notice: "webhookReplayed")
  }

  // MARK: Lists

  private static func list(_ call: Call) async throws -> Response {
    let after = call.query["after"].flatMap { ID<Webhook>($0) }
    let (webhooks, counts, owners) = try await call.read { tx in
      let webhooks = try Webhooks.list(after: after, limit: pageSize + 1, in: tx)
      return (
        webhooks, try Webhooks.counts(of: webhooks.map(\.id), in: tx),
        try Accounts.names(of: Set(webhooks.map(\.owner)), in: tx)
      )
    }
    let shown = webhooks.prefix(pageSize)
    let (words, format) = (call.words, call.format)
    let page = WebhooksPage(
      rows: shown.map { webhook in
        let counts = counts[webhook.id] ?? [:]
        func number(_ state: WebhookDelivery.State) -> String { format.number(counts[state] ?? 0) }
        return WebhookLine(
          host: Webhooks.host(of: webhook), href: "\(home)/\(webhook.id)", description: webhook.description,
          state: webhook.badge(words), owner: owners[webhook.owner] ?? "",
          purpose: words["purposes.\(webhook.purpose.rawValue)"], delivered: number(.delivered),
          waiting: format.number((counts[.waiting] ?? 0) + (counts[.sending] ?? 0)), failed: number(.failed))
      },
      newHref: call.may(.write(.webhook)) ? "\(home)/new" : nil,
      hosts: call.site.webhooks.hosts.isEmpty
        ? words["webhooks.noHosts"] : words.fill("webhooks.hosts", call.site.webhooks.hosts.joined(separator: ", ")),
      empty: shown.isEmpty
        ? Empty(icon: "out", title: words["webhooks.none"], text: words["webhooks.noneText"]) : nil,
      pager: Pager(
        summary: "",
        nextHref: webhooks.count > pageSize
          ? shown.last.map { home + call.query.with(["after": "\($0.id)"]) } : nil,
        firstHref: after == nil ? nil : home))
    return try call.page(page, title: words["webhooks.title"], section: .settings)
  }

  static func show(_ call: Call, id known: ID<Webhook>? = nil, fresh: String? = nil) async throws -> Response {
    let id = try known ?? call.id(Webhook.self)
    let state = call.query["state"].flatMap { WebhookDelivery.State(rawValue: $0) }
    let after = call.query["after"].flatMap { ID<WebhookDelivery>($0) }
    let (webhook, deliveries, counts, owners) = try await call.read { tx in
      let webhook = try Webhooks.find(id, in: tx)
      return (
        webhook, try Webhooks.deliveries(of: id, state, after: after, limit: pageSize + 1, in: tx),
        try Webhooks.counts(of: [id], in: tx)[id] ?? [:], try Accounts.names(of: [webhook.owner], in: tx)
      )
    }
    let shown = deliveries.prefix(pageSize)
    let (words, base) = (call.words, "\(home)/\(id)")
    let isMine = try call.viewer.account.id == webhook.accountID
    let canWrite = call.may(.write(.webhook))
    let filters =
      [Choice(words["webhooks.all"], base, isCurrent: state == nil)]
      + WebhookDelivery.State.allCases.map { item in
        Choice(
          words["webhooks.state.\(item.rawValue)"], "\(base)?state=\(item.rawValue)", isCurrent: item == state,
          count: counts[item].map { call.format.number($0) })
      }
    let page = WebhookPage(
      host: Webhooks.host(of: webhook), url: webhook.url, description: webhook.description,
      state: webhook.badge(words), fresh: fresh, facts: facts(webhook, owners, call),
      note: webhook.reason.map { words["webhooks.reason.\($0.rawValue)"] }, csrf: call.csrf,
      action: canWrite ? base : nil, isRunning: webhook.state == .active, isMine: isMine, filters: filters,
      rows: shown.map { WebhookDeliveryLine($0, call.format) },
      empty: shown.isEmpty
        ? Empty(icon: "out", title: words["webhooks.nothing"], text: words["webhooks.nothingText"]) : nil,
      pager: Pager(
        summary: "",
        nextHref: deliveries.count > pageSize
          ? shown.last.map { base + call.query.with(["after": "\($0.id)"]) } : nil,
        firstHref: after == nil ? nil : base + call.query.with(["after": nil])))
    return try call.page(page, title: words["webhooks.one"], section: .settings)
  }

  private static func facts(_ webhook: Webhook, _ owners: [Actor: String], _ call: Call) -> [Fact] {
    let (words, format) = (call.words, call.format)
    let types = webhook.kinds.map { WebhookTypes.name($0) }.joined(separator: ", ")
    var facts = [
      Fact(words["webhooks.owner"], owners[webhook.owner] ?? ""),
      Fact(words["webhooks.purpose"], words["purposes.\(webhook.purpose.rawValue)"]),
      Fact(
        words["webhooks.scopes"],
        webhook.scopes.map(\.rawValue).sorted().map { ScopeWords.of($0, words) }
          .joined(separator: words["timeline.and"])),
      Fact(words["webhooks.types"], types.isEmpty ? words["webhooks.allTypes"] : types),
      Fact(words["webhooks.since"], format.minute(webhook.createdAt)),
    ]
    if let until = webhook.oldSecretUntil, until > format.now {
      facts.append(Fact(words["webhooks.oldSecret"], format.minute(until)))
    }
    if let since = webhook.failingSince {
      facts.append(
        Fact(
          words["webhooks.failingSince"], format.minute(since),
          note: words.fill("webhooks.failures", format.number(webhook.failures))))
    }
    return facts
  }

  private static func delivery(_ call: Call) async throws -> Response {
    let id = try call.id(Webhook.self)
    let delivery = try call.id(WebhookDelivery.self, named: "delivery")
    let (webhook, detail) = try await call.read { tx in
      (try Webhooks.find(id, in: tx), try Webhooks.detail(delivery, of: id, in: tx))
    }
    let base = "\(home)/\(id)"
    let (words, format) = (call.words, call.format)
    let known = detail.delivery
    var facts = [
      Fact("webhook-id", "\(delivery)"), Fact(words["webhooks.happened"], format.minute(known.happenedAt)),
      Fact(words["webhooks.made"], format.minute(known.createdAt)),
    ]
    if known.state == .waiting { facts.append(Fact(words["webhooks.next"], format.minute(known.nextAt))) }
    let page = WebhookDeliveryPage(
      type: WebhookTypes.name(known.kind), back: Link(Webhooks.host(of: webhook), base), state: known.badge(words),
      facts: facts, body: detail.body, attempts: detail.attempts.map { WebhookAttemptLine($0, format) },
      csrf: call.csrf,
      replayAction: call.may(.write(.webhook)) && known.state != .sending
        ? "\(base)/deliveries/\(delivery)/replay" : nil)
    return try call.page(page, title: words["webhooks.delivery"], section: .settings)
  }
}

extension Webhook {
  fileprivate func badge(_ words: Words) -> Badge {
    let word = words["webhooks.is.\(state.rawValue)"]
    return switch state {
    case .active where failures > 0: Badge(words["webhooks.is.failing"], tone: "warn", icon: "alert")
    case .active: Badge(word, tone: "good", icon: "check")
    case .paused: Badge(word, tone: "quiet", icon: "pause")
    case .disabled, .removed: Badge(word, tone: "bad", icon: "alert")
    }
  }
}

extension WebhookDelivery {
  fileprivate func badge(_ words: Words) -> Badge {
    let word = words["webhooks.state.\(state.rawValue)"]
    return switch state {
    case .waiting where isRetry: Badge(words["webhooks.retrying"], tone: "warn", icon: "clock")
    case .waiting: Badge(word, tone: "quiet", icon: "clock")
    case .sending: Badge(word, tone: "info", icon: "out")
    case .delivered: Badge(word, tone: "good", icon: "check")
    case .failed: Badge(word, tone: "bad", icon: "alert")
    case .withheld: Badge(word, tone: "quiet", icon: "lock")
    }
  }
}

extension WebhookDeliveryLine {
  fileprivate init(_ delivery: WebhookDelivery, _ format: Format) {
    self.init(
      type: WebhookTypes.name(delivery.kind), id: "\(delivery.id)",
      href: "/settings/webhooks/\(delivery.webhookID)/deliveries/\(delivery.id)", state: delivery.badge(format.words),
      result: WebhookAttemptLine.result(delivery.code, delivery.status, format.words),
      attempts: format.number(delivery.attempts), at: format.moment(delivery.finishedAt ?? delivery.createdAt))
  }
}

extension WebhookAttemptLine {
  fileprivate init(_ attempt: WebhookAttempt, _ format: Format) {
    let words = format.words
    let result = Self.result(attempt.code, attempt.status, words)
    self.init(
      number: format.number(attempt.number), at: format.moment(attempt.startedAt),
      duration: attempt.durationMilliseconds.map { words.fill("webhooks.milliseconds", format.number($0)) } ?? "",
      result: attempt.code == nil
        ? Badge(result, tone: "good", icon: "check") : Badge(result, tone: "bad", icon: "alert"),
      answer: attempt.answer)
  }

  fileprivate static func result(_ code: WebhookFailure.Code?, _ status: Int?, _ words: Words) -> String {
    let said = code.map { words["webhooks.code.\($0.rawValue)"] }
    return [status.map { "HTTP \($0)" }, said].compactMap { $0 }.joined(separator: " · ")
  }
}
