import Insurer
import Kernel
@testable import Storage
import TestKit
import Testing

/// What only the embedded engine has to prove.
@Suite struct SQLiteTests {
  /// GRDB sets `synchronous` to NORMAL on entering WAL: the choice is made after opening, and holds.
  @Test func everyCommitReachesTheDisk() async throws {
    try await TestDatabase.open(on: .sqlite) { db in
      guard case .sqlite(let path) = db.address else { return }
      for readOnly in [false, true] {
        let connection = try SQLiteConnection(path: path, readOnly: readOnly)
        #expect(try pragma("synchronous", connection) == "2")
        #expect(try pragma("journal_mode", connection) == "wal")
      }
    }
  }

  private func pragma(_ name: String, _ connection: SQLiteConnection) throws -> String {
    var value = ""
    try connection.fetch([Rendered(text: "PRAGMA \(name)", values: [])]) { _, rows in
      value = try rows.next()?.text(0) ?? ""
    }
    return value
  }

  @Test func aReaderCannotWrite() async throws {
    try await TestDatabase.open(on: .sqlite) { db in
      guard case .sqlite(let path) = db.address else { return }
      let reader = try SQLiteConnection(path: path, readOnly: true)
      #expect(throws: EngineError.self) {
        try reader.run(Rendered(text: "INSERT INTO settings (name, value) VALUES ('a', '')", values: []))
      }
    }
  }

  /// A second process writes too: both wait for each other, neither loses a row.
  @Test func twoProcessesShareTheFile() async throws {
    let place = try TestDatabase.Place(.sqlite)
    defer { place.remove() }
    let access = Access.system(purpose: .administration)
    let databases = [try Database.open(place.options()), try Database.open(place.options())]
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, db) in databases.enumerated() {
        for row in 0..<50 {
          group.addTask {
            try await db.act(as: access) { tx in
              try tx.run("INSERT INTO settings (name, value) VALUES (\("\(number)/\(row)"), '')")
            }
          }
        }
      }
      try await group.waitForAll()
    }
    let count = try await databases[0].read(as: access) { tx in
      try tx.fetch(Query<Int>.count("SELECT COUNT(*) FROM settings"))
    }
    #expect(count == 100)
    for db in databases { await db.close() }
  }

  /// The log's move to its own file is not one commit with the record that it was made.
  @Test func aMoveOfTheAccessLogThatWasCutOffMovesEachRowOnce() throws {
    let place = try TestDatabase.Place(.sqlite)
    defer { place.remove() }
    guard case .sqlite(let path) = place.address else { return }
    let all = try Migrations.all()
    let before = all.filter { $0.name < "0021" }
    let connection = try SQLiteConnection(path: path, readOnly: false)
    try Migrator(connection: connection, now: TestDatabase.clock.now()).run(before, allowed: true)
    for n in 1...3 {
      try connection.run(
        """
        INSERT INTO access_log (id, at, actor, role, purpose, surface, address, kind, customer_id, what, reason,
          writer, n, mac) VALUES (\(n), \(n), 'system', '', '', 'api', '', 'view', 7, '', '', 1, \(n), \([UInt8]([1])))
        """)
    }
    let move = try #require(all.first { $0.name.hasPrefix("0021") })
    try connection.script(move.script(for: .sqlite))
    try Migrator(connection: connection, now: TestDatabase.clock.now()).run(all, allowed: true)
    #expect(try connection.rows("SELECT n FROM access.access_log ORDER BY n") { $0.int(0) } == [1, 2, 3])
    #expect(try connection.rows("SELECT 1 FROM main.sqlite_master WHERE name = 'access_log'") { $0.int(0) }.isEmpty)
  }
}
