import Foundation
import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

@Suite struct SignInTests {
  @Test func signingInLeadsBackToWhereOneWanted() async throws {
    try await WebWorld.open { world in
      try await world.account("hejing", .admin)
      let turned = try await world.get("/settings/sessions", [.accept: "text/html"])
      #expect(turned.headers[.location] == "/login?next=%2Fsettings%2Fsessions")
      let page = try await world.get("/login?next=%2Fsettings%2Fsessions", [.accept: "text/html"])
      #expect(try page.hidden("next") == "/settings/sessions")
      let browser = try await world.signIn("hejing")
      let sessions = try await browser.get("/settings/sessions")
      #expect(sessions.status == .ok)
      #expect(sessions.text.contains("hejing"))
    }
  }

  @Test func cookiesAndHeadersAreStrict() async throws {
    try await WebWorld.open { world in
      try await world.account("hejing", .admin)
      let page = try await world.get("/login", [.accept: "text/html"])
      let policy = try #require(page.headers[.contentSecurityPolicy])
      #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe"))
      #expect(page.headers[.xContentTypeOptions] == "nosniff")
      let answer = try await world.post(
        "/login", ["csrf": page.hidden("csrf"), "name": "hejing", "password": WebWorld.password],
        [.cookie: page.setCookies])
      let cookie = try #require(answer.headers[values: .setCookie].first { $0.hasPrefix("anban=") })
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
    }
  }

  @Test func aWrongPasswordAndAnUnknownNameLookAlike() async throws {
    try await WebWorld.open { world in
      try await world.account("hejing", .admin)
      var answers: [String] = []
      for name in ["hejing", "nobody"] {
        let page = try await world.get("/login", [.accept: "text/html", .acceptLanguage: "en"])
        let answer = try await world.post(
          "/login", ["csrf": page.hidden("csrf"), "name": name, "password": "wrong password"],
          [.cookie: page.setCookies, .acceptLanguage: "en"])
        #expect(answer.status == .unprocessableContent)
        answers.append(answer.text.replacing(name, with: "").replacing(/name="csrf" value="[^"]*"/, with: ""))
      }
      #expect(answers[0] == answers[1])
      #expect(answers[0].contains("User name or password is not right."))
    }
  }

  @Test func failuresDelayThatAccountFromThatAddress() async throws {
    try await WebWorld.open { world in
      try await world.account("hejing", .admin)
      try await world.account("liping", .admin)
      for _ in 0..<5 {
        await #expect(throws: AppError.self) { try await world.signIn("hejing", password: "wrong password") }
      }
      let page = try await world.get("/login", [.accept: "text/html"])
      let answer = try await world.post(
        "/login", ["csrf": page.hidden("csrf"), "name": "hejing", "password": WebWorld.password],
        [.cookie: page.setCookies])
      #expect(answer.status == .tooManyRequests)
      #expect(answer.headers[.retryAfter] == "2")
      _ = try await world.signIn("liping")
    }
  }

  @Test(
    "the delay doubles and ends",
    arguments: [
      (failures: 4 as Int64, passed: 0, expected: 0), (5, 0, 2), (5, 1, 1), (5, 2, 0), (6, 0, 4), (9, 10, 22),
      (40, 0, 900),
    ])
  func delay(failures: Int64, passed: Int, expected: Int) throws {
    let last = try #require(Instant("2026-11-22T09:00:00+08:00"))
    #expect(SignIn.wait(failures: failures, lastAt: last, now: last + passed) == expected)
  }

  @Test func aSessionEndsForGood() async throws {
    try await WebWorld.open { world in
      try await world.account("hejing", .admin)
      let first = try await world.signIn("hejing")
      let second = try await world.signIn("hejing")
      let out = try await first.post("/logout", [:], from: "/settings/sessions")
      #expect(out.status == .seeOther)
      #expect(try await first.get("/settings/sessions").status == .seeOther)
      #expect(try await second.get("/settings/sessions").status == .ok)
    }
  }

  @Test func redirectsStayHere() {
    for own in ["/", "/customers?q=李", "/customers?q=a//b/../c", "/customers/", "/customers#results"] {
      #expect(Call.local(own) == own)
    }
    for foreign in [
      "//evil.example", "https://evil.example", "/\\evil.example", "/a\nSet-Cookie: x=1", nil, "", "/login?next=/",
      "/.//evil.example", "/..//evil.example", "/customers//evil.example", "/%2e/\u{7F}",
    ] {
      #expect(Call.local(foreign) == "/")
    }
  }

  @Test func tokensAreNarrowShownOnceAndRevoked() async throws {
    try await WebWorld.open { world in
      let agent = try await world.account("hejing", .agent)
      let system = Access.system(purpose: .administration)
      await #expect(throws: AppError.self) {
        try await world.site.database.act(as: system) { tx in
          try Accounts.createToken(of: agent, name: "x", scopes: [.read(.audit)], expiresAt: tx.now + 60, in: tx)
        }
      }
      let browser = try await world.signIn("hejing")
      let made = try await browser.post(
        "/settings/tokens", ["name": "日报", "scopes": "customer:read", "expires": "2026-12-31"], from: "/settings/tokens"
      )
      #expect(made.text.contains("anban_"))
      let list = try await browser.get("/settings/tokens")
      #expect(list.text.contains("日报") && !list.text.contains("anban_"))
    }
  }

  @Test func languageIsKeptAndThePageStays() async throws {
    try await WebWorld.open { world in
      try await world.account("hejing", .admin)
      let browser = try await world.signIn("hejing")
      let english = try await browser.get("/settings?lang=en")
      #expect(english.text.contains("<html lang=\"en\""))
      #expect(english.setCookies.contains("lang=en"))
      #expect(english.text.contains("href=\"/settings?lang=zh-Hans\""))
    }
  }
}
