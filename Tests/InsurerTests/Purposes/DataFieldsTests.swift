import Kernel
import Testing

@testable import Insurer

@Suite struct DataFieldsTests {
  /// Known by name so that they are refused, not overlooked.
  private static let refused: [String: ValidationCode] = [
    "customers.marital_status": .purposeRequired, "customers.religion": .purposeRequired,
    "customers.face_image": .purposeRequired, "customers.genetic_test": .categoryOff,
  ]

  @Test func everyFieldHasAPurposeOrIsRefused() {
    let faulty = DataFields.all.compactMap { field in DataFields.fault(field).map { (field.key, $0.code) } }
    #expect(Dictionary(uniqueKeysWithValues: faulty) == Self.refused)
    #expect(Set(DataFields.all.map(\.key)).count == DataFields.all.count)
  }

  @Test func everyEntryOfAPurposeNamesAField() {
    for purpose in Purposes.all {
      for entry in purpose.fields { #expect(!DataFields.named(by: entry).isEmpty, "\(purpose.purpose) \(entry)") }
    }
  }

  /// What files may bring is in the register with a purpose: a column that nobody gave one fails here, and would be
  /// refused with `PURPOSE_REQUIRED` by every file and form.
  @Test func everyColumnOfAFileIsInTheRegister() {
    for kind in FeedTypes.kinds where kind.name != "staff" && kind.name != "products" {
      guard let record = DataRecord(rawValue: kind.name) else {
        Issue.record("\(kind.name) are not in the register")
        continue
      }
      for field in kind.fields {
        #expect(DataFields.fault(record, field.name) == nil, "\(kind.name).\(field.name)")
        #expect(RowMapper.refusal(of: field.name, in: kind) == nil)
      }
      #expect(DataFields.fault(record, "favourite_colour") == .purposeRequired)
    }
    for name in CustomerRules.fields { #expect(DataFields.fault(.customers, name) == nil, "\(name)") }
  }

  @Test(
    "a field and the purposes that name it",
    arguments: [
      (category: Kernel.Category.none, record: DataRecord.customers, by: [Purpose.marketing], expected: nil as String?),
      (.none, .customers, [], "PURPOSE_REQUIRED"), (.genetic, .underwriting, [.underwriting], "CATEGORY_OFF"),
      (.genetic, .readings, [.healthService], "CATEGORY_OFF"), (.genetic, .customers, [], "CATEGORY_OFF"),
      (.health, .claims, [.claims, .underwriting], nil), (.health, .claims, [.claims, .contract], "HEALTH_WALLED"),
      (.health, .claims, [.marketing], "HEALTH_WALLED"), (.health, .claims, [.healthService], "HEALTH_WALLED"),
      (.health, .readings, [.healthService], nil), (.health, .readings, [.claims], "HEALTH_WALLED"),
      (.health, .readings, [.insuranceSuggestions, .underwriting], "HEALTH_WALLED"),
      (.health, .readings, [.personalisation], "HEALTH_WALLED"),
    ])
  func rules(category: Kernel.Category, record: DataRecord, by: [Purpose], expected: String?) {
    let field = DataField(record, "some", .secret, category, owner: .compliance)
    #expect(DataRules.fault(field, namedBy: Set(by))?.code.rawValue == expected)
  }

  /// Every path from a sensitive field to a use: who may need it, and in whose sight it is.
  @Test func everyPathOfHealthAndGeneticData() {
    var paths: [String: Set<Purpose>] = [:]
    for field in DataFields.all where [.health, .genetic, .biometric].contains(field.category) {
      paths[field.key] = DataFields.purposes(of: field)
    }
    #expect(
      paths == [
        "claims.diagnosis": [.claims, .underwriting, .intake],
        "claims.complex_reason": [.claims, .underwriting, .intake],
        "readings.reading": [.healthService, .insuranceSuggestions],
        "underwriting.health_disclosure": [.underwriting], "underwriting.family_history": [.underwriting],
        "customers.genetic_test": [], "customers.face_image": [],
      ])
    for purpose in Purpose.allCases {
      let seen = Role.allCases.filter { role in
        let holder = Roles.Holder(actor: .staff(1), role: role, staffID: 1)
        return Roles.access(holder, purpose: purpose, surface: "api").sees.contains(.contractHealth)
      }
      #expect(
        seen == ([.claims, .underwriting, .intake].contains(purpose) ? [.claims, .underwriter] : []), "\(purpose)")
    }
  }

  /// No consent brings genetic data in: there is none to ask for.
  @Test func nobodyIsAskedForGeneticData() {
    #expect(Purposes.all.allSatisfy { $0.category != .genetic })
    for purpose in Purpose.allCases { #expect(Purposes.find(purpose, .genetic) == nil) }
    #expect(DataRules.off[.genetic] == Citation("健康保险管理办法", "38"))
  }

  @Test func ownWorkLosesNothing() {
    for role in Role.allCases {
      let holder = Roles.Holder(actor: .staff(1), role: role, staffID: 1)
      let access = Roles.access(holder, surface: "api")
      #expect(access.permissions == Roles.rule(role).permissions && access.sees == Roles.rule(role).sees, "\(role)")
      #expect(access.needs.isWhole, "\(role)")
    }
  }

  @Test func consentNarrows() {
    let holder = Roles.Holder(actor: .staff(1), role: .service, staffID: 1)
    let marketing = Roles.access(holder, purpose: .marketing, surface: "api")
    #expect(marketing.sees == [.mobile, .email])
    for right in [Permission.read(.policy), .read(.claim), .read(.interaction)] {
      #expect(!marketing.permissions.contains(right), "\(right)")
    }
    let profile = Roles.access(holder, purpose: .personalisation, surface: "api")
    #expect(profile.permissions.isSuperset(of: [.read(.policy), .read(.interaction)]) && profile.sees == [.note])
    #expect(!profile.permissions.contains(.read(.claim)))
  }
}
