import Insurer
import Kernel
import Storage
import TestKit
import Testing

@testable import Web

/// A person's policies in the order in which one reads them, and what is to be paid in the year to come: pages over
/// real rows, whatever the order they came in.
@Suite struct PolicyTableTests {
  private struct Row: Equatable {
    let number: String
    let isRider: Bool
  }

  /// «Today» is 2026-11-22.
  private static func fill(_ world: APIWorld) async throws {
    let lan = "\(world.lan)"
    func policy(_ number: String, _ change: [String: String]) -> [String: String] {
      [
        "policy_no": number, "product": number.hasSuffix("R") ? "R1" : "L1", "policyholder": lan, "insured": lan,
        "servicing_agent": "A1", "applied_on": "2024-01-02", "formed_on": "2024-01-05", "effective_on": "2024-01-06",
        "premium_mode": "annual", "premium": "100", "sum_insured": "10000", "status": "in_force",
        "status_as_of": "2026-11-20T06:00:00+08:00",
      ].merging(change) { $1 }
    }
    let policies = [
      policy("P0004", ["status": "terminated", "termination_reason": "surrendered", "terminated_on": "2025-05-01"]),
      policy(
        "P0003",
        [
          "effective_on": "2026-01-31", "applied_on": "2026-01-28", "formed_on": "2026-01-30",
          "premium_mode": "monthly", "premium": "10",
        ]),
      policy("P0009", ["servicing_agent": "A2"]),
      policy("P0003R", ["base_policy_no": "P0003", "premium": "0"]),
      policy(
        "P0004R",
        [
          "base_policy_no": "P0004", "status": "terminated", "termination_reason": "surrendered",
          "terminated_on": "2025-05-01",
        ]),
      policy("P0001R", ["base_policy_no": "P0001", "premium": "0"]),
      policy("P0009R", ["base_policy_no": "P0009", "premium": "0"]),
    ]
    let received = (0..<10).map { Day(year: 2026, month: 1, day: 31)?.adding(months: $0) }.compactMap { $0 }
    let premiums = received.map {
      ["policy_no": "P0003", "due_on": "\($0)", "amount": "10", "received_on": "\($0)", "method": "debit"]
    }
    try await world.web.site.database.act(as: .system(purpose: .intake)) { tx in
      let rider = [
        "code": "R1", "name": "附加意外伤害", "line": "accident", "kind": "rider", "cooling_off_days": "15",
        "waiting_days": "0", "guaranteed_renewable": "0",
      ]
      func take(_ kind: any ImportKind.Type, _ rows: [[String: String]]) throws {
        let rows = rows.enumerated().map { ImportRow(number: $0 + 1, key: "\($0)", values: $1, digest: []) }
        for outcome in try kind.apply(rows, source: "core", in: tx) {
          guard outcome.result == .created else { throw AppError.broken("\(kind.name): \(outcome.errors)") }
        }
      }
      try take(ProductsKind.self, [rider])
      try take(PoliciesKind.self, policies)
      try take(PremiumsKind.self, premiums)
    }
  }

  private func rows(_ page: String) -> [Row] {
    page.matches(
      of: /<tr( class="rider")?><td><a class="strong"[^>]*>[^<]*<\/a><small>[^<]*<span class="mono">([^<]+)</
    )
    .map { Row(number: String($0.2), isRider: $0.1 != nil) }
  }

  @Test(arguments: TestDatabase.engines) func ridersStandBelowTheirBase(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      try await Self.fill(world)
      let all = try await world.browser(.service).page("/customers/\(world.lan)/policies")
      let order = rows(all)
      let place = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1.number, $0) })
      #expect(order.count == 8)
      for row in order where row.number.hasSuffix("R") {
        #expect(row.isRider && place[row.number] == place[String(row.number.dropLast())].map { $0 + 1 }, "\(row)")
      }
      #expect(order.suffix(2).map(\.number) == ["P0004", "P0004R"], "what has ended comes last")
      let mine = rows(try await world.browser(.agent, staff: "A1").page("/customers/\(world.lan)/policies"))
      #expect(!mine.contains { $0.number == "P0009" })
      #expect(mine.contains(Row(number: "P0009R", isRider: false)), "a rider whose base one does not see stands alone")
      let list = try await world.browser(.analyst).page("/policies")
      #expect(list.contains("P0003") && !list.contains("P0003R"), "a list of the book shows base covers")
    }
  }

  @Test(arguments: TestDatabase.engines) func theYearToComeMonthByMonth(_ engine: TestDatabase.Engine) async throws {
    try await APIWorld.open(on: engine) { world in
      try await Self.fill(world)
      let page = try await world.browser(.agent, staff: "A1").page("/customers/\(world.lan)/policies")
      let card = try #require(page.firstMatch(of: /<svg class="calendar".*?<\/details>/.dotMatchesNewlines()))
      let days = String(card.0).matches(
        of: /<span class="due ([a-z]*)">([0-9-]+)<\/span>.*?class="number">¥([0-9,.]+)</)
      let monthly = [
        "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30",
        "2027-07-31", "2027-08-31", "2027-09-30", "2027-10-31",
      ]
      #expect(days.filter { $0.3 == "10.00" }.map { String($0.2) } == monthly, "a short month shortens itself only")
      #expect(days.filter { $0.3 == "8,600.00" }.map { String($0.2) } == ["2027-01-06"])
      #expect(days.map { String($0.2) } == days.map { String($0.2) }.sorted())
      #expect(days.count == 13 && days.allSatisfy { $0.1.isEmpty })
      #expect(page.contains("¥8,720"), "the title says the sum")
      let bars = String(card.0).matches(of: /<title>[A-Za-z]+ ¥([0-9,]+)<\/title>/).map { String($0.1) }
      #expect(bars == ["10", "10", "8,610"] + Array(repeating: "10", count: 9))
    }
  }
}
