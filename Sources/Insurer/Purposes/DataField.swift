import Kernel

/// The kinds of records in which data about persons stands, named as in files and in the API.
package enum DataRecord: String, CaseIterable, Sendable {
  case customers, relationships, consents, policies, parties, coverages, premiums, claims, interactions
  case applications, complaints
  /// Readings of one's health and what is disclosed for an application: not held yet, and graded before they are.
  case readings, underwriting
}

/// One field of the register (decision 14): what it is, who answers for it, and through the purposes that name it what
/// it may be used for. What is not here is neither saved, collected, imported nor shown (R88).
package struct DataField: Hashable, Sendable {
  package let record: DataRecord
  /// As in files and in the API.
  package let name: String
  package let grade: Grade
  package let category: Category
  /// Whose desk answers for the data (谁管业务、谁管业务数据).
  package let owner: Role

  package init(_ record: DataRecord, _ name: String, _ grade: Grade, _ category: Category, owner: Role) {
    (self.record, self.name, self.grade, self.category, self.owner) = (record, name, grade, category, owner)
  }

  /// As purposes name it: `claims.diagnosis`.
  package var key: String { "\(record.rawValue).\(name)" }

  /// Our own bookkeeping (keys, versions, who serves) goes with whatever is shown; what speaks of the person does not.
  package var isBookkeeping: Bool { grade == .open || grade == .internal }
}

/// Whether a field may be used for a purpose at all: pure, with reasons.
package enum DataRules {
  /// A category that nobody collects, whoever agrees: results of genetic tests. Family history is another field.
  package static let off: [Category: Citation] = [.genetic: Citation("健康保险管理办法", "38")]

  /// The three uses of health data, which never flow into each other (`domain.md`). Intake carries the contract's in
  /// and shows it to nobody.
  private static let healthOfContract: Set<Purpose> = [.claims, .underwriting, .intake]
  private static let readings: Set<Purpose> = [.healthService, .insuranceSuggestions]

  /// What stands against a field's use for the purposes that name it; nil when nothing does.
  package static func fault(
    _ field: DataField, namedBy purposes: Set<Purpose>
  ) -> (code: ValidationCode, citation: Citation)? {
    if let citation = off[field.category] { return (.categoryOff, citation) }
    guard !purposes.isEmpty else { return (.purposeRequired, Citation("PIPL", "6")) }
    if field.category == .health {
      let wall = field.record == .readings ? readings : healthOfContract
      if !purposes.isSubset(of: wall) { return (.healthWalled, Citation("PIPL", "28")) }
    }
    return nil
  }
}

/// The register of fields, joined with that of purposes.
package enum DataFields {
  package static var all: [DataField] { table }

  private static let byKey = Dictionary(uniqueKeysWithValues: table.map { ($0.key, $0) })
  private static let purposesByKey = Purposes.all.reduce(into: [String: Set<Purpose>]()) { found, row in
    for key in row.fields { for field in named(by: key) { found[field.key, default: []].insert(row.purpose) } }
  }
  /// Whose names are those of fields that may not be used, in whatever record.
  private static let refused = Dictionary(
    table.compactMap { field in fault(field).map { (field.name, $0) } }, uniquingKeysWith: { first, _ in first })

  package static func find(_ record: DataRecord, _ name: String) -> DataField? { byKey["\(record.rawValue).\(name)"] }

  /// The purposes that need it.
  package static func purposes(of field: DataField) -> Set<Purpose> { purposesByKey[field.key] ?? [] }

  /// What a purpose names by one entry: a field, or a whole record but for its health and genetic data, which are
  /// named one by one.
  package static func named(by entry: String) -> [DataField] {
    guard entry.hasSuffix(".*") else { return byKey[entry].map { [$0] } ?? [] }
    return table.filter { entry.dropLast(2) == $0.record.rawValue && $0.category != .health && $0.category != .genetic }
  }

  package static func fault(_ field: DataField) -> (code: ValidationCode, citation: Citation)? {
    DataRules.fault(field, namedBy: purposes(of: field))
  }

  /// Why a field of a record may not be saved, collected, imported or defined; nil when it may.
  package static func fault(_ record: DataRecord, _ name: String) -> ValidationCode? {
    guard let field = find(record, name) else { return .purposeRequired }
    return fault(field)?.code
  }

  /// The same where the record is not known: of a member or column that nobody asked for, but that the register
  /// knows as one that nobody may ask for.
  package static func refusal(of name: String) -> ValidationCode? { refused[name]?.code }
}

/// What a purpose needs, ready to be asked for each row: what it does not need is not there.
package struct Needs: Sendable {
  /// All fields of customers are needed: nothing has to be left out.
  package let isWhole: Bool
  package let records: Set<DataRecord>
  /// Rights to read whole records that the purpose does not need.
  let withheld: Set<Permission>
  let sees: Set<Sight>
  private let keys: Set<String>

  init(_ purpose: Purpose) {
    let fields = Purposes.all.filter { $0.purpose == purpose }.flatMap(\.fields).flatMap { DataFields.named(by: $0) }
    let keys = Set(fields.map(\.key))
    self.keys = keys
    let records = Set(fields.filter { !$0.isBookkeeping }.map(\.record))
    self.records = records
    isWhole = DataFields.all.allSatisfy { field in
      field.record != .customers || field.isBookkeeping || DataFields.fault(field) != nil || keys.contains(field.key)
    }
    let rights: [(DataRecord, Permission)] = [
      (.policies, .read(.policy)), (.claims, .read(.claim)), (.interactions, .read(.interaction)),
      (.complaints, .read(.complaint)),
    ]
    withheld = Set(rights.filter { !records.contains($0.0) }.map(\.1))
    sees = Set(Sight.allCases.filter { keys.contains(Needs.key(of: $0)) })
  }

  private static func key(of sight: Sight) -> String {
    switch sight {
    case .nationalID: "customers.national_id"
    case .mobile: "customers.mobile"
    case .email: "customers.email"
    case .address: "customers.address"
    case .account: "claims.account"
    case .contractHealth: "claims.diagnosis"
    case .note: "interactions.summary"
    }
  }

  /// Whether a field of customers is shown.
  package func shows(_ name: String) -> Bool {
    isWhole || keys.contains("customers.\(name)")
      || DataFields.find(.customers, name).map { $0.isBookkeeping } ?? false
  }

  /// - Throws: `forbidden` `NOT_FOR_PURPOSE` when the purpose needs no such records.
  package func require(_ record: DataRecord, for purpose: Purpose) throws {
    guard records.contains(record) else {
      throw AppError(.forbidden, "NOT_FOR_PURPOSE", "\(purpose.rawValue) does not need \(record.rawValue)")
    }
  }
}

extension Access {
  /// What is shown for the purpose of this access.
  package var needs: Needs { Purposes.needs(purpose) }

  /// With the rights and sights that the purpose needs, and no others.
  package var narrowed: Access {
    let needs = needs
    guard !permissions.isDisjoint(with: needs.withheld) || !sees.isSubset(of: needs.sees) else { return self }
    return Access(
      actor: actor, role: role, purpose: purpose, scope: scope, permissions: permissions.subtracting(needs.withheld),
      sees: sees.intersection(needs.sees), staffID: staffID, surface: surface, address: address,
      grantee: grantee)
  }
}
