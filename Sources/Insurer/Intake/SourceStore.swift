import Kernel
import Storage

/// SQL of `sources`.
enum SourceStore {
  static func known(_ kind: String, _ keys: [String], source: String) -> Query<[(String, SourceMemory.Known)]> {
    .all(
      """
      SELECT external_id, entity_id, customer_id, digest, said FROM sources
      WHERE source = \(source) AND kind = \(kind) AND external_id IN \(list: keys)
      """
    ) { row in
      let known = SourceMemory.Known(
        entity: row.int(1), customer: row.int(2), digest: row.blob(3), said: row.blobOrNil(4) ?? [])
      return (row.text(0), known)
    }
  }

  static func any(_ kind: String, source: String) -> Query<Int> {
    .count("SELECT 1 FROM sources WHERE source = \(source) AND kind = \(kind) LIMIT 1")
  }

  static func insert(_ said: [SourceMemory.Said], kind: String, source: String, in tx: Tx) throws {
    guard !said.isEmpty else { return }
    try tx.insert(
      into: "sources",
      columns: ["source", "kind", "external_id", "customer_id", "entity_id", "digest", "said", "seen_at"],
      rows: said.map { row in
        [
          .text(source), .text(kind), .text(row.key), .int(row.customer), .int(row.entity), .blob(row.digest),
          .blob(row.marks), tx.now.sqlValue,
        ]
      })
  }

  static func update(_ row: SourceMemory.Said, kind: String, source: String, in tx: Tx) throws {
    try tx.run(
      """
      UPDATE sources SET customer_id = \(row.customer), entity_id = \(row.entity), digest = \(row.digest),
        said = \(row.marks), seen_at = \(tx.now)
      WHERE source = \(source) AND kind = \(kind) AND external_id = \(row.key)
      """)
  }
}
