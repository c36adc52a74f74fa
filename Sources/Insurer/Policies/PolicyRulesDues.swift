import Kernel

/// The premiums of a policy seen from one day: what is owed, in grace, or missed.
struct PremiumDues {
  /// How long cover continues without one premium.
  struct Grace {
    let premium: PremiumFact
    /// The last day of cover, to its 24:00.
    let lastDay: Day
    let why: Reason
  }

  let phase: (Phase, Reason)
  /// The earliest premium that is still to be paid.
  let next: PremiumFact?
  /// What is owed by today.
  let overdue: Money
  /// Of `next`, where leaving it unpaid would suspend the policy. Under an automatic premium loan only the core knows
  /// how long the cash value lasts.
  let grace: Grace?
  /// The premium that was not paid in its grace, if cover has not been reinstated since.
  let missed: Grace?
  /// The first premium of all, due and not paid: cover has not begun.
  let unpaidFirst: PremiumFact?
  /// Whether premiums are known from the core at all; without any, nothing is held to be unpaid.
  let isKnown: Bool

  init(_ facts: PolicyFacts, on today: Day, law: Law) {
    let plan = PremiumPlan(facts, on: today)
    isKnown = !facts.premiums.isEmpty
    unpaidFirst = plan.unpaidFirst
    let open = plan.open
    let missed = plan.firstMissed { PremiumDues.grace(of: $0, facts, law: law) }
    self.missed = missed
    next = missed?.premium ?? open.first
    let byCashValue = facts.automaticLoanFrom.map { $0 <= today } ?? false
    grace = missed == nil && !byCashValue ? open.first.map { PremiumDues.grace(of: $0, facts, law: law) } : nil
    overdue = Money(fen: open.filter { $0.dueOn <= today }.reduce(0) { $0 &+ $1.amount.fen })
    phase = PremiumDues.phase(facts, plan, on: today)
  }

  /// 60 days after the due date, or 30 after a formal demand has reached the person, whichever is earlier; the
  /// contract's own days where it has them. Due on 03-10: covered to 05-09 24:00, suspended on 05-10.
  static func grace(of premium: PremiumFact, _ facts: PolicyFacts, law: Law) -> Grace {
    if let days = facts.product.graceDays {
      let last = premium.dueOn + days
      let why = Reason(
        "grace_contract", .contract, [.day("due_on", premium.dueOn), .number("days", days), .day("until", last)])
      return Grace(premium: premium, lastDay: last, why: why)
    }
    let byDue = premium.dueOn + law[.graceDays]
    let demand = facts.demands.filter { $0 >= premium.dueOn }.min()
    if let demand, demand + law[.demandDays] < byDue {
      let last = demand + law[.demandDays]
      let why = Reason(
        "grace_demand", law.citation(of: .demandDays),
        [.day("demanded_on", demand), .number("days", law[.demandDays]), .day("until", last)])
      return Grace(premium: premium, lastDay: last, why: why)
    }
    let why = Reason(
      "grace", law.citation(of: .graceDays),
      [.day("due_on", premium.dueOn), .number("days", law[.graceDays]), .day("until", byDue)])
    return Grace(premium: premium, lastDay: byDue, why: why)
  }

  /// The one phase that tells how premiums stand.
  private static func phase(_ facts: PolicyFacts, _ plan: PremiumPlan, on today: Day) -> (Phase, Reason) {
    if let day = facts.reducedOn, day <= today {
      return (.reducedPaidUp, Reason("reduced_paid_up", .contract, [.day("reduced_on", day)]))
    }
    if let day = facts.waivedFrom, day <= today {
      return (.waived, Reason("waived", .contract, [.day("waived_from", day)]))
    }
    if facts.mode == .single { return (.paidUp, Reason("single_premium", .contract)) }
    if let day = facts.automaticLoanFrom, day <= today, plan.open.first.map({ $0.dueOn > today }) ?? true {
      return (.automaticPremiumLoan, Reason("automatic_premium_loan", .contract, [.day("from", day)]))
    }
    guard let next = plan.open.first else { return (.paidUp, Reason("all_premiums_paid", .contract)) }
    let facts: [Reason.Fact] = [.day("due_on", next.dueOn), .money("amount", next.amount)]
    return next.dueOn < today ? (.grace, Reason("unpaid", nil, facts)) : (.paid, Reason("paid", nil, facts))
  }
}

/// The premiums that count on a day: the known ones and, after the last of them, the next by the schedule.
struct PremiumPlan {
  let facts: PolicyFacts
  let today: Day
  /// In order of due date.
  let premiums: [PremiumFact]

  init(_ facts: PolicyFacts, on today: Day) {
    self.facts = facts
    self.today = today
    var premiums = facts.premiums.sorted { $0.dueOn < $1.dueOn }
    let schedule = PremiumSchedule(
      mode: facts.mode, effectiveOn: facts.effectiveOn, paymentYears: facts.paymentYears, expiresOn: facts.expiresOn)
    // Without any premium from the core, those before today are taken as paid: nobody has said otherwise.
    let after = premiums.last?.dueOn ?? max(today - 1, facts.effectiveOn ?? today)
    if let due = schedule?.next(after: after) { premiums.append(PremiumFact(dueOn: due, amount: facts.premium)) }
    self.premiums = premiums
  }

  /// Whether nothing has to be paid for a due date, because of waiver, reduction, or payment out of the cash value.
  private func isExcused(_ premium: PremiumFact) -> Bool {
    let day = premium.dueOn
    return premium.isWaived || facts.waivedFrom.map { $0 <= day } ?? false || facts.reducedOn.map { $0 <= day } ?? false
      || facts.automaticLoanFrom.map { $0 <= day && day <= today } ?? false
  }

  /// Received, as known on this day.
  private func isReceived(_ premium: PremiumFact) -> Bool { premium.receivedOn.map { $0 <= today } ?? false }

  private var reinstatedOn: Day? { facts.reinstatedOn.flatMap { $0 <= today ? $0 : nil } }

  private func isFirst(_ premium: PremiumFact) -> Bool { facts.effectiveOn.map { premium.dueOn <= $0 } ?? false }

  /// Still to be paid. A reinstatement settles what was due before it.
  var open: [PremiumFact] {
    premiums.filter { premium in
      !isReceived(premium) && !isExcused(premium) && reinstatedOn.map { premium.dueOn >= $0 } ?? true
    }
  }

  var unpaidFirst: PremiumFact? { open.first { isFirst($0) && $0.dueOn <= today } }

  /// The first premium that was not paid by the end of its grace, even if it came later: only a reinstatement, not a
  /// late payment, brings cover back.
  func firstMissed(_ grace: (PremiumFact) -> PremiumDues.Grace) -> PremiumDues.Grace? {
    for premium in premiums where premium.dueOn < today && !isFirst(premium) && !isExcused(premium) {
      if let reinstatedOn, premium.dueOn < reinstatedOn { continue }
      let grace = grace(premium)
      let paidBy = premium.receivedOn ?? today
      if paidBy > grace.lastDay, today > grace.lastDay { return grace }
    }
    return nil
  }
}
