import Kernel
import Yams

/// Which column of a file is which field, as people write it in YAML (`interface.md`):
/// ```yaml
/// kind: customers
/// key: [source_id]
/// columns:
///   - {column: 客户号, field: source_id}
/// ```
package struct ColumnMapping: Sendable, Hashable {
  package struct Column: Sendable, Hashable {
    package let column: String
    package let field: String
    /// The order of day and month in this column, where the file cannot tell.
    package let order: DateOrder?

    package init(column: String, field: String, order: DateOrder? = nil) {
      self.column = column
      self.field = field
      self.order = order
    }
  }

  package let kind: String
  /// Fields whose values together name a row.
  package let key: [String]
  package let columns: [Column]

  package init(kind: String, key: [String], columns: [Column]) {
    self.kind = kind
    self.key = key
    self.columns = columns
  }

  /// - Throws: `AppError.invalid("MAPPING_INVALID")` that names what is wrong.
  package init(yaml text: String) throws {
    let loaded: Any?
    do {
      loaded = try Yams.load(yaml: text)
    } catch {
      throw ColumnMapping.fault("not YAML")
    }
    guard let map = loaded as? [String: Any] else { throw ColumnMapping.fault("not a mapping") }
    guard let kind = map["kind"] as? String else { throw ColumnMapping.fault("kind is missing") }
    guard let listed = map["columns"] as? [Any] else { throw ColumnMapping.fault("columns is missing") }
    let key = map["key"] as? [Any] ?? (map["key"] as? String).map { [$0] } ?? []
    let columns = try listed.map { item in
      guard let item = item as? [String: Any], let column = item["column"], let field = item["field"] as? String
      else { throw ColumnMapping.fault("a column needs column: and field:") }
      let order = item["order"] as? String
      guard order == nil || order.flatMap(DateOrder.init(rawValue:)) != nil else {
        throw ColumnMapping.fault("order is day_first or month_first")
      }
      return Column(column: "\(column)", field: field, order: order.flatMap(DateOrder.init(rawValue:)))
    }
    self.init(kind: kind, key: key.map { "\($0)" }, columns: columns)
    let fields = columns.map(\.field)
    guard Set(fields).count == fields.count else { throw ColumnMapping.fault("a field stands twice") }
  }

  /// What `init(yaml:)` reads.
  package var yaml: String {
    var text = "kind: \(ColumnMapping.scalar(kind))\n"
    text += "key: [\(key.map(ColumnMapping.scalar).joined(separator: ", "))]\ncolumns:\n"
    for column in columns {
      let order = column.order.map { ", order: \($0.rawValue)" } ?? ""
      text += "  - {column: \(ColumnMapping.scalar(column.column)), field: \(column.field)\(order)}\n"
    }
    return text
  }

  /// A text as YAML reads it back: plain where it cannot be mistaken, else in double quotes.
  private static func scalar(_ text: String) -> String {
    let plain =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.properties.isAlphabetic || scalar == "_" || (0x4E00...0x9FFF).contains(scalar.value)
      }
    let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
    if plain && !words.contains(text.lowercased()) { return text }
    var quoted = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": quoted += "\\\(scalar)"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return "\"\(quoted)\""
  }

  private static func fault(_ detail: String) -> AppError {
    AppError.invalid("MAPPING_INVALID", "the mapping: \(detail)")
  }
}
