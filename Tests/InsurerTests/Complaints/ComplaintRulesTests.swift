import Kernel
import Testing

@testable import Insurer

@Suite struct ComplaintRulesTests {
  @Test(arguments: [
    (ComplaintTerm.plain, "2026-11-16", "2026-11-13", ["complaint_plain"]),
    (.complex, "2026-12-01", "2026-11-28", ["complaint_complex"]),
    (.special, "2026-12-31", "2026-12-28", ["complaint_complex", "complaint_special"]),
  ])
  func clocks(_ term: ComplaintTerm, _ due: String, _ escalated: String, _ rules: [String]) throws {
    let received = try day("2026-11-01")
    let clock = ComplaintRules.clock(receivedOn: received, term, law: try lawOf2026())
    #expect(clock.dueOn == Day(due) && clock.escalateOn == Day(escalated))
    #expect(clock.reasons.map(\.rule) == rules)
    #expect(clock.acknowledgeBy == Day("2026-11-03"), "a Sunday, Monday, Tuesday")
  }

  /// 2026-11-22 is a Sunday.
  @Test(arguments: [(1, "2026-11-20", "2026-11-23"), (2, "2026-11-22", "2026-11-24"), (5, "2026-11-23", "2026-11-30")])
  func workingDays(_ count: Int, _ from: String, _ to: String) throws {
    #expect(ComplaintRules.workingDays(count, after: try day(from)) == Day(to))
  }

  @Test func recusal() {
    func person(_ id: Int64, _ role: Role = .service, team: Int64? = 10, branch: Int64? = 1) -> ComplaintRules.Person {
      ComplaintRules.Person(id: id, role: role, team: team, branch: branch)
    }
    let cases: [(ComplaintRules.Person, ComplaintRules.Person?, Int64?, String?)] = [
      (person(5), nil, nil, nil), (person(5), person(5), nil, "COMPLAINT_RECUSED"),
      (person(5), person(6), nil, nil), (person(5), person(6, .manager), nil, "COMPLAINT_RECUSED_LINE"),
      (person(5), person(6, .manager, team: 11), nil, nil),
      (person(5), person(6, .manager, team: nil), nil, "COMPLAINT_RECUSED_LINE"),
      (person(5), person(6, .manager, team: nil, branch: 2), nil, nil),
      (person(5, .manager), person(6, .agent), nil, nil), (person(5), nil, 10, "COMPLAINT_RECUSED_UNIT"),
      (person(5), nil, 1, "COMPLAINT_RECUSED_UNIT"), (person(5), nil, 2, nil),
    ]
    for (place, item) in cases.enumerated() {
      #expect(ComplaintRules.recusal(item.0, accused: item.1, group: item.2) == item.3, "case \(place)")
    }
  }
}
