import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

struct CreateCustomerTests {
  @Test(arguments: TestDatabase.engines) func storesSealedAndFindsAgain(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let steward = CustomerCast.access(.steward)
      let made = try await db.act(as: steward) { tx in try Customers.create(CustomerCast.wang, in: tx) }
      #expect(made.duplicates.isEmpty)
      #expect(made.flags.isEmpty)
      #expect(try await CustomerCast.events(db, of: made.id) == ["customer_created"])
      let profile = try await db.read(as: steward) { tx in try Customers.profile(made.id, in: tx) }
      #expect(profile.customer.pinyin == "wangxiaomin")
      #expect(profile.customer.birthDate == Day("1949-12-31"))
      #expect(profile.customer.income == Money(fen: 12_000_000))
      #expect(profile.customer.relation == .prospect)
      #expect(profile.documents.map(\.number) == ["11010519491231002X"])
      #expect(profile.contact(.mobile)?.text == "13812340000")
      let stages = try await db.read(as: steward) { tx in
        try tx.fetch(CustomerBook.stages(of: PersonRef(made.id)))
      }
      #expect(stages.map(\.stage) == [.acquisition])
    }
  }

  @Test(arguments: TestDatabase.engines) func masksByRole(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let made = try await db.act(as: CustomerCast.system) { tx in try Customers.create(CustomerCast.wang, in: tx) }
      func shown(_ role: Role) async throws -> [String] {
        let profile = try await db.read(as: CustomerCast.access(role)) { tx in
          try Customers.profile(made.id, in: tx)
        }
        return profile.contacts.map(\.text) + profile.documents.map(\.number)
      }
      #expect(
        try await shown(.service) == [
          "13812340000", "wang@example.com", "广东省韶关市乐昌市科技路104号", "110***********002X",
        ])
      #expect(
        try await shown(.compliance) == [
          "138****0000", "w***@example.com", "广东省韶关市***", "110***********002X",
        ])
    }
  }

  @Test(arguments: TestDatabase.engines) func refusesBrokenValuesUnlessConfirmed(_ engine: TestDatabase.Engine)
    async throws
  {
    try await CustomerCast.open(engine) { db in
      var values = CustomerCast.wang
      values["national_id"] = "110105194912310021"
      values["mobile"] = "12345"
      let broken = values
      await #expect(throws: AppError.self) {
        try await db.act(as: CustomerCast.system) { tx in try Customers.create(broken, in: tx) }
      }
      let made = try await db.act(as: CustomerCast.system) { tx in
        try Customers.create(broken, confirmed: ["national_id": "证件如此", "mobile": "本人口述"], in: tx)
      }
      #expect(Set(made.flags.map(\.code)) == ["ID_CHECKSUM", "MOBILE_INVALID"])
      let (profile, found, reasons) = try await db.read(as: CustomerCast.access(.steward)) { tx in
        let profile = try Customers.profile(made.id, in: tx)
        return (
          profile, try Customers.search("110105194912310021", in: tx).rows.count,
          try Customers.corrections(profile.customer, in: tx).compactMap(\.reason)
        )
      }
      #expect(profile.documents.map(\.flag) == ["ID_CHECKSUM"])
      #expect(profile.contact(.mobile)?.text == "12345")
      #expect(found == 0)
      #expect(Set(reasons) == ["证件如此", "本人口述"])
    }
  }

  @Test(arguments: TestDatabase.engines) func tellsOfDuplicatesWhatTheViewerMaySee(_ engine: TestDatabase.Engine)
    async throws
  {
    try await CustomerCast.open(engine) { db in
      let staff = try await CustomerCast.staff(db)
      let first = CustomerCast.agent(staff["A1"]!)
      let other = CustomerCast.agent(staff["A3"]!)
      let made = try await db.act(as: first) { tx in try Customers.create(CustomerCast.wang, in: tx) }
      let again = try await db.act(as: other) { tx in
        try Customers.create(["name": "王小敏", "national_id": "11010519491231002X"], in: tx)
      }
      #expect(again.duplicates == [Duplicate(code: .duplicateID, customerID: nil)])
      let third = try await db.act(as: CustomerCast.system) { tx in
        try Customers.create(["name": "王小敏", "mobile": "13812340000"], in: tx)
      }
      #expect(third.duplicates == [Duplicate(code: .duplicateMobileName, customerID: made.id)])
      await #expect(throws: AppError.self) {
        try await db.act(as: CustomerCast.system) { tx in
          try Customers.create(
            ["name": "王小敏", "birth_date": "19491231"], onDuplicate: .refuse, in: tx)
        }
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func belongsToWhoEnteredIt(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let staff = try await CustomerCast.staff(db)
      let made = try await db.act(as: CustomerCast.agent(staff["A1"]!)) { tx in
        try Customers.create(CustomerCast.wang, in: tx)
      }
      func sees(_ number: String) async throws -> Bool {
        try await db.read(as: CustomerCast.agent(staff[number]!)) { tx in
          try tx.fetch(Customers.record(made.id)) != nil
        }
      }
      #expect(try await sees("A1"))
      #expect(try await sees("M1"))
      #expect(try await !sees("A2"))
      #expect(try await !sees("A3"))
      await #expect(throws: AppError.self) {
        try await db.read(as: CustomerCast.agent(staff["A2"]!)) { tx in _ = try Customers.find(made.id, in: tx) }
      }
    }
  }

  @Test(arguments: TestDatabase.engines) func needsThePermission(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      await #expect(throws: AppError.self) {
        try await db.act(as: CustomerCast.access(.analyst)) { tx in try Customers.create(CustomerCast.wang, in: tx) }
      }
    }
  }
}
