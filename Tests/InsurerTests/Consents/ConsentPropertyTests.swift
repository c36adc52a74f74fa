import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// Random people, guardians, decisions, roles and purposes: every surface shows what a slow, plain model of the rules
/// lets it show, no more and no less. The model reads none of the rules' code.
@Suite struct ConsentPropertyTests {
  static let seed: UInt64 = 20_261_122

  @Test(arguments: TestDatabase.engines) func everySurfaceObeys(_ engine: TestDatabase.Engine) async throws {
    let time = MovingTime(TestDatabase.clock.now())
    try await TestDatabase.open(on: engine, clock: time.clock, visibility: .insurer) { db in
      var world = try await PropertyWorld.make(db, time, seed: Self.seed)
      var tally = Tally()
      for _ in 0..<4 {
        try await world.live()
        try await world.compare(&tally)
      }
      print("seed \(Self.seed) on \(engine): \(tally)")
      for surface in Tally.surfaces {
        for kind in Tally.Kind.allCases {
          #expect(tally.counts["\(surface) \(kind)", default: 0] > 20, "\(surface) \(kind)")
        }
      }
      #expect(tally.counts.values.reduce(0, +) > 10_000)
    }
  }
}

/// How many cases were allowed and how many dropped, why, for each surface.
struct Tally: CustomStringConvertible {
  enum Kind: String, CaseIterable { case allowed, scope, consent, guardian }

  static let surfaces = ["list", "count", "search", "overview", "export"]
  var counts: [String: Int] = [:]

  mutating func add(_ surface: String, _ kind: Kind) { counts["\(surface) \(kind)", default: 0] += 1 }

  var description: String { counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ") }
}

/// One person of the model.
private struct Somebody {
  struct Said {
    let purpose: Purpose
    let at: Instant
    let isYes: Bool
    let guardian: ID<Customer>?
    var endedAt: Instant?
  }

  let id: ID<Customer>
  let name: String
  let birth: Day?
  let owner: String
  var guardians: Set<ID<Customer>> = []
  var said: [Said] = []
}

private struct PropertyWorld {
  let db: Database
  let time: MovingTime
  let staff: [String: StaffMember]
  var random: DemoRandom
  var people: [Somebody] = []

  private static let purposes: [Purpose] = [
    .contract, .marketing, .personalisation, .healthService, .insuranceSuggestions,
  ]
  private static let system = CustomerCast.system

  static func make(_ db: Database, _ time: MovingTime, seed: UInt64) async throws -> PropertyWorld {
    var world = PropertyWorld(
      db: db, time: time, staff: try await CustomerCast.staff(db), random: DemoRandom(seed: seed, 1))
    let today = time.clock.now().day
    for place in 0..<60 {
      let name = world.random.pick(["王", "李", "张", "赵"]) + world.random.pick(["敏", "岚", "强"])
      // Grown, small, about to be 14, and of unknown age.
      let births: [Day?] = [
        today.adding(years: -40), today.adding(years: -9) - world.random.below(900),
        today.adding(years: -14) + world.random.within(0...5), nil,
      ]
      let birth = place < 20 ? births[0] : births[world.random.pick([0, 1, 1, 2, 2, 3])]
      let owner = world.random.pick(["A1", "A2", "A3"])
      let values = ["name": name, "birth_date": birth?.description ?? "", "owner": owner].filter { !$0.value.isEmpty }
      let id = try await db.act(as: system) { tx in try Customers.create(values, in: tx).id }
      world.people.append(Somebody(id: id, name: name, birth: birth, owner: owner))
    }
    for ward in 20..<60 where world.random.chance(8_000) {
      try await world.relate(ward, world.random.below(20))
    }
    return world
  }

  private mutating func relate(_ ward: Int, _ guardian: Int) async throws {
    let kinds: [RelationshipKind] = [.parent, .guardian]
    let item = Relationship(from: people[guardian].id, to: people[ward].id, kind: random.pick(kinds))
    try await db.act(as: Self.system) { tx in _ = try Relationships.record(item, in: tx) }
    people[ward].guardians.insert(people[guardian].id)
  }

