import Kernel
import Testing

@testable import Insurer

/// The shapes of the demo's description, within tolerances, over one demo of 6,000 people.
struct DemoDistributionTests {
  static let figures = DemoFigures(people: 6_000)
  var rows: DemoBlock { Self.figures.rows }
  var day: Day { DemoFigures.day }
  var base: [DemoPolicy] { rows.policies.filter { $0.basePolicyNo.isEmpty } }

  /// The key of the person's first record.
  private func person(_ key: String) -> String { key.hasPrefix("D") ? "C" + key.suffix(7) : key }

  @Test func sizesAreThose() {
    let people = Set(rows.customers.filter { $0.idType != "uscc" }.map(\.person)).count
    #expect(people == 6_000)
    #expect((2_600...3_080).contains(rows.policies.count * 1_000 / people))
    #expect((5_300...6_700).contains(rows.interactions.count * 1_000 / people))
    #expect((400...600).contains(rows.claims.count * 1_000 / people))
    let duplicates = rows.customers.filter { $0.sourceID != $0.person }.count
    #expect((24...36).contains(duplicates * 1_000 / people))
  }

  @Test func contractsOfOneHolder() {
    let holders = Array(DemoFigures.counts(base) { person($0.policyholder) }.values)
    #expect((2_650...3_000).contains(base.count * 1_000 / holders.count))
    #expect((610...670).contains(DemoFigures.share(holders) { $0 >= 2 }))
    #expect((225...285).contains(DemoFigures.share(holders) { $0 >= 4 }))
  }

  @Test(
    "share of a line of all base contracts, of 1,000",
    arguments: [
      ("medical", 260), ("accident", 180), ("critical_illness", 200), ("life", 200), ("annuity", 90), ("education", 70),
    ])
  func lines(line: String, wanted: Int) {
    let codes = DemoProducts.base.filter { $0.row.line == line }.map(\.code)
    let share = DemoFigures.share(base) { codes.contains($0.product) }
    #expect(abs(share - wanted) <= 40, "\(share)")
  }

  @Test func agesAndSexes() {
    let holders = Set(base.map { person($0.policyholder) })
    let people = rows.customers.filter { holders.contains($0.sourceID) && $0.birthDate != nil }
    #expect((505...575).contains(DemoFigures.share(people) { $0.gender == "female" }))
    let ages = people.compactMap { $0.birthDate?.age(on: day) }
    #expect((260...360).contains(DemoFigures.share(ages) { (31...40).contains($0) }))
    #expect((180...280).contains(DemoFigures.share(ages) { (51...70).contains($0) }))
    let insured = Set(base.map { person($0.insured) })
    let children = rows.customers.filter { insured.contains($0.sourceID) }.compactMap { $0.birthDate?.age(on: day) }
    #expect((170...270).contains(DemoFigures.share(children) { $0 < 18 }))
  }

  @Test func businessPeaksInTheFirstQuarter() {
    #expect((350...450).contains(DemoFigures.share(base) { $0.appliedOn.month <= 3 }))
    let medical = rows.claims.filter { $0.claimKind == "medical" }
    #expect((400...560).contains(DemoFigures.share(medical) { [11, 12, 1, 2].contains($0.lossOn.month) }))
  }

  @Test func agentsAndOrphans() {
    let agency = rows.policies.filter { $0.channel == "agency" }
    #expect((250...350).contains(DemoFigures.share(agency) { $0.writingAgent.hasPrefix("F") }))
    #expect((40...130).contains(DemoFigures.share(agency) { $0.servicingAgent.hasPrefix("F") }))
    let first = Self.figures.demo.roster.agentNo(0)
    #expect((35...75).contains(DemoFigures.share(rows.customers) { $0.owner == first }))
    let staff = Self.figures.demo.staff
    #expect(staff.filter { $0.staffNo.hasPrefix("A") }.count == 40)
    let joined = staff.filter { $0.staffNo.hasPrefix("A") && $0.joinedOn > day - 366 }.count
    #expect((8...22).contains(joined))
  }

