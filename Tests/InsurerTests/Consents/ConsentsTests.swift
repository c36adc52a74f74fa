import Kernel
import Storage
import Synchronization
import TestKit
import Testing

@testable import Insurer

@Suite struct ConsentsTests {
  static let service = CustomerCast.access(.service, staff: 99)

  static func access(_ purpose: Purpose, _ role: Role = .analyst) -> Access {
    Roles.access(.init(actor: .staff(5), role: role, staffID: 5), purpose: purpose, surface: "api")
  }

  static func create(_ db: Database, _ name: String, birth: String = "1990-05-06") async throws -> ID<Customer> {
    try await db.act(as: CustomerCast.system) { tx in
      try Customers.create(["name": name, "birth_date": birth], in: tx).id
    }
  }

  static let marketing = ConsentInput(.marketing, .none, textVersion: 1)

  private func seen(_ db: Database, _ purpose: Purpose) async throws -> [String] {
    try await db.read(as: Self.access(purpose)) { tx in try Customers.list(in: tx).rows.map(\.name) }
  }

  @Test(arguments: TestDatabase.engines) func yesNoAndNoMore(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let id = try await Self.create(db, "王敏")
      #expect(try await seen(db, .marketing) == [])
      #expect(try await seen(db, .contract) == ["王敏"])
      func act(_ body: @escaping @Sendable (Tx) throws -> Consent) async throws -> Consent {
        try await db.act(as: Self.service, body)
      }
      let given = try await act { try Consents.give(Self.marketing, for: id, in: $0) }
      #expect(given.state == .given && given.takenBy == Self.service.actor)
      #expect(try await act { try Consents.give(Self.marketing, for: id, in: $0) }.id == given.id)
      #expect(try await seen(db, .marketing) == ["王敏"])
      #expect(try await seen(db, .personalisation) == [])
      let ended = try await act { try Consents.withdraw(.marketing, .none, for: id, evidence: "来电", in: $0) }
      #expect(ended.id == given.id && ended.state == .withdrawn)
      #expect(try await seen(db, .marketing) == [])
      #expect(try await act { try Consents.withdraw(.marketing, .none, for: id, in: $0) }.id == given.id)
      let refused = try await act { try Consents.refuse(Self.marketing, for: id, in: $0) }
      #expect(try await act { try Consents.refuse(Self.marketing, for: id, in: $0) }.id == refused.id)
      await #expect(throws: AppError.self) {
        _ = try await act { try Consents.withdraw(.marketing, .none, for: id, in: $0) }
      }
      #expect(
        try await CustomerCast.events(db, of: id).dropFirst() == [
          "consent_given", "consent_withdrawn", "consent_refused",
        ])
      let sheet = try await db.read(as: Self.service) { tx in try Consents.sheet(id, in: tx) }
      #expect(sheet.history.map(\.state) == [.refused, .withdrawn])
      #expect(sheet.history.last?.withdrawalEvidence == "来电")
      #expect(sheet.standings.count == Purposes.ofConsent.count)
    }
  }

  @Test(arguments: TestDatabase.engines) func rightsAndSight(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let id = try await Self.create(db, "王敏")
      for role in [Role.analyst, .claims, .underwriter, .compliance] {
        await #expect(throws: AppError.self, "\(role)") {
          try await db.act(as: CustomerCast.access(role, staff: 3)) { tx in
            try Consents.give(Self.marketing, for: id, in: tx)
          }
        }
      }
      let staff = try await CustomerCast.staff(db)
      await #expect(throws: AppError.self) {
        try await db.act(as: CustomerCast.agent(staff["A1"]!)) { tx in
          try Consents.give(Self.marketing, for: id, in: tx)
        }
      }
      for (purpose, category, version) in [
        (Purpose.contract, Kernel.Category.none, 1), (.marketing, .health, 1), (.marketing, .none, 2),
      ] {
        await #expect(throws: AppError.self) {
          try await db.act(as: Self.service) { tx in
            try Consents.give(ConsentInput(purpose, category, textVersion: version), for: id, in: tx)
          }
        }
      }
      #expect(try await CustomerCast.events(db, of: id) == ["customer_created"])
    }
  }

  @Test(arguments: TestDatabase.engines) func aChildHasAGuardian(_ engine: TestDatabase.Engine) async throws {
    let time = MovingTime(TestDatabase.clock.now())
    try await TestDatabase.open(on: engine, clock: time.clock, visibility: .insurer) { db in
      let child = try await Self.create(db, "王小宝", birth: "2012-11-24")
      let parent = try await Self.create(db, "王敏")
      let input = ConsentInput(.marketing, .none, textVersion: 1, guardian: parent)
      await #expect(throws: AppError.self) {
        try await db.act(as: Self.service) { tx in try Consents.give(input, for: child, in: tx) }
      }
      let relation = Relationship(from: parent, to: child, kind: .parent)
      try await db.act(as: CustomerCast.system) { tx in _ = try Relationships.record(relation, in: tx) }
      try await db.act(as: CustomerCast.system) { tx in _ = try Consents.give(input, for: child, in: tx) }
      #expect(try await seen(db, .marketing) == ["王小宝"])
      // The relation ends: at once nothing holds, and after the worker's look neither.
      try await db.act(as: CustomerCast.system) { tx in try Relationships.end(relation, in: tx) }
      #expect(try await seen(db, .marketing) == [])
      #expect(try await db.act(as: CustomerCast.system) { tx in try Consents.refreshDue(in: tx) } == 1)
      #expect(try await db.act(as: CustomerCast.system) { tx in try Consents.refreshDue(in: tx) } == 0)
      #expect(try await seen(db, .marketing) == [])
      try await db.act(as: CustomerCast.system) { tx in _ = try Relationships.record(relation, in: tx) }
      try await db.act(as: CustomerCast.system) { tx in _ = try Consents.refreshDue(in: tx) }
      #expect(try await seen(db, .marketing) == ["王小宝"])
      // The 14th birthday begins: nobody has to have looked for the guardian's word to end.
      time.set(Instant(Day(year: 2026, month: 11, day: 24)!) + -1)
      #expect(try await seen(db, .marketing) == ["王小宝"])
      time.set(Instant(Day(year: 2026, month: 11, day: 24)!))
      #expect(try await seen(db, .marketing) == [])
      try await db.act(as: CustomerCast.system) { tx in _ = try Consents.give(Self.marketing, for: child, in: tx) }
      #expect(try await seen(db, .marketing) == ["王小宝"])
    }
  }

  @Test(arguments: TestDatabase.engines) func aCorrectedBirthDateCounts(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let id = try await Self.create(db, "王敏")
      try await db.act(as: Self.service) { tx in _ = try Consents.give(Self.marketing, for: id, in: tx) }
      try await db.act(as: CustomerCast.system) { tx in
        _ = try Customers.update(id, ["birth_date": "2016-05-06"], expected: nil, in: tx)
      }
      #expect(try await seen(db, .marketing) == [])
      try await db.act(as: CustomerCast.system) { tx in _ = try Consents.refreshDue(in: tx) }
      #expect(try await seen(db, .marketing) == [])
    }
  }

  @Test(arguments: TestDatabase.engines) func onePersonsRecordsStandTogether(
    _ engine: TestDatabase.Engine
  ) async throws {
    try await CustomerCast.open(engine) { db in
      let (one, two) = (try await Self.create(db, "王敏"), try await Self.create(db, "王敏甲"))
      try await db.act(as: CustomerCast.system) { tx in
        for id in [one, two] {
          try tx.run(
            "INSERT INTO customer_links (customer_id, person_id, linked_at) VALUES (\(id), \(one), \(tx.now))")
        }
        _ = try Consents.give(Self.marketing, for: two, in: tx)
      }
      #expect(try await seen(db, .marketing).count == 2)
      try await db.act(as: Self.service) { tx in _ = try Consents.withdraw(.marketing, .none, for: one, in: tx) }
      #expect(try await seen(db, .marketing).isEmpty)
    }
  }

  @Test(arguments: TestDatabase.engines) func filesComeAndGo(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let id = try await Self.create(db, "王敏")
      func take(_ rows: [[String: String]]) async throws -> [RowOutcome] {
        let rows = rows.enumerated().map { place, values in
          ImportRow(
            number: place + 1, key: "\(values["given_at"] ?? "")", values: values.filter { !$0.value.isEmpty },
            digest: [])
        }
        return try await db.act(as: CustomerCast.system) { tx in
          try ConsentsKind.apply(rows, source: "core", in: tx)
        }
      }
      let row = [
        "customer": id.description, "purpose": "marketing", "category": "none", "given_at": "2026-01-02 10:00",
        "text_version": "1", "by": "self", "evidence": "授权书 1",
      ]
      #expect(try await take([row]).map(\.result) == [.created])
      #expect(try await take([row]).map(\.result) == [.unchanged])
      #expect(try await seen(db, .marketing) == ["王敏"])
      let bad = [
        row.merging(["purpose": "contract"]) { $1 }, row.merging(["text_version": "9"]) { $1 },
        row.merging(["evidence": ""]) { $1 }, row.merging(["given_at": "2027-01-02 10:00"]) { $1 },
      ]
      #expect(try await take(bad).map(\.result) == [.rejected, .rejected, .rejected, .rejected])
      let waits = row.merging(["by": "C9"]) { $1 }
      #expect(try await take([waits]).map(\.result) == [.waiting(kind: "customers", key: "C9")])
      let ended = row.merging(["withdrawn_at": "2026-11-20 10:00"]) { $1 }
      #expect(try await take([ended]).map(\.result) == [.updated])
      #expect(try await seen(db, .marketing) == [])
      let out = try await db.read(as: CustomerCast.system) { tx in
        try ConsentsKind.export(after: nil, limit: 10, in: tx)
      }
      #expect(out.map(\.values.count) == [ConsentsKind.fields.count])
      #expect(out.first?.values.suffix(4) == ["2026-11-20T10:00:00+08:00", "1", "self", "授权书 1"])
      #expect(
        try await CustomerCast.events(db, of: id) == ["customer_created", "consent_given", "consent_withdrawn"])
    }
  }

  /// One decision twice in a batch, told first as a yes and then as taken back: it is taken back.
  @Test(arguments: TestDatabase.engines)
  func aYesTakenBackInTheSameBatchHoldsNoMore(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let id = try await Self.create(db, "王敏")
      func incoming(_ withdrawn: Instant?) -> Consents.Incoming {
        Consents.Incoming(
          customer: id, purpose: .marketing, category: .none, isRefusal: false,
          decidedAt: TestDatabase.clock.now() + -7_200, withdrawnAt: withdrawn, textVersion: 1, guardian: nil,
          evidence: nil)
      }
      let items = [incoming(nil), incoming(TestDatabase.clock.now() + -3_600)]
      let outcomes = try await db.act(as: CustomerCast.system) { tx in
        try Consents.takeIn(items, source: "core", in: tx).map(\.outcome)
      }
      #expect(outcomes == [.created, .updated])
      #expect(try await seen(db, .marketing) == [])
      let sheet = try await db.read(as: Self.service) { tx in try Consents.sheet(id, in: tx) }
      #expect(sheet.history.map(\.state) == [.withdrawn])
      #expect(
        try await CustomerCast.events(db, of: id).dropFirst() == ["consent_given", "consent_withdrawn"])
    }
  }
}

/// A clock that a test moves.
final class MovingTime: Sendable {
  private let moment: Mutex<Instant>

  init(_ start: Instant) { moment = Mutex(start) }

  var clock: Clock { Clock { [self] in moment.withLock { $0 } } }

  func set(_ to: Instant) { moment.withLock { $0 = to } }
}
