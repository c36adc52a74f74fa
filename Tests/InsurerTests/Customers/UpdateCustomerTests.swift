import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

struct UpdateCustomerTests {
  @Test(arguments: TestDatabase.engines) func keepsEachCorrection(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let made = try await db.act(as: CustomerCast.system) { tx in try Customers.create(CustomerCast.wang, in: tx) }
      let changed = try await db.act(as: CustomerCast.access(.steward, staff: 7)) { tx in
        try Customers.update(
          made.id, ["name": "王晓敏", "mobile": "13900001111", "occupation": "", "gender": "女"], expected: 1, in: tx)
      }
      #expect(changed.version == 2)
      #expect(Set(changed.fields) == ["name", "mobile", "occupation"])
      #expect(try await CustomerCast.events(db, of: made.id).suffix(1) == ["customer_corrected"])
      let (corrections, masked, byNew, byOld, byName) = try await db.read(as: CustomerCast.access(.steward)) { tx in
        let customer = try Customers.find(made.id, in: tx)
        return (
          try Customers.corrections(customer, in: tx), customer,
          try Customers.search("13900001111", in: tx).rows.map(\.id),
          try Customers.search("13812340000", in: tx).rows.map(\.id),
          try Customers.search("晓敏", in: tx).rows.map(\.id)
        )
      }
      let mobile = corrections.first { $0.field == "mobile" }
      #expect(mobile?.before == "13812340000")
      #expect(mobile?.after == "13900001111")
      #expect(mobile?.actor == "staff:7")
      #expect(corrections.first { $0.field == "occupation" }?.after == nil)
      #expect(masked.version == 2)
      #expect(byNew == [made.id])
      #expect(byOld.isEmpty)
      #expect(byName == [made.id])
      let shown = try await db.read(as: CustomerCast.access(.analyst)) { tx in
        try Customers.corrections(Customers.find(made.id, in: tx), in: tx).first { $0.field == "mobile" }?.before
      }
      #expect(shown == "138****0000")
    }
  }

  @Test(arguments: TestDatabase.engines) func refusesAStaleVersion(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let made = try await db.act(as: CustomerCast.system) { tx in try Customers.create(CustomerCast.wang, in: tx) }
      _ = try await db.act(as: CustomerCast.system) { tx in
        try Customers.update(made.id, ["occupation": "医生"], expected: 1, in: tx)
      }
      do {
        _ = try await db.act(as: CustomerCast.system) { tx in
          try Customers.update(made.id, ["occupation": "律师"], expected: 1, in: tx)
        }
        Issue.record("a stale version was taken")
      } catch let error as AppError {
        #expect(error.code == "STALE")
      }
      let same = try await db.act(as: CustomerCast.system) { tx in
        try Customers.update(made.id, ["occupation": "医生"], expected: 2, in: tx)
      }
      #expect(same.fields.isEmpty)
      #expect(same.version == 2)
    }
  }

  @Test(arguments: TestDatabase.engines) func comparesBirthDateWithTheDocument(_ engine: TestDatabase.Engine)
    async throws
  {
    try await CustomerCast.open(engine) { db in
      let made = try await db.act(as: CustomerCast.system) { tx in try Customers.create(CustomerCast.wang, in: tx) }
      do {
        _ = try await db.act(as: CustomerCast.system) { tx in
          try Customers.update(made.id, ["birth_date": "1950-01-01"], expected: nil, in: tx)
        }
        Issue.record("a birth date against the document was taken")
      } catch let error as AppError {
        #expect(error.fields.map(\.code) == ["ID_BIRTH_MISMATCH"])
      }
      _ = try await db.act(as: CustomerCast.system) { tx in
        try Customers.update(
          made.id, ["birth_date": "1950-01-01"], expected: nil, confirmed: ["birth_date": "户口簿"], in: tx)
      }
      let flag = try await db.read(as: CustomerCast.system) { tx in try Customers.find(made.id, in: tx).birthFlag }
      #expect(flag == "ID_BIRTH_MISMATCH")
    }
  }

  @Test(arguments: TestDatabase.engines) func aNewOwnerSeesAndTheOldOneDoesNot(_ engine: TestDatabase.Engine)
    async throws
  {
    try await CustomerCast.open(engine) { db in
      let staff = try await CustomerCast.staff(db)
      let made = try await db.act(as: CustomerCast.agent(staff["A1"]!)) { tx in
        try Customers.create(CustomerCast.wang, in: tx)
      }
      _ = try await db.act(as: CustomerCast.system) { tx in
        try Customers.update(made.id, ["owner": "A3"], expected: nil, in: tx)
      }
      func found(_ number: String, _ text: String) async throws -> Int {
        try await db.read(as: CustomerCast.agent(staff[number]!)) { tx in
          try Customers.search(text, in: tx).rows.count
        }
      }
      for text in ["小敏", "wangxiaomin", "wxm", "0000", "13812340000", "王"] {
        #expect(try await found("A3", text) == 1, "\(text)")
        #expect(try await found("A1", text) == 0, "\(text)")
      }
    }
  }
}
