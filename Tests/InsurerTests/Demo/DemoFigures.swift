import Kernel

@testable import Insurer

/// The rows of a whole demo in lists, and shares counted over them.
struct DemoFigures {
  let demo: Demo
  var rows = DemoBlock()

  static let day = Day(year: 2026, month: 11, day: 22) ?? Day(number: 0)

  init(people: Int, seed: UInt64 = 1) {
    demo = Demo(DemoSetting(seed: seed, people: people, day: Self.day))
    for number in 0..<demo.blockCount { rows.append(demo.block(number)) }
  }

  /// The part of `rows` for which `holds`, in per mille.
  static func share<Row>(_ rows: [Row], _ holds: (Row) -> Bool) -> Int {
    rows.isEmpty ? 0 : rows.filter(holds).count * 1_000 / rows.count
  }

  /// How many rows there are of each value.
  static func counts<Row>(_ rows: [Row], _ value: (Row) -> String) -> [String: Int] {
    var counts: [String: Int] = [:]
    for row in rows { counts[value(row), default: 0] += 1 }
    return counts
  }

  static func median(_ values: [Int64]) -> Int64 { values.isEmpty ? 0 : values.sorted()[values.count / 2] }
}

extension DemoBlock {
  /// Every row's columns joined, kind after kind.
  var text: String {
    let kinds: [[any DemoRow]] = [
      customers, relationships, consents, policies, parties, coverages, premiums, claims, interactions,
    ]
    return kinds.flatMap { $0 }.map { $0.values.joined(separator: ",") }.joined(separator: "\n")
  }
}