  /// Some days pass in which people decide, through the acts and through files.
  mutating func live() async throws {
    for _ in 0..<150 {
      if random.chance(200) { time.set(time.clock.now() + random.within(3_600...30 * 3_600)) }
      time.set(time.clock.now() + 1)
      let who = random.below(people.count)
      let purpose = random.pick(Array(Self.purposes.dropFirst()))
      switch random.below(10) {
      case 0...4: try await say(who, purpose, isYes: true)
      case 5: try await say(who, purpose, isYes: false)
      case 6: try await takeBack(who, purpose)
      case 7...8: try await arrive(who, purpose)
      default: try await endRelation(who)
      }
    }
    try await db.act(as: Self.system) { tx in _ = try Consents.refreshDue(limit: 1_000, in: tx) }
  }

  private func isChild(_ person: Somebody) -> Bool {
    person.birth.map { time.clock.now().day < $0.adding(years: 14) } ?? false
  }

  private static func input(_ purpose: Purpose, _ guardian: ID<Customer>?) -> ConsentInput {
    let category: Kernel.Category = [.marketing, .personalisation].contains(purpose) ? .none : .health
    return ConsentInput(purpose, category, textVersion: 1, guardian: guardian)
  }

  /// Says yes or no through the act, as one may.
  private mutating func say(_ who: Int, _ purpose: Purpose, isYes: Bool) async throws {
    let speaker = isChild(people[who]) ? people[who].guardians.min() : nil
    if isChild(people[who]), speaker == nil { return }
    let (id, input) = (people[who].id, Self.input(purpose, speaker))
    let consent = try await db.act(as: Self.system) { tx in
      isYes ? try Consents.give(input, for: id, in: tx) : try Consents.refuse(input, for: id, in: tx)
    }
    // What was said already is not said again.
    let at = time.clock.now()
    guard consent.decidedAt == at else { return }
    people[who].said.append(Somebody.Said(purpose: purpose, at: at, isYes: isYes, guardian: speaker))
  }

  private mutating func takeBack(_ who: Int, _ purpose: Purpose) async throws {
    guard let last = latest(people[who], purpose), people[who].said[last].isYes else { return }
    let (id, input) = (people[who].id, Self.input(purpose, nil))
    try await db.act(as: Self.system) { tx in
      _ = try Consents.withdraw(purpose, input.category, for: id, in: tx)
    }
    if people[who].said[last].endedAt == nil { people[who].said[last].endedAt = time.clock.now() }
  }

  /// A file tells a decision of some day of the past, by whoever: valid or not.
  private mutating func arrive(_ who: Int, _ purpose: Purpose) async throws {
    let now = time.clock.now()
    let at = now + -random.within(1...900) * 86_400
    let back = random.chance(2_500) ? at + 3_600 : nil
    let speaker = random.chance(4_000) ? people[random.below(20)].id : nil
    let guardian = speaker == people[who].id ? nil : speaker
    let isNo = random.chance(2_000)
    let item = Consents.Incoming(
      customer: people[who].id, purpose: purpose, category: Self.input(purpose, nil).category, isRefusal: isNo,
      decidedAt: at, withdrawnAt: isNo ? nil : back, textVersion: 1, guardian: guardian, evidence: "表 1")
    try await db.act(as: Self.system) { tx in _ = try Consents.takeIn([item], source: "core", in: tx) }
    people[who].said.append(
      Somebody.Said(purpose: purpose, at: at, isYes: !isNo, guardian: guardian, endedAt: isNo ? nil : back))
  }

  private mutating func endRelation(_ who: Int) async throws {
    guard let guardian = people[who].guardians.min() else { return }
    let id = people[who].id
    try await db.act(as: Self.system) { tx in
      for kind in [RelationshipKind.parent, .guardian] {
        try? Relationships.end(Relationship(from: guardian, to: id, kind: kind), in: tx)
      }
    }
    people[who].guardians.remove(guardian)
  }

  // MARK: The plain model

