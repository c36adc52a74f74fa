import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct WebhookAPITests {
  /// A world whose webhooks may go to `*.example.cn`.
  private func open(
    _ engine: TestDatabase.Engine = .sqlite, _ body: @escaping @Sendable (APIWorld) async throws -> Void
  ) async throws {
    try await APIWorld.open(on: engine, webhookHosts: ["*.example.cn"], body)
  }

  private static let new = #"{"url":"https://hooks.example.cn/in","description":"对账","types":["anban.claim_paid"]}"#

  private func send(_ world: APIWorld, _ answer: @escaping @Sendable (WebhookRequest) -> WebhookAnswer) async throws {
    let outside = Outside(postWebhook: { request throws(WebhookFailure) in answer(request) })
    let policy = world.web.site.webhooks
    try await WebhookWorker(db: world.web.site.database, outside: outside, policy: policy).runDue()
  }

  @Test(arguments: TestDatabase.engines) func fromMakingToRemoving(_ engine: TestDatabase.Engine) async throws {
    try await open(engine) { world in
      let token = try await world.token(.steward)
      let made = try await world.ask(.post, "/webhooks", token, body: Self.new)
      #expect(made.status == 201 && made.json["secret"]?.text?.hasPrefix("whsec_") == true)
      let id = try #require(made.json["id"]?.text)
      #expect(made.response.headers[.location] == "/api/v1/webhooks/\(id)")
      let read = try await world.ask(.get, "/webhooks/\(id)", token)
      #expect(read.json["secret"] == nil && read.json["state"]?.text == "active")
      #expect(read.json["types"]?.elements.map(\.text) == ["anban.claim_paid"])
      #expect(read.json["account"]?.text == "steward-none" && read.json["purpose"]?.text == "quality")
      let tag = try #require(read.response.headers[.eTag])
      let paused = try await world.ask(
        .patch, "/webhooks/\(id)", token, body: #"{"state":"paused","types":[]}"#, [.ifMatch: tag])
      #expect(paused.status == 200 && paused.json["state"]?.text == "paused")
      let stale = try await world.ask(.patch, "/webhooks/\(id)", token, body: #"{"state":"active"}"#, [.ifMatch: tag])
      #expect(stale.status == 412)
      #expect(try await world.ask(.post, "/webhooks/\(id)/tests", token).code == "WEBHOOK_STATE")
      _ = try await world.ask(.patch, "/webhooks/\(id)", token, body: #"{"state":"active"}"#)
      let rotated = try await world.ask(.post, "/webhooks/\(id)/secrets", token, body: #"{"overlap_seconds":60}"#)
      #expect(rotated.json["secret"]?.text != made.json["secret"]?.text && rotated.json["old_secret_until"] != nil)
      let test = try await world.ask(.post, "/webhooks/\(id)/tests", token)
      #expect(test.status == 201)
      let delivery = try #require(test.json["id"]?.text)
      try await send(world) { _ in WebhookAnswer(status: 200, body: Array("fine".utf8)) }
      let list = try await world.ask(.get, "/webhooks/\(id)/deliveries?state=delivered", token)
      #expect(list.items.map { $0["id"]?.text } == [delivery])
      let one = try await world.ask(.get, "/webhooks/\(id)/deliveries/\(delivery)", token)
      #expect(one.json["tries"]?.elements.first?["answer"]?.text == "fine")
      #expect(one.json["body"]?.text?.contains("anban.webhook_test") == true)
      let again = try await world.ask(.post, "/webhooks/\(id)/deliveries/\(delivery)/replays", token)
      #expect(again.status == 202 && again.json["state"]?.text == "waiting")
      try await send(world) { _ in WebhookAnswer(status: 200) }
      let since = try await world.ask(
        .post, "/webhooks/\(id)/replays", token, body: #"{"since":"2026-01-01T00:00:00Z"}"#)
      #expect(since.status == 202 && since.json["count"] == .number("1"))
      #expect(try await world.ask(.get, "/webhooks", token).items.count == 1)
      #expect(try await world.ask(.delete, "/webhooks/\(id)", token).status == 204)
      #expect(try await world.ask(.get, "/webhooks/\(id)", token).status == 404)
      #expect(try await world.ask(.get, "/webhooks/\(id)/deliveries", token).status == 404)
      #expect(try await world.ask(.get, "/webhooks/types", token).response.text.contains("anban.claim_paid"))
    }
  }

  @Test func whatIsWrongIsRefused() async throws {
    try await open { world in
      let token = try await world.token(.steward)
      func fields(_ body: String) async throws -> [String] {
        try await world.ask(.post, "/webhooks", token, body: body).fields
      }
      let cases = [
        (#"{}"#, "url REQUIRED"), (#"{"url":"https://evil.com/"}"#, "url WEBHOOK_HOST"),
        (#"{"url":"https://a@hooks.example.cn/"}"#, "url WEBHOOK_URL_CREDENTIALS"),
        (#"{"url":"https://hooks.example.cn/\r\nX-Evil: 1"}"#, "url WEBHOOK_URL"),
        (#"{"url":"http://169.254.169.254/latest"}"#, "url WEBHOOK_HOST"),
        (#"{"url":"https://[::1]:8080/"}"#, "url WEBHOOK_HOST"),
        (#"{"url":"https://hooks.example.cn/","types":["claim_paid"]}"#, "types WEBHOOK_TYPES"),
        (#"{"url":"https://hooks.example.cn/","types":"all"}"#, "types TYPE"),
        (#"{"url":"https://hooks.example.cn/","scopes":["audit:read","customer:read"]}"#, "scopes TOKEN_SCOPES"),
        (#"{"url":"https://hooks.example.cn/","scopes":["nonsense"]}"#, "scopes TOKEN_SCOPES"),
        (#"{"url":"https://hooks.example.cn/","purpose":"claims"}"#, "purpose PURPOSE_FORBIDDEN"),
        (#"{"url":"https://hooks.example.cn/","account":"AC-1"}"#, "account UNKNOWN_FIELD"),
        (#"{"url":"https://hooks.example.cn/","state":"paused"}"#, "state UNKNOWN_FIELD"),
      ]
      for (body, fault) in cases {
        let found = try await fields(body)
        #expect(found == [fault], "\(body)")
      }
      // Another's: he may stop it, but not bend it, nor learn its secret.
      let made = try await world.ask(.post, "/webhooks", token, body: Self.new)
      let id = try #require(made.json["id"]?.text)
      let admin = try await world.token(.admin)
      let bent = try await world.ask(
        .patch, "/webhooks/\(id)", admin, body: #"{"url":"https://other.example.cn/"}"#)
      #expect(bent.status == 403 && bent.code == "WEBHOOK_FORBIDDEN")
      #expect(try await world.ask(.post, "/webhooks/\(id)/secrets", admin, body: "{}").code == "WEBHOOK_FORBIDDEN")
      #expect(try await world.ask(.patch, "/webhooks/\(id)", admin, body: #"{"state":"paused"}"#).status == 200)
      let agent = try await world.token(.agent, staff: "A1")
      #expect(try await world.ask(.get, "/webhooks", agent).status == 403)
    }
  }

  /// One's own rights decide what of a message one sees, here as everywhere.
  @Test func whatHappensIsToldAndShown() async throws {
    try await open { world in
      let token = try await world.token(.steward)
      let body = #"{"url":"https://hooks.example.cn/in","types":["anban.customer_corrected"]}"#
      let id = try #require(try await world.ask(.post, "/webhooks", token, body: body).json["id"]?.text)
      let lan = world.lan
      try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
        tx.record(Customers.corrected, customer: lan.raw, facts: ["fields": "name"])
      }
      try await TestDatabase.settle(world.web.site.database)
      try await send(world) { request in
        WebhookAnswer(status: request.url.text == "https://hooks.example.cn/in" ? 200 : 500)
      }
      let delivery = try #require(
        try await world.ask(.get, "/webhooks/\(id)/deliveries", token).items.first?["id"]?.text)
      let shown = try await world.ask(.get, "/webhooks/\(id)/deliveries/\(delivery)", token)
      #expect(shown.json["body"]?.text?.contains("\(lan)") == true && shown.json["state"]?.text == "delivered")
      let hidden = try await world.ask(
        .get, "/webhooks/\(id)/deliveries/\(delivery)?purpose=marketing", token)
      #expect(hidden.status == 200 && hidden.json["body"] == nil)
      #expect(try await world.looks(lan).contains("list webhook"))
    }
  }

  @Test func thePagesShowAndAct() async throws {
    try await open { world in
      try await world.web.account("hooker", .steward)
      let browser = try await world.web.signIn("hooker")
      let home = "/settings/webhooks"
      #expect(try await browser.get("/settings").text.contains(home))
      #expect(try await browser.get(home).text.contains("*.example.cn"))
      let wrong = try await browser.post(
        home, ["url": "https://evil.com/<script>", "scopes": "customer:read", "purpose": "quality"],
        from: "\(home)/new")
      #expect(wrong.status == .unprocessableContent && !wrong.text.contains("<script>alert"))
      let made = try await browser.post(
        home,
        [
          "url": "https://hooks.example.cn/in", "description": "<b>对账</b>", "scopes": "customer:read",
          "purpose": "quality",
        ], from: "\(home)/new")
      #expect(made.status == .ok && made.text.contains("whsec_") && !made.text.contains("<b>对账"))
      let id = try #require(made.text.firstMatch(of: /settings\/webhooks\/(WH-[0-9A-Z-]+)\/state/)?.1)
      let page = "\(home)/\(id)"
      #expect(try await !browser.get(page).text.contains("whsec_"))
      #expect(try await browser.post("\(page)/test", [:], from: page).status == .seeOther)
      try await send(world) { _ in WebhookAnswer(status: 503, body: Array("<i>busy</i>".utf8)) }
      let list = try await browser.get("\(page)?state=waiting").text
      let delivery = try #require(list.firstMatch(of: /deliveries\/(WD-[0-9A-Z-]+)/)?.1)
      let shown = try await browser.get("\(page)/deliveries/\(delivery)").text
      #expect(shown.contains("HTTP 503") && shown.contains("anban.webhook_test") && !shown.contains("<i>busy"))
      let again = try await browser.post(
        "\(page)/deliveries/\(delivery)/replay", [:], from: "\(page)/deliveries/\(delivery)")
      #expect(again.status == .seeOther)
      let kept = try await browser.post(
        "\(page)/edit", ["url": "https://b.example.cn/", "description": "", "types": "claim_paid"],
        from: "\(page)/edit")
      #expect(kept.headers[.location] == page)
      #expect(try await browser.get(page).text.contains("anban.claim_paid"))
      let rotated = try await browser.post("\(page)/secret", [:], from: page)
      #expect(rotated.text.contains("whsec_"))
      for state in ["paused", "active"] {
        #expect(try await browser.post("\(page)/state", ["state": state], from: page).status == .seeOther)
      }
      for since in ["", "2026-11-22T08:00"] {
        #expect(try await browser.post("\(page)/replay", ["since": since], from: page).headers[.location] == page)
      }
      #expect(try await browser.post("\(page)/remove", [:], from: page).headers[.location] == home)
      #expect(try await browser.get(page).status == .notFound)
    }
  }
}
