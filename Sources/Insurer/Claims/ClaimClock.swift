import Kernel

/// A time in which the insurer waits for papers: from the supplement notice to the supplements (保险法 22).
package struct ClaimPause: Hashable, Sendable {
  package let askedOn: Day
  /// Nil while the papers are still out.
  package let receivedOn: Day?

  package init(askedOn: Day, receivedOn: Day? = nil) {
    self.askedOn = askedOn
    self.receivedOn = receivedOn
  }
}

/// The days of a claim that its clock runs by.
package struct ClaimFacts: Sendable {
  package var status: ClaimStatus
  package var notifiedOn: Day?
  /// The request with proofs: the legal clock starts here, not at the notice.
  package var requestedOn: Day?
  /// The policy's own limit for the determination; nil where it is not known.
  package var clauseDays: Int?
  /// 情形复杂: marked, with the reason.
  package var isComplex = false
  package var pauses: [ClaimPause] = []
  package var decidedOn: Day?
  package var decision: ClaimDecision?
  package var agreedOn: Day?
  package var paidOn: Day?

  package init(status: ClaimStatus) { self.status = status }
}

/// A day by which something has to be done, and where that comes from.
package struct Deadline: Hashable, Sendable {
  package enum Subject: String, CaseIterable, Sendable {
    case determination, payment
    case refusalLetter = "refusal_letter"
    case advancePayment = "advance_payment"
  }

  package let subject: Subject
  package let day: Day
  /// The days allowed, without the pauses.
  package let days: Int
  package let citation: Citation
  /// When it was done; nil while it is open.
  package let doneOn: Day?

  package func isMissed(on today: Day) -> Bool { (doneOn ?? today) > day }
}

/// The statutory clock of a claim, as a value. Sources: the policy's clause, 保险法 22–25, and the Supreme Court's
/// second interpretation, by which the time between the supplement notice and the supplements is not counted.
package struct ClaimClock: Sendable {
  package let today: Day
  /// Nil before the request with its proofs.
  package let startedOn: Day?
  /// Calendar days waited for papers up to today, overlapping waits counted once.
  package let pausedDays: Int
  /// Since when the clock stands still; nil while it runs.
  package let pausedSince: Day?
  /// While the clock stands, as if the papers came today.
  package let determination: Deadline?
  package let payment: Deadline?
  package let refusalLetter: Deadline?
  /// Art. 25: when the certain part is paid if the amount is still open.
  package let advancePayment: Deadline?
  /// From this day on the handler is reminded of it.
  package let advancePromptOn: Day?

  package init(_ claim: ClaimFacts, on today: Day, law: Law) {
    self.today = today
    startedOn = claim.requestedOn
    let end = [claim.decidedOn, today].compactMap { $0 }.min() ?? today
    let waits = ClaimClock.merged(claim.pauses, from: claim.requestedOn, until: end)
    let paused = waits.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) }
    pausedDays = paused
    let isDecided = claim.decidedOn.map { $0 <= today } ?? false
    let open = claim.pauses.filter { $0.askedOn <= today && ($0.receivedOn.map { $0 > today } ?? true) }
    pausedSince = isDecided ? nil : open.map(\.askedOn).min()
    determination = claim.requestedOn.map { ClaimClock.determination($0, paused, claim, law) }
    advancePayment = claim.requestedOn.map { start in
      let days = law[.advancePaymentDays]
      return Deadline(
        subject: .advancePayment, day: start + (days + paused), days: days,
        citation: law.citation(of: .advancePaymentDays), doneOn: claim.decidedOn)
    }
    advancePromptOn = claim.requestedOn.map { $0 + (law[.advancePromptDays] + paused) }
    payment = ClaimClock.payment(claim, law)
    refusalLetter = ClaimClock.refusal(claim, law)
  }

  /// The clause's limit first, the law's 30 days only where the claim is marked complex.
  private static func determination(_ start: Day, _ paused: Int, _ claim: ClaimFacts, _ law: Law) -> Deadline {
    let clause = claim.clauseDays ?? law[.determinationClauseDays]
    let parameter = claim.isComplex ? LegalParameter.determinationComplexDays : .determinationClauseDays
    let days = claim.isComplex ? max(law[.determinationComplexDays], clause) : clause
    return Deadline(
      subject: .determination, day: start + (days + paused), days: days, citation: law.citation(of: parameter),
      doneOn: claim.decidedOn)
  }

  private static func payment(_ claim: ClaimFacts, _ law: Law) -> Deadline? {
    guard let agreed = claim.agreedOn, claim.decision != .declined else { return nil }
    let days = law[.paymentDays]
    return Deadline(
      subject: .payment, day: agreed + days, days: days, citation: law.citation(of: .paymentDays), doneOn: claim.paidOn)
  }

  /// Calendar days: determined on a Friday, the letter is due on Monday. When it left the core does not say;
  /// a closed claim's has.
  private static func refusal(_ claim: ClaimFacts, _ law: Law) -> Deadline? {
    guard let decided = claim.decidedOn, claim.decision == .declined else { return nil }
    let days = law[.refusalLetterDays]
    let sent = claim.status == .closed ? decided : nil
    return Deadline(
      subject: .refusalLetter, day: decided + days, days: days, citation: law.citation(of: .refusalLetterDays),
      doneOn: sent)
  }

  /// The waits inside the clock's time, as half-open runs of days that do not overlap.
  private static func merged(_ pauses: [ClaimPause], from start: Day?, until end: Day) -> [Range<Day>] {
    guard let start, start <= end else { return [] }
    var runs: [Range<Day>] = []
    for pause in pauses.sorted(by: { $0.askedOn < $1.askedOn }) {
      let from = max(pause.askedOn, start)
      let to = min(pause.receivedOn ?? end, end)
      guard from < to else { continue }
      if let last = runs.last, from <= last.upperBound {
        runs[runs.count - 1] = last.lowerBound..<max(last.upperBound, to)
      } else {
        runs.append(from..<to)
      }
    }
    return runs
  }

  /// The earliest deadline that is still open, for lists and the workbench.
  package var next: Deadline? {
    [determination, refusalLetter, payment].compactMap { $0 }.filter { $0.doneOn == nil }.min { $0.day < $1.day }
  }

  /// Days to the next open deadline, negative once it has passed.
  package var daysLeft: Int? { next.map { $0.day - today } }
}
