import ArgumentParser
import Kernel
import ServiceLifecycle
import Storage
import UnixSignals

struct Work: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Runs jobs and imports without serving pages; any number of processes on PostgreSQL.")

  @OptionGroup var setup: Setup

  func run() async throws {
    try await setup.run { db, config in
      Setup.note("working on \(db.address); stop with Ctrl-C")
      let group = ServiceGroup(
        services: [try Workers(database: db, config: config)],
        gracefulShutdownSignals: [.sigterm, .sigint], logger: Setup.logger(config))
      try await group.run()
    }
  }
}
