import ArgumentParser
import Kernel
import Storage

struct Migrate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Brings the database to this version; makes it, and a master key, when there is none.")

  @OptionGroup var setup: Setup

  func run() async throws {
    try await Setup.orderly {
      let config = try setup.config()
      let database = try Database.open(Setup.options(config, migrates: true, createsKey: true))
      let built = try await database.buildMissingIndexes()
      await database.close()
      if !built.isEmpty { Setup.note("built indexes that were missing: \(built.joined(separator: ", "))") }
      Setup.note("\(database.address) is at this program's version")
    }
  }
}
