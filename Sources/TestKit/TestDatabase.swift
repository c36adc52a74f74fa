import Foundation
import Insurer
import Kernel
import Logging
import Storage
import Synchronization

/// A database that ships, for one test: a WAL file in a temporary directory, or a database of its own on the
/// PostgreSQL that `bin/test` starts. `ANBAN_DATABASE` is not asked.
package enum TestDatabase {
  package enum Engine: String, CaseIterable, Sendable { case sqlite, postgres }

  package static let engines = Engine.allCases

  /// The day on which tests happen, at nine in the morning.
  package static let clock = Clock.fixed(Instant(Day(number: 20_779), secondOfDay: 9 * 3600))

  /// Opens a fresh, migrated database, hands it to the body, closes and removes it.
  @discardableResult
  package static func open<T>(
    on engine: Engine, clock: Clock = clock, boringIDs: Bool = true, visibility: Visibility = .wholeOrNothing,
    _ body: (Database) async throws -> T
  ) async throws -> T {
    await gate.enter()
    defer { Task { await gate.leave() } }
    let place = try Place(engine)
    defer { place.remove() }
    let database = try Database.open(
      place.options(clock: clock, boringIDs: boringIDs, visibility: visibility))
    do {
      let value = try await body(database)
      await database.close()
      return value
    } catch {
      await database.close()
      throw error
    }
  }

  /// Few databases are open at once: a server has a bounded number of connections, a machine of threads.
  private static let gate = Gate(places: 12)

  private actor Gate {
    private var places: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { self.places = places }

    func enter() async {
      if places > 0 {
        places -= 1
      } else {
        await withCheckedContinuation { waiting.append($0) }
      }
    }

    func leave() {
      if waiting.isEmpty { places += 1 } else { waiting.removeFirst().resume() }
    }
  }

  /// Returns when the database's newest event can be followed: on PostgreSQL a consumer sees an event only when every
  /// older transaction of the whole server has ended, and other tests hold some open.
  package static func settle(_ db: Database) async throws {
    guard db.isPostgres else { return }
    for _ in 0..<3_000 {
      if try await db.read(as: .system(purpose: .audit), { tx in try Events.isSettled(in: tx) }) { return }
      try await Task.sleep(for: .milliseconds(10))
    }
  }

  /// Where one test's database lies: kept apart from opening it, for tests that open it twice.
  package struct Place: Sendable {
    package let address: DatabaseAddress
    package let directory: String
    package let masterKey = MasterKey.ephemeral()
    private let server: String?
    private let name: String

    package init(_ engine: Engine) throws {
      name = "anban_test_\(ProcessInfo.processInfo.processIdentifier)_\(TestDatabase.nextNumber())"
      directory = NSTemporaryDirectory() + "/" + name
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      switch engine {
      case .sqlite:
        server = nil
        address = .sqlite(path: directory + "/anban.db")
      case .postgres:
        guard let url = ProcessInfo.processInfo.environment["ANBAN_TEST_PG"] else {
          throw AppError.unavailable("ANBAN_TEST_PG names no PostgreSQL: run the tests by bin/test")
        }
        server = url
        try PostgresServer.run("CREATE DATABASE \(name) TEMPLATE template0", at: url)
        address = .postgres(url: PostgresServer.address(url, database: name))
      }
    }

    package func options(
      clock: Clock = TestDatabase.clock, boringIDs: Bool = true, visibility: Visibility = .wholeOrNothing
    ) throws -> DatabaseOptions {
      var options = DatabaseOptions(
        address: address, masterKey: masterKey, clock: clock, visibility: visibility,
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), migrations: try Migrations.all())
      options.touched = PersonFacts.markStale
      options.boringIDs = boringIDs
      options.connections = 4
      return options
    }

    package func remove() {
      try? FileManager.default.removeItem(atPath: directory)
      if let server { try? PostgresServer.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)", at: server) }
    }
  }

  private static let counter = Mutex(0)

  private static func nextNumber() -> Int {
    counter.withLock { counter in
      counter += 1
      return counter
    }
  }
}
