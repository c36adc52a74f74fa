import Kernel

/// Finds what a file does not say: its delimiter and its header row (found, not assumed: decision 26).
enum HeaderFinder {
  /// Rows looked at for a header; titles, dates of print and blank lines stand above it.
  private static let rowsLookedAt = 30

  /// The names of NDJSON's members in order of first appearance, or nil when the sample is no NDJSON.
  static func members(of sample: [UInt8]) -> [String]? {
    guard let first = sample.first(where: { $0 > 0x20 }), first == UInt8(ascii: "{") else { return nil }
    var columns: [String] = []
    var seen: Set<String> = []
    for line in sample.split(separator: newline).prefix(1_000) {
      let members = line.withUnsafeBufferPointer { bytes in
        var parser = JSONLine(bytes)
        return parser.object() ?? []
      }
      for member in members where seen.insert(member.name).inserted { columns.append(member.name) }
    }
    return columns.isEmpty ? nil : columns
  }

  /// The candidate that occurs equally often, at least once, in most of the first lines.
  static func delimiter(of sample: [UInt8]) -> UInt8 {
    let lines = sample.split { $0 == newline || $0 == carriage }.prefix(rowsLookedAt)
    let candidates = [",", "\t", ";", "|"].map { UInt8(ascii: $0) }
    let scored = candidates.map { candidate -> (delimiter: UInt8, score: Int) in
      var linesWithCount: [Int: Int] = [:]
      for line in lines { linesWithCount[occurrences(of: candidate, in: line), default: 0] += 1 }
      let score = linesWithCount.filter { $0.key > 0 }.map { $0.value * 16 + min($0.key, 15) }.max() ?? 0
      return (candidate, score)
    }
    return scored.max { $0.score < $1.score }.map { $0.score > 0 ? $0.delimiter : UInt8(ascii: ",") }
      ?? UInt8(ascii: ",")
  }

  private static func occurrences(of candidate: UInt8, in line: ArraySlice<UInt8>) -> Int {
    var count = 0
    var quoted = false
    for byte in line {
      if byte == quote { quoted.toggle() }
      if byte == candidate && !quoted { count += 1 }
    }
    return count
  }

  /// The header's names, trimmed, and the place of the first byte behind it.
  static func header(
    of sample: [UInt8], delimiter: UInt8, known: (String) -> Bool
  ) throws -> (columns: [String], end: Int64) {
    let reader = CSVReader(Input(MemoryBytes(sample)), delimiter: delimiter, columns: 0)
    var rows: [Record] = []
    while rows.count < rowsLookedAt, let row = try reader.next() { rows.append(row) }
    guard let best = bestRow(rows, known: known) else {
      throw AppError.invalid("HEADER_MISSING", "no row looks like a header")
    }
    return (named(rows[best].fields), rows[best].to)
  }

  /// The row with most known names; without any, the first that is as wide as most rows, full, and holds no number.
  private static func bestRow(_ rows: [Record], known: (String) -> Bool) -> Int? {
    let cells = rows.map { row in row.fields.map { Fold.name($0) } }
    let hits = cells.map { row in Set(row.filter { !$0.isEmpty && known($0) }).count }
    if let most = hits.max(), most >= 2 || (most == 1 && rows.allSatisfy { $0.fields.count <= 1 }) {
      return hits.firstIndex(of: most)
    }
    let widths = Dictionary(grouping: cells.filter { !$0.isEmpty }, by: \.count).mapValues(\.count)
    guard let width = widths.max(by: { ($0.value, $0.key) < ($1.value, $1.key) })?.key else { return nil }
    return cells.firstIndex { row in
      row.count == width && row.allSatisfy { !$0.isEmpty && !isNumber($0) } && Set(row).count == row.count
    } ?? cells.firstIndex { row in row.count == width && !row.allSatisfy(\.isEmpty) && !row.contains(where: isNumber) }
  }

  private static func isNumber(_ text: String) -> Bool {
    text.utf8.contains { (48...57).contains($0) } && text.utf8.allSatisfy { (44...58).contains($0) }
  }

  /// Every column gets a name of its own: a blank one its number, a repeated one a count.
  private static func named(_ cells: [String]) -> [String] {
    var cells = cells.map { Fold.name($0) }
    while let last = cells.last, last.isEmpty, cells.count > 1 { cells.removeLast() }
    var seen: [String: Int] = [:]
    return cells.enumerated().map { place, cell in
      let name = cell.isEmpty ? "#\(place + 1)" : cell
      seen[name, default: 0] += 1
      return seen[name] == 1 ? name : "\(name) (\(seen[name] ?? 0))"
    }
  }
}
