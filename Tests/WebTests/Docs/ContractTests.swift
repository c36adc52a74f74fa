import Foundation
import Testing

@testable import Web

@Suite struct ContractTests {
  @Test func theServedContractIsTheOneAtTheRoot() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../../openapi.yaml")
    let written = try String(contentsOf: root, encoding: .utf8)
    let contract = try Contract.load()
    let paths = written.split(separator: "\n").filter { $0.hasPrefix("  /") }.map { $0.dropFirst(2).dropLast() }
    guard case .object(let served)? = contract.document["paths"] else {
      Issue.record("no paths")
      return
    }
    #expect(served.map(\.name) == paths.map(String.init))
  }

  @Test func everyReferenceLeadsSomewhere() throws {
    let contract = try Contract.load()
    var broken: [String] = []
    func walk(_ value: JSONValue) {
      switch value {
      case .object(let members):
        for member in members {
          if member.name == "$ref", case .string(let text) = member.value, contract.target(text) == nil {
            broken.append(text)
          }
          walk(member.value)
        }
      case .array(let elements): elements.forEach(walk)
      default: break
      }
    }
    walk(contract.document)
    #expect(broken.isEmpty)
  }
}