  private func latest(_ person: Somebody, _ purpose: Purpose) -> Int? {
    var found: Int?
    for (place, said) in person.said.enumerated() where said.purpose == purpose {
      if found.map({ person.said[$0].at <= said.at }) ?? true { found = place }
    }
    return found
  }

  private func verdict(_ person: Somebody, _ access: Access) -> Tally.Kind {
    if let owners = owners(access), !owners.contains(person.owner) { return .scope }
    if access.purpose == .contract { return .allowed }
    guard let place = latest(person, access.purpose) else { return .consent }
    let said = person.said[place]
    let now = time.clock.now()
    if !said.isYes { return .consent }
    if let ended = said.endedAt, ended <= now { return .consent }
    if isChild(person) {
      return said.guardian.map { person.guardians.contains($0) } ?? false ? .allowed : .guardian
    }
    if said.guardian != nil { return .guardian }
    if let birth = person.birth, said.at.day < birth.adding(years: 14) { return .guardian }
    return .allowed
  }

  private func owners(_ access: Access) -> Set<String>? {
    switch access.role {
    case .agent: Set(staff.values.filter { $0.id.raw == access.staffID }.map(\.staffNo))
    case .manager: ["A1", "A2"]
    default: nil
    }
  }

  private func accesses() -> [Access] {
    Self.purposes.flatMap { purpose in
      ["A1", "A2", "A3", "M1", nil].map { number -> Access in
        let member = number.flatMap { staff[$0] }
        return Roles.access(
          .init(
            actor: .staff(1), role: member?.role ?? .analyst, staffID: member?.id.raw ?? 0,
            teamID: member?.teamID?.raw ?? 0, branchID: member?.branchID?.raw ?? 0), purpose: purpose, surface: "api")
      }
    }
  }

  // MARK: Comparing

  mutating func compare(_ tally: inout Tally) async throws {
    for access in accesses() {
      let verdicts = people.map { ($0.id, verdict($0, access)) }
      let allowed = Set(verdicts.filter { $1 == .allowed }.map(\.0))
      let names = Set(people.map(\.name)).sorted()
      let shown = try await db.read(as: access) { tx in try Self.shown(names, in: tx) }
      let who = "\(access.role) for \(access.purpose)"
      #expect(shown.list == allowed, "list of \(who)")
      #expect(shown.count == allowed.count, "count of \(who)")
      #expect(shown.search == allowed, "search of \(who)")
      #expect(shown.export == allowed, "export of \(who)")
      for (id, verdict) in verdicts {
        for surface in ["list", "count", "search", "export"] { tally.add(surface, verdict) }
        guard random.chance(3_000) else { continue }
        tally.add("overview", verdict)
        let opens = try await db.read(as: access) { tx in (try? Overview.load(id, in: tx)) != nil }
        // Who sees everybody opens no child's without a grant.
        let birth = people.first { $0.id == id }?.birth
        let isMinor = birth.map { time.clock.now().day < $0.adding(years: 18) } ?? false
        let isClosed = access.scope == .all && isMinor
        #expect(opens == (verdict == .allowed && !isClosed), "overview of \(id) by \(who): \(verdict)")
      }
    }
  }

  private struct Shown: Sendable {
    var list: Set<ID<Customer>> = []
    var search: Set<ID<Customer>> = []
    var export: Set<ID<Customer>> = []
    var count = 0
  }

  private static func shown(_ names: [String], in tx: ReadTx) throws -> Shown {
    var shown = Shown()
    var after: String?
    repeat {
      let page = try Customers.list(after: after, limit: 7, in: tx)
      shown.list.formUnion(page.rows.map(\.id))
      after = page.next
    } while after != nil
    shown.count = try Customers.count(.none, in: tx).value
    for name in names {
      shown.search.formUnion(try Customers.search(name, limit: 100, in: tx).rows.map(\.id))
    }
    repeat {
      let page = try Customers.export(after: after, limit: 11, in: tx)
      shown.export.formUnion(page.map(\.id))
      after = page.last?.key
    } while after != nil
    return shown
  }
}
