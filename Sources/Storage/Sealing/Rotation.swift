import Crypto
import Foundation
import Kernel

/// A column that holds keys wrapped by the master key.
package struct WrappedColumn: Sendable {
  let table: StaticString
  let id: StaticString
  let column: StaticString

  package init(table: StaticString, id: StaticString, column: StaticString) {
    self.table = table
    self.id = id
    self.column = column
  }
}

/// Renews keys in batches, each a transaction of its own: killed at any moment, the next run goes on.
package struct Rotation: Sendable {
  private let database: Database
  /// Until every process has read the keys anew; none of them may still write by the old one then.
  package var graceSeconds = Double(Database.keysReadEverySeconds * 2)
  package var batch = 500
  package var progress: @Sendable (Int) throws -> Void = { _ in }
  private static var access: Access { .system(purpose: .administration, surface: "cli") }

  package init(_ database: Database) { self.database = database }

  // MARK: The master key

  /// Adds a new master key to the file, wraps every key by it, and then takes the old one out of the file; a copy of
  /// the old file stays beside it for backups made before.
  /// - Returns: how many keys were wrapped anew, and the copy's path.
  package func renewMaster(file: String, columns: [WrappedColumn]) async throws -> (keys: Int, oldFile: String) {
    var master = try MasterKey.load(file)
    // Two versions in the file: an earlier run did not come to its end.
    if master.versions.count == 1 {
      master = master.withNewVersion()
      try master.save(file)
    }
    database.vault.replace { $0.masters = master.versions }
    try await Task.sleep(for: .seconds(graceSeconds))
    var keys = 0
    // Again until nothing is left: an act that began before the new key was known may have ended behind us.
    for column in columns {
      while true {
        let count = try await rewrap(column)
        keys += count
        if count == 0 { break }
      }
    }
    keys += try await rewrapOwn()
    let old = "\(file).before-\(master.versions.keys.max() ?? 0)"
    try master.save(old)
    try master.onlyNewest().save(file)
    database.vault.replace { $0.masters = master.onlyNewest().versions }
    let done = keys
    try await database.act(as: Self.access) { tx in
      tx.recordSystem(EventKind("master_key_renewed"), facts: ["keys": String(done)])
    }
    return (keys, old)
  }

  private func rewrap(_ column: WrappedColumn) async throws -> Int {
    var last = Int64.min
    var total = 0
    while true {
      let (from, size) = (last, batch)
      let (count, end) = try await database.act(as: Self.access, background: true) { tx in
        try Self.rewrapBatch(column, after: from, size, in: tx)
      }
      guard let end else { return total }
      last = end
      total += count
      try progress(total)
    }
  }

  /// A key that another act changes meanwhile is left to that act.
  private static func rewrapBatch(
    _ column: WrappedColumn, after last: Int64, _ size: Int, in tx: Tx
  ) throws -> (Int, Int64?) {
    let (table, id, name) = (column.table, column.id, column.column)
    let rows: [(Int64, [UInt8])] = try tx.fetch(
      Query.all(
        """
        SELECT \(raw: id), \(raw: name) FROM \(raw: table) WHERE \(raw: id) > \(last) AND \(raw: name) IS NOT NULL
        ORDER BY \(raw: id) LIMIT \(size)
        """
      ) { ($0.int(0), $0.blob(1)) })
    var count = 0
    for (row, wrapped) in rows where Vault.masterVersion(of: wrapped) != tx.vault.masterVersion {
      let renewed = try tx.vault.wrap(tx.vault.unwrap(wrapped).key)
      try tx.run(
        """
        UPDATE \(raw: table) SET \(raw: name) = \(renewed) WHERE \(raw: id) = \(row) AND \(raw: name) = \(wrapped)
        """)
      count += 1
    }
    return (count, rows.last?.0)
  }

  private func rewrapOwn() async throws -> Int {
    try await database.act(as: Self.access) { tx in
      let rows = try tx.fetch(KeyStore.all())
      for row in rows {
        let renewed = try tx.vault.wrap(tx.vault.unwrap(row.wrapped).key)
        try tx.run("UPDATE keys SET wrapped = \(renewed) WHERE name = \(row.name) AND version = \(row.version)")
      }
      return rows.count
    }
  }

  // MARK: The blind index

  /// Makes a new index key, lets `renew` write the values of each batch of customers by it, and then forgets the old
  /// key. Both versions are asked meanwhile.
  /// - Parameter renew: replaces all index rows of these customers by rows of the newest version.
  /// - Returns: how many customers were renewed.
  package func renewIndex(
    _ renew: @escaping @Sendable (_ customers: [Int64], _ tx: Tx) throws -> Void
  ) async throws -> Int {
    let version = try await database.act(as: Self.access) { tx -> Int64 in
      let versions = try tx.fetch(KeyStore.all()).filter { $0.name == "index" }.map(\.version)
      guard let newest = versions.max() else { throw AppError.broken("there is no index key") }
      // Two versions: an earlier run did not come to its end.
      if versions.count > 1 { return newest }
      let wrapped = try tx.vault.wrap(SymmetricKey(size: .bits256))
      try tx.run(
        """
        INSERT INTO keys (name, version, wrapped, created_at) VALUES ('index', \(newest + 1), \(wrapped), \(tx.now))
        """)
      return newest + 1
    }
    try await database.readKeys()
    try await Task.sleep(for: .seconds(graceSeconds))
    var last = Int64.min
    var total = 0
    while true {
      let (from, size) = (last, batch)
      let customers = try await database.act(as: Self.access, background: true) { tx in
        let customers = try tx.fetch(KeyStore.customersIndexed(before: version, after: from, limit: size))
        if !customers.isEmpty { try renew(customers, tx) }
        return customers
      }
      guard let end = customers.last else { break }
      last = end
      total += customers.count
      try progress(total)
    }
    let done = total
    try await database.act(as: Self.access) { tx in
      let left = try tx.fetch(KeyStore.customersIndexed(before: version, after: .min, limit: 1))
      guard left.isEmpty else { throw AppError.conflict("INDEX_ROWS", "index rows of the old version are left") }
      try tx.run("DELETE FROM keys WHERE name = 'index' AND version < \(version)")
      tx.recordSystem(EventKind("index_key_renewed"), facts: ["customers": String(done)])
    }
    try await database.readKeys()
    return total
  }
}
