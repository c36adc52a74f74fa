import Insurer
import Kernel
import Storage
import Synchronization
import TestKit

/// A sequence of numbers that a seed repeats.
struct Chance: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &self) }
  mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
  mutating func pick<Element>(_ items: [Element]) -> Element { items[below(items.count)] }
}

final class TestTime: Sendable {
  private let moment: Mutex<Instant>
  init(_ start: Instant) { moment = Mutex(start) }
  var clock: Clock { Clock { [self] in moment.withLock { $0 } } }
  func pass(_ seconds: Int) { moment.withLock { $0 = $0 + seconds } }
}

/// Random people who collide on purpose (few names, shared contracts, guardians of several, one mobile for two), and
/// random lives: what they say comes by acts and files, valid or not.
struct SurfaceWorld: Sendable {
  let db: Database
  let time: TestTime
  var random: Chance
  var model: SurfaceModel

  static let grown = 22
  static let peopleCount = 84
  static let purposes: [Purpose] = [.marketing, .personalisation, .healthService]
  static let names = ["王", "李", "张", "赵"].flatMap { family in ["敏", "岚", "强"].map { family + $0 } }
  private static let system = Access.system(purpose: .intake, surface: "cli")

  static func make(_ db: Database, _ time: TestTime, seed: UInt64) async throws -> SurfaceWorld {
    var world = SurfaceWorld(
      db: db, time: time, random: Chance(seed: seed), model: SurfaceModel(now: time.clock.now()))
    try await world.hire()
    try await world.populate()
    try await world.insure()
    for ward in grown..<peopleCount where world.random.chance(85) {
      try await world.relate(ward, world.random.below(grown))
    }
    return world
  }

  private func hire() async throws {
    let roster = [
      ("A1", "一组", "agent"), ("A2", "一组", "agent"), ("M1", "一组", "manager"), ("A3", "二组", "agent"),
    ].map { ["staff_no": $0, "name": "员工", "team": $1, "branch": $1, "role": $2] }
    try await db.act(as: Self.system) { tx in
      _ = try Staff.upsert(roster.compactMap { StaffDraft.read($0, admitsDemo: true).draft }, source: "core", in: tx)
    }
  }

  private mutating func populate() async throws {
    let today = model.now.day
    for place in 0..<Self.peopleCount {
      // Grown, small, about to be 14, just 14, and of unknown age.
      let births: [Day?] = [
        today.adding(years: -40), today.adding(years: -9) - random.below(900),
        today.adding(years: -14) + random.below(4), today.adding(years: -14) - random.below(300), nil,
      ]
      let birth = place < Self.grown ? births[0] : births[random.pick([1, 1, 1, 2, 3, 3, 4])]
      let name = random.pick(Self.names)
      let owner = random.pick(["A1", "A2", "A3", "A3"])
      let mobile = "1381234\(1000 + place / 2)"
      let values = ["name": name, "birth_date": birth?.description ?? "", "owner": owner, "mobile": mobile]
      let given = values.filter { !$0.value.isEmpty }
      let id = try await db.act(as: Self.system) { tx in try Customers.create(given, in: tx).id }
      model.people.append(Somebody(id: id, name: name, mobile: mobile, birth: birth, owner: owner))
    }
  }

  /// Contracts of one for another, serviced by somebody who may not own the relation; and a contact with each.
  private mutating func insure() async throws {
    for number in 0..<90 {
      let holder = random.below(random.chance(10) ? Self.grown : Self.peopleCount)
      let insured = random.chance(50) ? holder : random.below(Self.peopleCount)
      let agent = random.chance(60) ? model.people[holder].owner : random.pick(["A1", "A2", "A3"])
      model.contracts.append(
        Agreement(number: "P\(1000 + number)", holder: holder, insured: insured, agent: agent))
    }
    let (people, contracts) = (model.people, model.contracts)
    try await db.act(as: Self.system) { tx in
      try Self.take(
        ProductsKind.self, [["code": "L1", "name": "安心终身寿险", "line": "life", "kind": "base"]], tx)
      try Self.take(
        PoliciesKind.self,
        contracts.map { contract in
          [
            "policy_no": contract.number, "product": "L1", "policyholder": "\(people[contract.holder].id)",
            "insured": "\(people[contract.insured].id)", "channel": "agency", "servicing_agent": contract.agent,
            "formed_on": "2024-01-05", "effective_on": "2024-01-06", "premium_mode": "annual", "premium": "8600",
            "sum_insured": "500000", "status": "in_force", "status_as_of": "2026-11-20T06:00:00+08:00",
          ]
        }, tx)
      try Self.take(
        InteractionsKind.self,
        people.enumerated().map { place, person in
          [
            "source_id": "I\(place)", "customer": "\(person.id)", "at": "2026-11-11T09:00:00+08:00",
            "channel": "wechat", "direction": "in", "topic": "咨询", "summary": "问保单",
          ]
        }, tx)
    }
  }

