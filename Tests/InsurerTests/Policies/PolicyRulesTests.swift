import Insurer
import Kernel
import Testing

/// An annual life policy of 1,000 yuan, in force since 2025-03-10, its first premium paid; changed by `change`.
func lifePolicy(_ change: (inout PolicyFacts) throws -> Void = { _ in }) throws -> PolicyFacts {
  var facts = PolicyFacts(
    product: ProductTerms(line: .life, coolingOffDays: 15),
    core: CoreStatement(.inForce))
  facts.appliedOn = try day("2025-03-01")
  facts.formedOn = try day("2025-03-08")
  facts.effectiveOn = try day("2025-03-10")
  facts.deliveredOn = try day("2025-03-12")
  facts.mode = .annual
  facts.premium = Money(fen: 1_000_00)
  facts.premiums = [try premium("2025-03-10", paid: "2025-03-08")]
  try change(&facts)
  return facts
}

func premium(_ due: String, paid: String? = nil, waived: Bool = false) throws -> PremiumFact {
  PremiumFact(dueOn: try day(due), amount: Money(fen: 1_000_00), receivedOn: try paid.map(day), isWaived: waived)
}

@Suite struct PolicyRulesTests {
  typealias Change = @Sendable (inout PolicyFacts) throws -> Void

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let today: String
    let status: PolicyStatus
    var phases: [Phase] = []
    var reason: TerminationReason?
    var since: String?
    let rule: String
    let change: Change
    var testDescription: String { "\(name) on \(today)" }

