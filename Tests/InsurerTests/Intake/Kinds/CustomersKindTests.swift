import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

struct CustomersKindTests {
  private static func open(
    _ engine: TestDatabase.Engine, _ body: (Desk) async throws -> Void
  ) async throws {
    try await Desk.open(on: engine) { desk in
      var desk = desk
      desk.kinds = [StaffKind.self, CustomersKind.self, RelationshipsKind.self]
      try await body(desk)
    }
  }

  private static let file = """
    cust_id,name,gender,birth_date,id_no,mobile,address,channel
    C1,王 敏,女,1949-12-31,１１０１０５１９４９１２３１００２Ｘ,+86-138-1234-0000,广东省韶关市,代理人
    C2,李强,M,1990年7月8日,,999,,火星
    C3,,男,19900708,,,,
    C4,王敏,F,1949/12/31,110105491231002,13812340000,,经纪

    """

  @Test(arguments: TestDatabase.engines) func takesInFlagsAndTellsOfDuplicates(_ engine: TestDatabase.Engine)
    async throws
  {
    try await Self.open(engine) { desk in
      let first = try await desk.take(Self.file, kind: CustomersKind.self)
      #expect(first.counts.created == 3)
      #expect(first.counts.rejected == 1)
      let report = try await desk.report(first.id)
      #expect(report.contains("2 created mobile MOBILE_INVALID"))
      #expect(report.contains("2 created channel ENUM_UNKNOWN"))
      #expect(report.contains { $0.hasPrefix("3 rejected name") })
      #expect(report.contains("4 created national_id DUPLICATE_ID"))
      #expect(try await desk.count("SELECT COUNT(*) FROM events WHERE kind = 'customer_created'") == 3)
      #expect(try await desk.count("SELECT COUNT(*) FROM blind_index WHERE kind = 'mobile'") == 2)
      let again = try await desk.take(Self.file, kind: CustomersKind.self)
      #expect(again.counts.unchanged == 3)
      #expect(try await desk.count("SELECT COUNT(*) FROM events WHERE kind LIKE 'customer_%'") == 3)
      let names = try await desk.db.read(as: desk.access) { tx in
        (
          try Customers.search("王敏", in: tx).rows.count, try Customers.search("wm", in: tx).rows.count,
          try Customers.search("0000", in: tx).rows.count,
          try Customers.search("11010519491231002X", in: tx).rows.count
        )
      }
      #expect(names == (2, 2, 2, 2))
    }
  }

  /// Whoever is already here is looked for while the batch before is written: wherever the two rows of a person stand,
  /// the later one tells.
  @Test(arguments: TestDatabase.engines) func tellsOfDuplicatesAcrossBatches(_ engine: TestDatabase.Engine)
    async throws
  {
    try await Self.open(engine) { desk in
      // Rows of one person: in one batch, in the next, and two further on.
      let places: Set<Int> = [10, 20, 260, 1_190, 1_200]
      var text = "source_id,name,birth_date,national_id\n"
      for row in 1...1_200 {
        let other = "李" + String(UnicodeScalar(UInt32(0x4E00 + row)).map(Character.init) ?? "一")
        text += "C\(row)," + (places.contains(row) ? "王敏,1949-12-31,11010519491231002X\n" : "\(other),1990-01-01,\n")
      }
      let item = try await desk.take(text, kind: CustomersKind.self)
      #expect(item.counts.created == 1_200)
      let batches = try await desk.count("SELECT COUNT(*) FROM import_batches")
      #expect(batches > 2)
      let told = places.subtracting([10]).map { "\($0) created national_id DUPLICATE_ID" }
      let report = try await desk.report(item.id).filter { $0.contains("DUPLICATE") }
      #expect(report.sorted() == told.sorted())
    }
  }

