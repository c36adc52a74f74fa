import Kernel
import Storage

extension SQL {
  /// `(VALUES (?, ?), (?, ?), …)` for `(a, b) IN …`. Padded to a power of two with its last row, so that few statements
  /// are prepared. Beside it stands `a IN (…)`, by which both engines walk the index; two lists over two columns of a
  /// key would be looked up crosswise.
  package static func rows(_ rows: [[SQLValue]]) -> SQL {
    guard let last = rows.last else { return "(VALUES (0, 0))" }
    var size = 1
    while size < rows.count { size *= 2 }
    let lines = (0..<size).map { place -> SQL in
      let row = place < rows.count ? rows[place] : last
      return "(\(SQL.join(row.map { "\($0)" as SQL }, ",")))"
    }
    return "(VALUES \(SQL.join(lines, ",")))"
  }

  /// The same of pairs of ids.
  package static func pairs<A, B>(_ pairs: [(ID<A>, ID<B>)]) -> SQL {
    rows(pairs.map { [$0.0.sqlValue, $0.1.sqlValue] })
  }
}
