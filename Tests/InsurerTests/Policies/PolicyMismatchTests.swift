import Insurer
import Kernel
import Testing

@Suite struct PolicyMismatchTests {
  private func kinds(_ today: String, _ change: (inout PolicyFacts) throws -> Void) throws -> [PolicyMismatch.Kind] {
    let facts = try lifePolicy(change)
    return PolicyRules.mismatches(facts, on: try day(today), law: try lawOf2026()).map(\.kind)
  }

  @Test(
    "the core's status against ours", arguments: PolicyStatus.allCases,
    [
      ("2025-03-09", PolicyStatus.notYetEffective), ("2025-08-01", .inForce), ("2026-05-10", .suspended),
      ("2027-03-10", .terminated),
    ])
  func status(_ core: PolicyStatus, _ ours: (String, PolicyStatus)) throws {
    let found = try kinds(ours.0) {
      $0.premiums.append(try premium("2026-03-10"))
      $0.expiresOn = try day("2027-03-09")
      $0.core = CoreStatement(core)
    }
    #expect(found == (core == ours.1 ? [] : [.status]))
  }

  @Test func theStatementIsJudgedOnItsOwnDay() throws {
    let asOf = Instant(try day("2026-05-09"), secondOfDay: 6 * 3600)
    let stated = try kinds("2026-06-01") {
      $0.premiums.append(try premium("2026-03-10"))
      $0.core = CoreStatement(.inForce, asOf: asOf)
    }
    #expect(stated.isEmpty)
    let late = try kinds("2026-06-01") {
      $0.premiums.append(try premium("2026-03-10"))
      $0.core = CoreStatement(.inForce, asOf: Instant(try day("2026-05-10")))
    }
    #expect(late == [.status])
  }

  @Test func aLoanMayHaveSuspendedIt() throws {
    let withLoan = try kinds("2025-08-01") {
      $0.core = CoreStatement(.suspended, flags: [.pledged])
      $0.loan = Money(fen: 100_00)
    }
    #expect(withLoan.isEmpty)
    let unpledged = try kinds("2025-08-01") { $0.loan = Money(fen: 100_00) }
    #expect(unpledged == [.pledge])
  }

  @Test func anotherDayOfSuspension() throws {
    let found = try kinds("2026-06-01") {
      $0.premiums.append(try premium("2026-03-10"))
      $0.core = CoreStatement(.suspended)
      $0.suspendedOn = try day("2026-05-11")
    }
    #expect(found == [.suspendedOn])
  }

  @Test func anotherReason() throws {
    let found = try kinds("2026-06-01") {
      $0.expiresOn = try day("2026-03-09")
      $0.terminatedOn = try day("2026-05-01")
      $0.core = CoreStatement(.terminated, reason: .surrendered)
    }
    #expect(found == [.reason])
    #expect(PolicyMismatch.Kind.allCases.count == 4)
  }
}

@Suite struct ShareTests {
  private func line(
    _ percent: Int64?, rank: Int = 1, benefit: String = "death", _ designation: BeneficiaryDesignation = .named
  ) -> BeneficiaryLine {
    BeneficiaryLine(benefit: benefit, rank: rank, designation: designation, share: percent.map(Rate.percent))
  }

  @Test func hundredPerCentWithinOneRankOfOneBenefit() {
    #expect(PolicyRules.shareFaults([line(100)]).isEmpty)
    #expect(PolicyRules.shareFaults([line(60), line(40)]).isEmpty)
    #expect(PolicyRules.shareFaults([line(100), line(100, rank: 2), line(100, benefit: "survival")]).isEmpty)
    #expect(PolicyRules.shareFaults([line(nil), line(nil)]).isEmpty)
    #expect(PolicyRules.shareFaults([]).isEmpty)
  }

  @Test func statutoryHeirsAreAValue() {
    #expect(PolicyRules.shareFaults([line(nil, .none)]).isEmpty)
    #expect(PolicyRules.shareFaults([line(100, .none)]).isEmpty)
    #expect(PolicyRules.shareFaults([line(100), line(nil, .none)]).map(\.kind) == [.mixed])
  }

  @Test(
    "faults",
    arguments: [([60, 30], ShareFault.Kind.sum, 90), ([60, 60], .sum, 120), ([60, nil], .partial, 60)]
      as [([Int64?], ShareFault.Kind, Int64)])
  func faults(_ shares: [Int64?], _ kind: ShareFault.Kind, _ total: Int64) {
    let faults = PolicyRules.shareFaults(shares.map { line($0) } + [line(100, rank: 2)])
    #expect(faults == [ShareFault(benefit: "death", rank: 1, kind: kind, total: .percent(total))])
  }
}
