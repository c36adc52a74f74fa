import Kernel

/// Every fact about a customer that conditions may use (decision 21): the one place that says what it is, what it is
/// for, and where it comes from.
package enum FactCatalog {
  /// In the order in which they are offered and shown.
  package static let all: [Fact] = table

  package static func find(_ key: String) -> Fact? { byKey[key] }

  /// Those that a viewer may ask for, for his purpose.
  package static func offered(for access: Access) -> [Fact] { all.filter { $0.isOpen(to: access) } }

  /// Whether a purpose shows a field of the register; our own bookkeeping goes with whatever is shown.
  fileprivate static func isShown(_ key: String, for purpose: Purpose) -> Bool {
    let parts = key.split(separator: ".").map(String.init)
    guard parts.count == 2, let record = DataRecord(rawValue: parts[0]), let field = DataFields.find(record, parts[1])
    else { return false }
    return field.isBookkeeping || DataFields.purposes(of: field).contains(purpose)
  }

  private static let byKey = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0) })
}

extension Fact {
  package func isOpen(to access: Access) -> Bool {
    isOpen(to: access.purpose) && access.permissions.contains(group.permission)
  }

  package func isOpen(to purpose: Purpose) -> Bool {
    guard wall == nil, uses?.contains(purpose) ?? true else { return false }
    return fields.allSatisfy { FactCatalog.isShown($0, for: purpose) }
  }
}

/// How the rows of the table are written.
extension FactCatalog {
  static func fact(
    _ key: String, _ group: FactGroup, _ type: FactType, _ unit: FactUnit, _ kind: FactKind,
    _ table: Fact.Table, _ column: StaticString, reading: Fact.Reading = .plain, grade: Grade = .personal,
    category: Category = .none, for purpose: Purpose = .contract, uses: Set<Purpose>? = nil,
    vocabulary: FactVocabulary? = nil, change: String? = nil, of fields: [String]? = nil
  ) -> Fact {
    Fact(
      key: key, group: group, type: type, unit: unit, kind: kind, grade: grade, category: category, purpose: purpose,
      uses: uses, vocabulary: vocabulary, change: change, wall: nil,
      fields: fields ?? group.fields, table: table, column: column, reading: reading)
  }

  static func count(
    _ key: String, _ group: FactGroup, _ kind: FactKind, _ table: Fact.Table, _ column: StaticString,
    for purpose: Purpose = .contract, uses: Set<Purpose>? = nil, category: Category = .none, change: String? = nil
  ) -> Fact {
    fact(
      key, group, .number, .count, kind, table, column, category: category, for: purpose, uses: uses, change: change)
  }

  static func count(
    _ key: String, _ group: FactGroup, _ table: Fact.Table, _ column: StaticString, for purpose: Purpose = .contract,
    uses: Set<Purpose>? = nil, category: Category = .none
  ) -> Fact {
    count(key, group, .anchor, table, column, for: purpose, uses: uses, category: category)
  }

  static func days(
    _ key: String, _ group: FactGroup, _ table: Fact.Table, _ column: StaticString, _ reading: Fact.Reading,
    for purpose: Purpose = .contract
  ) -> Fact {
    fact(key, group, .number, .days, .derived, table, column, reading: reading, for: purpose)
  }

  static func money(
    _ key: String, _ group: FactGroup, _ kind: FactKind, _ table: Fact.Table, _ column: StaticString,
    change: String? = nil
  ) -> Fact {
    fact(key, group, .money, .fen, kind, table, column, change: change)
  }

  static func money(_ key: String, _ group: FactGroup, _ table: Fact.Table, _ column: StaticString) -> Fact {
    money(key, group, .anchor, table, column)
  }

  static func day(
    _ key: String, _ group: FactGroup, _ table: Fact.Table, _ column: StaticString, for purpose: Purpose = .contract
  ) -> Fact {
    fact(key, group, .day, .none, .anchor, table, column, for: purpose)
  }

  static func flag(
    _ key: String, _ group: FactGroup, _ table: Fact.Table, _ column: StaticString, for purpose: Purpose = .contract
  ) -> Fact {
    fact(key, group, .flag, .none, .anchor, table, column, for: purpose)
  }

  /// Whether the consent to a purpose holds; the fact itself is the law's to keep (PIPL 14, 54).
  static func agreed(_ key: String, to purpose: Purpose) -> Fact {
    fact(
      key, .consent, .flag, .none, .derived, .customer, "basis", reading: .basis(Purposes.mask(purpose)),
      for: .quality)
  }

  static func walled(
    _ key: String, _ category: Category, _ instrument: String, _ article: String, for purpose: Purpose
  ) -> Fact {
    Fact(
      key: key, group: .walled, type: .flag, unit: .none, kind: .anchor, grade: .secret, category: category,
      purpose: purpose, uses: [], vocabulary: nil, change: nil,
      wall: FactWall(instrument: instrument, article: article), fields: [],
      table: .none, column: "", reading: .plain)
  }
}
