import Crypto
import Foundation
import Kernel

/// The keys that lie in the database, wrapped by the master key: blind index (versioned), store, audit.
enum KeyStore {
  /// Loads the keys into the vault; on an empty database makes them first.
  static func load(into vault: Vault, connection: any Connection, now: Instant) throws {
    if try rows(connection).isEmpty { try create(vault, connection, now) }
    try put(try rows(connection), into: vault)
  }

  /// Makes these the vault's keys; an index key that is not among them is forgotten.
  static func put(_ rows: [StoredKey], into vault: Vault) throws {
    let keys = try rows.map { ($0, try vault.unwrap($0.wrapped).key) }
    vault.replace { held in
      held.indexes = [:]
      for (row, key) in keys {
        switch row.name {
        case "index": held.indexes[row.version] = key
        case "store": held.store = key
        default: held.audit = key
        }
      }
    }
  }

  static func all() -> Query<[StoredKey]> {
    .all("SELECT name, version, wrapped FROM keys ORDER BY name, version") {
      StoredKey(name: $0.text(0), version: $0.int(1), wrapped: $0.blob(2))
    }
  }

  /// Customers with index rows older than a version, in order.
  static func customersIndexed(before version: Int64, after last: Int64, limit: Int) -> Query<[Int64]> {
    .all(
      """
      SELECT DISTINCT customer_id FROM blind_index WHERE version < \(version) AND customer_id > \(last)
      ORDER BY customer_id LIMIT \(limit)
      """
    ) { $0.int(0) }
  }

  struct StoredKey: Sendable {
    let name: String
    let version: Int64
    let wrapped: [UInt8]
  }

  static func rows(_ connection: any Connection) throws -> [StoredKey] {
    try connection.rows("SELECT name, version, wrapped FROM keys ORDER BY name, version") {
      StoredKey(name: $0.text(0), version: $0.int(1), wrapped: $0.blob(2))
    }
  }

  /// Two processes may start at once on an empty database: the first one's keys stay.
  private static func create(_ vault: Vault, _ connection: any Connection, _ now: Instant) throws {
    for name in ["index", "store", "audit"] {
      let wrapped = try vault.wrap(SymmetricKey(size: .bits256))
      try connection.run(
        """
        INSERT INTO keys (name, version, wrapped, created_at) VALUES (\(name), 1, \(wrapped), \(now))
        ON CONFLICT DO NOTHING
        """)
    }
    try connection.flush()
  }
}

/// The node part of ids, leased so that no two processes make the same id.
enum NodeLease {
  private static let leaseMicroseconds: Int64 = 24 * 3600 * 1_000_000

  /// Takes the first node whose lease has run out. A process that lives longer than its lease keeps its node:
  /// leases are handed out in rotation, and 1,024 would have to start in a day to come round.
  static func take(_ connection: any Connection) throws -> Int64 {
    let now = Clock.system.now().microseconds
    try connection.begin(readOnly: false)
    do {
      if connection.dialect == .postgres { try connection.script("LOCK TABLE id_nodes IN EXCLUSIVE MODE") }
      let last = try connection.rows("SELECT node FROM id_nodes ORDER BY taken_at DESC, node DESC LIMIT 1") {
        $0.int(0)
      }
      let node = ((last.first ?? -1) + 1) % 1_024
      try connection.run(
        """
        INSERT INTO id_nodes (node, taken_at, leased_until) VALUES (\(node), \(now), \(now + leaseMicroseconds))
        ON CONFLICT (node) DO UPDATE SET taken_at = excluded.taken_at, leased_until = excluded.leased_until
        """)
      try connection.commit()
      return node
    } catch {
      connection.rollback()
      throw error
    }
  }
}
