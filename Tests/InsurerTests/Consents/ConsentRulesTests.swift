import Kernel
import Testing

@testable import Insurer

@Suite struct ConsentRulesTests {
  static let guardian = ID<Customer>(7)
  static let now = Instant(day("2026-11-22"), secondOfDay: 9 * 3_600)

  static func day(_ text: String) -> Day { Day(text) ?? Day(number: 0) }

  /// Marketing with words of so many versions; `places` says which of them changed what is asked.
  static func purpose(places: [Int] = [0]) -> ProcessingPurpose {
    ProcessingPurpose(
      purpose: .marketing, category: .none, basis: .consent,
      versions: places.enumerated().map { index, place in
        PurposeWords(version: index + 1, place: place, zh: .init("词 \(index)"), en: .init("words \(index)"))
      }, fields: ["name"], retentionDays: 30)
  }

  /// `+2026-01-02` yes, `-` no, `+…/2026-03-01` yes and taken back; `g` said by the guardian.
  static func decision(_ text: String, version: Int = 1, id: Int64 = 1) -> Consent {
    let isGuardian = text.hasSuffix("g")
    let parts = text.dropFirst().filter { $0 != "g" }.split(separator: "/").map { day(String($0)) }
    let ended = parts.count > 1 ? Instant(parts[1]) : nil
    return Consent(
      id: ID(id), customerID: ID(1), purpose: .marketing, category: .none,
      state: text.hasPrefix("-") ? .refused : ended == nil ? .given : .withdrawn, textVersion: version, textHash: [],
      decidedAt: Instant(parts[0]), guardianID: isGuardian ? guardian : nil, takenBy: .system, withdrawnAt: ended,
      source: "core")
  }

  /// Decisions, birth date, what is expected. At 13 years and 364 days a guardian speaks; on the birthday one speaks
  /// oneself. Who is born on 02-29 is 14 on 02-28 of a common year.
  @Test(
    "the latest decision counts, by whoever may decide",
    arguments: [
      " | 1990-01-01 | not_asked",
      "+2026-01-02 | 1990-01-01 | given",
      "+2026-01-02 | - | given",
      "-2026-01-02 | 1990-01-01 | refused",
      "+2026-01-02/2026-03-01 | 1990-01-01 | withdrawn",
      "+2026-01-02/2026-12-01 | 1990-01-01 | given",
      "-2025-01-02 +2026-01-02 | 1990-01-01 | given",
      "+2025-01-02 -2026-01-02 | 1990-01-01 | refused",
      "+2026-12-02 | 1990-01-01 | not_asked",
      "+2026-01-02g | 2012-11-23 | given",
      "+2026-01-02 | 2012-11-23 | guardian_needed",
      "+2026-01-02g | 2012-11-22 | own_needed",
      "+2026-01-02 | 2012-11-22 | own_needed",
      "+2026-11-22 | 2012-11-22 | given",
      "+2026-01-02g | - | own_needed",
      "+2026-02-27g | 2012-02-29 | own_needed",
      "+2026-02-28 | 2012-02-29 | given",
    ])
  func standing(_ line: String) {
    let parts = line.split(separator: "|").map { $0.filter { $0 != " " } }
    let said = line.prefix { $0 != "|" }.split(separator: " ").map(String.init)
    let birth: Day? = parts[parts.count - 2] == "-" ? nil : Self.day(parts[parts.count - 2])
    let expected = parts[parts.count - 1]
    let person = ConsentPerson(birthDate: birth, guardians: [Self.guardian])
    let decisions = said.enumerated().map { Self.decision($1, id: Int64($0 + 1)) }
    let standing = ConsentRules.standing(Self.purpose(), decisions, of: person, at: Self.now)
    #expect(standing.state.rawValue == expected)
    #expect(standing.holds == (expected == "given"))
    #expect(!standing.reasons.isEmpty)
  }

