import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/webhooks`: where an integrator is told of what happens, and what became of each message.
enum WebhookAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/webhooks", scope: .read(.webhook), for: .nobody, list)
    routes.api(.post, "/webhooks", scope: .write(.webhook), for: .own, create)
    routes.api(.get, "/webhooks/types", scope: .read(.webhook), for: .nobody) { call in
      try call.noQuery()
      return JSONWriter.record { json in
        json.array("items", WebhookTypes.all) { $0.string(WebhookTypes.name($1)) }
      }.response()
    }
    routes.api(.get, "/webhooks/{id}", scope: .read(.webhook), for: .nobody) { call in
      try call.noQuery()
      let id = try call.id(Webhook.self)
      let written = try await call.read { try document(id, $0) }
      return written.json.response(headers: [.eTag: Call.tag(written.version)])
    }
    routes.api(.patch, "/webhooks/{id}", scope: .write(.webhook), for: .own, change)
    routes.api(.delete, "/webhooks/{id}", scope: .write(.webhook), for: .own) { call in
      try call.noQuery()
      let id = try call.id(Webhook.self)
      try await call.act { try Webhooks.remove(id, in: $0) }
      return Response(status: .noContent, headers: [.cacheControl: "no-store"])
    }
    routes.api(.post, "/webhooks/{id}/secrets", scope: .write(.webhook), for: .own, rotate)
    routes.api(.post, "/webhooks/{id}/tests", scope: .write(.webhook), for: .own) { call in
      try call.noQuery()
      let id = try call.id(Webhook.self)
      return try await call.actOnce { tx in
        let delivery = try Webhooks.test(id, in: tx)
        return kept(delivery, 201)
      }
    }
    routes.api(.get, "/webhooks/{id}/deliveries", scope: .read(.webhook), for: .nobody, deliveries)
    routes.api(.get, "/webhooks/{id}/deliveries/{delivery}", scope: .read(.webhook), for: .named) { call in
      try call.noQuery()
      let id = try call.id(Webhook.self)
      let delivery = try call.id(WebhookDelivery.self, named: "delivery")
      let detail = try await call.read { try Webhooks.detail(delivery, of: id, in: $0) }
      return JSONWriter.record { write(detail, to: &$0) }.response()
    }
    routes.api(.post, "/webhooks/{id}/deliveries/{delivery}/replays", scope: .write(.webhook), for: .own) { call in
      try call.noQuery()
      let id = try call.id(Webhook.self)
      let delivery = try call.id(WebhookDelivery.self, named: "delivery")
      return try await call.actOnce { tx in kept(try Webhooks.replay(delivery, of: id, in: tx), 202) }
    }
    routes.api(.post, "/webhooks/{id}/replays", scope: .write(.webhook), for: .own, replay)
  }

  // MARK: Reading

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { ID<Webhook>($0[0]) }
    try query.finish()
    let (webhooks, owners) = try await call.read { tx in
      let webhooks = try Webhooks.list(after: after, limit: page.limit + 1, in: tx)
      return (webhooks, try Accounts.names(of: Set(webhooks.map(\.owner)), in: tx))
    }
    let (items, next) = page.cut(webhooks) { ["\($0.id)"] }
    return JSONWriter.page(items, next: next) { write($1, owners, to: &$0) }
  }

  private struct Document: Sendable {
    let json: JSONWriter
    let version: Int64
  }

  private static func document(_ id: ID<Webhook>, secret: String? = nil, _ tx: ReadTx) throws -> Document {
    let webhook = try Webhooks.find(id, in: tx)
    let owners = try Accounts.names(of: [webhook.owner], in: tx)
    let json = JSONWriter.record { json in
      write(webhook, owners, to: &json)
      json.field("secret", secret)
    }
    return Document(json: json, version: webhook.version)
  }

  private static func deliveries(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let after = query.place(of: page) { ID<WebhookDelivery>($0[0]) }
    let state = query.code("state", as: WebhookDelivery.State.self)
    try query.finish()
    let id = try call.id(Webhook.self)
    let found = try await call.read { tx in
      try Webhooks.deliveries(of: id, state, after: after, limit: page.limit + 1, in: tx)
    }
    let (items, next) = page.cut(found) { ["\($0.id)"] }
    return JSONWriter.page(items, next: next) { write($1, to: &$0) }
  }

  // MARK: Acts

  private static func create(_ call: Call) async throws -> Response {
    let own = try call.access.permissions.filter { $0.verb == .read }
    let (new, bytes) = try await call.object { try read(&$0, scopes: own) }
    let (account, policy, ownName) = (try call.viewer.account, call.site.webhooks, call.authority)
    return try await call.actOnce(bytes) { tx in
      let (webhook, secret) = try Webhooks.add(new, of: account, by: policy, ownName: ownName, in: tx)
      let written = try document(webhook.id, secret: secret, tx)
      return KeptAnswer(
        status: 201, location: "/api/v1/webhooks/\(webhook.id)", version: Call.tag(written.version),
        body: written.json.bytes)
    }
  }

  /// - Parameter own: the scopes where none are named.
  private static func read(_ fields: inout JSONFields, scopes own: Set<Permission>) throws -> NewWebhook {
    let url = fields.string("url")
    if url == nil { fields.fail("url", ValidationCode.required.rawValue, ValidationCode.required.message) }
    let scopes = texts(&fields, "scopes")
    let permissions = scopes.map { Set($0.compactMap { Permission(rawValue: $0) }) }
    if let permissions, let scopes, permissions.count != Set(scopes).count {
      fields.fail("scopes", "TOKEN_SCOPES", "customer:read, and only what the caller has")
    }
    var new = NewWebhook(
      url: url ?? "", description: fields.string("description") ?? "",
      kinds: texts(&fields, "types")?.map(WebhookTypes.kind) ?? [], scopes: permissions ?? own)
    if fields.has("purpose") { new.purpose = fields.code("purpose", of: Purpose.self) }
    return new
  }

  private static func change(_ call: Call) async throws -> Response {
    let id = try call.id(Webhook.self)
    let expected = try call.version()
    let change = try await call.object { fields in
      var change = WebhookChange(
        url: fields.string("url"), description: fields.string("description"),
        kinds: texts(&fields, "types")?.map(WebhookTypes.kind))
      if fields.has("state") { change.state = fields.code("state", of: Webhook.State.self) }
      return change
    }.value
    let (account, policy, ownName) = (try call.viewer.account.id, call.site.webhooks, call.authority)
    do {
      return try await call.act { tx in
        try Webhooks.change(
          id, change, expected: expected, by: account, under: policy, ownName: ownName, in: tx)
        let written = try document(id, tx)
        return written.json.response(headers: [.eTag: Call.tag(written.version)])
      }
    } catch let error as AppError where error.code == "STALE" {
      let current = try await call.read { try document(id, $0) }
      throw WebError.stale(sent: expected ?? 0, current: current.version, json: current.json.bytes)
    }
  }

  private static func rotate(_ call: Call) async throws -> Response {
    let id = try call.id(Webhook.self)
    let (overlap, bytes) = try await call.object { $0.int("overlap_seconds") }
    let account = try call.viewer.account.id
    return try await call.actOnce(bytes) { tx in
      let seconds = Int(overlap ?? Int64(WebhookRules.overlapSeconds))
      let secret = try Webhooks.rotate(id, overlapSeconds: seconds, by: account, in: tx).secret
      let written = try document(id, secret: secret, tx)
      return KeptAnswer(status: 200, version: Call.tag(written.version), body: written.json.bytes)
    }
  }

  private static func replay(_ call: Call) async throws -> Response {
    let id = try call.id(Webhook.self)
    let (since, bytes) = try await call.object { fields -> Instant? in
      let text = fields.string("since")
      let since = text.flatMap { Instant($0) }
      let code: ValidationCode = text == nil ? .required : .timeInvalid
      if since == nil { fields.fail("since", code.rawValue, code.message) }
      return since
    }
    guard let since else { throw AppError.broken("a fault went through") }
    return try await call.actOnce(bytes) { tx in
      let count = try Webhooks.replay(of: id, since: since, in: tx)
      return KeptAnswer(status: 202, body: JSONWriter.record { $0.field("count", count) }.bytes)
    }
  }

  /// A list of texts; nil when it is not there.
  private static func texts(_ fields: inout JSONFields, _ name: String) -> [String]? {
    guard let value = fields.value(name), value != .null else { return nil }
    if case .array(let elements) = value, elements.count <= 200 {
      let texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
      if texts.count == elements.count { return texts }
    }
    fields.fail(name, "TYPE", "an array of at most 200 texts is expected")
    return nil
  }

  // MARK: JSON

  private static func kept(_ delivery: WebhookDelivery, _ status: Int) -> KeptAnswer {
    KeptAnswer(
      status: status, location: "/api/v1/webhooks/\(delivery.webhookID)/deliveries/\(delivery.id)",
      body: JSONWriter.record { write(delivery, to: &$0) }.bytes)
  }

  private static func write(_ webhook: Webhook, _ owners: [Actor: String], to json: inout JSONWriter) {
    json.field("id", webhook.id)
    json.field("account", owners[webhook.owner])
    json.field("url", webhook.url)
    json.field("description", webhook.description)
    json.array("types", webhook.kinds) { $0.string(WebhookTypes.name($1)) }
    json.array("scopes", webhook.scopes.map(\.rawValue).sorted()) { $0.string($1) }
    json.field("purpose", webhook.purpose)
    json.field("state", webhook.state)
    json.field("reason", webhook.reason)
    json.field("failures", webhook.failures)
    json.field("failing_since", webhook.failingSince)
    json.field("old_secret_until", webhook.oldSecretUntil)
    json.field("created_at", webhook.createdAt)
  }

  private static func write(_ delivery: WebhookDelivery, to json: inout JSONWriter) {
    json.field("id", delivery.id)
    json.field("type", WebhookTypes.name(delivery.kind))
    json.field("state", delivery.state)
    json.field("attempts", delivery.attempts)
    json.field("happened_at", delivery.happenedAt)
    json.field("created_at", delivery.createdAt)
    if delivery.state == .waiting { json.field("next_at", delivery.nextAt) }
    json.field("finished_at", delivery.finishedAt)
    json.field("code", delivery.code)
    json.field("status", delivery.status)
  }

  private static func write(_ detail: WebhookDeliveryDetail, to json: inout JSONWriter) {
    write(detail.delivery, to: &json)
    json.field("body", detail.body)
    json.array("tries", detail.attempts) { json, attempt in
      json.object {
        $0.field("number", attempt.number)
        $0.field("started_at", attempt.startedAt)
        $0.field("duration_ms", attempt.durationMilliseconds)
        $0.field("code", attempt.code)
        $0.field("status", attempt.status)
        if !attempt.answer.isEmpty { $0.field("answer", attempt.answer) }
      }
    }
  }
}

extension Webhook {
  /// As the logs name the account.
  var owner: Actor { Actor(stored: "account:\(accountID.raw)") }
}

extension Call {
  /// The name under which this server was asked.
  var authority: String { request.head.authority ?? "" }
}