  private static func take(_ kind: any ImportKind.Type, _ rows: [[String: String]], _ tx: Tx) throws {
    let rows = rows.enumerated().map { place, values in
      ImportRow(number: place + 1, key: values[kind.key[0]] ?? "", values: values, digest: [])
    }
    for outcome in try kind.apply(rows, source: "core", in: tx) {
      guard case .created = outcome.result else { throw AppError.broken("\(kind.name): \(outcome.result)") }
    }
  }

  private mutating func relate(_ ward: Int, _ guardian: Int) async throws {
    let item = Relationship(from: model.people[guardian].id, to: model.people[ward].id, kind: .guardian)
    try await db.act(as: Self.system) { tx in _ = try Relationships.record(item, in: tx) }
    model.people[ward].guardians.insert(guardian)
    model.relations.insert([guardian, ward])
  }

  // MARK: Lives

  mutating func live() async throws {
    for _ in 0..<220 {
      if random.chance(3) { time.pass(3_600 + random.below(20 * 3_600)) }
      time.pass(1)
      model.now = time.clock.now()
      let who = random.below(Self.peopleCount)
      // Most of all to what shows the most.
      let purpose = random.pick(Self.purposes + [.personalisation, .personalisation])
      switch random.below(20) {
      case 0..<6: try await say(who, purpose, isYes: random.chance(85))
      case 6..<7: try await takeBack(who, purpose)
      case 7..<18: try await arrive(who, purpose)
      case 18: try await endRelation(who)
      default: if who >= Self.grown { try await relate(who, random.below(Self.grown)) }
      }
    }
    try await db.act(as: Self.system) { tx in _ = try Consents.refreshDue(limit: 1_000, in: tx) }
  }

  private static func input(_ purpose: Purpose, _ guardian: ID<Customer>?) -> ConsentInput {
    ConsentInput(purpose, purpose == .healthService ? .health : .none, textVersion: 1, guardian: guardian)
  }

  /// Says yes or no through the act, as one may.
  private mutating func say(_ who: Int, _ purpose: Purpose, isYes: Bool) async throws {
    let person = model.people[who]
    let isChild = person.birth.map { model.now.day < $0.adding(years: 14) } ?? false
    let speaker = isChild ? person.guardians.min() : nil
    if isChild, speaker == nil { return }
    let input = Self.input(purpose, speaker.map { model.people[$0].id })
    let id = person.id
    let consent = try await db.act(as: Self.system) { tx in
      isYes ? try Consents.give(input, for: id, in: tx) : try Consents.refuse(input, for: id, in: tx)
    }
    // What was said already is not said again.
    guard consent.decidedAt == model.now else { return }
    model.people[who].said.append(
      Somebody.Said(purpose: purpose, at: model.now, isYes: isYes, guardian: speaker))
  }

  private mutating func takeBack(_ who: Int, _ purpose: Purpose) async throws {
    let said = model.people[who].said.indices.filter { model.people[who].said[$0].purpose == purpose }
    let latest = said.max { model.people[who].said[$0].at < model.people[who].said[$1].at }
    guard let latest, model.people[who].said[latest].isYes else { return }
    let (id, input) = (model.people[who].id, Self.input(purpose, nil))
    try await db.act(as: Self.system) { tx in
      _ = try Consents.withdraw(purpose, input.category, for: id, in: tx)
    }
    if model.people[who].said[latest].endedAt == nil { model.people[who].said[latest].endedAt = model.now }
  }

  /// A file tells a decision of some day of the past, by whoever: valid or not.
  private mutating func arrive(_ who: Int, _ purpose: Purpose) async throws {
    // No two of one moment: which is the later would be a toss.
    let at = model.now + -(1 + random.below(900)) * 86_400 + -random.below(80_000)
    let back = random.chance(15) ? at + 3_600 : nil
    let speaker = random.chance(60) ? random.below(Self.grown) : nil
    let guardian = speaker == who ? nil : speaker
    let isYes = random.chance(85)
    let item = Consents.Incoming(
      customer: model.people[who].id, purpose: purpose, category: Self.input(purpose, nil).category, isRefusal: !isYes,
      decidedAt: at, withdrawnAt: isYes ? back : nil, textVersion: 1, guardian: guardian.map { model.people[$0].id },
      evidence: "表 1")
    try await db.act(as: Self.system) { tx in _ = try Consents.takeIn([item], source: "core", in: tx) }
    model.people[who].said.append(
      Somebody.Said(purpose: purpose, at: at, isYes: isYes, guardian: guardian, endedAt: isYes ? back : nil))
  }

  private mutating func endRelation(_ who: Int) async throws {
    guard let guardian = model.people[who].guardians.min() else { return }
    let item = Relationship(from: model.people[guardian].id, to: model.people[who].id, kind: .guardian)
    try await db.act(as: Self.system) { try Relationships.end(item, in: $0) }
    model.people[who].guardians.remove(guardian)
    model.relations.remove([guardian, who])
  }
}
