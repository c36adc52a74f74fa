import Insurer
import Kernel
import Testing

@Suite struct PolicyPeriodsTests {
  @Test(
    "the last day of the waiting period",
    arguments: [
      (Line.medical, 30, nil as String?, "2025-04-08" as String?), (.criticalIllness, 90, nil, "2025-06-07"),
      (.criticalIllness, 90, "2026-06-01", "2026-08-29"), (.accident, 30, nil, nil), (.life, 0, nil, nil),
    ])
  func waiting(_ line: Line, _ days: Int, _ reinstated: String?, _ until: String?) throws {
    let facts = try lifePolicy {
      $0.product = ProductTerms(line: line, waitingDays: days)
      $0.reinstatedOn = try reinstated.map(day)
    }
    let projection = PolicyRules.project(facts, on: try day("2026-06-02"), law: try lawOf2026())
    #expect(try projection.waitingUntil == until.map(day))
  }

  @Test(
    "two years from formation, leap days too",
    arguments: [
      ("2024-02-29", "2026-02-28"), ("2024-02-28", "2026-02-28"), ("2022-02-28", "2024-02-28"),
      ("2025-12-31", "2027-12-31"),
    ])
  func contestability(_ formed: String, _ until: String) throws {
    let facts = try lifePolicy { $0.formedOn = try day(formed) }
    let last = PolicyRules.project(facts, on: try day(until), law: try lawOf2026())
    #expect(try last.contestableUntil == day(until))
    #expect(last.reasons.contains { $0.rule == "contestable" })
    let next = PolicyRules.project(facts, on: try day(until) + 1, law: try lawOf2026())
    #expect(next.reasons.contains { $0.rule == "incontestable" } || next.status == .terminated)
  }

  @Test(
    "grace across month ends and leap days",
    arguments: [
      ("2026-03-10", "2026-05-10"), ("2023-12-31", "2024-03-01"), ("2024-12-31", "2025-03-02"),
      ("2024-02-29", "2024-04-30"), ("2026-07-31", "2026-09-30"),
    ])
  func grace(_ due: String, _ suspended: String) throws {
    let facts = try lifePolicy {
      $0.effectiveOn = try day(due).adding(years: -1)
      $0.premiums = [try premium(due)]
    }
    let projection = PolicyRules.project(facts, on: try day(due) + 1, law: try lawOf2026())
    #expect(projection.phases == [.grace])
    #expect(try projection.suspendsOn == day(suspended))
    #expect(try projection.changesOn == day(suspended))
    #expect(projection.overdue == Money(fen: 1_000_00))
    #expect(try projection.nextPremium?.dueOn == day(due))
  }

  @Test(
    "premiums fall due by the mode",
    arguments: [
      (PremiumMode.annual, "2024-02-29", "2024-03-01", "2025-02-28"),
      (.annual, "2024-02-29", "2027-06-01", "2028-02-29"),
      (.halfYearly, "2025-08-31", "2025-09-01", "2026-02-28"), (.halfYearly, "2025-08-31", "2026-02-28", "2026-08-31"),
      (.quarterly, "2025-11-30", "2025-12-01", "2026-02-28"), (.monthly, "2026-01-31", "2026-01-31", "2026-02-28"),
      (.monthly, "2026-01-31", "2026-02-28", "2026-03-31"), (.monthly, "2026-01-31", "2025-12-01", "2026-01-31"),
    ])
  func schedule(_ mode: PremiumMode, _ first: String, _ after: String, _ due: String) throws {
    let schedule = try #require(
      PremiumSchedule(mode: mode, effectiveOn: try day(first), paymentYears: nil, expiresOn: nil))
    #expect(try schedule.next(after: try day(after)) == day(due))
  }

  @Test(
    "and end with the payment term or the cover",
    arguments: [
      (2 as Int?, nil as String?, "2026-03-10" as String?, "2026-03-10" as String?), (1, nil, "2025-03-10", nil),
      (nil, "2026-03-09", "2025-03-10", nil), (nil, "2026-03-10", "2025-03-10", "2026-03-10"),
      (5, "2027-03-09", "2026-03-10", nil),
    ])
  func scheduleEnds(_ years: Int?, _ expires: String?, _ after: String?, _ due: String?) throws {
    let schedule = try #require(
      PremiumSchedule(
        mode: .annual, effectiveOn: try day("2025-03-10"), paymentYears: years, expiresOn: try expires.map(day)))
    let from = try #require(after)
    let expected = from == due ? nil : due
    #expect(try schedule.next(after: try day(from)) == expected.map(day))
  }

  @Test func aSinglePremiumHasNoSchedule() throws {
    #expect(
      PremiumSchedule(mode: .single, effectiveOn: try day("2025-03-10"), paymentYears: nil, expiresOn: nil) == nil)
    #expect(PremiumSchedule(mode: .annual, effectiveOn: nil, paymentYears: nil, expiresOn: nil) == nil)
  }

  /// What is shown never goes stale unnoticed: from one `changesOn` to the next, every day's projection is the same.
  @Test func aProjectionHoldsUntilItSaysItChanges() throws {
    let law = try lawOf2026()
    let facts = try lifePolicy {
      $0.product = ProductTerms(line: .criticalIllness, waitingDays: 90, coolingOffDays: 15)
      $0.premiums.append(try premium("2026-03-10", paid: "2026-03-10"))
      $0.premiums.append(try premium("2027-03-10"))
      $0.premiums[0] = try premium("2025-03-10", paid: "2025-03-08")
      $0.expiresOn = try day("2030-03-09")
    }
    var held = PolicyRules.project(facts, on: try day("2026-03-10"), law: law)
    for number in 1...1_600 {
      let today = try day("2026-03-10") + number
      let now = PolicyRules.project(facts, on: today, law: law)
      if let change = held.changesOn, change <= today { held = now }
      #expect(now.status == held.status && now.phases == held.phases && now.suspendsOn == held.suspendsOn, "\(today)")
    }
    #expect(held.status == .terminated && held.reason == .expired)
  }
}
