import Files
import Storage

extension RowMapper {
  /// A mapper for rows whose columns bear the names of the kind's fields.
  init(kind: any ImportKind.Type, source columns: [String], vault: Vault) throws {
    let known = Set(kind.fields.map(\.name))
    let mapping = ColumnMapping(
      kind: kind.name, key: kind.key,
      columns: columns.filter(known.contains).map { ColumnMapping.Column(column: $0, field: $0) })
    try self.init(kind: kind, mapping: mapping, columns: columns, vault: vault)
  }

  func map(_ values: [String], number: Int) -> MappedRow {
    map(Record(number: number, from: 0, to: Int64(number), fields: values))
  }
}
