import Kernel
import Testing

@testable import Insurer

@Suite struct DepartureRulesTests {
  private static func day(_ text: String) throws -> Day { try #require(Day(text)) }

  /// Left on 11-01: all are told by 12-01 (保险销售行为管理办法 36).
  @Test func thirtyDays() throws {
    let left = try Self.day("2026-11-01")
    let (until, reason) = DepartureRules.tellBy(leftOn: left, law: try LegalRules.catalogue.get().on(left))
    #expect(until == Day("2026-12-01"))
    #expect(reason.rule == "departure_notice" && reason.citation == Citation("保险销售行为管理办法", "36"))
  }

  @Test(arguments: [
    ("2026-11-21", "2020-01-01", nil), ("2019-12-31", "2020-01-01", ValidationCode.dateOrder),
    ("2027-11-23", nil, nil), ("2027-11-24", nil, .dateFuture),
  ])
  func daysOfLeaving(_ left: String, _ joined: String?, _ code: ValidationCode?) throws {
    let today = try Self.day("2026-11-22")
    let found = DepartureRules.fault(leftOn: try Self.day(left), joinedOn: joined.flatMap { Day($0) }, on: today)
    #expect(found == code)
  }

  @Test(arguments: [
    ("2026-11-21", false, true), ("2026-11-22", false, true), ("2026-11-23", false, false),
    ("2026-11-21", true, true), ("2026-11-22", true, false),
  ])
  func whenItTakesEffect(_ left: String, _ isAnnounced: Bool, _ takes: Bool) throws {
    let today = try Self.day("2026-11-22")
    #expect(
      DepartureRules.takesEffect(leftOn: try Self.day(left), on: today, isAnnounced: isAnnounced) == takes)
  }

  private static func member(
    _ number: String, _ role: Role = .agent, left: String? = nil, branch: Int64 = 1
  ) -> StaffMember {
    StaffMember(
      id: ID(Int64(number.utf8.reduce(0) { $0 * 31 + Int($1) })), staffNo: number, name: "员工", teamID: ID(10),
      branchID: ID(branch), role: role, leftOn: left.flatMap { Day($0) }, source: "core", version: 1)
  }

  @Test func whoReceives() throws {
    let today = try Self.day("2026-11-22")
    let old = Self.member("A1")
    func code(_ member: StaffMember, from: StaffMember? = old) -> String? {
      DepartureRules.receives(member, from: from, on: today)
    }
    #expect(code(Self.member("A2")) == nil && code(Self.member("V1", .adviser)) == nil)
    #expect(code(Self.member("A1")) == "HANDOVER_TO_SELF")
    #expect(code(Self.member("A3", left: "2026-11-22")) == "STAFF_LEFT")
    #expect(code(Self.member("A4", left: "2026-11-30")) == nil)
    #expect(code(Self.member("C1", .claims)) == "HANDOVER_ROLE")
    #expect(code(Self.member("A2"), from: Self.member("V1", .adviser)) == "HANDOVER_ROLE")
    #expect(code(Self.member("A2"), from: nil) == nil)
  }

  /// Who serves fewest is dealt to first; each customer whole, in turn.
  @Test func dealtInTurn() {
    let (a, b, c) = (Self.member("A1"), Self.member("A2"), Self.member("A3"))
    let order = DepartureRules.order([a, b, c], loads: [a.id: 5, b.id: 2, c.id: 2])
    #expect(order.map(\.staffNo) == ["A2", "A3", "A1"])
    #expect((0..<5).map { DepartureRules.share(at: $0, of: 3) } == [0, 1, 2, 0, 1])
  }

  @Test(arguments: [
    ("2026-11-22", nil), ("2026-11-01", nil), ("2026-10-31", ValidationCode.dateOrder), ("2026-11-23", .dateFuture),
  ])
  func daysOfTelling(_ told: String, _ code: ValidationCode?) throws {
    let found = DepartureRules.fault(
      toldOn: try Self.day(told), leftOn: try Self.day("2026-11-01"), on: try Self.day("2026-11-22"))
    #expect(found == code)
  }

  @Test func reasonsSayHow() {
    #expect(
      DepartureRules.reasons(.one, receivers: 1, isOutside: false).map(\.rule) == [
        "handover_one", "handover_whole", "handover_inside",
      ])
    #expect(
      DepartureRules.reasons(.branch, receivers: 4, isOutside: true).map(\.rule) == [
        "handover_branch", "handover_whole", "handover_outside",
      ])
  }
}
