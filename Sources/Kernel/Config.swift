import Foundation

/// The settings of one run. Each is looked for on the command line, then among the `ANBAN_…` variables, then in the
/// settings file, and has a default that works.
package struct Config: Sendable {
  /// `sqlite:FILE` or `postgres://…`.
  package var database = "sqlite:var/anban.db"
  package var host = "127.0.0.1"
  package var port = 8080
  /// The file of master keys; never in a backup.
  package var masterKeyFile = "var/master.key"
  /// What lies outside the database: seals of the logs, the list of erasures.
  package var dataDirectory = "var"
  package var tlsCertificate: String?
  package var tlsKey: String?
  /// The address of the proxy whose forwarded headers are believed.
  package var trustedProxy: String?
  /// A clock that stands still: for the demo and for tests.
  package var clock: Instant?
  /// PostgreSQL connections.
  package var connections = 8
  package var logLevel = "info"
  /// Requests a second that one account or token may make, with twice as many at once; 0 for any number. A person
  /// makes a few, a program that keeps another system in step some dozens.
  package var requestsPerSecond = 300
  /// Hosts that webhooks may tell: names, `*.example.com` with all below it, addresses; none unless named, so that
  /// nothing leaves for where nobody has looked (PIPL 38).
  package var webhookHosts: [String] = []
  /// Networks (`10.1.0.0/16`) that webhooks may reach though they are private, local or reserved.
  package var webhookNetworks: [String] = []
  /// Whether webhooks may go over plain HTTP: inside a network of one's own.
  package var webhookPlain = false

  package init() {}

  /// The names of all settings, as in the settings file and behind `ANBAN_` in upper case.
  package static let names = [
    "database", "host", "port", "master_key_file", "data_directory", "tls_cert", "tls_key", "trusted_proxy", "clock",
    "connections", "log_level", "requests_per_second", "webhook_hosts", "webhook_networks", "webhook_plain",
  ]

  /// Puts the sources together, the first that has a setting wins.
  /// - Parameters:
  ///   - commandLine: settings given as options, by the names of `names`.
  ///   - environment: the process's variables; `ANBAN_CONFIG` names the settings file.
  /// - Throws: `AppError.invalid` for a value that cannot be read, an unknown name in the file, or a file that is
  ///   named and not there.
  package static func read(commandLine: [String: String] = [:], environment: [String: String]) throws -> Config {
    var values = try file(environment["ANBAN_CONFIG"])
    for name in names {
      if let value = environment["ANBAN_\(name.uppercased())"], !value.isEmpty { values[name] = value }
    }
    values.merge(commandLine) { $1 }
    var config = Config()
    for name in names { if let value = values[name] { try config.set(name, value) } }
    if values["data_directory"] == nil { config.dataDirectory = config.folderOfDatabase }
    return config
  }

  /// The SQLite file's folder, so that several databases beside each other do not share their seals.
  private var folderOfDatabase: String {
    guard database.hasPrefix("sqlite:") else { return dataDirectory }
    let folder = (database.dropFirst("sqlite:".count).description as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }

  package var sealsFile: String { "\(dataDirectory)/seals.log" }
  package var erasuresFile: String { "\(dataDirectory)/erasures.log" }

  private mutating func set(_ name: String, _ value: String) throws {
    switch name {
    case "database": database = value
    case "host": host = value
    case "port": port = try Config.number(name, value, 0...65_535)
    case "master_key_file": masterKeyFile = value
    case "data_directory": dataDirectory = value
    case "tls_cert": tlsCertificate = value
    case "tls_key": tlsKey = value
    case "trusted_proxy": trustedProxy = value
    case "clock":
      guard let instant = Instant(value) else { throw AppError.invalid("SETTING", "clock: \(value) is no instant") }
      clock = instant
    case "connections": connections = try Config.number(name, value, 1...200)
    case "requests_per_second": requestsPerSecond = try Config.number(name, value, 0...1_000_000)
    case "webhook_hosts": webhookHosts = Config.list(value)
    case "webhook_networks": webhookNetworks = Config.list(value)
    case "webhook_plain": webhookPlain = try Config.number(name, value, 0...1) == 1
    default: logLevel = value
    }
  }

  private static func list(_ value: String) -> [String] {
    value.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces).lowercased() }.filter { !$0.isEmpty }
  }

  private static func number(_ name: String, _ value: String, _ range: ClosedRange<Int>) throws -> Int {
    guard let number = Int(value), range.contains(number) else {
      throw AppError.invalid("SETTING", "\(name): \(value) is no number of \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Lines `name = value`; blank ones and those from `#` on are nothing.
  private static func file(_ named: String?) throws -> [String: String] {
    let path = named ?? "anban.conf"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      if named != nil { throw AppError.invalid("SETTING", "there is no readable settings file \(path)") }
      return [:]
    }
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let content = line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
      if content.allSatisfy(\.isWhitespace) { continue }
      let parts = content.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2, names.contains(parts[0]) else {
        throw AppError.invalid("SETTING", "\(path) has a line that is no setting: \(line)")
      }
      values[parts[0]] = parts[1]
    }
    return values
  }
}