  @Test func aGuardiansWordEndsWithTheRelationAndWithChildhood() {
    let birth = Self.day("2014-05-06")
    func standing(_ guardians: Set<ID<Customer>>) -> ConsentStanding {
      ConsentRules.standing(
        Self.purpose(), [Self.decision("+2026-01-02g")], of: ConsentPerson(birthDate: birth, guardians: guardians),
        at: Self.now)
    }
    #expect(standing([Self.guardian]).until == Instant(Self.day("2028-05-06")))
    #expect(standing([]).state == .guardianNeeded)
    #expect(standing([ID(8)]).state == .guardianNeeded)
    #expect(ConsentRules.basis([standing([Self.guardian])]).until == Instant(Self.day("2028-05-06")))
    #expect(ConsentRules.basis([standing([])]).bits == 0)
  }

  @Test(
    "other words stop processing until asked again, once; a corrected word does not",
    arguments: [
      (places: [0, 1], said: "+2026-01-02", version: 1, expected: "words_changed", asks: true),
      (places: [0, 0], said: "+2026-01-02", version: 1, expected: "given", asks: false),
      (places: [0, 1], said: "+2026-01-02", version: 2, expected: "given", asks: false),
      (places: [0, 1], said: "-2026-11-01", version: 2, expected: "refused", asks: false),
      (places: [0, 1], said: "-2026-11-01", version: 1, expected: "refused", asks: true),
      (places: [0, 0], said: "-2026-11-01", version: 1, expected: "refused", asks: false),
    ])
  func words(places: [Int], said: String, version: Int, expected: String, asks: Bool) {
    let person = ConsentPerson(birthDate: Self.day("1990-01-01"))
    let standing = ConsentRules.standing(
      Self.purpose(places: places), [Self.decision(said, version: version)], of: person, at: Self.now)
    #expect(standing.state.rawValue == expected)
    #expect((standing.askFrom.map { $0 <= Self.now } ?? false) == asks)
  }

  @Test(
    "who said no is not asked again for 180 days",
    arguments: [
      (said: "-2026-05-27", asks: false), (said: "-2026-05-26", asks: true),
      (said: "+2025-01-01/2026-05-27", asks: false), (said: "+2025-01-01/2026-05-26", asks: true),
    ])
  func coolDown(said: String, asks: Bool) throws {
    let person = ConsentPerson(birthDate: Self.day("1990-01-01"))
    let standing = ConsentRules.standing(Self.purpose(), [Self.decision(said)], of: person, at: Self.now)
    let from = try #require(standing.askFrom)
    #expect((from <= Self.now) == asks)
  }

  @Test func contractNeedsNoWordAndTheDeadAreLeftInPeace() {
    let contract = Purposes.all[0]
    #expect(ConsentRules.standing(contract, [], of: ConsentPerson(), at: Self.now).state == .notNeeded)
    let dead = ConsentPerson(birthDate: Self.day("1950-01-01"), deceasedOn: Self.day("2026-11-01"))
    let standing = ConsentRules.standing(Self.purpose(), [Self.decision("+2026-01-02")], of: dead, at: Self.now)
    #expect(standing.state == .deceased && !standing.holds)
  }

  @Test(
    "what stands against an answer",
    arguments: [
      (birth: "1990-01-01", guardian: nil as Int64?, version: 1, expected: nil as String?),
      (birth: "1990-01-01", guardian: 7, version: 1, expected: "OWN_CONSENT_REQUIRED"),
      (birth: "1990-01-01", guardian: nil, version: 2, expected: "WORDS_CHANGED"),
      (birth: "2015-01-01", guardian: nil, version: 1, expected: "GUARDIAN_REQUIRED"),
      (birth: "2015-01-01", guardian: 8, version: 1, expected: "GUARDIAN_UNKNOWN"),
      (birth: "2015-01-01", guardian: 7, version: 1, expected: nil),
    ])
  func faults(birth: String, guardian: Int64?, version: Int, expected: String?) {
    let input = ConsentInput(.marketing, .none, textVersion: version, guardian: guardian.map { ID($0) })
    let person = ConsentPerson(birthDate: Self.day(birth), guardians: [Self.guardian])
    let fault = ConsentRules.fault(Self.purpose(), input, of: person, today: Self.now.day)
    #expect(fault?.code.rawValue == expected)
    #expect(ConsentRules.fault(nil, input, of: person, today: Self.now.day)?.code == .consentNotNeeded)
  }
}
