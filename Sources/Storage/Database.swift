import Foundation
import Kernel
import Logging
import Synchronization

/// Where the data lie: a SQLite file or a PostgreSQL server.
package enum DatabaseAddress: Hashable, Sendable, CustomStringConvertible {
  case sqlite(path: String)
  case postgres(url: String)

  /// `sqlite:var/anban.db` or `postgres://…`.
  package init(_ text: String) throws {
    if text.hasPrefix("sqlite:") {
      self = .sqlite(path: String(text.dropFirst("sqlite:".count)))
    } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      self = .postgres(url: text)
    } else {
      throw AppError.invalid("DATABASE_ADDRESS", "\(text) is neither sqlite:FILE nor postgres://…")
    }
  }

  package var description: String {
    switch self {
    case .sqlite(let path): "sqlite:\(path)"
    case .postgres: "postgres://…"
    }
  }
}

/// What a database needs to open.
package struct DatabaseOptions: Sendable {
  package var address: DatabaseAddress
  package var masterKey: MasterKey
  package var clock: Clock
  package var visibility: Visibility
  package var logger: Logger
  package var migrations: [Migration]
  /// PostgreSQL connections; SQLite has three readers and one writer.
  package var connections = 8
  /// After so long a question of a page or a program fails with `TOO_SLOW`.
  package var readSeconds = 30.0
  /// Called at an act's end with the customers about whom it has written anything, in its transaction.
  package var touched: (@Sendable ([Int64], Tx) throws -> Void)?
  /// Ids 1, 2, 3 instead of time-ordered ones.
  package var boringIDs = false
  /// Read again when a key is met that a newer master wrapped; nil in tests.
  package var masterKeyFile: String?
  /// Whether `open` may bring the schema to this version, or refuses an older one.
  package var migrates = true

  package init(
    address: DatabaseAddress, masterKey: MasterKey, clock: Clock, visibility: Visibility, logger: Logger,
    migrations: [Migration]
  ) {
    self.address = address
    self.masterKey = masterKey
    self.clock = clock
    self.visibility = visibility
    self.logger = logger
    self.migrations = migrations
  }
}

