import Insurer
import Kernel
import Testing

/// A claim requested on 06-01 with its proofs; the rest by keyword.
private func claim(_ status: ClaimStatus = .registered, _ change: (inout ClaimFacts) throws -> Void = { _ in }) throws
  -> ClaimFacts
{
  var claim = ClaimFacts(status: status)
  claim.notifiedOn = try day("2026-05-30")
  claim.requestedOn = try day("2026-06-01")
  try change(&claim)
  return claim
}

@Suite struct ClaimClockTests {
  struct Case: Sendable {
    let name: String
    var clause: Int?
    var complex = false
    var asked: [(String, String?)] = []
    var today = "2026-06-04"
    let due: String
    var pausedDays = 0
    var pausedSince: String?
  }

  static let cases: [Case] = [
    Case(name: "the clause's default of 5 days", due: "2026-06-06"),
    Case(name: "R12: one day of waiting", asked: [("2026-06-02", "2026-06-03")], due: "2026-06-07", pausedDays: 1),
    Case(
      name: "R12: complex", complex: true, asked: [("2026-06-02", "2026-06-03")], due: "2026-07-02", pausedDays: 1),
    Case(name: "the policy's own 10 days", clause: 10, due: "2026-06-11"),
    Case(name: "complex with a clause of 45 days", clause: 45, complex: true, due: "2026-07-16"),
    Case(
      name: "papers still out: as if they came today", asked: [("2026-06-02", nil)], due: "2026-06-08", pausedDays: 2,
      pausedSince: "2026-06-02"),
    Case(name: "asked and received the same day", asked: [("2026-06-02", "2026-06-02")], due: "2026-06-06"),
    Case(
      name: "two waits that overlap count once", asked: [("2026-06-02", "2026-06-04"), ("2026-06-03", "2026-06-06")],
      today: "2026-06-10", due: "2026-06-10", pausedDays: 4),
    Case(
      name: "two waits apart", asked: [("2026-06-02", "2026-06-03"), ("2026-06-05", "2026-06-08")],
      today: "2026-06-10", due: "2026-06-10", pausedDays: 4),
    Case(name: "asked before the request", asked: [("2026-05-20", "2026-06-02")], due: "2026-06-07", pausedDays: 1),
    Case(name: "a wait that is not yet", asked: [("2026-06-20", nil)], due: "2026-06-06"),
    Case(
      name: "received later than today", asked: [("2026-06-02", "2026-06-20")], due: "2026-06-08", pausedDays: 2,
      pausedSince: "2026-06-02"),
  ]

  @Test("the determination is due", arguments: cases)
  func determination(_ test: Case) throws {
    let facts = try claim { claim in
      claim.clauseDays = test.clause
      claim.isComplex = test.complex
      claim.pauses = try test.asked.map { ClaimPause(askedOn: try day($0.0), receivedOn: try $0.1.map(day)) }
    }
    let clock = ClaimClock(facts, on: try day(test.today), law: try lawOf2026())
    #expect(try clock.determination?.day == day(test.due), "\(test.name)")
    #expect(clock.pausedDays == test.pausedDays, "\(test.name)")
    #expect(try clock.pausedSince == test.pausedSince.map(day), "\(test.name)")
    let article = test.complex ? Citation("保险法", "23") : Citation("合同条款")
    #expect(clock.determination?.citation == article)
  }

  @Test func noticeAloneStartsNoClock() throws {
    let clock = ClaimClock(
      try claim(.notified) { $0.requestedOn = nil }, on: try day("2026-06-10"), law: try lawOf2026())
    #expect(clock.determination == nil && clock.advancePayment == nil && clock.next == nil && clock.pausedDays == 0)
  }

  @Test func agreementIsPaidInTenDays() throws {
    let facts = try claim(.agreed) {
      $0.decidedOn = try day("2026-06-30")
      $0.agreedOn = try day("2026-07-01")
      $0.decision = .paid
    }
    let clock = ClaimClock(facts, on: try day("2026-07-05"), law: try lawOf2026())
    #expect(try clock.payment?.day == day("2026-07-11"))
    #expect(clock.next?.subject == .payment && clock.daysLeft == 6)
    #expect(clock.determination?.isMissed(on: try day("2026-07-05")) == true)
  }

