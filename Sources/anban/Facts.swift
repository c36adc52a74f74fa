import ArgumentParser
import Insurer
import Kernel
import Storage

struct FactsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facts", abstract: "What is known of each person for lists, views and rules.",
    subcommands: [Rebuild.self])

  struct Rebuild: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Computes everybody's facts from nothing, in key order; killed, the same command goes on.")

    @OptionGroup var setup: Setup

    func run() async throws {
      try await setup.run { db, _ in
        let count = try await PersonFacts.rebuild(db) { done in
          if done % 50_000 == 0 { Setup.note("\(done) done") }
        }
        print("customers=\(count)")
      }
    }
  }
}
