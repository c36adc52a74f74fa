import Crypto
import Foundation
import Kernel

/// The keys that lie in the database, wrapped by the master key: blind index (versioned), store, audit.
enum KeyStore {
  /// Loads the keys into the vault; on an empty database makes them first.
  static func load(into vault: Vault, connection: any Connection, now: Instant) throws {
    if try rows(connection).isEmpty { try create(vault, connection, now) }
    for row in try rows(connection) {
      let key = try vault.unwrap(row.wrapped).key
      vault.replace { keys in
        switch row.name {
        case "index": keys.indexes[row.version] = key
        case "store": keys.store = key
        default: keys.audit = key
        }
      }
    }
  }

  struct StoredKey {
    let name: String
    let version: Int64
    let wrapped: [UInt8]
  }

  static func rows(_ connection: any Connection) throws -> [StoredKey] {
    var found: [StoredKey] = []
    let statement = Rendered(text: "SELECT name, version, wrapped FROM keys ORDER BY name, version", values: [])
    try connection.fetch([statement]) { _, rows in
      while let row = try rows.next() {
        found.append(StoredKey(name: row.text(0), version: row.int(1), wrapped: row.blob(2)))
      }
    }
    return found
  }

  /// Two processes may start at once on an empty database: the first one's keys stay.
  private static func create(_ vault: Vault, _ connection: any Connection, _ now: Instant) throws {
    for name in ["index", "store", "audit"] {
      let wrapped = try vault.wrap(SymmetricKey(size: .bits256))
      let places = connection.dialect == .sqlite ? "?, ?, ?, ?" : "$1, $2, $3, $4"
      try connection.run(
        Rendered(
          text: "INSERT INTO keys (name, version, wrapped, created_at) VALUES (\(places)) ON CONFLICT DO NOTHING",
          values: [.text(name), .int(1), .blob(wrapped), now.sqlValue]))
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
      var last: Int64 = -1
      try connection.fetch([
        Rendered(text: "SELECT node FROM id_nodes ORDER BY taken_at DESC, node DESC LIMIT 1", values: [])
      ]) { _, rows in if let row = try rows.next() { last = row.int(0) } }
      let node = (last + 1) % 1_024
      let places = connection.dialect == .sqlite ? ["?", "?", "?"] : ["$1", "$2", "$3"]
      try connection.run(
        Rendered(
          text: """
            INSERT INTO id_nodes (node, taken_at, leased_until) VALUES (\(places.joined(separator: ",")))
            ON CONFLICT (node) DO UPDATE SET taken_at = excluded.taken_at, leased_until = excluded.leased_until
            """,
          values: [.int(node), .int(now), .int(now + leaseMicroseconds)]))
      try connection.commit()
      return node
    } catch {
      connection.rollback()
      throw error
    }
  }
}
