import Kernel
import Testing

@testable import Insurer

@Suite struct PremiumDueRulesTests {
  private static func day(_ text: String) throws -> Day { try #require(Day(text)) }

  private func law(on day: Day) throws -> Law { try LegalRules.catalogue.get().on(day) }

  private struct Case {
    let name: String
    var grace: Int?
    var demands: [String] = []
    var loan: Int64 = 0
    var automaticFrom: String?
    var waivedFrom: String?
    var reducedOn: String?
    var today = "2026-03-20"
    let suspendsOn: String?
    let rules: [String]
  }

  /// Due 2026-03-10: covered to 05-09 24:00, suspended on 05-10; a demand that reached the person on 03-20 ends cover
  /// with 04-19.
  private static let cases = [
    Case(name: "60 days after the due date", suspendsOn: "2026-05-10", rules: ["grace"]),
    Case(
      name: "30 days after a demand", demands: ["2026-03-20"], suspendsOn: "2026-04-20", rules: ["grace_demand"]),
    Case(
      name: "the earliest demand counts", demands: ["2026-03-25", "2026-03-20"], today: "2026-03-26",
      suspendsOn: "2026-04-20", rules: ["grace_demand"]),
    Case(
      name: "a demand that arrives late ends nothing earlier", demands: ["2026-04-15"], today: "2026-04-16",
      suspendsOn: "2026-05-10", rules: ["grace", "demand_no_earlier"]),
    Case(
      name: "the contract's own term", grace: 90, suspendsOn: "2026-06-09", rules: ["grace_contract"]),
    Case(
      name: "the contract's own term stands against a demand", grace: 90, demands: ["2026-03-15"],
      suspendsOn: "2026-06-09", rules: ["grace_contract", "demand_no_earlier"]),
    Case(
      name: "an earlier premium's demand says nothing of this one", demands: ["2026-01-02"],
      suspendsOn: "2026-05-10", rules: ["grace"]),
    Case(name: "a loan is said beside it", loan: 5_000_00, suspendsOn: "2026-05-10", rules: ["grace", "loan"]),
    Case(
      name: "the cash value pays", automaticFrom: "2026-03-10", suspendsOn: nil, rules: ["automatic_premium_loan"]),
    Case(name: "waived", waivedFrom: "2026-03-01", suspendsOn: nil, rules: ["waived"]),
    Case(name: "reduced paid-up", reducedOn: "2026-03-01", suspendsOn: nil, rules: ["reduced_paid_up"]),
  ]

  @Test func suspensionExplainsItself() throws {
    for item in Self.cases {
      let today = try Self.day(item.today)
      var terms = Self.product
      terms = terms.with(graceDays: item.grace)
      var facts = PolicyFacts(product: terms, core: CoreStatement(.inForce))
      facts.effectiveOn = Day("2024-03-10")
      facts.formedOn = Day("2024-03-08")
      facts.mode = .annual
      facts.premium = Money(fen: 6_000_00)
      facts.paymentYears = 20
      facts.premiums = ["2024-03-10", "2025-03-10"].compactMap { Day($0) }.map {
        PremiumFact(dueOn: $0, amount: Money(fen: 6_000_00), receivedOn: $0)
      }
      facts.premiums.append(PremiumFact(dueOn: try Self.day("2026-03-10"), amount: Money(fen: 6_000_00)))
      facts.demands = item.demands.compactMap { Day($0) }
      facts.loan = Money(fen: item.loan)
      facts.automaticLoanFrom = item.automaticFrom.flatMap { Day($0) }
      facts.waivedFrom = item.waivedFrom.flatMap { Day($0) }
      facts.reducedOn = item.reducedOn.flatMap { Day($0) }
      let forecast = PolicyRules.suspension(facts, on: today, law: try law(on: today))
      #expect(forecast.day == item.suspendsOn.flatMap { Day($0) }, "\(item.name)")
      #expect(forecast.reasons.map(\.rule) == item.rules, "\(item.name)")
    }
  }

  private static let product = ProductTerms(
    line: .life, kind: .base, waitingDays: 0, coolingOffDays: 15, graceDays: nil)

  /// On 2026-11-22: due in November; before, with grace into December; grace that ends in November; due in December.
  @Test func listsAreMonths() throws {
    let today = try Self.day("2026-11-22")
    let month = PremiumDueRules.bounds(.thisMonth, on: today)
    #expect("\(month.due.lowerBound) \(month.due.upperBound)" == "2026-11-01 2026-11-30")
    let next = PremiumDueRules.bounds(.nextMonth, on: today)
    #expect("\(next.due.lowerBound) \(next.due.upperBound)" == "2026-12-01 2026-12-31")
    let second = PremiumDueRules.bounds(.secondMonth, on: today)
    #expect(second.due.upperBound == Day("2026-10-31") && second.coveredAfter == Day("2026-11-30"))
    let end = PremiumDueRules.bounds(.graceEnd, on: today)
    #expect(end.coveredUntil == Day("2026-11-01")!...Day("2026-11-30")! && end.due.upperBound == Day("2026-10-31"))
    #expect(PremiumDueRules.bounds(.pastGrace, on: today).isPastGrace)
    let january = PremiumDueRules.bounds(.nextMonth, on: try Self.day("2026-12-31"))
    #expect("\(january.due.lowerBound)" == "2027-01-01")
  }

  @Test(arguments: [
    ("2025-11-20", "2026-11-20", 2), ("2024-02-29", "2026-02-28", 3), ("2024-02-29", "2025-02-27", 1),
    ("2024-01-31", "2025-01-31", 2), ("2024-01-31", "2024-12-31", 1), ("2026-11-20", "2026-11-20", 1),
  ])
  func yearOfTheContract(_ effective: String, _ due: String, _ year: Int) throws {
    let (from, to) = (try Self.day(effective), try Self.day(due))
    #expect(PremiumDueRules.contractYear(dueOn: to, effectiveOn: from) == year)
    // The lists count in days: both say the same where premiums come by whole months.
    if from.day == to.day { #expect(PremiumDueRules.days(ofYear: year).contains(to - from)) }
  }

  @Test(arguments: [
    ("2026-11-20", nil, PromiseOutcome.broken), ("2026-11-22", nil, nil), ("2026-11-25", nil, nil),
    ("2026-11-20", "2026-11-20", .kept), ("2026-11-20", "2026-11-21", .broken), ("2026-11-25", "2026-11-22", .kept),
  ])
  func promisesAreKeptOrBroken(_ payBy: String, _ received: String?, _ outcome: PromiseOutcome?) throws {
    let told = PremiumDueRules.outcome(
      payBy: try Self.day(payBy), receivedOn: received.flatMap { Day($0) }, on: try Self.day("2026-11-22"))
    #expect(told == outcome)
  }

  @Test func whatStandsAgainstPromisesAndProofs() throws {
    let today = try Self.day("2026-11-22")
    let until = try Self.day("2026-12-01")
    func fault(_ payBy: String, _ until: Day?) throws -> ValidationCode? {
      PremiumDueRules.fault(payBy: try Self.day(payBy), coveredUntil: until, on: today)
    }
    #expect(try fault("2026-11-21", until) == .promisePast)
    #expect(try fault("2026-12-02", until) == .promiseAfterGrace)
    #expect(try fault("2026-12-01", until) == nil)
    #expect(try fault("2027-01-15", nil) == nil)
    #expect(try fault("2026-12-15", Self.day("2026-11-01")) == nil, "cover has ended already: any day is welcome")
    func proof(_ reached: String) throws -> ValidationCode? {
      PremiumDueRules.fault(
        reachedOn: try Self.day(reached), sentOn: try Self.day("2026-11-15"), dueOn: try Self.day("2026-11-01"),
        on: today)
    }
    #expect(try proof("2026-11-14") == .dateOrder)
    #expect(try proof("2026-11-23") == .dateFuture)
    #expect(try proof("2026-11-18") == nil)
  }
}
