import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct GrantsTests {
  private static let account = ID<Account>(77)

  /// A person of A1's, a child of his, and claims handler C1, who has no case of either.
  private struct Cast: Sendable {
    let staff: [String: StaffMember]
    let person, child: ID<Customer>

    static func make(_ db: Database) async throws -> Cast {
      let staff = try await CustomerCast.staff(db)
      let (person, child) = try await db.act(as: CustomerCast.system) { tx in
        (
          try Customers.create(CustomerCast.wang.merging(["owner": "A1"]) { $1 }, in: tx).id,
          try Customers.create(["name": "王小", "birth_date": "2016-05-01", "owner": "A1"], in: tx).id
        )
      }
      return Cast(staff: staff, person: person, child: child)
    }

    func access(_ number: String, granted: Bool = false) throws -> Access {
      let member = try #require(staff[number])
      return GrantsTests.access(member.role, staff: member.id.raw, granted: granted)
    }
  }

  private static func access(_ role: Role, staff: Int64 = 0, granted: Bool = false) -> Access {
    var holder = Roles.Holder(actor: .staff(900 + staff), role: role, staffID: staff)
    holder.grantee = granted ? account.raw : 0
    return Roles.access(holder, surface: "page")
  }

  private static func sees(_ id: ID<Customer>, _ access: Access, _ db: Database) async throws -> Bool {
    try await db.read(as: access) { tx in
      do {
        let overview = try Overview.load(id, in: tx)
        let lines = try Customers.lines([id], in: tx)
        return overview.profile.customer.id == id && lines.count == 1
      } catch let error as AppError where error.kind == .notFound || error.code == "MINOR_APPROVAL_REQUIRED" {
        return false
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func glassIsBrokenForAWhile(_ engine: TestDatabase.Engine) async throws {
    let time = MovingTime(TestDatabase.clock.now())
    try await TestDatabase.open(on: engine, clock: time.clock, visibility: .insurer) { db in
      let cast = try await Cast.make(db)
      let handler = try cast.access("C1", granted: true)
      #expect(try await !Self.sees(cast.person, handler, db))
      let grant = try await db.act(as: cast.access("C1")) { tx in
        try Grants.open(.brokenGlass, cast.person, reason: "急诊垫付，需核对既往理赔", minutes: 15, account: Self.account, in: tx)
      }
      #expect(try await Self.sees(cast.person, handler, db))
      #expect(try await !Self.sees(cast.person, cast.access("C1"), db), "another account's grant opens nothing")
      #expect(try await !Self.sees(cast.child, handler, db), "nobody else is opened")
      let listed = try await db.read(as: handler) { tx in try Customers.list(in: tx).rows.map(\.id) }
      #expect(listed.isEmpty, "no list shows him")
      #expect(grant.ownerID == cast.staff["A1"]?.id)
      time.set(time.clock.now() + 15 * 60)
      #expect(try await !Self.sees(cast.person, handler, db))
      #expect(try await CustomerCast.events(db, of: cast.person) == ["customer_created", "access_granted"])
    }
  }

  @Test(arguments: TestDatabase.engines)
  func complianceTakesBackAndReviews(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let cast = try await Cast.make(db)
      let grant = try await db.act(as: cast.access("C1")) { tx in
        try Grants.open(.brokenGlass, cast.person, reason: "急诊垫付，需核对", minutes: 60, account: Self.account, in: tx)
      }
      let owner = try cast.access("A1")
      let notices = try await db.read(as: owner) { try Grants.notices(in: $0) }
      #expect(notices.map(\.id) == [grant.id] && notices[0].reason == nil)
      try await db.act(as: owner) { try Grants.markSeen(in: $0) }
      #expect(try await db.read(as: owner) { try Grants.notices(in: $0) }.isEmpty)
      let compliance = Self.access(.compliance, staff: 5)
      let listed = try await db.read(as: compliance) { try Grants.list(limit: 9, in: $0) }
      #expect(listed.map(\.reason) == ["急诊垫付，需核对"])
      let raw = try await db.read(as: CustomerCast.system) { tx in
        try tx.fetch(.all("SELECT reason FROM grants") { $0.blob(0) })
      }
      #expect(raw.allSatisfy { !String(decoding: $0, as: UTF8.self).contains("急诊") }, "the reason rests sealed")
      try await db.act(as: compliance) { tx in
        try Grants.end(grant.id, of: cast.person, in: tx)
        try Grants.review(grant.id, of: cast.person, .justified, in: tx)
      }
      #expect(try await !Self.sees(cast.person, cast.access("C1", granted: true), db))
      await #expect {
        try await db.act(as: compliance) { try Grants.review(grant.id, of: cast.person, .justified, in: $0) }
      } throws: { ($0 as? AppError)?.code == "GRANT_REVIEWED" }
      #expect(
        try await CustomerCast.events(db, of: cast.person).dropFirst()
          == ["access_granted", "access_ended", "access_reviewed"])
    }
  }

  /// Who sells never breaks glass; who sees everybody has none to break.
  @Test(arguments: Role.allCases) func whoMay(_ role: Role) async throws {
    try await CustomerCast.open(.sqlite) { db in
      let cast = try await Cast.make(db)
      let may: [GrantKind: Set<Role>] = [
        .brokenGlass: [.manager, .claims, .underwriter], .verifiedCall: [],
        .approval: [],
      ]
      let ofChildren: [GrantKind: Set<Role>] = [
        .brokenGlass: [.manager, .claims, .underwriter], .verifiedCall: [.service],
        .approval: [.service, .steward, .analyst, .compliance, .admin],
      ]
      for (id, allowed) in [(cast.person, may), (cast.child, ofChildren)] {
        for kind in GrantKind.allCases {
          let access = Self.access(role, staff: 3)
          let result = await Result {
            try await db.act(as: access) { tx in
              _ = try Grants.open(kind, id, reason: "核对一项资料", minutes: 15, account: Self.account, in: tx)
            }
          }
          let isAllowed = allowed[kind]?.contains(role) == true
          if isAllowed {
            #expect(throws: Never.self) { try result.get() }
          } else {
            #expect { try result.get() } throws: { ($0 as? AppError)?.code == "GRANT_FORBIDDEN" }
          }
        }
      }
    }
  }

  /// A reason in a few words, a length of the form's, somebody who is there.
  @Test func whatIsAskedOfARequest() async throws {
    try await CustomerCast.open(.sqlite) { db in
      let cast = try await Cast.make(db)
      for (reason, minutes, id, code) in [
        ("急", 15, cast.person, "REASON_TOO_SHORT"), ("", 15, cast.person, "REQUIRED"),
        ("急诊垫付需核对", 999, cast.person, "NUMBER_RANGE"), ("急诊垫付需核对", 15, ID<Customer>(1), "NOT_FOUND"),
      ] {
        await #expect {
          try await db.act(as: cast.access("C1")) { tx in
            _ = try Grants.open(.brokenGlass, id, reason: reason, minutes: minutes, account: Self.account, in: tx)
          }
        } throws: { error in
          guard let error = error as? AppError else { return false }
          return (error.fields.first?.code ?? error.code) == code
        }
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func aChildOpensByApprovalOrCall(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let cast = try await Cast.make(db)
      let service = Self.access(.service, staff: 8, granted: true)
      #expect(try await Self.sees(cast.child, cast.access("A1"), db), "one's own case")
      #expect(try await Self.sees(cast.child, CustomerCast.system, db), "a job's is nobody's eyes")
      #expect(try await !Self.sees(cast.child, service, db))
      #expect(try await Self.sees(cast.person, service, db))
      let asked = try await db.act(as: service) { tx in
        try Grants.open(.approval, cast.child, reason: "监护人来信要求更正", minutes: 0, account: Self.account, in: tx)
      }
      #expect(try await !Self.sees(cast.child, service, db), "asked is not given")
      await #expect {
        try await db.act(as: service) { try Grants.decide(asked.id, of: cast.child, isGiven: true, in: $0) }
      } throws: { ($0 as? AppError)?.kind == .forbidden }
      try await db.act(as: Self.access(.compliance, staff: 5)) { tx in
        try Grants.decide(asked.id, of: cast.child, isGiven: true, in: tx)
      }
      #expect(try await Self.sees(cast.child, service, db))
      #expect(try await !Self.sees(cast.child, Self.access(.analyst), db))
      try await db.act(as: Self.access(.compliance, staff: 5)) { try Grants.end(asked.id, of: cast.child, in: $0) }
      #expect(try await !Self.sees(cast.child, service, db))
      try await db.act(as: service) { tx in
        _ = try Grants.open(.verifiedCall, cast.child, reason: "已核对监护人证件", minutes: 15, account: Self.account, in: tx)
      }
      #expect(try await Self.sees(cast.child, service, db))
    }
  }

  /// Nobody's statements ask for grants but a holder's: a purpose of contract adds nothing for anybody else.
  @Test func whoHoldsNoneAsksForNone() {
    let now = TestDatabase.clock.now()
    func text(_ access: Access, _ graded: Graded) -> String {
      "\(Visibility.insurer.predicate(access, graded, "c", now))"
    }
    for role in Role.allCases {
      #expect(!text(Self.access(role, staff: 3), .customer).contains("grants"), "\(role)")
      #expect(!text(Self.access(role, staff: 3, granted: true), .book).contains("grants"), "\(role)")
    }
    #expect(text(Self.access(.claims, staff: 3, granted: true), .customer).contains("grants"))
    #expect(!text(Self.access(.service, granted: true), .customer).contains("grants"))
  }
}

extension Result where Failure == any Error {
  fileprivate init(_ body: () async throws -> Success) async {
    do { self = .success(try await body()) } catch { self = .failure(error) }
  }
}
