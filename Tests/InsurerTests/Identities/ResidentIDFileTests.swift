import Foundation
import Kernel
import Testing

@testable import Insurer

struct ResidentIDFileTests {
  private func checked(_ text: String, column: String = "id_no") throws -> (String, ResidentIDFile.Summary) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let input = folder.appendingPathComponent("in.csv")
    let output = folder.appendingPathComponent("out.csv")
    try Data(text.utf8).write(to: input)
    let summary = try ResidentIDFile.check(
      input: input.path, column: column, output: output.path, today: Day("2026-03-01")!)
    return (try String(contentsOf: output, encoding: .utf8), summary)
  }

  @Test func writesOneLineANumberInTheFilesOrder() throws {
    let (text, summary) = try checked(
      "id_no,case\n11010519491231002X,ok\n110105194912310021,checksum\n,blank\n１１０１０５１９４９１２３１００２１,wide\n"
        + " 11010519491231002X,blank\n110105491231002,old\n11010519491231002x,lower\n")
    #expect(
      text == """
        id_no,valid,code
        11010519491231002X,1,
        110105194912310021,0,ID_CHECKSUM
        ,0,ID_LENGTH
        １１０１０５１９４９１２３１００２１,0,ID_CHARACTERS
         11010519491231002X,0,ID_LENGTH
        110105491231002,1,
        11010519491231002x,1,

        """)
    #expect(summary == .init(rows: 7, valid: 3))
  }

  @Test func namesTheMissingColumn() throws {
    #expect(throws: AppError.self) { try checked("a,b\n1,2\n") }
  }
}