  @Test func claimsAreFastButForSome() {
    let decided = rows.claims.filter { $0.decidedOn != nil && $0.requestedAt != nil }
    let days = decided.map { ($0.decidedOn ?? day) - ($0.requestedAt?.day ?? day) }
    #expect((5...25).contains(DemoFigures.share(days) { $0 > 30 }))
    #expect((4...22).contains(DemoFigures.share(decided) { $0.paid == .zero }))
    let medical = rows.claims.filter { $0.claimKind == "medical" }
    #expect((900...980).contains(DemoFigures.share(rows.claims) { $0.claimKind == "medical" }))
    let paid = medical.compactMap { $0.paid?.fen }.filter { $0 > 0 }
    #expect((75_000...105_000).contains(DemoFigures.median(paid)))
    let mean = paid.reduce(0, +) / Int64(max(1, paid.count))
    #expect((190_000...330_000).contains(mean))
    #expect((250...500).contains(DemoFigures.share(medical) { $0.handler.isEmpty }))
  }

  @Test(
    "share of a channel of contacts, of 1,000",
    arguments: [
      ("wechat", 450), ("app", 250), ("phone", 200), ("branch", 50), ("visit", 50),
    ])
  func contacts(channel: String, wanted: Int) {
    let regular = rows.interactions.filter { $0.topic != "post_sale_call" && $0.topic != "claim_notice" }
    #expect(abs(DemoFigures.share(regular) { $0.channel == channel } - wanted) <= 30)
  }

  /// Each of these is somewhere, so that every page has a story.
  @Test func everyStoryOccurs() {
    let policies = rows.policies
    #expect(policies.contains { !$0.basePolicyNo.isEmpty && $0.status == "in_force" })
    #expect(policies.contains { $0.reinstatedOn != nil && $0.status == "in_force" })
    #expect(policies.contains { $0.loan != nil && $0.flags.contains("pledged") })
    #expect(policies.contains { $0.waivedFrom != nil })
    #expect(policies.contains { $0.reducedOn != nil })
    #expect(policies.contains { $0.automaticLoanFrom != nil })
    #expect(policies.contains { $0.deliveredOn == nil && $0.status == "in_force" })
    for reason in [
      "expired", "matured", "cooling_off_cancelled", "surrendered", "claim_paid", "lapsed_beyond_reinstatement",
      "insured_died",
    ] {
      #expect(policies.contains { $0.terminationReason == reason }, "\(reason)")
    }
    for status in ["in_force", "suspended", "terminated", "not_yet_effective"] {
      #expect(policies.contains { $0.status == status }, "\(status)")
    }
    let payers = Dictionary(grouping: base, by: \.insured).values.map { Set($0.map(\.policyholder)).count }
    #expect(payers.contains { $0 > 1 })
    let sellers = Dictionary(grouping: base, by: \.policyholder).values.map { Set($0.map(\.channel)).count }
    #expect(sellers.contains { $0 > 2 })
  }

  @Test func dirtIsThere() {
    let people = rows.customers.filter { $0.idType != "uscc" }
    let shared = DemoFigures.counts(people.filter { !$0.mobile.isEmpty }) { $0.mobile }.values.max()
    #expect((shared ?? 0) >= 12)
    let mobiles = people.filter { !$0.mobile.isEmpty }
    let bad = mobiles.filter { (try? Mobile.parse($0.mobile, admitsDemo: true)) == nil }
    #expect((8...30).contains(bad.count * 1_000 / mobiles.count))
    #expect(people.contains { $0.createdOn > day })
    #expect(people.contains { $0.nationalID.count == 15 })
    #expect(people.contains { $0.name.unicodeScalars.contains { $0.value > 0xFFFF } || $0.name.contains("䶮") })
    let ranks = Dictionary(grouping: rows.parties.filter { !$0.customer.isEmpty }) { "\($0.policyNo) \($0.rank)" }
    let wrong = ranks.values.filter { $0.reduce(0) { $0 + ($1.share?.millionths ?? 0) } != 1_000_000 }.count
    #expect((1...25).contains(wrong * 1_000 / ranks.count))
  }
}
