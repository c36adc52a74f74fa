import Kernel
import Storage

/// SQL of `import_mappings`.
enum MappingStore {
  static func save(_ mapping: NamedMapping, in tx: Tx) throws {
    try tx.run(
      """
      INSERT INTO import_mappings (name, kind, yaml, created_by, updated_at)
      VALUES (\(mapping.name), \(mapping.kind), \(mapping.yaml), \(tx.access.actor), \(tx.now))
      ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, yaml = excluded.yaml, created_by = excluded.created_by,
        updated_at = excluded.updated_at
      """)
  }

  static func list(kind: String) -> Query<[NamedMapping]> {
    .all("SELECT name, kind, yaml FROM import_mappings WHERE kind = \(kind) ORDER BY name") {
      NamedMapping(name: $0.text(0), kind: $0.text(1), yaml: $0.text(2))
    }
  }
}
