import ArgumentParser
import Insurer
import Kernel
import Storage

struct Keys: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Renews the keys while the server runs.", subcommands: [Rotate.self])

  struct Rotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Wraps customers' keys by a new master key; with --index renews the blind index instead.",
      discussion: """
        In batches: killed at any moment, the same command goes on. A copy of the old master file stays beside the new \
        one; keep it until the backups made before are gone.
        """)

    @OptionGroup var setup: Setup

    @Flag(help: "Renew the key of the blind index and all its rows.")
    var index = false

    @Option(help: .hidden)
    var graceSeconds: Double?

    func run() async throws {
      try await setup.run { db, config in
        var rotation = Rotation(db)
        if let graceSeconds { rotation.graceSeconds = graceSeconds }
        rotation.progress = { Setup.note("\($0) done") }
        if index {
          let customers = try await rotation.renewIndex { try CustomerKeys.renewIndexes(of: $0, in: $1) }
          try await Staff.renewMobileIndexes(db)
          print("customers=\(customers)")
        } else {
          let (keys, old) = try await rotation.renewMaster(file: config.masterKeyFile, columns: CustomerKeys.wrapped)
          print("keys=\(keys) old_file=\(old)")
        }
      }
    }
  }
}
