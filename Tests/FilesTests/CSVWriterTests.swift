import Files
import Foundation
import Kernel
import Testing

@Suite struct CSVWriterTests {
  @Test(
    "quotes what needs it, and guards formulas for spreadsheets",
    arguments: [
      (["a", "b"], "a,b\n", "a,b\n"),
      (["a,b", "c\"d", "e\nf", ""], "\"a,b\",\"c\"\"d\",\"e\nf\",\n", "\"a,b\",\"c\"\"d\",\"e\nf\",\n"),
      (
        ["=1+1", "@x", "+8613800000000", "-12.5", "-x", "\tq"],
        "=1+1,@x,+8613800000000,-12.5,-x,\tq\n", "'=1+1,'@x,+8613800000000,-12.5,'-x,'\tq\n"
      ),
      (["=HYPERLINK(\"x\",\"y\")"], "\"=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\n", "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\n"),
      ([""], "\"\"\n", "\"\"\n"),
    ])
  func lines(values: [String], program: String, spreadsheet: String) {
    #expect(String(decoding: CSVText.line(values), as: UTF8.self) == program)
    #expect(String(decoding: CSVText.line(values, for: .spreadsheet), as: UTF8.self) == spreadsheet)
  }

  @Test("what is written is read back, packed or not", arguments: [".csv", ".csv.gz"])
  func roundTrip(suffix: String) throws {
    let path = Carrier.temporaryPath("writer") + suffix
    defer { try? FileManager.default.removeItem(atPath: path) }
    let writer = try CSVWriter(path: path, header: ["id", "备注"])
    let rows = (0..<20_000).map { ["\($0)", "第\($0)行, \"引\"\n\u{20BB7}"] }
    for row in rows { try writer.append(row) }
    #expect(!FileManager.default.fileExists(atPath: path))
    try writer.close()
    let file = try TableFile.open(FileBytes(path: path))
    #expect(file.shape.gzipped == suffix.hasSuffix("gz"))
    var read: [[String]] = []
    while let record = try file.next() { read.append(record.fields) }
    #expect(read == rows)
  }

  @Test("an abandoned file leaves nothing")
  func abandoned() throws {
    let path = Carrier.temporaryPath("writer")
    _ = try CSVWriter(path: path, header: ["a"])
    #expect(!FileManager.default.fileExists(atPath: path) && !FileManager.default.fileExists(atPath: path + ".part"))
  }
}