/// The one door to the data: reads and acts, each opened with an `Access`.
package final class Database: Sendable {
  package let address: DatabaseAddress
  package let vault: Vault
  package let clock: Clock
  package let ids: IDGenerator
  let backend: any Backend
  let settings: TxSettings
  package let logger: Logger
  /// What the schema should be, by which a load finds the indexes that are missing.
  let migrations: [Migration]
  private let masterKeyFile: String?
  private let refreshing = Mutex<Task<Void, Never>?>(nil)

  /// Opens, migrates when allowed, loads the wrapped keys and leases a node for ids.
  package static func open(_ options: DatabaseOptions) throws -> Database {
    let vault = Vault(keys: Vault.Keys(masters: options.masterKey.versions))
    let connection: any Connection
    do {
      connection = try connect(options.address)
      try Migrator(connection: connection, now: options.clock.now()).run(options.migrations, allowed: options.migrates)
      try KeyStore.load(into: vault, connection: connection, now: options.clock.now())
    } catch let error as EngineError {
      throw error.appError
    }
    let node = options.boringIDs ? nil : try NodeLease.take(connection)
    let settings = TxSettings(
      clock: options.clock, vault: vault, ids: IDGenerator(node: node), visibility: options.visibility,
      touched: options.touched)
    let backend: any Backend =
      switch options.address {
      case .sqlite(let path):
        try SQLiteBackend(
          path: path, writer: connection, readSeconds: options.readSeconds, settings: settings, logger: options.logger)
      case .postgres(let url):
        try PostgresBackend(
          url: url, first: connection, count: options.connections, readSeconds: options.readSeconds, settings: settings,
          logger: options.logger)
      }
    let database = Database(options, backend: backend, settings: settings)
    database.keepReadingKeys()
    return database
  }

  private init(_ options: DatabaseOptions, backend: any Backend, settings: TxSettings) {
    address = options.address
    masterKeyFile = options.masterKeyFile
    migrations = options.migrations
    logger = options.logger
    self.backend = backend
    self.settings = settings
    vault = settings.vault
    clock = settings.clock
    ids = settings.ids
  }

  static func connect(_ address: DatabaseAddress) throws -> any Connection {
    switch address {
    case .sqlite(let path): try SQLiteConnection(path: prepared(path), readOnly: false)
    case .postgres(let url): try PostgresConnection(url: url)
    }
  }

  private static func prepared(_ path: String) throws -> String {
    let folder = (path as NSString).deletingLastPathComponent
    if !folder.isEmpty { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    return path
  }

  /// Reads at one moment. What the body logs, and `logging`, is durable before this returns; `logging` is written
  /// while the body runs.
  package func read<T: Sendable>(
    as access: Access, logging early: AccessRecord? = nil, _ body: @escaping @Sendable (ReadTx) throws -> T
  ) async throws -> T {
    async let earlyEntry: Void = log(early.map { [$0] } ?? [], access)
    let (value, records) = try await backend.read(access, body)
    try await log(records, access)
    try await earlyEntry
    return value
  }

  /// Runs an act: all of it is durable when this returns, or none of it is there.
  /// - Parameter background: imports and jobs, which give way to people (decision 4).
  package func act<T: Sendable>(
    as access: Access, background: Bool = false, _ body: @escaping @Sendable (Tx) throws -> T
  ) async throws -> T {
    try await backend.act(access, background: background, body)
  }

  private func log(_ records: [AccessRecord], _ access: Access) async throws {
    guard !records.isEmpty else { return }
    let now = clock.now()
    try await backend.append(records.map { AccessEntry(record: $0, access: access, at: now) })
  }

  /// One connection for maintenance, beside the others.
  func exclusive<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T {
    do {
      return try await backend.exclusive(body)
    } catch let error as EngineError {
      throw error.appError
    }
  }

  /// Finishes what was accepted and closes the connections.
  package func close() async {
    refreshing.withLock { $0?.cancel() }
    await backend.close()
  }

  // MARK: Keys

  /// Rotation in another process is noticed within so many seconds.
  static let keysReadEverySeconds = 5

  /// Reads the master file and the keys in the database anew.
  func readKeys() async throws {
    if let masterKeyFile { try vault.replaceMasters(MasterKey.load(masterKeyFile)) }
    let (rows, _) = try await backend.read(.system(purpose: .administration)) { tx in try tx.fetch(KeyStore.all()) }
    try KeyStore.put(rows, into: vault)
  }

  private func keepReadingKeys() {
    let task = Task.detached { [weak self] in
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(Database.keysReadEverySeconds))
        guard let self, !Task.isCancelled else { return }
        do {
          try await self.readKeys()
        } catch  where !Task.isCancelled {
          self.logger.warning("the keys could not be read anew: \(error)")
        } catch {}
      }
    }
    refreshing.withLock { $0 = task }
  }

  package var isPostgres: Bool { if case .postgres = address { true } else { false } }
}

/// What differs between the engines above a single connection: threads, grouping, retrying.
protocol Backend: Sendable {
  func read<T: Sendable>(
    _ access: Access, _ body: @escaping @Sendable (ReadTx) throws -> T
  ) async throws -> (T, [AccessRecord])
  func act<T: Sendable>(
    _ access: Access, background: Bool, _ body: @escaping @Sendable (Tx) throws -> T
  ) async throws -> T
  /// Returns when the entries are durable; throws `unavailable` when they cannot be written.
  func append(_ entries: [AccessEntry]) async throws
  /// One connection for maintenance: verifying, backing up, rotating.
  func exclusive<T: Sendable>(_ body: @escaping @Sendable (any Connection) throws -> T) async throws -> T
  func close() async
}
