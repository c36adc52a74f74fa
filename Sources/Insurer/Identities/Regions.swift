/// Administrative divisions of GB/T 2260 with the abolished ones, by their six-digit code.
package enum Regions {
  package struct Region: Hashable, Sendable {
    package let name: String
    /// The last year of an abolished code.
    package let abolished: Int?
  }

  private static let table: [Int: Region] = {
    var table: [Int: Region] = [:]
    for row in Reference.rows("regions.csv") where row.count == 3 {
      guard let code = Int(row[0]) else { continue }
      table[code] = Region(name: String(row[1]), abolished: Int(row[2]))
    }
    return table
  }()

  /// One bit a code: what the check of an ID number asks, without hashing.
  private static let known: [UInt64] = {
    var bits = [UInt64](repeating: 0, count: 1_000_000 / 64)
    for code in table.keys { bits[code >> 6] |= 1 << UInt64(code & 63) }
    return bits
  }()

  package static func find(_ code: Int) -> Region? { table[code] }

  /// Whether an ID number may begin with this code: a division, present or abolished, or the undivided city proper
  /// (`…01`, `…02`, `…11`, `…20`, used until 1984) of a known city. Residents of Hong Kong, Macao and Taiwan have
  /// 81, 82 and 83.
  package static func isKnown(_ code: Int) -> Bool {
    guard (100_000..<1_000_000).contains(code) else { return false }
    if contains(code) { return true }
    if (81...83).contains(code / 10_000) { return true }
    return [1, 2, 11, 20].contains(code % 100) && contains(code / 100 * 100)
  }

  private static func contains(_ code: Int) -> Bool { known[code >> 6] & (1 << UInt64(code & 63)) != 0 }

  /// Province, city and county of a code in one line, as far as they are known: `湖北省黄冈市罗田县`.
  package static func fullName(_ code: Int) -> String {
    var names: [String] = []
    for code in [code / 10_000 * 10_000, code / 100 * 100, code] {
      guard let name = table[code]?.name, names.last != name, name != "市辖区", name != "县" else { continue }
      names.append(name)
    }
    return names.joined()
  }
}
