import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct DeparturesTests {
  /// His sign-in is closed, his policies are orphans, his customers are to be told by the law's day, and what he had in
  /// hand goes to the pool.
  @Test(arguments: TestDatabase.engines) func recordADeparture(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let (cast, a1) = (world.cast, try #require(world.cast.staff["A1"]))
      try await world.db.act(as: DepartureCast.system) { tx in
        let new = NewAccount(name: "a1", role: .agent, staffID: a1.id, passwordHash: "x")
        _ = try Accounts.add(new, in: tx)
      }
      let task = try await world.db.act(as: cast.access("A1")) { tx in
        _ = try Leads.enter(["name": "周晓", "mobile": "13812340077", "origin": "web"], source: "anban", in: tx)
        return try Tasks.open(
          NewTask(.manual, title: "回电", customer: cast.wang, owner: .staff(a1.id)), in: tx)
      }
      let before = try await cast.events(of: cast.wang).count
      let departure = try await world.leave()
      #expect(departure.effectiveAt != nil && departure.listedAt != nil)
      #expect(try await world.leave().id == departure.id, "twice is once")
      #expect(try await world.systemEvents("departure") == ["departure_recorded", "departure_took_effect"])
      let accounts = try await cast.read { tx in try tx.fetch(Accounts.all) }
      #expect(accounts.map { $0.disabledAt != nil } == [true])
      let counts = try await world.db.act(as: DepartureCast.system) { tx in
        [try Departures.release(in: tx), try Departures.release(in: tx), try Departures.listDue(in: tx)]
      }
      #expect(counts == [2, 0, 0], "a task and a lead, once")
      #expect(try await cast.events(of: cast.wang).dropFirst(before) == ["task_handed_on"])
      let (detail, found) = try await world.db.read(as: world.manager) { tx in
        (try Departures.find(departure.id, in: tx), try Tasks.find(task, in: tx).task)
      }
      #expect(found.owner == .group(try #require(a1.teamID).raw))
      #expect(detail.served.policiesInForce == 3 && detail.served.tasks == 0 && detail.served.leads == 0)
      #expect(detail.served.claims == 1 && detail.served.customers == 3)
      #expect(detail.taken[.task]?.all == 1 && detail.taken[.lead]?.given == 0)
      #expect(detail.line.orphans == 3 && detail.line.noticesOpen == 2 && detail.line.tellBy == Day("2026-12-20"))
      #expect(detail.receivers.map(\.staffNo) == ["A2"])
    }
  }

  @Test(arguments: TestDatabase.engines) func whoMayRecordOne(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let cast = world.cast
      for (number, access) in [("A3", world.manager), ("A1", cast.access("A2"))] {
        await #expect(throws: AppError.self) { try await world.leave(number, as: access) }
      }
      await #expect { try await world.leave("M1") } throws: { ($0 as? AppError)?.code == "DEPARTURE_OWN" }
      _ = try await world.leave(on: "2026-11-30")
      await #expect { try await world.leave() } throws: { ($0 as? AppError)?.code == "DEPARTURE_KNOWN" }
      let ahead = try await world.db.read(as: world.manager) { tx in try Departures.list(limit: 9, in: tx).rows }
      #expect(ahead.map(\.departure.effectiveAt) == [nil], "he is here until then")
      #expect(try await world.policies(cast.access("A1")) == ["P1", "P2", "P3"])
      await #expect { try await world.order(HandoverOrder(ahead[0].departure.id, .team, reason: "离职")) } throws: {
        ($0 as? AppError)?.code == "DEPARTURE_AHEAD"
      }
      await #expect(throws: AppError.self) {
        try await world.db.read(as: cast.access("A2")) { tx in try Departures.list(limit: 9, in: tx) }
      }
    }
  }

  /// The staff's own file tells of one who leaves, moves his day, and takes it back; who comes in as gone is history.
  @Test(arguments: TestDatabase.engines) func filesTellOfIt(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let cast = world.cast
      func take(_ left: String, _ changed: Set<String>) async throws -> [Day] {
        let row = [
          "staff_no": "A1", "name": "员工", "team": "一组", "branch": "东区", "role": "agent", "left_on": left,
        ].filter { !$0.value.isEmpty }
        try await cast.take(StaffKind.self, [row], changed: changed)
        return try await world.db.read(as: world.manager) { tx in
          try Departures.list(limit: 9, in: tx).rows.map(\.departure.leftOn)
        }
      }
      #expect(try await take("2026-11-19", ["left_on"]) == [try #require(Day("2026-11-19"))])
      let told = try await world.db.read(as: world.manager) { tx in try DepartureNotices.list(limit: 9, in: tx).rows }
      #expect(told.map(\.notice.dueOn) == [Day("2026-12-19"), Day("2026-12-19")])
      #expect(try await take("2026-11-21", ["left_on"]) == [try #require(Day("2026-11-21"))])
      #expect(try await take("", ["name"]) == [try #require(Day("2026-11-21"))], "a blank that is not news")
      #expect(try await take("", ["left_on"]).isEmpty)
      #expect(
        try await world.systemEvents("departure") == [
          "departure_recorded", "departure_took_effect", "departure_recorded", "departure_withdrawn",
        ])
      let gone = ["staff_no": "F1", "name": "旧人", "branch": "东区", "role": "agent", "left_on": "2025-01-01"]
      try await cast.take(StaffKind.self, [gone])
      #expect(try await take("", []).isEmpty)
    }
  }

  /// One announced ahead is closed when his day has passed; without that he signs in no more even so.
  @Test func aheadAndThenGone() async throws {
    try await TestDatabase.open(on: .sqlite, visibility: .insurer) { db in
      let staff = try await CustomerCast.staff(db)
      let a1 = try #require(staff["A1"])
      try await db.act(as: CustomerCast.system) { tx in
        try Departures.follow(a1.id, leftOn: tx.today, source: "hr", in: tx)
        #expect(try Departures.takeEffectDue(in: tx) == 0, "recorded on the day: in effect already")
      }
      let second = try #require(staff["A2"])
      try await db.act(as: CustomerCast.system) { tx in
        _ = try Departures.record("A2", leftOn: tx.today + 3, in: tx)
        #expect(try Departures.takeEffectDue(in: tx) == 0)
        try tx.run("UPDATE departures SET left_on = \(tx.today - 1) WHERE staff_id = \(second.id)")
        #expect(try Departures.takeEffectDue(in: tx) == 1)
        #expect(try Departures.takeEffectDue(in: tx) == 0)
      }
    }
  }
}
