import ArgumentParser
import Files
import Insurer
import Kernel
import Storage

struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes a kind of records out, in key order, in the columns that import reads.",
    discussion: "A name that ends in .gz is packed. Pages are read one after the other: the note says as of when.")

  @OptionGroup var setup: Setup
  @Argument(help: "\(ImportKinds.names).") var kind: String
  @Argument(help: "The CSV file to write.") var file: String
  @Flag(help: "Adds source and source_as_of: where a record comes from, and of when that statement is.")
  var sourceColumns = false
  @Option(
    help: ArgumentHelp(
      "What the file is for: \(Purpose.allCases.map(\.rawValue).joined(separator: ", ")). For one that rests on "
        + "consent it holds only whoever has agreed."))
  var purpose = Purpose.service.rawValue

  func validate() throws {
    guard Purpose(rawValue: purpose) != nil else { throw ValidationError("no such purpose: \(purpose)") }
    guard ImportKinds.named(kind) != nil else {
      throw ValidationError("KIND is one of \(ImportKinds.names)")
    }
  }

  func run() async throws {
    try await setup.run { db, _ in
      guard let kind = ImportKinds.named(kind), let purpose = Purpose(rawValue: purpose) else { return }
      let access = Access.system(purpose: purpose, surface: "cli").narrowed
      let began = db.clock.now()
      var writer: CSVWriter?
      let count = try await Exports.rows(of: kind, sourceColumns: sourceColumns, in: db, as: access) { row in
        if let writer { try writer.append(row) } else { writer = try CSVWriter(path: file, header: row) }
      }
      try writer?.close()
      Setup.note("as of \(began) to \(db.clock.now())")
      print("rows=\(count)")
    }
  }
}
