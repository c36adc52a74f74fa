import Kernel
import Testing

@testable import Insurer

struct BookRulesTests {
  private static func policy(
    _ status: PolicyStatus, agent: Int64, line: Line, due: Int64, id: Int64
  ) -> BookFacts.Policy {
    var standing = PolicyStanding(policy: id, roles: [.policyholder], status: status)
    standing.nextDueOn = Day(number: due)
    return .init(standing: standing, agent: agent, line: line.bit)
  }

  private static let facts = BookFacts(
    customerID: 5, name: "王敏", pinyin: "wangmin", initials: "wm", createdAt: Instant(microseconds: 1), owner: 13,
    adviser: nil, latestAt: Instant(microseconds: 2),
    policies: [
      policy(.inForce, agent: 11, line: .life, due: 20_900, id: 1),
      policy(.inForce, agent: 12, line: .medical, due: 20_800, id: 2),
      policy(.terminated, agent: 11, line: .accident, due: 20_700, id: 3),
    ], claims: [.init(standing: .init(claim: 7, status: .requested, since: nil), agent: 12, handler: 14)])

  private static let open = [
    OpenStage(.claim, .claim(7), since: nil), OpenStage(.premiumDue, .policy(1), since: nil),
    OpenStage(.referral, .lead(3), since: nil),
  ]

  private struct Expected: Sendable {
    let scope: Int64
    let lines: [Line]
    let due: Int64?
    let stages: [Stage]
  }

  private static let expected: [Expected] = [
    Expected(scope: 0, lines: [.life, .medical], due: 20_800, stages: [.claim, .premiumDue, .referral]),
    Expected(scope: 11, lines: [.life], due: 20_900, stages: [.premiumDue, .referral]),
    Expected(scope: 12, lines: [.medical], due: 20_800, stages: [.claim, .referral]),
    Expected(scope: 13, lines: [], due: nil, stages: [.referral]),
    Expected(scope: 14, lines: [.life, .medical], due: 20_800, stages: [.claim, .premiumDue, .referral]),
    Expected(scope: 21, lines: [.life, .medical], due: 20_800, stages: [.claim, .premiumDue, .referral]),
    Expected(scope: 22, lines: [], due: nil, stages: [.referral]),
  ]

  @Test func opensTheStagesOfPoliciesAndClaims() {
    let stages = Self.facts.openStages(on: Day(number: 20_790))
    #expect(stages.map(\.stage) == [.claim, .premiumDue])
    #expect(Self.facts.relation == .active)
  }

  @Test("shows each scope what it serves", arguments: expected.indices)
  func rows(place: Int) throws {
    let wanted = Self.expected[place]
    let rows = BookRules.rows(Self.facts, stages: Self.open, groups: [11: [21], 12: [21], 13: [22]])
    #expect(rows.map(\.scope) == [0, 11, 12, 13, 14, 21, 22])
    let row = try #require(rows.first { $0.scope == wanted.scope })
    #expect(Line.lines(in: row.lines) == wanted.lines)
    #expect(row.nextDueOn == wanted.due.map(Day.init(number:)) ?? BookRow.noDue)
    #expect(Stage.stages(in: row.stages) == wanted.stages)
    #expect(row.relation == RelationState.active.number)
  }

  /// All that there is to know, and his groups nothing.
  @Test func anUnderwriterKnowsThePersonWhole() throws {
    var facts = Self.facts
    facts.policies[1].underwriter = 15
    let rows = BookRules.rows(facts, stages: Self.open, groups: [11: [21], 12: [21], 13: [22], 15: [23]])
    #expect(rows.map(\.scope) == [0, 11, 12, 13, 14, 15, 21, 22])
    let row = try #require(rows.first { $0.scope == 15 })
    #expect(Line.lines(in: row.lines) == [.life, .medical])
    #expect(Stage.stages(in: row.stages) == [.claim, .premiumDue, .referral])
  }

  @Test(
    "cuts names for the index",
    arguments: [
      ("王敏", "王敏 s11"), ("王小敏", "王小 小敏 s11"), ("敏", "敏 s11"), ("Anna Lee", "anna lee s11"),
      ("买买提·艾力", "买买 买提 艾力 s11"), ("𠮷野家", "𠮷野 野家 s11"), ("平川3厂", "平川 3 厂 s11"),
    ])
  func tokens(name: String, expected: String) {
    #expect(BookRules.tokens(name: name, scopes: [0, 11]) == expected)
  }
}
