import Files
import Kernel

/// Proposes which column is which field, by names in Chinese and English and by what stands in the columns.
package struct ColumnSuggestion: Sendable {
  package let mapping: ColumnMapping
  /// The file's columns that became no field.
  package let unmapped: [String]
  /// Required fields that no column gives.
  package let missing: [String]

  /// - Parameter rows: some of the file's first rows.
  package init(kind: any ImportKind.Type, columns: [String], rows: [[String]]) {
    let fields = kind.fields
    let samples = columns.indices.map { place in
      rows.compactMap { $0.count > place ? Fold.fold($0[place]).text : nil }.filter { !$0.isEmpty }
    }
    var ranked: [(score: Int, column: Int, field: Int)] = []
    for (column, name) in columns.enumerated() {
      for (field, candidate) in fields.enumerated() {
        let score = ColumnSuggestion.score(Fold.compact(name), samples[column], candidate)
        if score > 0 { ranked.append((score, column, field)) }
      }
    }
    ranked.sort { ($1.score, $0.column, $0.field) < ($0.score, $1.column, $1.field) }
    var fieldOf: [Int: Int] = [:]
    var taken: Set<Int> = []
    for item in ranked where fieldOf[item.column] == nil && !taken.contains(item.field) {
      fieldOf[item.column] = item.field
      taken.insert(item.field)
    }
    let chosen = columns.indices.compactMap { column in
      fieldOf[column].map { field in
        ColumnMapping.Column(
          column: columns[column], field: fields[field].name,
          order: fields[field].form == .day ? DateOrder.decide(samples[column]) : nil)
      }
    }
    let mapped = Set(chosen.map(\.field))
    mapping = ColumnMapping(kind: kind.name, key: ColumnSuggestion.key(of: kind, mapped: mapped), columns: chosen)
    unmapped = columns.indices.filter { fieldOf[$0] == nil }.map { columns[$0] }
    missing = fields.filter { $0.required && !mapped.contains($0.name) }.map(\.name)
  }

  /// The kind's own key when its first field is there, else the first other one that is whole.
  private static func key(of kind: any ImportKind.Type, mapped: Set<String>) -> [String] {
    if let first = kind.key.first, mapped.contains(first) { return kind.key.filter(mapped.contains) }
    return kind.otherKeys.first { $0.allSatisfy(mapped.contains) } ?? []
  }

  /// 100 for the very name, 90 for a synonym, less for a part of the name, 40 for the look of the values.
  private static func score(_ name: String, _ samples: [String], _ field: ImportField) -> Int {
    if name == Fold.compact(field.name) { return 100 }
    let synonyms = field.synonyms.map(Fold.compact)
    if synonyms.contains(name) { return 90 }
    let looks = resembles(samples, field)
    if looks == false { return 0 }
    let parts = synonyms.filter { $0.count >= 2 && name.contains($0) }
    if let longest = parts.map(\.count).max() { return 50 + min(longest, 9) + (looks == true ? 10 : 0) }
    return looks == true ? 40 : 0
  }

  /// Whether most values look like the field's; nil when the field has no look or there is nothing to look at.
  private static func resembles(_ samples: [String], _ field: ImportField) -> Bool? {
    guard let looksLike = field.looksLike, !samples.isEmpty else { return nil }
    return samples.filter(looksLike).count * 10 >= samples.count * 7
  }

  /// Tells whether a text names a column of the kind: what finds the header row.
  package static func knownNames(of kind: any ImportKind.Type) -> (String) -> Bool {
    let names = Set(kind.fields.flatMap { [$0.name] + $0.synonyms }.map(Fold.compact))
    return { names.contains(Fold.compact($0)) }
  }
}