  @Test(
    "a refusal's letter is due in three calendar days",
    arguments: [
      ("2026-06-05", "2026-06-08"), ("2026-02-26", "2026-03-01"), ("2028-02-27", "2028-03-01"),
    ])
  func refusalLetter(_ decided: String, _ due: String) throws {
    let facts = try claim(.determined) {
      $0.requestedOn = try day(decided)
      $0.decidedOn = try day(decided)
      $0.decision = .declined
    }
    let clock = ClaimClock(facts, on: try day(decided), law: try lawOf2026())
    #expect(try clock.refusalLetter?.day == day(due))
    #expect(clock.next?.subject == .refusalLetter)
    #expect(clock.payment == nil)
  }

  @Test func theCertainPartIsPaidAtSixtyDays() throws {
    let facts = try claim {
      $0.pauses = [ClaimPause(askedOn: try day("2026-06-02"), receivedOn: try day("2026-06-03"))]
    }
    let clock = ClaimClock(facts, on: try day("2026-06-10"), law: try lawOf2026())
    #expect(try clock.advancePayment?.day == day("2026-08-01"))
    #expect(try clock.advancePromptOn == day("2026-07-27"))
  }

  @Test func aWaitEndsWithTheDetermination() throws {
    let facts = try claim(.determined) {
      $0.decidedOn = try day("2026-06-03")
      $0.pauses = [ClaimPause(askedOn: try day("2026-06-02"))]
    }
    let clock = ClaimClock(facts, on: try day("2026-06-20"), law: try lawOf2026())
    #expect(clock.pausedDays == 1 && clock.pausedSince == nil)
    #expect(clock.determination?.isMissed(on: try day("2026-06-20")) == false)
  }
}

@Suite struct ClaimProgressTests {
  @Test(
    "the steps of a claim in every status",
    arguments: [
      (ClaimStatus.notified, "done current waiting waiting", ClaimProgress.Party.claimant),
      (.requested, "done done current waiting", .insurer), (.registered, "done done current waiting", .insurer),
      (.awaitingDocuments, "done paused waiting waiting", .claimant),
      (.investigating, "done done current waiting", .insurer), (.calculating, "done done current waiting", .insurer),
      (.assessing, "done done current waiting", .insurer), (.determined, "done done done current", .claimant),
      (.agreed, "done done done current", .insurer), (.paid, "done done done done", .nobody),
      (.closed, "done done done done", .nobody), (.reopened, "done done current waiting", .insurer),
      (.withdrawn, "done done none none", .nobody),
    ])
  func steps(_ status: ClaimStatus, _ expected: String, _ actor: ClaimProgress.Party) throws {
    let facts = try claim(status) {
      if status == .notified { $0.requestedOn = nil }
      if status == .awaitingDocuments { $0.pauses = [ClaimPause(askedOn: try day("2026-06-02"))] }
      if [.determined, .agreed, .paid, .closed].contains(status) {
        $0.decidedOn = try day("2026-06-04")
        $0.decision = .paid
      }
      if [.agreed, .paid, .closed].contains(status) { $0.agreedOn = try day("2026-06-04") }
      if [.paid, .closed].contains(status) { $0.paidOn = try day("2026-06-05") }
    }
    let progress = ClaimProgress(facts, on: try day("2026-06-05"), law: try lawOf2026())
    #expect(progress.lines.map(\.state.rawValue).joined(separator: " ") == expected)
    #expect(progress.lines.map(\.step) == ClaimProgress.Step.allCases)
    #expect(progress.nextActor == actor)
  }

  @Test func everyStepCarriesItsDayAndDeadline() throws {
    let facts = try claim(.agreed) {
      $0.pauses = [ClaimPause(askedOn: try day("2026-06-02"), receivedOn: try day("2026-06-03"))]
      $0.decidedOn = try day("2026-06-08")
      $0.agreedOn = try day("2026-06-08")
      $0.decision = .partlyPaid
    }
    let lines = ClaimProgress(facts, on: try day("2026-06-19"), law: try lawOf2026()).lines
    #expect(lines.map { $0.day?.description } == ["2026-05-30", "2026-06-03", "2026-06-08", nil])
    #expect(lines.map { $0.deadline?.day.description } == [nil, nil, "2026-06-07", "2026-06-18"])
    #expect(lines.map(\.isMissed) == [false, false, true, true])
  }

  @Test func aRefusalPaysNothing() throws {
    let facts = try claim(.determined) {
      $0.decidedOn = try day("2026-06-04")
      $0.decision = .declined
    }
    let progress = ClaimProgress(facts, on: try day("2026-06-05"), law: try lawOf2026())
    #expect(progress.lines.map(\.state) == [.done, .done, .done, .none])
    #expect(progress.nextActor == .insurer)
  }
}
