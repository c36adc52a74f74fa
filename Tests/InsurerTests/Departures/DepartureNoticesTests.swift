import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct DepartureNoticesTests {
  private static func list(
    _ world: DepartureCast, _ show: DepartureNoticeFilter.Show = .open, as access: Access? = nil
  ) async throws -> [DepartureNoticeLine] {
    try await world.db.read(as: access ?? world.manager) { tx in
      try DepartureNotices.list(DepartureNoticeFilter(show), limit: 9, in: tx).rows
    }
  }

  /// Whom the law wants told: contracts of more than a year; told with proof, as a contact where it is one, once.
  @Test(arguments: TestDatabase.engines) func toldWithProof(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let cast = world.cast
      let departure = try await world.leave()
      let open = try await Self.list(world)
      #expect(open.map(\.policyNos) == [["P1"], ["P2"]] || open.map(\.policyNos) == [["P2"], ["P1"]])
      #expect(open.allSatisfy { $0.notice.dueOn == Day("2026-12-20") && $0.new == nil && $0.old?.staffNo == "A1" })
      #expect(try await Self.list(world, as: cast.access("A2")).isEmpty)
      let handover = try await world.order(HandoverOrder(departure.id, .one, receiver: "A2", reason: "离职"))
      try await world.run(handover.id)
      let mine = try await Self.list(world, as: cast.access("A2"))
      #expect(mine.count == 2 && mine.allSatisfy { $0.new?.staffNo == "A2" })
      let ids = mine.map(\.notice.id)
      let (before, agent) = (try await cast.events(of: cast.wang).count, cast.access("A2"))
      for (proof, on) in [("  ", nil), ("录音 7", "2026-11-19"), ("录音 7", "2026-11-23")] as [(String, String?)] {
        var telling = DepartureTelling(.phone, proof: proof)
        telling.on = on.flatMap { Day($0) }
        let wanted = telling
        await #expect(throws: AppError.self) {
          try await world.db.act(as: agent) { tx in try DepartureNotices.tell(ids, wanted, in: tx) }
        }
      }
      let counts = try await world.db.act(as: agent) { tx in
        [
          try DepartureNotices.tell(ids, DepartureTelling(.phone, proof: "录音 7"), in: tx),
          try DepartureNotices.tell(ids, DepartureTelling(.phone, proof: "录音 8"), in: tx),
        ]
      }
      #expect(counts == [2, 0])
      #expect(try await cast.events(of: cast.wang).dropFirst(before) == ["contact_recorded", "departure_told"])
      let told = try await Self.list(world, .told)
      #expect(told.count == 2 && told.allSatisfy { $0.notice.toldOn == Day("2026-11-22") && $0.notice.way == .phone })
      #expect(told.allSatisfy { $0.notice.interactionID != nil && $0.notice.toldBy == agent.actor })
      let proof = try await world.db.read(as: world.manager) { tx in try DepartureNotices.proof(of: told[0], in: tx) }
      #expect(proof == "录音 7")
      #expect(try await Self.list(world).isEmpty)
    }
  }

  /// A letter is no contact; who sees no such notice tells nobody.
  @Test(arguments: TestDatabase.engines) func lettersAndOthers(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let cast = world.cast
      _ = try await world.leave()
      let ids = try await Self.list(world).map(\.notice.id)
      for access in [cast.access("A2"), cast.access("A3"), CustomerCast.access(.compliance)] {
        await #expect(throws: AppError.self) {
          try await world.db.act(as: access) { tx in
            try DepartureNotices.tell(ids, DepartureTelling(.registeredMail, proof: "XA1"), in: tx)
          }
        }
      }
      let before = try await cast.events(of: cast.chen).count
      _ = try await world.db.act(as: CustomerCast.access(.service)) { tx in
        try DepartureNotices.tell(ids, DepartureTelling(.registeredMail, proof: "XA1"), in: tx)
      }
      #expect(try await cast.events(of: cast.chen).dropFirst(before) == ["departure_told"])
    }
  }

  /// Those whose day has passed stand on top, and those above are told once.
  @Test(arguments: TestDatabase.engines) func escalatedOnce(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      _ = try await world.leave(on: "2026-10-20")
      #expect(try await Self.list(world, .overdue).count == 2)
      #expect(try await Self.list(world, .soon).isEmpty)
      let counts = try await world.db.act(as: DepartureCast.system) { tx in
        [try DepartureNotices.escalateDue(in: tx), try DepartureNotices.escalateDue(in: tx)]
      }
      #expect(counts == [1, 0])
      let (own, above) = try await world.db.read(as: world.manager) { tx in
        (try Tasks.list(TaskFilter(.mine), limit: 9, in: tx), try Workbench.load(in: tx))
      }
      #expect(own.map(\.task.kind) == [.departureNotices] && own[0].task.args[0] == "2")
      #expect(above.orphans?.value == 3 && above.noticesOverdue?.value == 2)
      let desk = CustomerCast.access(.compliance)
      let pool = try await world.db.read(as: desk) { tx in
        (try Tasks.list(TaskFilter(.pool), limit: 9, in: tx), try Workbench.load(in: tx))
      }
      #expect(pool.0.map(\.task.kind) == [.departureNotices] && pool.1.noticesOverdue?.value == 2)
    }
  }
}
