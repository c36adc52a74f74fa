import Kernel
import Storage

/// SQL of the worker's heartbeat, a row of `settings`.
enum WorkerStore {
  private static let name = "import_worker"

  static func beat(_ holder: String, in tx: Tx) throws {
    let value = "\(tx.now.microseconds) \(holder)"
    try tx.run(
      """
      INSERT INTO settings (name, value) VALUES (\(name), \(value))
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """)
  }

  static func lastBeat() -> Query<(at: Instant, holder: String)?> {
    Query<String?>.first("SELECT value FROM settings WHERE name = \(name)") { $0.text(0) }.map { text in
      let parts = text?.split(separator: " ", maxSplits: 1) ?? []
      guard parts.count == 2, let microseconds = Int64(parts[0]) else { return nil }
      return (at: Instant(microseconds: microseconds), holder: String(parts[1]))
    }
  }
}
