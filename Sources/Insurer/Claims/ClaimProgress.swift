import Kernel

/// A claim as its steps 报案 → 资料 → 核定 → 给付 (R12): when each was, who acts next, by when.
package struct ClaimProgress: Sendable {
  package enum Step: String, CaseIterable, Sendable { case notice, documents, determination, payment }

  package enum State: String, CaseIterable, Sendable {
    case done, current, paused, waiting
    /// Nothing to do: a refusal pays nothing, a withdrawn claim ends where it stood.
    case none
  }

  package enum Party: String, CaseIterable, Sendable { case claimant, insurer, nobody }

  package struct Line: Sendable {
    package let step: Step
    package let state: State
    /// The day it was done.
    package let day: Day?
    package let deadline: Deadline?
    package let isMissed: Bool
  }

  package let lines: [Line]
  package let nextActor: Party
  package let clock: ClaimClock

  package init(_ claim: ClaimFacts, on today: Day, law: Law) {
    let clock = ClaimClock(claim, on: today, law: law)
    self.clock = clock
    let current = ClaimProgress.current(claim, clock)
    lines = Step.allCases.map { step in
      let state = ClaimProgress.state(of: step, current: current, claim, clock)
      let deadline = ClaimProgress.deadline(of: step, clock)
      let day = state == .done ? ClaimProgress.day(of: step, claim) : nil
      return Line(
        step: step, state: state, day: day, deadline: deadline,
        isMissed: claim.status == .withdrawn ? false : deadline?.isMissed(on: today) ?? false)
    }
    nextActor = ClaimProgress.actor(claim, current)
  }

  /// The step that is under way; nil when all is done.
  private static func current(_ claim: ClaimFacts, _ clock: ClaimClock) -> Step? {
    switch claim.status {
    case .notified: .documents
    case .awaitingDocuments: .documents
    case .requested, .registered, .investigating, .calculating, .assessing, .reopened:
      clock.pausedSince == nil ? .determination : .documents
    case .determined: claim.decision == .declined ? .determination : .payment
    case .agreed: .payment
    case .paid, .closed, .withdrawn: nil
    }
  }

  private static func day(of step: Step, _ claim: ClaimFacts) -> Day? {
    switch step {
    case .notice: claim.notifiedOn ?? claim.requestedOn
    case .documents: claim.pauses.compactMap(\.receivedOn).max() ?? claim.requestedOn
    case .determination: claim.decidedOn
    case .payment: claim.paidOn
    }
  }

  private static func state(of step: Step, current: Step?, _ claim: ClaimFacts, _ clock: ClaimClock) -> State {
    guard let current else { return ended(step, claim) }
    if step == current {
      if step == .documents, clock.pausedSince != nil { return .paused }
      return step == .determination && claim.decidedOn != nil && claim.status == .determined ? .done : .current
    }
    let order = Step.allCases
    guard let place = order.firstIndex(of: step), let now = order.firstIndex(of: current) else { return .waiting }
    if place < now { return .done }
    return step == .payment && claim.decision == .declined ? .none : .waiting
  }

  private static func ended(_ step: Step, _ claim: ClaimFacts) -> State {
    switch step {
    case .notice: .done
    case .documents: claim.requestedOn == nil ? .none : .done
    case .determination: claim.decidedOn == nil && claim.status != .paid ? .none : .done
    case .payment: claim.paidOn != nil || claim.status == .paid ? .done : .none
    }
  }

  private static func deadline(of step: Step, _ clock: ClaimClock) -> Deadline? {
    switch step {
    case .notice, .documents: nil
    case .determination: clock.determination
    case .payment: clock.payment
    }
  }

  private static func actor(_ claim: ClaimFacts, _ current: Step?) -> Party {
    guard let current else { return .nobody }
    switch current {
    case .notice, .documents: return .claimant
    case .determination: return .insurer
    case .payment: return claim.agreedOn == nil && claim.status == .determined ? .claimant : .insurer
    }
  }
}
