import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

/// Streams that stand open while consent is withdrawn.
@Suite struct LiveWithdrawalTests {
  private static func decide(_ world: APIWorld, isGiven: Bool) async throws {
    let lan = world.lan
    try await world.web.site.database.act(as: .system(purpose: .service)) { tx in
      for purpose in [Purpose.marketing, .personalisation] {
        if isGiven {
          _ = try Consents.give(ConsentInput(purpose, .none, textVersion: 1), for: lan, in: tx)
        } else {
          _ = try Consents.withdraw(purpose, .none, for: lan, in: tx)
        }
      }
    }
  }

  private static func contact(_ topic: String, _ world: APIWorld) async throws {
    let lan = world.lan
    try await world.web.site.database.act(as: .system(purpose: .service)) { tx in
      _ = try Interactions.record(["channel": "phone", "direction": "in", "topic": topic], with: lan, in: tx)
    }
  }

  /// What rests on consent tells nothing of a person once it is withdrawn, on a stream that was open before; one's own
  /// work, which rests on the contract, goes on with the same event. Whoever comes back later is told nothing of the
  /// time before either.
  @Test(arguments: TestDatabase.engines) func anOpenStreamObeysAtOnce(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      try await buildApplication(world.web.site).test(.live) { client in
        let port = try #require(client.port)
        let token = try await world.token(.agent, staff: "A1")
        let cookies = try await world.web.signIn("agent-a1").cookies
        try await Self.decide(world, isGiven: true)
        func open(_ purpose: String?, since: String? = nil) throws -> [StreamReader] {
          let query = purpose.map { "?purpose=\($0)" } ?? ""
          let more = since.map { "\r\nLast-Event-ID: \($0)" } ?? ""
          return [
            try StreamReader(port: port, path: "/stream\(query)", "Cookie: \(cookies)\(more)"),
            try StreamReader(port: port, path: "/api/v1/stream\(query)", "Authorization: Bearer \(token)\(more)"),
          ]
        }
        let own = try open(nil)
        let consented = try open("marketing") + open("personalisation")
        for reader in own + consented { #expect(try await reader.waits(for: "retry: 3000")) }
        let start = own[0].lastID
        try await Self.contact("咨询一", world)
        for reader in own { #expect(try await reader.waits(for: "event: card")) }
        for purpose in ["marketing", "personalisation"] {
          let answer = try await world.ask(.get, "/customers/\(world.lan)/timeline?purpose=\(purpose)", token)
          #expect(answer.status == 200, "\(purpose) sees her while it may")
        }
        try await Self.decide(world, isGiven: false)
        for purpose in ["marketing", "personalisation"] {
          let answer = try await world.ask(.get, "/customers/\(world.lan)/timeline?purpose=\(purpose)", token)
          #expect(answer.status == 404, "\(purpose) sees her no more")
        }
        let told = consented.map { $0.text.count(of: "event: card") }
        let before = own.map { $0.text.count(of: "event: card") }
        try await Self.contact("咨询二", world)
        for (reader, count) in zip(own, before) {
          try await waits { reader.text.count(of: "event: card") > count }
        }
        #expect(consented.map { $0.text.count(of: "event: card") } == told, "nothing came after the withdrawal")
        // Who reads the same stretch again, from before it all, finds nothing of her.
        let again = try open("marketing", since: start) + open("personalisation", since: start)
        for reader in again { #expect(try await reader.waits(for: "retry: 3000")) }
        try await Self.contact("咨询三", world)
        let last = own[0].text.count(of: "event: card")
        try await waits { own[0].text.count(of: "event: card") > last || last >= 3 }
        for reader in again {
          #expect(!reader.text.contains("李岚") && !reader.text.contains("\(world.lan)"), "\(reader.text)")
        }
        for reader in own + consented + again { reader.end() }
      }
    }
  }

  private func waits(_ holds: () -> Bool) async throws {
    for _ in 0..<1_200 {
      if holds() { return }
      try await Task.sleep(for: .milliseconds(25))
    }
    Issue.record("nothing came")
  }
}
