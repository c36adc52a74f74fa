import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct ProductsTests {
  @Test(arguments: TestDatabase.engines) func comesChangesAndStays(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let again = try await cast.take(ProductsKind.self, [ContractCast.lifeProduct], changed: [])
      #expect(again.map(\.result) == [.unchanged])
      var renamed = ContractCast.lifeProduct
      renamed["name"] = "传承增额终身寿险"
      let changed = try await cast.take(ProductsKind.self, [renamed], changed: ["name"])
      #expect(changed.map(\.result) == [.updated])
      let old = try await cast.take(ProductsKind.self, [ContractCast.lifeProduct], changed: ["term"])
      #expect(old[0].result == .unchanged && old[0].flags.map(\.code) == ["VALUE_CONFLICT"])
      let kinds = try await cast.read { tx in
        try tx.fetch(.all("SELECT kind FROM system_events ORDER BY id") { $0.text(0) })
      }
      #expect(kinds == ["staff_imported", "product_added", "product_added", "product_changed"])
      #expect(
        try await cast.export(ProductsKind.self) == [
          ["LIFE", "传承增额终身寿险", "life", "base", "life", "0", "15", "0", ""],
          ["MED", "附加医疗险", "medical", "rider", "1y", "30", "15", "1", ""],
        ])
      #expect(try await cast.export(ProductsKind.self, limit: 1).count == 2)
    }
  }

  @Test(
    "the law's limits of health products",
    arguments: [
      ("waiting_days", "181", "WAITING_TOO_LONG"), ("waiting_days", "180", nil),
      ("cooling_off_days", "14", "COOLING_OFF_TOO_SHORT"),
      ("cooling_off_days", "15", nil), ("waiting_days", "viele", "NUMBER_INVALID"),
    ] as [(String, String, String?)])
  func findings(_ field: String, _ value: String, _ code: String?) throws {
    let values = ["code": "X", "name": "重疾险", "line": "重疾", "term": "30y", field: value]
    let (draft, findings) = ProductDraft.read(values, law: try lawOf2026())
    #expect(draft != nil)
    #expect(findings.map(\.code) == [code].compactMap { $0 })
    #expect(findings.allSatisfy { $0.severity == .flag && $0.field == field })
  }

  @Test func aProductNeedsCodeNameAndLine() throws {
    let (draft, findings) = ProductDraft.read(["line": "汽车"], law: try lawOf2026())
    #expect(draft == nil)
    #expect(Set(findings.map(\.code)) == ["REQUIRED", "ENUM_UNKNOWN"])
  }

  @Test(arguments: TestDatabase.engines) func onlyWhoMayWritesThem(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let agent = cast.access("A1")
      await #expect(throws: AppError.self) {
        try await cast.db.act(as: agent) { tx in _ = try Products.upsert([], source: "x", in: tx) }
      }
      let listed = try await cast.read(as: agent) { tx in try Products.list(line: .medical, limit: 10, in: tx) }
      #expect(listed.map(\.code) == ["MED"])
    }
  }
}
