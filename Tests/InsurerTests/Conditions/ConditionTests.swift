import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct ConditionTests {
  @Test(
    "strict, bounded, and by stable codes",
    arguments: [
      ("", "filter CONDITION_MALFORMED"), ("[]", "filter CONDITION_MALFORMED"), ("1", "filter CONDITION_MALFORMED"),
      ("{}", "filter CONDITION_MALFORMED"), (#"{"all":[]}"#, "filter CONDITION_EMPTY"),
      (#"{"all":[],"any":[]}"#, "filter CONDITION_MALFORMED"),
      (#"{"not":[]}"#, "filter.not UNKNOWN_FIELD, filter CONDITION_MALFORMED"),
      (#"{"fact":"person.age","op":"gte","value":60,"sql":"1=1"}"#, "filter.sql UNKNOWN_FIELD"),
      (#"{"fact":"person.shoe","op":"gte","value":1}"#, "filter.fact FACT_UNKNOWN"),
      (#"{"fact":"genetic.test_result","op":"is","value":true}"#, "filter.fact FACT_WALLED"),
      (#"{"any":[{"fact":"health.diagnosis","op":"is","value":true}]}"#, "filter.any[0].fact FACT_WALLED"),
      (#"{"fact":"person.age","op":"like","value":"6%"}"#, "filter.op OPERATOR_UNKNOWN"),
      (#"{"fact":"person.age","op":"is","value":true}"#, "filter.op OPERATOR_TYPE"),
      (#"{"fact":"person.sex","op":"gte","value":1}"#, "filter.op OPERATOR_TYPE"),
      (#"{"fact":"claims.all","op":"changed_by","value":{"percent":5}}"#, "filter.op OPERATOR_TYPE"),
      (#"{"fact":"person.age","op":"gte","value":"60"}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"person.age","op":"gte","value":6.5}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"person.age","op":"gte"}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"person.age","op":"gte","value":99999999999999999}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"person.age","op":"between","value":[60,50]}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"person.sex","op":"in","value":["other"]}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"sums.loan","op":"gt","value":100}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"sums.loan","op":"gt","value":{"fen":100,"currency":"USD"}}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"contacts.first_on","op":"before","value":"2026-02-30"}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"contacts.first_on","op":"within","value":{"next":-1}}"#, "filter.value CONDITION_VALUE"),
      (#"{"fact":"person.deceased_on","op":"known","value":1}"#, "filter.value CONDITION_VALUE"),
    ])
  func faults(json: String, expected: String) {
    #expect(codes { try Condition.read(json) } == expected)
  }

  private func codes(_ body: () throws -> Condition) -> String {
    do {
      return try body().json
    } catch let error as AppError {
      return error.fields.map { "\($0.field) \($0.code)" }.joined(separator: ", ")
    } catch {
      return "\(error)"
    }
  }

  @Test func aConditionCannotBeMadeToBeSlow() {
    let part = #"{"fact":"person.age","op":"gte","value":60}"#
    func nested(_ depth: Int) -> String {
      String(repeating: #"{"all":["#, count: depth) + part + String(repeating: "]}", count: depth)
    }
    #expect(codes { try Condition.read(nested(3)) }.hasPrefix(#"{"all""#))
    #expect(codes { try Condition.read(nested(4)) } == "filter.all[0].all[0].all[0].all[0] CONDITION_DEPTH")
    #expect(codes { try Condition.read(nested(200)) } == "filter CONDITION_DEPTH")
    let wide = Array(repeating: part, count: 12).joined(separator: ",")
    #expect(codes { try Condition.read(#"{"any":[{"all":[\#(wide)]},{"all":[\#(wide)]}]}"#) }.hasPrefix("{"))
    #expect(
      codes { try Condition.read(#"{"any":[{"all":[\#(wide)]},{"all":[\#(wide),\#(part)]}]}"#) }
        == "filter.any[1].all[12] CONDITION_PARTS")
    let many = Array(repeating: part, count: 25).joined(separator: ",")
    #expect(codes { try Condition.read(#"{"any":[\#(many)]}"#) } == "filter CONDITION_PARTS")
    let codes50 = Array(repeating: #""male""#, count: 51).joined(separator: ",")
    #expect(
      codes { try Condition.read(#"{"fact":"person.sex","op":"in","value":[\#(codes50)]}"#) }
        == "filter.value CONDITION_VALUES")
    #expect(codes { try Condition.read(String(repeating: " ", count: 9_000)) } == "filter CONDITION_PARTS")
  }

  /// A list of every path from a walled fact to a use: none compiles, whoever asks.
  @Test func noPurposeOpensAWalledFact() throws {
    let walled = FactCatalog.all.filter { $0.wall != nil }
    #expect(walled.count == 5 && walled.allSatisfy { $0.category == .genetic || $0.category == .health })
    for fact in walled {
      for purpose in Purpose.allCases {
        let made = Condition.part(ConditionPart(fact.key, .isTrue, .flag(true)))
        #expect(throws: AppError.self) { try made.bound(for: .system(purpose: purpose), on: Day("2026-11-22")!) }
        #expect(!fact.isOpen(to: purpose))
      }
    }
    let illness = Condition.part(ConditionPart("claims.critical_illness", .greater, .number(0)))
    for purpose in Purpose.allCases {
      let opens = (try? illness.bound(for: .system(purpose: purpose), on: Day("2026-11-22")!)) != nil
      #expect(opens == [.claims, .underwriting].contains(purpose), "\(purpose)")
    }
  }

  @Test func theCatalogueIsWhole() {
    let facts = FactCatalog.all
    #expect(facts.count - 5 >= 60)
    #expect(Set(facts.map(\.key)).count == facts.count)
    for fact in facts where fact.wall == nil {
      #expect((fact.vocabulary != nil) == (fact.type == .code || fact.type == .set), "\(fact.key)")
      #expect(!ConditionOperator.of(fact).isEmpty)
      if let change = fact.change { #expect(FactCatalog.find(change)?.unit == .percent) }
      #expect(!fact.fields.isEmpty)
      for key in fact.fields {
        let parts = key.split(separator: ".").map(String.init)
        #expect(DataFields.find(DataRecord(rawValue: parts[0])!, parts[1]) != nil, "\(fact.key) is of \(key)")
      }
      if Purposes.mask(fact.purpose) == 0 { continue }
      #expect(fact.purpose == .personalisation, "\(fact.key)")
    }
  }

  /// A fact tells no more than the records it is made of: by purpose, and by what the caller may read.
  @Test func aFactIsForWhatItsFieldsAreFor() {
    func offered(_ purpose: Purpose) -> Set<String> {
      Set(FactCatalog.offered(for: .system(purpose: purpose)).map(\.key))
    }
    #expect(offered(.marketing).isSuperset(of: ["policies.lines", "consent.marketing", "person.kind"]))
    #expect(offered(.marketing).isDisjoint(with: ["person.age", "policies.in_force", "contacts.all_30", "claims.all"]))
    #expect(offered(.personalisation).isSuperset(of: ["policies.in_force", "contacts.enquiry_change"]))
    #expect(offered(.personalisation).isDisjoint(with: ["claims.all", "person.income", "household.children"]))
    let token = Roles.access(
      .init(actor: .staff(1), role: .service), surface: "api", scopes: [.read(.customer), .read(.interaction)])
    let facts = Set(FactCatalog.offered(for: token).map(\.group))
    #expect(facts == [.person, .household, .contacts])
    let asked = Condition.part(ConditionPart("claims.all", .equal, .number(0)))
    let codes = { () -> [String] in
      do {
        _ = try asked.bound(for: token, on: Day("2026-11-22")!)
        return []
      } catch let error as AppError { return error.fields.map(\.code) } catch { return ["\(error)"] }
    }
    #expect(codes() == ["FACT_SCOPE"])
  }

  @Test(
    "birthdays within some days",
    arguments: [
      ("2026-11-22", 0, 9, [1122...1201]), ("2026-12-28", 0, 9, [1228...1231, 101...106]),
      ("2026-02-28", 0, 0, [228...229]), ("2028-02-28", 0, 0, [228...228]), ("2026-03-01", 0, 0, [301...301]),
      ("2026-01-03", 5, 0, [1229...1231, 101...103]), ("2026-05-05", 0, 365, [101...1231]),
    ] as [(String, Int, Int, [ClosedRange<Int64>])])
  func yearDays(today: String, back: Int, ahead: Int, expected: [ClosedRange<Int64>]) {
    let day = Day(today)!
    #expect(ConditionPart.yearDays(day - back, day + ahead) == expected)
  }

  @Test func ageMovesTheBoundNotTheColumn() {
    let reading = Fact.Reading.years
    for today in ["2026-02-28", "2028-02-29", "2026-03-01", "2026-11-22", "2027-01-01"].compactMap({ Day($0) }) {
      for years in Int64(0)...20 {
        guard let range = reading.stored(years...years, on: today) else {
          Issue.record("nobody is \(years) on \(today)")
          continue
        }
        for number in (today.number - 8_000)...(today.number + 5) {
          #expect(range.contains(number) == (Int64(Day(number: number).age(on: today)) == years))
        }
      }
    }
  }

  /// What each part says for one person; what he has not agreed to is not there.
  @Test(arguments: TestDatabase.engines) func explainsPartByPart(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      try await PersonFacts.freshen([cast.wang], in: cast.db)
      let condition = Condition.all([
        .part(ConditionPart("policies.in_force", .greaterOrEqual, .number(1))),
        .any([
          .part(ConditionPart("contacts.since_any", .greater, .number(90))),
          .part(ConditionPart("contacts.enquiry_change", .unknown)),
        ]),
      ])
      let finding = try await cast.read { tx in try Conditions.explain(condition, of: cast.wang, in: tx) }
      guard case .all(let items) = finding, case .part(_, _, let count, true) = items[0],
        case .any(let either) = items[1], case .part(_, _, let since, false) = either[0],
        case .part(_, _, let change, false) = either[1]
      else {
        Issue.record("\(finding)")
        return
      }
      #expect(count == .int(1) && since == .unknown && change == .withheld(.personalisation))
      #expect(!finding.holds)
      #expect(throws: AppError.self) { try Condition.read(#"{"fact":"claims.critical_illness","op":"gt"}"#) }
      await #expect(throws: AppError.self) {
        try await cast.read(as: cast.access("A3")) { tx in try Conditions.explain(condition, of: cast.wang, in: tx) }
      }
    }
  }
}
