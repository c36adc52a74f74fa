import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

struct SearchCustomersTests {
  @Test(
    "tells what a text asks for",
    arguments: [
      ("王敏", SearchQuery.name("王敏")), ("王", .hanCharacter("王")), ("𠮷", .hanCharacter("𠮷")),
      ("wang min", .letters("wangmin")), ("wm", .letters("wm")), ("0000", .lastFour("0000")),
      ("138 1234 0000", .number("138 1234 0000")), ("11010519491231002X", .number("11010519491231002X")),
      ("P2020-001", .number("P2020-001")), ("京字第12号", .number("京字第12号")), ("Anna Lee", .letters("annalee")),
      ("CU-0000-0000-0000-11", .customerID(1)),
    ])
  func forms(text: String, expected: SearchQuery) { #expect(SearchQuery(text) == expected) }

  @Test("has no query for nothing", arguments: ["", " ", "　", String(repeating: "王", count: 101)])
  func nothing(text: String) { #expect(SearchQuery(text) == nil) }

  @Test(arguments: TestDatabase.engines) func findsByEveryForm(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let names = ["王敏", "王敏华", "张王敏", "曾小贤", "𠮷野家", "Anna Lee", "欧阳娜娜"]
      try await db.act(as: CustomerCast.system) { tx in
        for (place, name) in names.enumerated() {
          _ = try Customers.create(["name": name, "mobile": "1380000111\(place)"], in: tx)
        }
        _ = try Customers.create(CustomerCast.wang, in: tx)
      }
      func found(_ text: String) async throws -> [String] {
        try await db.read(as: CustomerCast.system) { tx in try Customers.search(text, in: tx).rows.map(\.name) }
      }
      #expect(try await found("王敏") == ["王敏", "王敏华", "张王敏"])
      #expect(try await found("王") == ["王小敏", "王敏", "王敏华"])
      #expect(try await found("小贤") == ["曾小贤"])
      #expect(try await found("王小敏") == ["王小敏"])
      #expect(try await found("zeng") == ["曾小贤"])
      #expect(try await found("zxx") == ["曾小贤"])
      #expect(try await found("wangmin") == ["王敏", "王敏华"])
      #expect(try await found("oynn") == ["欧阳娜娜"])
      #expect(try await found("𠮷野") == ["𠮷野家"])
      #expect(try await found("𠮷") == ["𠮷野家"])
      #expect(try await found("lee") == ["Anna Lee"])
      #expect(try await found("1113") == ["曾小贤"])
      #expect(try await found("+86 13800001113") == ["曾小贤"])
      #expect(try await found("110105491231002") == ["王小敏"])
      #expect(try await found("11010519491231002x") == ["王小敏"])
      #expect(try await found("不存在").isEmpty)
      #expect(try await found("' OR 1=1 --\"*").isEmpty)
    }
  }

  @Test(arguments: TestDatabase.engines) func pagesAndCounts(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      try await db.act(as: CustomerCast.system) { tx in
        for number in 0..<25 { _ = try Customers.create(["name": "李国强", "occupation": "\(number)"], in: tx) }
      }
      let (first, second) = try await db.read(as: CustomerCast.system) { tx in
        let first = try Customers.search("国强", limit: 20, in: tx)
        return (first, try Customers.search("国强", after: first.next, limit: 20, in: tx))
      }
      #expect(first.rows.count == 20)
      #expect(first.count == BoundedCount(25, isExact: true))
      #expect(second.rows.count == 5)
      #expect(second.next == nil)
      #expect(Set(first.rows.map(\.id) + second.rows.map(\.id)).count == 25)
      let looks = try await db.read(as: CustomerCast.system) { tx in
        try tx.fetch(.count("SELECT COUNT(*) FROM access_log WHERE kind = 'search' AND subjects IS NOT NULL"))
      }
      #expect(looks == 2)
    }
  }
}
