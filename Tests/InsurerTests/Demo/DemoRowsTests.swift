import Kernel
import Testing

@testable import Insurer

/// What makes the demo safe and repeatable: numbers, keys, references, and the same rows again.
struct DemoRowsTests {
  static let figures = DemoFigures(people: 1_000)
  var rows: DemoBlock { Self.figures.rows }
  var demo: Demo { Self.figures.demo }

  @Test func sameSettingSameRows() {
    #expect(DemoFigures(people: 300).rows.text == DemoFigures(people: 300).rows.text)
    #expect(DemoFigures(people: 300, seed: 2).rows.text != DemoFigures(people: 300).rows.text)
  }

  /// The rows of seed 1 as they are on every machine; a change of the generator changes these numbers knowingly.
  @Test func fingerprintHolds() {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in DemoFigures(people: 300).rows.text.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    #expect(hash == 5_015_905_142_275_893_856)
  }

  @Test func blocksNameOnlyThemselves() {
    let staff = Set(demo.staff.map(\.staffNo))
    let products = Set(demo.products.map(\.code))
    for number in [0, 1, 5] {
      let block = demo.block(number)
      let people = Set(block.customers.map(\.sourceID))
      let policies = Set(block.policies.map(\.policyNo))
      for policy in block.policies {
        #expect(people.contains(policy.policyholder) && people.contains(policy.insured))
        #expect(products.contains(policy.product))
        #expect(policy.writingAgent.isEmpty || staff.contains(policy.writingAgent), "\(policy.writingAgent)")
        #expect(policy.servicingAgent.isEmpty || staff.contains(policy.servicingAgent))
        #expect(policy.basePolicyNo.isEmpty || policies.contains(policy.basePolicyNo))
      }
      #expect(block.relationships.allSatisfy { people.contains($0.from) && people.contains($0.to) })
      #expect(block.parties.allSatisfy { policies.contains($0.policyNo) })
      #expect(block.coverages.allSatisfy { policies.contains($0.policyNo) })
      #expect(block.premiums.allSatisfy { policies.contains($0.policyNo) })
      #expect(block.claims.allSatisfy { policies.contains($0.policyNo) && people.contains($0.insured) })
      #expect(block.claims.allSatisfy { $0.handler.isEmpty || staff.contains($0.handler) })
      #expect(block.interactions.allSatisfy { people.contains($0.customer) })
      #expect(block.interactions.allSatisfy { $0.staff.isEmpty || staff.contains($0.staff) })
    }
  }

  @Test func keysAreUnique() {
    func isUnique(_ rows: [any DemoRow]) -> Bool { Set(rows.map(\.key)).count == rows.count }
    #expect(isUnique(demo.staff))
    #expect(isUnique(demo.products))
    #expect(isUnique(rows.customers))
    #expect(isUnique(rows.relationships))
    #expect(isUnique(rows.policies))
    #expect(isUnique(rows.parties))
    #expect(isUnique(rows.coverages))
    #expect(isUnique(rows.premiums))
    #expect(isUnique(rows.claims))
    #expect(isUnique(rows.interactions))
  }

