import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct HandoversTests {
  /// To one: who left sees nothing, who receives sees all of it, the log and the history say so, and it is undone.
  @Test(arguments: TestDatabase.engines) func toOneAndBack(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let cast = world.cast
      let departure = try await world.leave()
      #expect(try await world.policies(cast.access("A2")).isEmpty)
      let order = HandoverOrder(departure.id, .one, receiver: "A2", reason: "A1 离职")
      let preview = try await world.db.read(as: world.manager) { tx in try Handovers.preview(order, in: tx) }
      #expect(preview.customers == 2 && preview.policies == 3)
      #expect(preview.shares.map(\.customers) == [2] && preview.shares[0].load == 0)
      #expect(preview.reasons.map(\.rule) == ["handover_one", "handover_whole", "handover_inside"])
      let before = try await cast.events(of: cast.chen).count
      let handover = try await world.order(order)
      #expect(handover.total == 2 && handover.state == .waiting)
      await #expect { try await world.order(order) } throws: { ($0 as? AppError)?.code == "HANDOVER_RUNNING" }
      let done = try await world.run(handover.id)
      #expect(done.handover.state == .done && done.handover.dealt == 2 && done.handover.policies == 3)
      #expect(done.reason == "A1 离职" && done.shares.map(\.customers) == [2])
      #expect(try await world.policies(cast.access("A2")) == ["P1", "P2", "P3"])
      #expect(try await world.policies(cast.access("A1")).isEmpty)
      let claims = try await world.db.read(as: cast.access("A2")) { tx in
        try Claims.due(to: tx.today + 30, limit: 9, in: tx).rows.map(\.claim.claimNo)
      }
      #expect(claims == ["C1"], "the claim follows its policy")
      #expect(
        try await cast.events(of: cast.chen).dropFirst(before) == ["policy_agent_changed", "customer_handed_over"])
      let policy = try await cast.policy("P2")
      let spans = try await world.db.read(as: world.manager) { tx in
        try Handovers.history(of: policy.id, customer: cast.chen, in: tx)
      }
      #expect(spans.map(\.why) == ["departure"] && spans[0].to == cast.staff["A2"]?.id)
      #expect(spans[0].actor == world.manager.actor)
      let history = try await cast.read { tx in try Policies.history(policy, in: tx).map(\.correction.field) }
      #expect(history == ["servicing_agent"])
      try await world.db.act(as: world.manager) { tx in try Handovers.undo(handover.id, in: tx) }
      let undone = try await world.run(handover.id)
      #expect(undone.handover.state == .undone && undone.handover.undone == 2 && undone.handover.kept == 0)
      #expect(try await world.policies(cast.access("A2")).isEmpty)
      #expect(
        try await cast.events(of: cast.chen).suffix(2) == ["policy_agent_changed", "customer_given_back"])
      let orphans = try await world.db.read(as: world.manager) { tx in
        try Orphans.list(limit: 9, in: tx).rows.map(\.policyNo).sorted()
      }
      #expect(orphans == ["P1", "P2", "P3"])
    }
  }

  /// Where something has happened since, it stays; what was taken follows its customer and comes back with him.
  @Test(arguments: TestDatabase.engines) func whatHappenedSinceStays(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let (cast, a1) = (world.cast, try #require(world.cast.staff["A1"]))
      let a2 = try #require(cast.staff["A2"])
      let task = try await world.db.act(as: cast.access("A1")) { tx in
        try Tasks.open(NewTask(.manual, title: "回电", customer: cast.chen, owner: .staff(a1.id)), in: tx)
      }
      let departure = try await world.leave()
      _ = try await world.db.act(as: DepartureCast.system) { tx in try Departures.release(in: tx) }
      let handover = try await world.order(HandoverOrder(departure.id, .team, reason: "离职交接"))
      try await world.run(handover.id)
      func owner() async throws -> TaskOwner {
        try await world.db.read(as: DepartureCast.system) { tx in try Tasks.find(task, in: tx).task.owner }
      }
      #expect(try await owner() == .staff(a2.id))
      _ = try await world.db.act(as: cast.access("A2")) { tx in
        try Interactions.record(["channel": "phone", "direction": "out"], with: cast.wang, in: tx)
      }
      try await world.db.act(as: world.manager) { tx in try Handovers.undo(handover.id, in: tx) }
      let undone = try await world.run(handover.id)
      #expect(undone.handover.undone == 1 && undone.handover.kept == 1)
      #expect(try await world.policies(cast.access("A2")) == ["P1", "P3"], "he was rung up")
      #expect(try await owner() == .group(try #require(a2.teamID).raw))
      await #expect {
        try await world.db.act(as: world.manager) { tx in try Handovers.undo(handover.id, in: tx) }
      } throws: { ($0 as? AppError)?.code == "HANDOVER_STATE" }
    }
  }

  /// Evenly over the branch, in batches, going on where it was killed; every customer once.
  @Test(arguments: TestDatabase.engines) func evenlyAndOnce(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let cast = world.cast
      let agents = (4...5).map { StaffDraft(staffNo: "A\($0)", name: "新人", team: "三组", branch: "东区", role: .agent) }
      let people = try await world.db.act(as: ContractCast.system) { tx in
        _ = try Staff.upsert(agents, source: "core", in: tx)
        return try (0..<50).map { place in
          let given = Unicode.Scalar(0x4E00 + UInt32(place)).map { String($0) } ?? "一"
          return try Customers.create(["name": "客\(given)"], in: tx).id
        }
      }
      let rows = people.enumerated().map { place, person in
        cast.life(["policy_no": "Q\(place)", "policyholder": person.description, "insured": person.description])
      }
      try await cast.take(PoliciesKind.self, rows)
      let departure = try await world.leave()
      let order = HandoverOrder(departure.id, .branch, reason: "离职交接")
      let preview = try await world.db.read(as: world.manager) { tx in try Handovers.preview(order, in: tx) }
      #expect(preview.shares.map(\.receiver.staffNo) == ["A2", "A4", "A5"])
      #expect(preview.shares.map(\.customers).sorted() == [17, 17, 18] && preview.policies == 53)
      let handover = try await world.order(order)
      #expect(try await world.step(handover.id))
      let half = try await world.db.read(as: DepartureCast.system) { tx in
        try Handovers.find(handover.id, in: tx).handover
      }
      #expect(half.state == .running && half.dealt == Handovers.together)
      let done = try await world.run(handover.id)
      #expect(done.handover.dealt == 52 && done.handover.policies == 53)
      let shares = Dictionary(uniqueKeysWithValues: done.shares.map { ($0.receiver, $0.customers) })
      #expect(preview.shares.allSatisfy { shares[$0.receiver.id] == $0.customers }, "as it was said before")
      let moved = try await cast.events(of: people[0]).filter { $0 == "policy_agent_changed" }
      let more = try await world.step(handover.id)
      #expect(moved.count == 1 && !more)
      let seen = try await cast.read { tx in
        try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM book WHERE scope = \(world.cast.staff["A1"]?.id)"))
      }
      #expect(seen == 0, "nothing is left with who is gone")
    }
  }

  /// Out of the branch only by who may; a job runs it.
  @Test(arguments: TestDatabase.engines) func outsideTheBranch(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let cast = world.cast
      let departure = try await world.leave()
      var order = HandoverOrder(departure.id, .one, receiver: "A3", reason: "东区无人")
      func code(_ access: Access) async -> String? {
        do {
          _ = try await world.order(order, as: access)
          return nil
        } catch { return (error as? AppError).map { $0.fields.first?.code ?? $0.code } }
      }
      #expect(await code(world.manager) == "HANDOVER_OUTSIDE")
      order.reachesOutside = true
      #expect(await code(world.manager) == "HANDOVER_OUTSIDE")
      order.receiver = "C1"
      #expect(await code(DepartureCast.steward) == "HANDOVER_ROLE")
      order.receiver = "A1"
      #expect(await code(DepartureCast.steward) != nil)
      order.receiver = "A3"
      order.reason = " "
      #expect(await code(DepartureCast.steward) != nil)
      order.reason = "东区无人"
      let handover = try await world.order(order, as: DepartureCast.steward)
      var registry = JobRegistry<Database>()
      registry.add(RunHandover.self)
      try await Worker(database: world.db, app: world.db, registry: registry).runDue()
      #expect(try await world.policies(cast.access("A3")) == ["P1", "P2", "P3"])
      let found = try await world.db.read(as: DepartureCast.system) { tx in
        try Handovers.find(handover.id, in: tx).handover
      }
      #expect(found.state == .done)
      await #expect(throws: AppError.self) {
        try await world.db.read(as: cast.access("A3")) { tx in try Handovers.find(handover.id, in: tx) }
      }
    }
  }

  /// Chosen customers, also those whom nobody ever served; what is no orphan is not given.
  @Test(arguments: TestDatabase.engines) func chosenOnes(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let cast = world.cast
      let own = cast.life([
        "policy_no": "P9", "policyholder": cast.li.description, "insured": cast.li.description, "servicing_agent": "",
      ])
      let others = cast.life([
        "policy_no": "P8", "policyholder": cast.chen.description, "insured": cast.chen.description,
        "servicing_agent": "A3",
      ])
      try await cast.take(PoliciesKind.self, [own, others])
      var order = HandoverOrder(nil, .one, receiver: "A2", reason: "分派")
      order.chosen = [cast.chen]
      await #expect(throws: AppError.self) { try await world.order(order) }
      _ = try await world.leave()
      try await world.run(try await world.order(order).id)
      #expect(try await world.policies(cast.access("A2")) == ["P2"])
      #expect(try await world.policies(cast.access("A3")) == ["P8"], "it has its own agent")
      order.chosen = [cast.li]
      await #expect(throws: AppError.self) { try await world.order(order) }
      order.reachesOutside = true
      let none = try await world.db.read(as: DepartureCast.steward) { tx in
        try Orphans.list(OrphanFilter(.none), limit: 9, in: tx).rows.map(\.policyNo)
      }
      #expect(none == ["P9"])
      try await world.run(try await world.order(order, as: DepartureCast.steward).id)
      #expect(try await world.policies(cast.access("A2")) == ["P2", "P9"])
    }
  }
}
