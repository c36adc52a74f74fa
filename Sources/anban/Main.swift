import ArgumentParser

@main
struct Anban: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "anban",
    abstract: "Anban 安伴: an insurer's customers, whole.",
    subcommands: [
      Migrate.self,
      Doctor.self,
      Import.self,
      Export.self,
      Demo.self,
      Serve.self,
      User.self,
      Token.self,
    ])

  /// Wrong usage is exit code 2, as `docs/operations.md` promises.
  static func main() async {
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
