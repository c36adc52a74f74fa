import ArgumentParser
import Kernel
import Storage

struct Backup: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes one consistent file with everything but the master key, while the server runs.",
    discussion: "The file can be restored to SQLite or to PostgreSQL. Keep it as you keep the database.")

  @OptionGroup var setup: Setup
  @Argument(help: "The file to write; it must not be there yet.") var file: String

  func run() async throws {
    try await setup.run { db, _ in
      let rows = try await Storage.Backup.write(db, to: file) { Setup.note("\($0) rows") }
      try await db.act(as: .system(purpose: .administration, surface: "cli")) { tx in
        tx.recordSystem(EventKind("backup_written"), facts: ["rows": String(rows)])
      }
      print("\(file): \(rows) rows")
    }
  }
}
