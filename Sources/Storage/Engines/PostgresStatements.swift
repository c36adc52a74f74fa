import CPostgres

/// The prepared statements of one session, by their text. PostgreSQL fixes the types of parameters when it
/// prepares; a NULL fits any type, so a text may have a few variants.
struct PostgresStatements {
  struct Variant {
    let name: String
    let types: [Oid]
  }

  private var variants: [StatementText: [Variant]] = [:]
  private var count = 0
  private var named = 0
  private static let countMax = 1_000

  /// Whether so many are held that the session should forget them all.
  var isFull: Bool { count >= PostgresStatements.countMax }

  func find(_ statement: Rendered) -> Variant? {
    variants[StatementText(statement.text)]?.first {
      statement.infersTypes || PostgresStatements.fits($0.types, statement.values)
    }
  }

  /// A new variant for these values, to be prepared under its name.
  mutating func add(_ statement: Rendered) -> Variant {
    let key = StatementText(statement.text)
    let known = variants[key] ?? []
    var types = statement.infersTypes ? [] : statement.values.map { PostgresParameters.type(of: $0) }
    for place in types.indices where types[place] == 0 {
      types[place] = known.lazy.map { $0.types[place] }.first { $0 != 0 } ?? 0
    }
    named += 1
    let variant = Variant(name: "s\(named)", types: types)
    // The most general one is found first.
    variants[key] = [variant] + known
    count += 1
    return variant
  }

  mutating func forget(_ text: String) {
    count -= variants.removeValue(forKey: StatementText(text))?.count ?? 0
  }

  mutating func forgetAll() {
    variants = [:]
    count = 0
  }

  private static func fits(_ types: [Oid], _ values: [SQLValue]) -> Bool {
    guard types.count == values.count else { return false }
    for (type, value) in zip(types, values) {
      let wanted = PostgresParameters.type(of: value)
      if wanted != 0 && wanted != type { return false }
    }
    return true
  }
}
