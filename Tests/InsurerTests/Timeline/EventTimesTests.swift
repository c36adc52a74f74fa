import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// What a load tells of happened when its rows say so; what it records it records now.
@Suite struct EventTimesTests {
  private struct Told: Hashable {
    let kind: String
    let day: String
    init(_ kind: String, _ day: String) { (self.kind, self.day) = (kind, day) }
  }

  private static func told(_ cast: ContractCast, _ id: ID<Customer>) async throws -> [Told] {
    try await cast.read { tx in
      try tx.fetch(
        .all(
          """
          SELECT kind, happened_at FROM events WHERE customer_id = \(id) AND recorded_at = \(tx.now) ORDER BY id
          """
        ) { Told($0.text(0), $0.instant(1).day.description) })
    }
  }

  private static func latest(_ cast: ContractCast, _ id: ID<Customer>) async throws -> Set<Instant> {
    try await cast.read { tx in
      let (rows, record) = try tx.fetch(BookStore.rows(of: [id.raw]), Customers.record(id))
      return Set(rows.map(\.latestAt) + [record?.latestAt].compactMap { $0 })
    }
  }

  @Test(arguments: TestDatabase.engines) func aContractAndItsParts(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let source = ["source_id": "K1", "name": "赵磊", "created_on": "2019-05-06"]
      let taken = try await cast.take(CustomersKind.self, [source, ["source_id": "K2", "name": "孙悦"]])
      let zhao = ID<Customer>(try #require(taken[0].entity))
      let today = try await cast.read { $0.today.description }
      #expect(try await Self.told(cast, zhao) == [Told("customer_created", "2019-05-06")])
      #expect(
        try await Self.told(cast, ID(try #require(taken[1].entity))) == [Told("customer_created", today)])
      let holder = ["policyholder": zhao.description, "insured": zhao.description]
      try await cast.take(PoliciesKind.self, [cast.life(holder)])
      try await cast.take(PartiesKind.self, [["policy_no": "P1", "role": "受益人", "name": "王大明", "benefit": "身故"]])
      try await cast.take(CoveragesKind.self, [["policy_no": "P1", "benefit": "身故", "sum_insured": "500000"]])
      try await cast.take(PremiumsKind.self, [["policy_no": "P1", "due_on": "2027-01-10", "amount": "1000"]])
      let link = ["from": zhao.description, "to": cast.chen.description, "kind": "spouse", "since": "2018-02-03"]
      try await cast.take(RelationshipsKind.self, [link])
      let told = try await Self.told(cast, zhao)
      #expect(
        told == [
          Told("customer_created", "2019-05-06"), Told("policy_issued", "2026-01-08"),
          Told("policy_delivered", "2026-01-12"), Told("relation_changed", "2026-01-08"),
          Told("party_added", "2026-01-08"), Told("coverage_added", "2026-01-08"),
          Told("premium_scheduled", "2026-01-08"), Told("relationship_recorded", "2018-02-03"),
        ])
      #expect(try await Self.latest(cast, zhao) == [Instant(try #require(Day("2026-01-12")))])
      let since = try await cast.read { tx in try Customers.find(zhao, in: tx).relationSince }
      #expect(since?.day == Day("2026-01-08"))
    }
  }

  /// What comes to a contract that has changed since is an addition of now; and nothing happens tomorrow.
  @Test(arguments: TestDatabase.engines) func additionsAreOfNow(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life(["delivered_on": "2031-01-12"])])
      try await cast.take(PoliciesKind.self, [cast.life(["premium": "900"])], changed: ["premium"])
      try await cast.take(CoveragesKind.self, [["policy_no": "P1", "benefit": "身故", "sum_insured": "500000"]])
      let (now, told) = try await cast.read { tx in
        let told: [(String, Instant)] = try tx.fetch(
          .all("SELECT kind, happened_at FROM events WHERE customer_id = \(cast.wang) ORDER BY id") {
            ($0.text(0), $0.instant(1))
          })
        return (tx.now, told)
      }
      #expect(told.map(\.0).suffix(2) == ["policy_changed", "coverage_added"])
      #expect(told.filter { ["policy_delivered", "coverage_added"].contains($0.0) }.allSatisfy { $0.1 == now })
    }
  }

  /// The newest events of the demo's people are not its loading.
  @Test(arguments: TestDatabase.engines) func theDemosStory(_ engine: TestDatabase.Engine) async throws {
    try await TestDatabase.open(on: engine, visibility: .insurer) { db in
      _ = try await DemoFill(FillDemoTests.demo, db: db).run()
      let loud = try await db.read(as: ContractCast.system) { tx in
        try tx.fetch(
          .all(
            """
            SELECT kind FROM events WHERE happened_at = recorded_at AND kind IN ('customer_created', 'party_added',
              'coverage_added', 'relation_changed', 'relationship_recorded', 'premium_scheduled', 'policy_issued')
            """
          ) { $0.text(0) })
      }
      #expect(loud.isEmpty)
      let (people, now) = try await db.read(as: ContractCast.system) { tx in
        (
          try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM customers")),
          try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM customers WHERE latest_at = \(tx.now)"))
        )
      }
      #expect(now * 10 < people)
    }
  }
}
