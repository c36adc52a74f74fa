import ArgumentParser
import Foundation
import Insurer
import Kernel
import Logging
import Storage

/// The options of every command that opens the database, and how they become an open one.
struct Setup: ParsableArguments {
  @Option(help: "sqlite:FILE or postgres://… (ANBAN_DATABASE).")
  var database: String?

  @Option(help: "The file of master keys (ANBAN_MASTER_KEY_FILE).")
  var masterKeyFile: String?

  @Option(help: "Where seals and erasures are kept outside the database (ANBAN_DATA_DIRECTORY).")
  var dataDirectory: String?

  /// - Parameter more: a command's own settings, by the names of `Config.names`.
  func config(_ more: [String: String?] = [:]) throws -> Config {
    var given = more.compactMapValues { $0 }
    given["database"] = database
    given["master_key_file"] = masterKeyFile
    given["data_directory"] = dataDirectory
    return try Config.read(commandLine: given, environment: ProcessInfo.processInfo.environment)
  }

  /// What `Database.open` takes.
  /// - Parameters:
  ///   - migrates: whether an older schema is brought to this version, or refused.
  ///   - createsKey: whether a missing master key is made; only where nothing can be sealed by an older one.
  static func options(_ config: Config, migrates: Bool, createsKey: Bool = false) throws -> DatabaseOptions {
    let clock = config.clock.map(Clock.fixed) ?? .system
    let key = try createsKey ? MasterKey.loadOrCreate(config.masterKeyFile) : MasterKey.load(config.masterKeyFile)
    var options = DatabaseOptions(
      address: try DatabaseAddress(config.database), masterKey: key, clock: clock,
      visibility: .insurer, logger: logger(config), migrations: try Migrations.all())
    options.touched = PersonFacts.markStale
    options.masterKeyFile = config.masterKeyFile
    options.connections = config.connections
    options.migrates = migrates
    return options
  }

  /// Opens the database of this run. SQLite is migrated on the way, and with a new file comes a new master key;
  /// PostgreSQL is migrated only by `anban migrate`.
  static func open(_ config: Config) throws -> Database {
    guard case .sqlite(let path) = try DatabaseAddress(config.database) else {
      return try Database.open(options(config, migrates: false))
    }
    let isNew = !FileManager.default.fileExists(atPath: path)
    return try Database.open(options(config, migrates: true, createsKey: isNew))
  }

  /// Opens, runs and closes; the errors that are the insurer's own become exit code 1 with one line.
  func run<T>(_ body: (Database, Config) async throws -> T) async throws -> T {
    try await Setup.orderly {
      let config = try config()
      let database = try Setup.open(config)
      do {
        let value = try await body(database, config)
        await database.close()
        return value
      } catch {
        await database.close()
        throw error
      }
    }
  }

  /// An `AppError` as one line on standard error and exit code 1; wrong usage stays ArgumentParser's, exit code 2.
  static func orderly<T>(_ body: () async throws -> T) async throws -> T {
    do {
      return try await body()
    } catch let error as AppError {
      note("anban: \(error.detail)" + error.fields.map { "\n  \($0.field): \($0.message)" }.joined())
      throw ExitCode(error.code == "SETTING" || error.code == "DATABASE_ADDRESS" ? 2 : 1)
    }
  }

  /// Progress and remarks go to standard error, results to standard output.
  static func note(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

  /// Logs to standard error.
  static func logger(_ config: Config) -> Logger {
    var logger = Logger(label: "anban") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: config.logLevel) ?? .info
    return logger
  }
}
