import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct TimelineTests {
  @Test(arguments: TestDatabase.engines) func oneLineOverAllChannels(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      try await cast.take(ClaimsKind.self, [cast.claim(["handler": ""])])
      let at = ["2026-11-20 10:00", "2026-11-21 11:00"]
      for (place, channel) in ["微信", "柜面"].enumerated() {
        let row = [
          "source_id": "K\(place)", "customer": cast.li.description, "at": at[place], "channel": channel,
          "direction": "in", "summary": "问理赔",
        ]
        try await cast.take(InteractionsKind.self, [row])
      }
      func page(_ before: InteractionCursor = .newest, _ filter: TimelineFilter = TimelineFilter()) async throws
        -> [TimelineEntry]
      {
        try await cast.read { tx in
          try Timeline.page(of: PersonRef(cast.li), before: before, filter, limit: 4, in: tx)
        }
      }
      let first = try await page()
      #expect(first.map(\.happenedAt) == first.map(\.happenedAt).sorted(by: >))
      let contacts = first.compactMap(\.contact)
      #expect(contacts.map(\.interaction.channel) == [.branch, .wechat] && contacts[0].interaction.summary == "问理赔")
      let last = try #require(first.last)
      let second = try await page(InteractionCursor(at: last.happenedAt, id: last.id))
      #expect(Set(first.map(\.id)).isDisjoint(with: second.map(\.id)))
      #expect(second.map(\.kind).contains(.policyIssued))
      let claims = try await page(.newest, TimelineFilter(kinds: [.claimRequested]))
      #expect(claims.map(\.kind) == [.claimRequested] && claims[0].amount == Money(fen: 3200_50))
    }
  }

  @Test(arguments: TestDatabase.engines) func whatHappensOnAnothersPolicyIsNotTold(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life(), cast.life(["policy_no": "P2", "servicing_agent": "A3"])])
      func subjects(_ who: Access) async throws -> Set<Int64> {
        let entries = try await cast.read(as: who) { tx in
          try Timeline.page(of: PersonRef(cast.wang), limit: 50, in: tx)
        }
        return Set(entries.filter { $0.kind == .policyIssued }.map(\.subject))
      }
      let mine = try await cast.policy("P1").id.raw
      let other = try await cast.policy("P2").id.raw
      #expect(try await subjects(cast.access("A1")) == [mine])
      #expect(try await subjects(cast.access("A3")) == [other])
      #expect(try await subjects(ContractCast.system) == [mine, other])
      #expect(try await subjects(cast.access("A2")) == [])
    }
  }

  @Test(
    "facts are read as they were written",
    arguments: [
      [:], ["a": "b"], ["reason": "退保", "text": "\"quoted\" \\ \n\t\u{1}"], ["a": "", "": "b"],
    ] as [[String: String]])
  func facts(_ facts: [String: String]) {
    #expect(Facts.read(Facts.json(facts)) == facts)
  }

  @Test("what is no flat object is no facts", arguments: ["[]", "{\"a\":1}", "{\"a\"", "nonsense", "{\"a\":\"b\"}x"])
  func noFacts(_ json: String) {
    #expect(Facts.read(json).isEmpty || json.hasSuffix("x"))
  }
}
