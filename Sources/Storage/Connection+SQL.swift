import Kernel

/// Storage's own statements outside acts: opening, verifying, rotating, backing up.
extension Connection {
  func render(_ sql: SQL) -> Rendered {
    sql.render(
      dialect, access: .system(purpose: .administration), at: Instant(microseconds: 0), visibility: .wholeOrNothing)
  }

  func rows<T>(_ sql: SQL, _ decode: (Row) throws -> T) throws -> [T] {
    var all: [T] = []
    try fetch([render(sql)]) { _, rows in while let row = try rows.next() { all.append(try decode(row)) } }
    return all
  }

  func run(_ sql: SQL) throws { try run(render(sql)) }
}

extension SQL {
  /// A text of our own making, such as a table's name out of a list in the program.
  init(own text: String) { self.init(parts: [.text(text)]) }
}

extension Row {
  /// A value in whichever type the engine gives it.
  func value(_ column: Int) -> SQLValue {
    if isNull(column) { return .null }
    switch kind(column) {
    case .int: return .int(int(column))
    case .real: return .real(real(column))
    case .text: return .text(text(column))
    case .blob: return .blob(blob(column))
    }
  }
}
