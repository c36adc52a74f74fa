import ArgumentParser
import Foundation

@main
struct Anban: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anban",
    abstract: "Anban 安伴: an insurer's customers, whole.",
    subcommands: [
      Serve.self,
      Work.self,
      Migrate.self,
      Demo.self,
      Import.self,
      Export.self,
      CheckIDs.self,
      User.self,
      Token.self,
      Audit.self,
      Backup.self,
      Restore.self,
      Keys.self,
      FactsCommand.self,
      Doctor.self,
    ])

  /// Wrong usage is exit code 2, as `docs/operations.md` promises.
  static func main() async {
    // Databases, backups and reports are for their owner alone.
    umask(0o077)
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let error where exitCode(for: error) == .validationFailure {
      Setup.note(fullMessage(for: error))
      exit(withError: ExitCode(2))
    } catch {
      exit(withError: error)
    }
  }
}