  @Test(arguments: TestDatabase.engines) func appliesOnlyWhatTheSourceChanged(_ engine: TestDatabase.Engine)
    async throws
  {
    try await Self.open(engine) { desk in
      try await desk.take("source_id,name,mobile,occupation\nC1,王敏,13812340000,教师\n", kind: CustomersKind.self)
      let id = try await desk.db.read(as: desk.access) { tx in try Customers.search("王敏", in: tx).rows[0].id }
      _ = try await desk.db.act(as: desk.access) { tx in
        try Customers.update(id, ["mobile": "13900001111"], expected: nil, in: tx)
      }
      let second = try await desk.take(
        "source_id,name,mobile,occupation\nC1,王敏,13812340000,医生\n", kind: CustomersKind.self)
      #expect(second.counts.updated == 1)
      #expect(try await desk.report(second.id) == ["1 updated mobile VALUE_CONFLICT"])
      let profile = try await desk.db.read(as: desk.access) { tx in try Customers.profile(id, in: tx) }
      #expect(profile.contact(.mobile)?.text == "13900001111")
      #expect(profile.customer.occupation == "医生")
      #expect(profile.customer.version == 3)
      let third = try await desk.take(
        "source_id,name,mobile,occupation\nC1,王敏,13700001111,医生\n", kind: CustomersKind.self)
      #expect(third.counts.updated == 1)
      let (corrections, mobile) = try await desk.db.read(as: desk.access) { tx in
        let profile = try Customers.profile(id, in: tx)
        return (try Customers.corrections(profile.customer, in: tx), profile.contact(.mobile)?.text)
      }
      #expect(mobile == "13700001111")
      #expect(corrections.filter { $0.field == "mobile" }.map(\.before) == ["13900001111", "13812340000"])
    }
  }

  @Test(arguments: TestDatabase.engines) func waitsForTheOwnerAndTheRelative(_ engine: TestDatabase.Engine)
    async throws
  {
    try await Self.open(engine) { desk in
      let waiting = try await desk.take("source_id,name,owner\nC1,王敏,A9\nC2,李强,\n", kind: CustomersKind.self)
      #expect(waiting.counts.waiting == 1)
      #expect(waiting.counts.created == 1)
      let relation = try await desk.take("from,to,kind,since\nC1,C2,配偶,2010-05-01\n", kind: RelationshipsKind.self)
      #expect(relation.counts.waiting == 1)
      try await desk.take(
        "staff_no,name,team,branch,role\nA9,赵六,一组,东区,agent\n", kind: StaffKind.self)
      #expect(try await desk.count("SELECT COUNT(*) FROM customers") == 2)
      #expect(try await desk.count("SELECT COUNT(*) FROM relationships") == 2)
      #expect(try await desk.count("SELECT COUNT(*) FROM events WHERE kind = 'relationship_recorded'") == 2)
    }
  }

  @Test(arguments: TestDatabase.engines) func exportsWhatItTookIn(_ engine: TestDatabase.Engine) async throws {
    try await Self.open(engine) { desk in
      try await desk.take(Self.file, kind: CustomersKind.self)
      try await desk.take("from,to,kind,since\nC4,C1,父母,\n", kind: RelationshipsKind.self)
      let (first, rest, relations) = try await desk.db.read(as: desk.access) { tx in
        let first = try CustomersKind.export(after: nil, limit: 1, in: tx)
        return (
          first.map(\.values), try CustomersKind.export(after: first.last?.key, limit: 9, in: tx).map(\.values),
          try RelationshipsKind.export(after: nil, limit: 9, in: tx).map(\.values)
        )
      }
      #expect(
        first == [
          [
            "C1", "王敏", "female", "1949-12-31", "resident_id", "11010519491231002X", "13812340000", "", "广东省韶关市",
            "", "", "agency", "", "", "",
          ]
        ])
      #expect(rest.map { $0[0] } == ["C2", "C4"])
      #expect(rest[0][6] == "999")
      #expect(rest[0][11] == "火星")
      #expect(relations == [["C4", "C1", "parent", ""]])
    }
  }

  @Test(arguments: TestDatabase.engines) func aFileKeyedByNumberFindsThePerson(_ engine: TestDatabase.Engine)
    async throws
  {
    try await Self.open(engine) { desk in
      try await desk.take(Self.file.split(separator: "\n").prefix(2).joined(separator: "\n"), kind: CustomersKind.self)
      let other = try await desk.take(
        "身份证号,姓名,职业\n11010519491231002x,王敏,教师\n", kind: CustomersKind.self, source: "bank")
      #expect(other.counts.updated == 1)
      #expect(try await desk.count("SELECT COUNT(*) FROM customers WHERE occupation = '教师'") == 1)
    }
  }
}
