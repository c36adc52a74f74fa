import ArgumentParser
import Insurer
import Kernel

/// `anban check-ids --input F.csv --column id_no --output OUT.csv`
struct CheckIDs: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-ids", abstract: "Checks the resident ID numbers of a file (GB 11643).",
    discussion: """
      Strict: the text as it stands, nothing folded but a lower-case x; a region that GB/T 2260 never had is invalid, \
      abolished ones are valid; numbers of 15 digits are valid. Writes id_no,valid,code.
      """)

  @Option(help: "A CSV file with a header.") var input: String
  @Option(help: "The column that holds the numbers.") var column: String
  @Option(help: "The CSV file to write.") var output: String

  func run() throws {
    do {
      let summary = try ResidentIDFile.check(
        input: input, column: column, output: output, today: Clock.system.now().day)
      print("rows=\(summary.rows) valid=\(summary.valid) invalid=\(summary.rows - summary.valid)")
    } catch let error as AppError {
      throw CheckFailure(error)
    }
  }
}

/// Tells a command's failure in one line; exit code 1.
private struct CheckFailure: Error, CustomStringConvertible {
  let description: String
  init(_ error: AppError) { description = "\(error.code): \(error.detail)" }
}
