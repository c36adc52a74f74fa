import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// Random conditions on random people, for viewers of every kind: the list that SQL gives is the list of those for whom
/// plain Swift says that the condition holds.
@Suite struct ConditionPropertyTests {
  private static let seed: UInt64 = 20_261_122

  @Test(arguments: TestDatabase.engines) func populationAndPersonAgree(_ engine: TestDatabase.Engine) async throws {
    let time = MovingTime(TestDatabase.clock.now())
    try await ContractCast.open(engine, clock: time.clock) { cast in
      var history = try await FactHistory.make(cast, time, seed: Self.seed)
      var random = DemoRandom(seed: Self.seed, 3)
      var (asked, held) = (0, 0)
      for _ in 0..<3 {
        for _ in 0..<6 { try await history.act() }
        try await history.night()
        try await agree(history.people, cast, time.clock.now(), &random)
        for access in Self.accesses(cast) {
          let writer = ConditionWriter(access: access, today: history.today)
          for _ in 0..<55 {
            let condition = writer.condition(&random, depth: 1)
            let (people, matches) = try await compare(condition, access, history.people, cast)
            asked += people
            held += matches
          }
        }
      }
      print("seed \(Self.seed) on \(engine): \(asked) questions of one person, \(held) held")
      #expect(asked > 10_000 && held > 1_000)
    }
  }

  private static func accesses(_ cast: ContractCast) -> [Access] {
    let purposes: [(String?, Purpose?)] = [
      (nil, nil), (nil, .marketing), (nil, .personalisation), ("A1", nil), ("A1", .personalisation), ("A3", nil),
      ("M1", nil), ("C1", nil),
    ]
    return purposes.map { number, purpose in
      let member = number.flatMap { cast.staff[$0] }
      return Roles.access(
        .init(
          actor: .staff(1), role: member?.role ?? .analyst, staffID: member?.id.raw ?? 0,
          teamID: member?.teamID?.raw ?? 0, branchID: member?.branchID?.raw ?? 0), purpose: purpose, surface: "api")
    }
  }

  /// People agree to this and that, some until a moment that has passed.
  private func agree(
    _ people: [ID<Customer>], _ cast: ContractCast, _ now: Instant, _ random: inout DemoRandom
  ) async throws {
    let said = people.map { person in
      (person, Int64(random.below(16)), now + (random.chance(8_000) ? 90 * 86_400 : -60))
    }
    try await cast.db.act(as: ContractCast.system) { tx in
      for (person, bits, until) in said {
        try tx.run("UPDATE customers SET basis = \(bits), basis_until = \(until) WHERE id = \(person)")
      }
    }
  }

  private func compare(
    _ condition: Condition, _ access: Access, _ people: [ID<Customer>], _ cast: ContractCast
  ) async throws -> (people: Int, matches: Int) {
    #expect(try Condition.read(condition.json) == condition)
    let (listed, counted, held, visible) = try await cast.read(as: access) { tx in
      let narrowing = try Conditions.narrowing(condition, in: tx)
      let page = try Customers.list(filter: CustomerFilter(narrowing: narrowing), limit: 100, in: tx)
      let counted = try Customers.count(CustomerFilter(narrowing: narrowing), in: tx).value
      var held: Set<ID<Customer>> = []
      var visible = 0
      for person in people {
        guard let finding = try? Conditions.explain(condition, of: person, in: tx) else { continue }
        visible += 1
        if finding.holds { held.insert(person) }
      }
      return (Set(page.rows.map(\.id)), counted, held, visible)
    }
    if listed != held {
      Issue.record("\(access.role) for \(access.purpose): SQL \(listed) and plain \(held) of \(condition.json)")
    }
    #expect(counted == held.count)
    return (visible, held.count)
  }
}

/// Writes conditions that a viewer may ask, with values near those that people have.
private struct ConditionWriter {
  let access: Access
  let today: Day

  func condition(_ random: inout DemoRandom, depth: Int) -> Condition {
    guard depth < ConditionBounds.depth, random.chance(6_000) else { return .part(part(&random)) }
    let items = (0..<random.within(1...3)).map { _ in condition(&random, depth: depth + 1) }
    return random.chance(5_000) ? .all(items) : .any(items)
  }

  private func part(_ random: inout DemoRandom) -> ConditionPart {
    let facts = FactCatalog.offered(for: access).filter { fact in
      fact.change.flatMap(FactCatalog.find)?.isOpen(to: access) ?? true
    }
    let fact = random.pick(facts)
    let op = random.pick(ConditionOperator.of(fact))
    return ConditionPart(fact.key, op, value(op, fact, &random))
  }

  private func value(_ op: ConditionOperator, _ fact: Fact, _ random: inout DemoRandom) -> ConditionValue {
    switch op {
    case .known, .unknown: return .none
    case .isTrue: return .flag(random.chance(5_000))
    case .changedBy: return .percent(Int64(random.pick([-100, -50, -1, 1, 50, 200])))
    case .within: return random.chance(5_000) ? .next(random.below(400)) : .last(random.below(400))
    case .oneOf, .noneOf, .anyOf, .allOf:
      let codes = fact.vocabulary?.codes ?? []
      let picked = codes.filter { _ in random.chance(4_000) }
      return .codes(picked.isEmpty ? [random.pick(codes)] : picked)
    case .before, .after, .on: return .day(day(&random))
    case .between:
      if fact.type == .day { return .days(day(&random), day(&random)) }
      let (a, b) = (number(fact, &random), number(fact, &random))
      return .numbers(min(a, b), max(a, b))
    case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual: return .number(number(fact, &random))
    }
  }

  private func day(_ random: inout DemoRandom) -> ConditionDay {
    random.chance(5_000) ? .today(random.within(-600...100)) : .fixed(today - random.within(-100...900))
  }

  private func number(_ fact: Fact, _ random: inout DemoRandom) -> Int64 {
    switch fact.unit {
    case .count: Int64(random.within(0...4))
    case .years: Int64(random.within(-1...70))
    case .days: Int64(random.within(-60...500))
    case .percent: Int64(random.within(-100...300))
    case .fen: Int64(random.pick([0, 100, 120_000, 100_000, 1_000_000, 50_000_000]))
    case .month: Int64(random.within(1...12))
    case .none: 0
    }
  }
}
