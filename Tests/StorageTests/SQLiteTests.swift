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
}
