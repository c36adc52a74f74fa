import Files
import Kernel
import Storage

/// Mappings kept under a name, for files that come every month.
package struct NamedMapping: Sendable {
  package let name: String
  package let kind: String
  package let yaml: String
}

package enum ImportMappings {
  /// Keeps a mapping, in place of an earlier one of that name.
  package static func save(_ mapping: ColumnMapping, name: String, in tx: Tx) throws {
    try tx.access.require(.write(.import))
    guard !name.isEmpty, name.count <= 60 else {
      throw AppError.invalid("MAPPING_NAME", "a mapping's name has 1 to 60 characters")
    }
    if let kind = ImportKinds.named(mapping.kind) { try RowMapper.check(mapping, for: kind) }
    try MappingStore.save(NamedMapping(name: name, kind: mapping.kind, yaml: mapping.yaml), in: tx)
    tx.recordSystem(.mappingSaved, facts: ["name": name, "kind": mapping.kind])
  }

  package static func list(kind: String, in tx: ReadTx) throws -> [NamedMapping] {
    try tx.access.require(.read(.import))
    return try tx.fetch(MappingStore.list(kind: kind))
  }
}

extension EventKind {
  package static let mappingSaved = EventKind("import_mapping_saved")
}
