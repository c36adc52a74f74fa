import Kernel
import Testing

@testable import Insurer

/// Every path from a field to a use: which purposes need it, which file brings it, which roles see it whole for some
/// purpose, which facts are made of it. What the law walls has exactly the paths that stand here.
@Suite struct FieldPathTests {
  private static func paths(_ field: DataField) -> Set<String> {
    var paths = Set(DataFields.purposes(of: field).map { "purpose \($0.rawValue)" })
    for kind in ImportKinds.all where kind.name == field.record.rawValue {
      if kind.fields.contains(where: { $0.name == field.name }) { paths.insert("file \(kind.name)") }
    }
    for role in Role.allCases {
      let sees = Roles.purposes(role).contains { purpose in
        let holder = Roles.Holder(actor: .staff(1), role: role, staffID: 1)
        return ViewAs.seen(field, Roles.access(holder, purpose: purpose, surface: "api")).seen == .whole
      }
      if sees { paths.insert("role \(role.rawValue)") }
    }
    for fact in FactCatalog.all where fact.wall == nil && fact.fields.contains(field.key) {
      paths.insert("fact \(fact.key)")
    }
    return paths
  }

  private static let contractHealth: Set<String> = [
    "purpose claims", "purpose underwriting", "purpose intake", "file claims", "role claims", "role underwriter",
  ]

  @Test func walledFieldsHaveThesePathsAndNoOthers() {
    let found = DataFields.all.filter { [.health, .genetic, .biometric].contains($0.category) }
      .map { ($0.key, Self.paths($0)) }
    #expect(
      Dictionary(uniqueKeysWithValues: found) == [
        "claims.diagnosis": Self.contractHealth, "claims.complex_reason": Self.contractHealth,
        "readings.reading": ["purpose health_service", "purpose insurance_suggestions"],
        "underwriting.health_disclosure": ["purpose underwriting"],
        "underwriting.family_history": ["purpose underwriting"],
        "customers.genetic_test": [], "customers.face_image": [],
      ])
  }

  /// No path at all: not saved, not brought, not seen, in no condition.
  @Test func refusedFieldsHaveNone() {
    for field in DataFields.all where DataFields.fault(field) != nil {
      #expect(Self.paths(field).isEmpty, "\(field.key)")
    }
  }

  /// A fact that may be asked is made of fields that are needed for what it is asked for, and of none that is walled.
  @Test func everyFactIsMadeOfFieldsThatMayBeUsed() {
    let fields = Dictionary(uniqueKeysWithValues: DataFields.all.map { ($0.key, $0) })
    for fact in FactCatalog.all where fact.wall == nil {
      for key in fact.fields {
        let field = fields[key]
        #expect(field.map { DataFields.fault($0) == nil } == true, "\(fact.key) is made of \(key)")
        #expect(field.map { [.health, .genetic, .biometric].contains($0.category) } == false, "\(fact.key)")
      }
      for purpose in Purpose.allCases where fact.isOpen(to: purpose) {
        for key in fact.fields {
          let isShown = fields[key].map { $0.isBookkeeping || DataFields.purposes(of: $0).contains(purpose) }
          #expect(isShown == true, "\(fact.key) for \(purpose)")
        }
      }
    }
    #expect(FactCatalog.all.contains { $0.category == .genetic })
    #expect(FactCatalog.all.allSatisfy { $0.category != .genetic || $0.wall != nil })
  }
}
