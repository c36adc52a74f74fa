import Insurer
import Kernel
import Testing

/// A policy in force of 2025-03-10 that the person holds and is insured by.
private func standing(
  _ status: PolicyStatus = .inForce, _ roles: Set<PartyRole> = [.policyholder, .insured], policy: Int64 = 1,
  change: (inout PolicyStanding) throws -> Void = { _ in }
) throws -> PolicyStanding {
  var standing = PolicyStanding(policy: policy, roles: roles, status: status)
  standing.appliedOn = try day("2025-03-01")
  standing.formedOn = try day("2025-03-08")
  standing.effectiveOn = try day("2025-03-10")
  standing.product = 7
  try change(&standing)
  return standing
}

@Suite struct RelationRulesTests {
  @Test(
    "the relation",
    arguments: [
      ([], RelationState.prospect), ([.inForce], .active), ([.suspended], .lapsed), ([.terminated], .former),
      ([.notYetEffective], .active), ([.inForce, .suspended, .terminated], .active),
      ([.suspended, .terminated], .lapsed),
      ([.terminated, .terminated], .former), ([.suspended, .notYetEffective], .lapsed),
      ([.terminated, .notYetEffective], .active),
    ] as [([PolicyStatus], RelationState)])
  func relation(_ statuses: [PolicyStatus], _ expected: RelationState) throws {
    for roles in [[.policyholder], [.insured], [.policyholder, .beneficiary]] as [Set<PartyRole>] {
      #expect(try RelationRules.relation(statuses.map { try standing($0, roles) }) == expected)
    }
    #expect(try RelationRules.relation(statuses.map { try standing($0, [.beneficiary]) }) == .prospect)
  }

  @Test(
    "since when",
    arguments: [
      (RelationState.prospect, ["2025-03-08", "2024-01-01"], "2024-01-01"),
      (.former, ["2025-03-08", "2024-01-01"], "2025-03-08"),
      (.prospect, [], nil),
    ] as [(RelationState, [String], String?)])
  func since(_ old: RelationState, _ formed: [String], _ expected: String?) throws {
    let running = try formed.map { text in try standing { $0.formedOn = try day(text) } }
    #expect(RelationRules.changedOn(from: old, to: .active, running)?.description == expected)
  }

  @Test func whatEndedItTells() throws {
    let back = try standing { $0.reinstatedOn = try day("2026-04-05") }
    #expect(RelationRules.changedOn(from: .lapsed, to: .active, [back]) == Day("2026-04-05"))
    let stopped = try standing(.suspended) { $0.suspendedOn = try day("2025-05-09") }
    #expect(RelationRules.changedOn(from: .active, to: .lapsed, [stopped]) == Day("2025-05-09"))
    let ended = try standing(.terminated) { $0.terminatedOn = try day("2026-02-03") }
    let void = try standing(.terminated) {
      $0.terminatedOn = try day("2026-09-09")
      $0.reason = .void
    }
    #expect(RelationRules.changedOn(from: .active, to: .former, [ended, void]) == Day("2026-02-03"))
    #expect(RelationRules.changedOn(from: .active, to: .prospect, [void]) == nil)
  }

  @Test func anApplicationOrAVoidContractIsNone() throws {
    let applied = try standing(.notYetEffective) { $0.formedOn = nil }
    #expect(RelationRules.relation([applied]) == .prospect)
    #expect(RelationRules.relation([try standing(.terminated) { $0.reason = .void }]) == .prospect)
    for reason in TerminationReason.allCases where reason != .void {
      #expect(RelationRules.relation([try standing(.terminated) { $0.reason = reason }]) == .former)
    }
  }

  private func stages(
    _ policies: [PolicyStanding], _ claims: [ClaimStanding] = [], _ leads: [LeadStanding] = [], on today: String
  ) throws -> [OpenStage] {
    RelationRules.stages(policies: policies, claims: claims, leads: leads, on: try day(today))
  }

