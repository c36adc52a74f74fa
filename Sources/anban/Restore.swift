import ArgumentParser
import Kernel
import Storage

struct Restore: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Puts a backup into an empty database and proves its logs.",
    discussion: """
      The master key must be the one that the backup's keys are wrapped by. Killed or failing, it leaves the database \
      as empty as it was. Those who were erased since the backup are erased again before it serves.
      """)

  @OptionGroup var setup: Setup
  @Argument(help: "A file written by `anban backup`.") var file: String

  func run() async throws {
    let isWhole = try await Setup.orderly {
      let config = try setup.config()
      let outcome = try await Storage.Restore.run(
        from: file, Setup.options(config, migrates: true), sealsFile: config.sealsFile,
        replayErasures: { _ in }, progress: { Setup.note("\($0) rows") })
      print("\(outcome.rows) rows as of \(outcome.madeAt)")
      if let older = outcome.olderSeals { print("seals of the database that was here before: \(older)") }
      print(outcome.report.broken.map { "BROKEN \($0)" } ?? "the logs are whole")
      return outcome.report.isWhole
    }
    if !isWhole { throw ExitCode(1) }
  }
}
