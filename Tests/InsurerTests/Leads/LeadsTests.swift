import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct LeadsTests {
  private static let now = Instant(Day(number: 20_779), secondOfDay: 9 * 3600)

  @Test(arguments: [
    (LeadOrigin.web, false, Bool?.none, true), (.web, false, false, true), (.campaign, false, nil, false),
    (.campaign, true, nil, true), (.campaign, true, false, false), (.referral, false, true, true),
  ])
  func whomOneMayFollowUp(_ origin: LeadOrigin, _ agreed: Bool, _ holds: Bool?, _ may: Bool) {
    #expect((LeadRules.fault(origin: origin, agreed: agreed, holds: holds) == nil) == may)
  }

  @Test func whenALeadGoesBack() {
    let (now, day) = (Self.now, LeadRules.untouchedSeconds)
    #expect(LeadRules.returnAt(.assigned, next: nil, now: now) == now + day)
    #expect(LeadRules.returnAt(.appointment, next: now + 3 * day, now: now) == now + 4 * day)
    #expect(LeadRules.returnAt(.contacted, next: nil, now: now) == now + 7 * day)
    #expect(LeadRules.returnAt(.won, next: nil, now: now) == nil)
  }

  private static func code(_ body: () async throws -> Void) async -> String? {
    do { try await body() } catch let error as AppError {
      return error.fields.first.map { "\($0.field) \($0.code)" } ?? error.code
    } catch { return "\(error)" }
    return nil
  }

  private static let wang = ["name": "王敏", "mobile": "13812340009", "origin": "web", "line": "medical", "note": "问医疗险"]

  @Test(arguments: TestDatabase.engines) func untouchedForADay(_ engine: TestDatabase.Engine) async throws {
    let time = MovingTime(TestDatabase.clock.now())
    try await TestDatabase.open(on: engine, clock: time.clock, visibility: .insurer) { db in
      let staff = try await CustomerCast.staff(db)
      let (a1, a2) = (CustomerCast.agent(try #require(staff["A1"])), CustomerCast.agent(try #require(staff["A2"])))
      let a3 = CustomerCast.agent(try #require(staff["A3"]))
      let id = try await db.act(as: a1) { try Leads.enter(Self.wang, in: $0) }
      func back() async throws -> Int {
        try await db.act(as: CustomerCast.system) { try Leads.returnUntouched(limit: 9, in: $0) }
      }
      func state() async throws -> LeadState {
        try await db.read(as: CustomerCast.system) { try Leads.find(id, in: $0).lead.state }
      }
      #expect(try await state() == .assigned)
      time.set(time.clock.now() + LeadRules.untouchedSeconds - 1)
      #expect(try await back() == 0)
      #expect(
        await Self.code { try await db.act(as: a2) { try Leads.followUp(id, note: "x", next: nil, in: $0) } }
          == "NOT_FOUND")
      time.set(time.clock.now() + 1)
      #expect(try await back() == 1)
      #expect(try await back() == 0)
      #expect(try await state() == .new)
      let pool = LeadFilter(.pool, isOpen: true)
      #expect(try await db.read(as: a2) { try Leads.list(pool, limit: 9, in: $0) }.map(\.lead.returned) == [1])
      #expect(try await db.read(as: a3) { try Leads.list(pool, limit: 9, in: $0) }.isEmpty, "another team's pool")
      try await db.act(as: a2) { tx in
        try Leads.assign(id, to: ID(tx.access.staffID), in: tx)
        try Leads.followUp(id, note: "周五见面", next: tx.now + 4 * 86_400, isAppointment: true, in: tx)
      }
      time.set(time.clock.now() + 3 * 86_400)
      #expect(try await back() == 0, "an appointment is waited for")
      try await db.act(as: a2) { try Leads.visit(id, .met, in: $0) }
      let detail = try await db.read(as: a2) { try Leads.find(id, in: $0) }
      #expect(detail.steps.map(\.kind) == [.entered, .returned, .assigned, .appointment, .visit])
      #expect(detail.lead.mobile == "13812340009" && detail.steps[0].words == "问医疗险")
      let customer = try await db.act(as: a2) { tx in
        let made = try Customers.create(["name": "王敏", "mobile": "13812340009"], in: tx)
        try Leads.win(id, customer: made.id, in: tx)
        return made.id
      }
      #expect(try await state() == .won)
      #expect(try await CustomerCast.events(db, of: customer) == ["customer_created", "lead_won"])
      #expect(await Self.code { try await db.act(as: a2) { try Leads.visit(id, .met, in: $0) } } == "LEAD_CLOSED")
      let raw = try await db.read(as: CustomerCast.system) { tx in
        try tx.fetch(
          .all("SELECT mobile FROM leads UNION ALL SELECT words FROM lead_steps WHERE words IS NOT NULL") { row in
            String(decoding: row.blob(0), as: UTF8.self)
          })
      }
      #expect(raw.allSatisfy { !$0.contains("1381234") && !$0.contains("医疗") })
    }
  }

  /// Who has not agreed is kept as one not to be contacted; who agrees later may be, from the next list on.
  @Test(arguments: TestDatabase.engines) func noMarketingToWhoSaidNo(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let staff = try await CustomerCast.staff(db)
      let m1 = CustomerCast.agent(try #require(staff["M1"]))
      let person = try await db.act(as: CustomerCast.system) { tx in
        try Customers.create(["name": "王敏", "mobile": "13812340009", "owner": "A3"], in: tx).id
      }
      let outbound = Self.wang.merging(["origin": "campaign", "agreed": "1", "assignee": "A1"]) { $1 }
      let ids = try await db.act(as: m1) { tx in
        [
          try Leads.enter(outbound, in: tx), try Leads.enter(outbound.merging(["name": "赵六"]) { $1 }, in: tx),
          try Leads.enter(Self.wang, in: tx),
        ]
      }
      let lines = try await db.read(as: m1) { tx in try ids.map { try Leads.find($0, in: tx).line } }
      #expect(lines.map(\.lead.state) == [.blocked, .assigned, .new])
      #expect(lines[0].customer?.isVisible == false, "that he is somebody's customer is not told")
      let a1 = CustomerCast.agent(try #require(staff["A1"]))
      #expect(await Self.code { try await db.act(as: m1) { try Leads.visit(ids[0], .met, in: $0) } } == "LEAD_CLOSED")
      try await db.act(as: a1) { try Leads.lose(ids[1], .saidNo, in: $0) }
      #expect(
        try await CustomerCast.events(db, of: person) == ["customer_created", "lead_entered", "lead_entered"])
      for (values, expected) in [
        (["name": "王敏", "origin": "web"], "mobile REQUIRED"),
        (["mobile": "13812340009", "origin": "web"], "name REQUIRED"),
        (Self.wang.merging(["origin": "moon"]) { $1 }, "origin ENUM_UNKNOWN"),
        (Self.wang.merging(["mobile": "12"]) { $1 }, "mobile MOBILE_INVALID"),
      ] {
        #expect(await Self.code { try await db.act(as: m1) { _ = try Leads.enter(values, in: $0) } } == expected)
      }
    }
  }
}
