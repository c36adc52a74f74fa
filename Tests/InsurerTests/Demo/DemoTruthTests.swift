import Foundation
import Kernel
import Testing

@testable import Insurer

struct DemoTruthTests {
  @Test func truthNamesEveryRecordAndItsPerson() throws {
    let path = NSTemporaryDirectory() + "demo-truth-\(ProcessInfo.processInfo.processIdentifier).csv"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let demo = Demo(DemoSetting(people: 300, day: DemoFigures.day))
    try demo.writeTruth(to: path)
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline)
    let records = (0..<demo.blockCount).reduce(0) { $0 + demo.block($1).customers.count }
    #expect(lines.first == "id,cluster")
    #expect(lines.count == records + 1)
    #expect(lines.contains("D0000016,C0000016") && lines.contains("D9000016,C0000016"))
  }
}