  @Test func fromProspectToCustomer() throws {
    #expect(try stages([], on: "2025-03-05") == [OpenStage(.acquisition, .person, since: nil)])
    let lead = LeadStanding(lead: 5, since: try day("2025-02-01"))
    #expect(try stages([], [], [lead], on: "2025-03-05").map(\.subject) == [.lead(5)])
    let applied = try standing(.notYetEffective) { $0.formedOn = nil }
    #expect(try stages([applied], on: "2025-03-05") == [OpenStage(.issuing, .policy(1), since: try day("2025-03-01"))])
    #expect(try stages([try standing()], on: "2025-03-10").isEmpty)
    #expect(try stages([try standing(.inForce, [.beneficiary])], on: "2025-03-10").map(\.stage) == [.acquisition])
  }

  @Test("a claim is open in", arguments: ClaimStatus.allCases)
  func claim(_ status: ClaimStatus) throws {
    let claim = ClaimStanding(claim: 9, status: status, since: try day("2025-04-01"))
    let open = try stages([try standing()], [claim], on: "2025-05-01")
    #expect(open.map(\.subject) == (status.isOpen ? [.claim(9)] : []))
  }

  @Test(
    "a premium is due",
    arguments: [
      ("2026-02-07", false), ("2026-02-08", true), ("2026-03-10", true), ("2026-05-09", true),
    ])
  func premiumDue(_ today: String, _ isOpen: Bool) throws {
    let due: (inout PolicyStanding) throws -> Void = { $0.nextDueOn = try day("2026-03-10") }
    let expected = isOpen ? [OpenStage(.premiumDue, .policy(1), since: try day("2026-02-08"))] : []
    #expect(try stages([try standing(change: due)], on: today) == expected)
    #expect(try stages([try standing(.inForce, [.insured], change: due)], on: today).isEmpty)
    #expect(try stages([try standing(.suspended, change: due)], on: today).isEmpty)
  }

  @Test(
    "a short contract is renewed",
    arguments: [
      ("2026-01-07", false), ("2026-01-08", true), ("2026-03-09", true), ("2026-04-08", true), ("2026-04-09", false),
    ])
  func renewal(_ today: String, _ isOpen: Bool) throws {
    let short = try standing { $0.expiresOn = try day("2026-03-09") }
    #expect(try stages([short], on: today).map(\.stage) == (isOpen ? [.policyRenewal] : []))
    let renewed = try standing(policy: 2) { $0.effectiveOn = try day("2026-03-10") }
    #expect(try stages([short, renewed], on: today).isEmpty)
    let other = try standing(policy: 2) {
      $0.effectiveOn = try day("2026-03-10")
      $0.product = 8
    }
    #expect(try stages([short, other], on: today).isEmpty == !isOpen)
    let rider = try standing {
      $0.expiresOn = try day("2026-03-09")
      $0.isRider = true
    }
    #expect(try stages([rider], on: today).isEmpty)
  }

  @Test func whatEndedEarlyIsNotRenewed() throws {
    for reason in TerminationReason.allCases {
      let ended = try standing(.terminated) {
        $0.expiresOn = try day("2026-03-09")
        $0.reason = reason
      }
      #expect(try stages([ended], on: "2026-03-01").map(\.stage) == (reason == .expired ? [.policyRenewal] : []))
    }
    let long = try standing { $0.expiresOn = try day("2030-03-09") }
    #expect(try stages([long], on: "2030-03-01").isEmpty)
  }

  @Test func severalAtOnce() throws {
    let due = try standing { $0.nextDueOn = try day("2026-03-10") }
    let claim = ClaimStanding(claim: 9, status: .assessing, since: nil)
    let referral = LeadStanding(lead: 3, isReferral: true, since: nil)
    let closed = LeadStanding(lead: 4, isReferral: true, isOpen: false, since: nil)
    let open = try stages([due], [claim], [referral, closed], on: "2026-03-01")
    #expect(open.map(\.stage) == [.claim, .premiumDue, .referral])
  }
}