    init(
      _ name: String, _ today: String, _ status: PolicyStatus, _ phases: [Phase] = [],
      reason: TerminationReason? = nil, since: String? = nil, rule: String, _ change: @escaping Change = { _ in }
    ) {
      self.name = name
      self.today = today
      self.status = status
      self.phases = phases
      self.reason = reason
      self.since = since
      self.rule = rule
      self.change = change
    }
  }

  static let unpaid: Change = { $0.premiums.append(try premium("2026-03-10")) }
  static let demanded: Change = {
    $0.premiums.append(try premium("2026-03-10"))
    $0.demands = [try day("2026-03-01"), try day("2026-03-20")]
  }
  static let paidLate: Change = { $0.premiums.append(try premium("2026-03-10", paid: "2026-05-20")) }
  static let reinstated: Change = {
    $0.premiums.append(try premium("2026-03-10", paid: "2026-06-01"))
    $0.suspendedOn = try day("2026-05-10")
    $0.reinstatedOn = try day("2026-06-01")
  }
  static let fullyPaid: Change = {
    $0.paymentYears = 2
    $0.premiums.append(try premium("2026-03-10", paid: "2026-03-09"))
  }
  static func rider(_ base: PolicyFacts.BaseState) -> Change {
    {
      $0.product = ProductTerms(line: .accident, kind: .rider)
      $0.base = base
    }
  }

  static let effect: [Case] = [
    Case("before effect", "2025-03-09", .notYetEffective, rule: "before_effect"),
    Case("the day of effect", "2025-03-10", .inForce, [.paid], since: "2025-03-10", rule: "paid"),
    Case("first premium unpaid", "2025-03-20", .notYetEffective, rule: "first_premium_unpaid") {
      $0.premiums = [try premium("2025-03-10")]
    },
    Case("effective date unknown", "2025-03-20", .notYetEffective, rule: "effective_date_unknown") {
      $0.effectiveOn = nil
      $0.core = CoreStatement(.notYetEffective)
    },
    Case("no premium known: taken as paid", "2025-09-01", .inForce, [.paid], rule: "paid") { $0.premiums = [] },
    Case("the day it is signed for", "2025-03-12", .inForce, [.paid], rule: "cooling_off"),
    Case("first day of cooling-off", "2025-03-13", .inForce, [.coolingOff, .paid], rule: "cooling_off"),
    Case("last day of cooling-off", "2025-03-27", .inForce, [.coolingOff, .paid], rule: "cooling_off"),
    Case("after cooling-off", "2025-03-28", .inForce, [.paid], rule: "contestable"),
    Case("cooling-off beside a waiver", "2025-03-13", .inForce, [.coolingOff, .waived], rule: "waived") {
      $0.waivedFrom = try day("2025-03-13")
    },
    Case("receipt missing", "2025-03-20", .inForce, [.paid], rule: "receipt_missing") { $0.deliveredOn = nil },
  ]

  static let money: [Case] = [
    Case("due today", "2026-03-10", .inForce, [.paid], rule: "grace", unpaid),
    Case("a day overdue", "2026-03-11", .inForce, [.grace], rule: "unpaid", unpaid),
    Case("last day of grace", "2026-05-09", .inForce, [.grace], rule: "grace", unpaid),
    Case("after grace", "2026-05-10", .suspended, since: "2026-05-10", rule: "reinstatable", unpaid),
    Case("by the schedule alone", "2026-05-10", .suspended, since: "2026-05-10", rule: "grace"),
    Case("30 days after the demand", "2026-04-19", .inForce, [.grace], rule: "grace_demand", demanded),
    Case("31 days after it", "2026-04-20", .suspended, since: "2026-04-20", rule: "grace_demand", demanded),
    Case("a demand too late to matter", "2026-05-09", .inForce, [.grace], rule: "grace") {
      try unpaid(&$0)
      $0.demands = [try day("2026-05-01")]
    },
    Case("the contract's own 30 days", "2026-04-10", .suspended, since: "2026-04-10", rule: "grace_contract") {
      try unpaid(&$0)
      $0.product = ProductTerms(line: .life, graceDays: 30)
    },
    Case("paid on the last day of grace", "2026-06-01", .inForce, [.paid], rule: "paid") {
      $0.premiums.append(try premium("2026-03-10", paid: "2026-05-09"))
    },
    Case(
      "paid after grace brings no cover back", "2026-06-01", .suspended, since: "2026-05-10", rule: "grace", paidLate),
    Case("reinstated", "2026-06-01", .inForce, [.paid], since: "2026-06-01", rule: "paid", reinstated),
    Case("the day before reinstatement", "2026-05-31", .suspended, since: "2026-05-10", rule: "grace", reinstated),
    Case(
      "two years suspended, to the day", "2028-05-10", .suspended, since: "2026-05-10", rule: "reinstatable", unpaid),
    Case("more than two years", "2028-05-11", .suspended, since: "2026-05-10", rule: "rescindable", unpaid),
    Case("automatic premium loan", "2026-08-01", .inForce, [.automaticPremiumLoan], rule: "automatic_premium_loan") {
      try unpaid(&$0)
      $0.automaticLoanFrom = try day("2026-03-10")
    },
    Case("waived", "2026-08-01", .inForce, [.waived], rule: "waived") {
      try unpaid(&$0)
      $0.waivedFrom = try day("2026-01-10")
    },
    Case("one premium waived", "2026-08-01", .inForce, [.paid], rule: "paid") {
      $0.premiums.append(try premium("2026-03-10", waived: true))
    },
    Case("reduced paid-up", "2026-08-01", .inForce, [.reducedPaidUp], rule: "reduced_paid_up") {
      try unpaid(&$0)
      $0.reducedOn = try day("2026-03-10")
    },
    Case("all premiums paid", "2030-01-01", .inForce, [.paidUp], rule: "all_premiums_paid", fullyPaid),
    Case("single premium", "2030-01-01", .inForce, [.paidUp], rule: "single_premium") { $0.mode = .single },
    Case("a policy loan", "2025-08-01", .inForce, [.paid], rule: "loan") { $0.loan = Money(fen: 5_000_00) },
  ]

  static let endings: [Case] = [
    Case("the last day of cover", "2026-03-09", .inForce, [.paidUp], rule: "all_premiums_paid") {
      $0.expiresOn = try day("2026-03-09")
    },
    Case("expired", "2026-03-10", .terminated, reason: .expired, since: "2026-03-10", rule: "period_ended") {
      $0.expiresOn = try day("2026-03-09")
    },
    Case("matured", "2026-03-10", .terminated, reason: .matured, since: "2026-03-10", rule: "period_ended") {
      $0.product = ProductTerms(line: .annuity)
      $0.expiresOn = try day("2026-03-09")
    },
    Case("an endowment that the core calls matured", "2026-03-10", .terminated, reason: .matured, rule: "period_ended")
    {
      $0.expiresOn = try day("2026-03-09")
      $0.core = CoreStatement(.terminated, reason: .matured)
    },
    Case(
      "the base has ended", "2025-08-02", .terminated, reason: .surrendered, since: "2025-08-01",
      rule: "base_terminated", rider(.init(.terminated, reason: .surrendered, since: Day("2025-08-01")))),
    Case(
      "the base ends later", "2025-07-31", .inForce, [.paid], rule: "paid",
      rider(.init(.terminated, reason: .surrendered, since: Day("2025-08-01")))),
    Case(
      "the base is suspended", "2025-08-02", .suspended, since: "2025-08-01", rule: "base_suspended",
      rider(.init(.suspended, since: Day("2025-08-01")))),
    Case("the base is in force", "2025-08-02", .inForce, [.paid], rule: "paid", rider(.init(.inForce))),
    Case(
      "the core's suspension where no premium is known", "2026-06-01", .suspended, since: "2026-05-10",
      rule: "core_suspended"
    ) {
      $0.premiums = []
      $0.suspendedOn = try day("2026-05-10")
    },
    Case("the core's suspension without a day", "2026-06-01", .suspended, rule: "core_suspended") {
      $0.premiums = []
      $0.core = CoreStatement(.suspended)
    },
    Case("terminated without a day", "2026-06-01", .terminated, reason: .surrendered, rule: "core_terminated") {
      $0.core = CoreStatement(.terminated, reason: .surrendered)
    },
  ]

  @Test("our projection of a policy", arguments: effect + money + endings)
  func project(_ test: Case) throws {
    let facts = try lifePolicy(test.change)
    let projection = PolicyRules.project(facts, on: try day(test.today), law: try lawOf2026())
    #expect(projection.status == test.status)
    #expect(projection.phases == test.phases)
    #expect(projection.reason == test.reason)
    if let since = test.since { #expect(try projection.since == day(since)) }
    #expect(projection.reasons.contains { $0.rule == test.rule }, "\(projection.reasons.map(\.rule))")
  }

  @Test("every reason that the core can give for an end", arguments: TerminationReason.allCases)
  func ended(_ reason: TerminationReason) throws {
    let facts = try lifePolicy {
      $0.terminatedOn = try day("2025-09-01")
      $0.core = CoreStatement(.terminated, reason: reason)
    }
    let before = PolicyRules.project(facts, on: try day("2025-08-31"), law: try lawOf2026())
    let after = PolicyRules.project(facts, on: try day("2025-09-01"), law: try lawOf2026())
    #expect(try before.status == .inForce && before.changesOn == day("2025-09-01"))
    #expect(after.status == .terminated && after.reason == reason && after.changesOn == nil)
  }

  @Test func theArticleOfTheLawIsNamed() throws {
    let projection = PolicyRules.project(
      try lifePolicy(Self.unpaid), on: try day("2026-05-10"), law: try lawOf2026())
    let citations = projection.reasons.filter { ["grace", "reinstatable", "contestable"].contains($0.rule) }
    #expect(citations.map(\.citation) == ["36", "37", "16"].map { Citation("保险法", $0) })
    #expect(try projection.reinstatementUntil == day("2028-05-10"))
  }

  @Test("flags: the core's, and a loan pledges", arguments: [nil] + PolicyFlag.allCases)
  func flags(_ flag: PolicyFlag?) throws {
    let facts = try lifePolicy {
      $0.core = CoreStatement(.inForce, flags: flag.map { [$0] } ?? [])
      $0.loan = Money(fen: 1)
    }
    let projection = PolicyRules.project(facts, on: try day("2025-08-01"), law: try lawOf2026())
    #expect(projection.flags == Set([flag, .pledged].compactMap { $0 }))
  }
}
