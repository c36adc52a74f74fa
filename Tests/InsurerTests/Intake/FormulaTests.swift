import Files
import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// A cell that a spreadsheet would run. `anban export` writes for programs: values stand as they are, so that the file
/// comes back as it went. What people open (the list's export, an import's report) is guarded.
@Suite struct FormulaTests {
  private static let customers = [
    ["source_id", "name", "occupation", "address"],
    ["K1", "张大文", "=HYPERLINK(\"http://example.com\",\"点我\")", "-2+3路1号"],
    ["K2", "李小文", "@SUM(A1:A9)", "+86路2号"], ["K3", "王文志", "'=已有撇号", "=cmd|' /C calc'!A0"],
    ["K4", "赵志文", "-1", "= 1+1路"],
  ]
  private static let interactions = [
    ["source_id", "customer", "at", "channel", "direction", "topic", "summary"],
    ["I1", "K1", "2026-11-20T09:00:00+08:00", "phone", "in", "=1+1", "@客户说\n=2+2"],
    ["I2", "K2", "2026-11-20T10:00:00+08:00", "phone", "in", "-咨询", "+退保"],
  ]

  private static func text(_ rows: [[String]], for reader: CSVWriter.Reader = .program) -> String {
    String(decoding: rows.flatMap { CSVText.line($0, for: reader) }, as: UTF8.self)
  }

  @Test(arguments: TestDatabase.engines) func whatIsExportedComesBack(_ engine: TestDatabase.Engine) async throws {
    let kinds: [any ImportKind.Type] = [CustomersKind.self, InteractionsKind.self]
    var first: [[[String]]] = []
    try await Desk.open(on: engine) { desk in
      var desk = desk
      desk.kinds = ImportKinds.all
      for (kind, rows) in zip(kinds, [Self.customers, Self.interactions]) {
        let item = try await desk.take(Self.text(rows), kind: kind)
        #expect(item.counts.created == rows.count - 1 && item.counts.flagged == 0, "\(item.counts.line)")
      }
      first = try await Self.exports(kinds, desk)
      let cells = Set(first.joined().joined())
      for value in (Self.customers + Self.interactions).joined() where "=+-@'".contains(value.prefix(1)) {
        #expect(cells.contains(value), "\(value) is exported as it is")
      }
      for (kind, rows) in zip(kinds, first) {
        let item = try await desk.take(Self.text(rows), kind: kind)
        #expect(item.counts.unchanged == rows.count - 1, "the same again: \(item.counts.line)")
      }
    }
    try await Desk.open(on: engine) { desk in
      var desk = desk
      desk.kinds = ImportKinds.all
      for (kind, rows) in zip(kinds, first) { try await desk.take(Self.text(rows), kind: kind) }
      #expect(try await Self.exports(kinds, desk) == first)
    }
  }

  private static func exports(_ kinds: [any ImportKind.Type], _ desk: Desk) async throws -> [[[String]]] {
    var files: [[[String]]] = []
    for kind in kinds {
      var rows: [[String]] = []
      _ = try await Exports.rows(of: kind, sourceColumns: false, in: desk.db, as: desk.access) { rows.append($0) }
      files.append(rows)
    }
    return files
  }

  @Test func noCellForPeopleBeginsAFormula() throws {
    let rows = Self.customers + Self.interactions + [["\t=1", "\r=1", "=", "@", "-", "+", "-12.50", "+8613800000000"]]
    let guarded = rows.map { CSVText.line($0, for: .spreadsheet) }
    let file = try TableFile.open(
      MemoryBytes(CSVText.line(["a", "b", "c", "d", "e", "f", "g", "h"]) + guarded.joined()))
    var cells: [String] = []
    while let record = try file.next() { cells += record.fields }
    #expect(cells.count > 30)
    for cell in cells where cell.first.map({ "=+-@\t\r".contains($0) }) ?? false {
      #expect(cell == "-12.50" || cell == "+8613800000000" || cell == "-1", "a plain number runs nothing: \(cell)")
    }
  }
}
