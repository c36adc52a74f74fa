import ArgumentParser
import Foundation
import Hummingbird
import Kernel
import Storage
import Web

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Web pages, the API, and the workers unless told not to.")

  @OptionGroup var setup: Setup

  @Option(help: "Who may reach it: 127.0.0.1 for this machine alone (ANBAN_HOST).")
  var host: String?

  @Option(help: "ANBAN_PORT.")
  var port: String?

  @Option(help: "A certificate chain in PEM form (ANBAN_TLS_CERT).")
  var tlsCert: String?

  @Option(help: "Its key (ANBAN_TLS_KEY).")
  var tlsKey: String?

  @Flag(help: "Serve only; `anban work` runs elsewhere.")
  var noWorkers = false

  func run() async throws {
    try await Setup.orderly {
      let config = try setup.config(["host": host, "port": port, "tls_cert": tlsCert, "tls_key": tlsKey])
      guard (config.tlsCertificate == nil) == (config.tlsKey == nil) else {
        throw AppError.invalid("SETTING", "a certificate needs its key: --tls-cert and --tls-key")
      }
      let database = try Setup.open(config)
      let site = try Site(database: database, config: config, logger: Setup.logger(config))
      let scheme = config.tlsCertificate == nil ? "http" : "https"
      let services = noWorkers ? [] : [try Workers(database: database, config: config)]
      let application = try buildApplication(site, services: services) { port in
        Setup.note("serving \(scheme)://\(config.host):\(port)")
      }
      try await application.runService()
      await database.close()
    }
  }
}