  @Test func numbersAreNobodys() throws {
    let rules = ResidentID.Rules(today: DemoFigures.day, admitsDemo: true)
    var wrong = 0
    var seen: Set<String> = []
    for row in rows.customers where row.idType == "resident_id" && row.nationalID.count == 18 {
      #expect(row.nationalID.hasPrefix("99"))
      if row.sourceID == row.person { #expect(seen.insert(row.nationalID).inserted) }
      do { _ = try ResidentID.parse(row.nationalID, rules) } catch {
        #expect(error.code == .idChecksum)
        wrong += 1
      }
    }
    #expect((1...30).contains(wrong))
    for row in rows.customers where row.idType == "uscc" { _ = try USCC.parse(row.nationalID) }
    let mobiles = demo.staff.map(\.mobile) + rows.customers.map(\.mobile).filter { $0.count == 11 }
    #expect(mobiles.allSatisfy { $0.hasPrefix(Mobile.demoSegment) || $0.hasPrefix("2") || $0.hasPrefix("000") })
  }

  @Test func columnsFitTheirValues() {
    let firsts: [any DemoRow] = [
      demo.staff[0], demo.products[0], rows.customers[0], rows.relationships[0], rows.consents[0], rows.policies[0],
      rows.parties[0], rows.coverages[0], rows.premiums[0], rows.claims[0], rows.interactions[0],
    ]
    for row in firsts { #expect(row.values.count == type(of: row).columns.count, "\(type(of: row).kind)") }
  }

  @Test func nothingLiesBeyondTheDay() {
    let day = DemoFigures.day
    #expect(rows.premiums.allSatisfy { $0.receivedOn.map { $0 <= day } ?? true })
    #expect(rows.claims.allSatisfy { $0.notifiedAt < Instant(day) && ($0.paidOn.map { $0 <= day } ?? true) })
    #expect(rows.interactions.allSatisfy { $0.at < Instant(day) })
    #expect(rows.policies.allSatisfy { $0.terminatedOn.map { $0 <= day } ?? true })
  }

  @Test(
    "named people",
    arguments: [
      ("C0000001", "王敏"), ("C0000002", "李强"), ("C0000005", "陈静"), ("C0000006", "赵磊"), ("C0000007", "周建国"),
      ("C0000008", "林正南"), ("C0000012", "吴桂芳"), ("C0000013", "孙悦"), ("C0000015", "孙小宝"), ("C0000016", "张伟"),
      ("D0000016", "张玮"), ("D9000016", "張偉"), ("C0000017", "黄磊"), ("C0000018", "何敏"), ("C0000019", "刘洋"),
      ("C0000020", "许诺"), ("C0000022", "冯军"), ("C0000023", "邓丽"), ("C0000024", "蒋涛"),
    ])
  func named(key: String, name: String) {
    #expect(rows.customers.first { $0.sourceID == key }?.name == name)
  }

  /// Every role has work of its own, also in the smallest insurer.
  @Test func adviserAndUnderwriterHaveABook() {
    let small = DemoFigures(people: 2_000)
    let advised = small.rows.customers.filter { $0.adviser == DemoRoster.adviser }
    #expect((25...100).contains(advised.count), "\(advised.count)")
    let cases = small.rows.policies.filter { $0.underwriter == DemoRoster.underwriter }
    let open = cases.filter { !$0.isIssued }
    #expect((15...25).contains(open.count), "\(open.count)")
    #expect((5...60).contains(cases.count - open.count), "\(cases.count)")
    #expect(open.allSatisfy { $0.status == "not_yet_effective" && $0.values[9].isEmpty && $0.values[10].isEmpty })
    #expect(rows.customers.filter { $0.adviser == DemoRoster.adviser }.map(\.name).contains("何敏"))
  }

  @Test func castHasItsStories() {
    func policies(_ key: String) -> [DemoPolicy] { rows.policies.filter { $0.policyholder == key } }
    #expect(policies("C0000002").contains { $0.product == "TL01" && $0.sumInsured.fen == 500_000_00 })
    #expect(policies("C0000006").contains { $0.terminationReason == "claim_paid" })
    let unpaid = rows.premiums.filter { $0.policyNo.hasPrefix("P0000006") && $0.receivedOn == nil }
    #expect(unpaid.map(\.dueOn) == [DemoFigures.day - 10])
    #expect(["C0000016", "D0000016", "D9000016"].flatMap(policies).count == 5)
    #expect(rows.customers.first { $0.sourceID == "C0000018" }?.owner == DemoRoster.adviser)
    #expect(rows.customers.first { $0.sourceID == "C0000019" }?.birthDate?.description == "1992-02-29")
    let child = rows.customers.first { $0.sourceID == "C0000020" }?.birthDate
    #expect(child?.age(on: DemoFigures.day) == 13 && child?.age(on: DemoFigures.day + 1) == 14)
    #expect(policies("C0000022").contains { $0.reinstatedOn != nil && $0.loan != nil })
    #expect(Set(policies("C0000024").map(\.servicingAgent)).count == 3)
    #expect(demo.staff.contains { $0.name == "何静" && $0.role == "adviser" })
    #expect(demo.staff.contains { $0.name == "郑涛" && $0.role == "claims" })
  }
}
