import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

struct RelationshipsTests {
  @Test(arguments: TestDatabase.engines) func standsAtBothEnds(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let (parent, child) = try await db.act(as: CustomerCast.system) { tx in
        (try Customers.create(["name": "王敏"], in: tx).id, try Customers.create(["name": "王小宝"], in: tx).id)
      }
      let item = Relationship(from: parent, to: child, kind: .parent, since: Day("2015-01-01"))
      func record() async throws -> Relationships.Outcome {
        try await db.act(as: CustomerCast.system) { tx in try Relationships.record(item, in: tx) }
      }
      #expect(try await record() == .created)
      #expect(try await record() == .unchanged)
      func lines(_ id: ID<Customer>) async throws -> [RelationshipLine] {
        try await db.read(as: CustomerCast.system) { tx in try tx.fetch(Relationships.lines(PersonRef(id))) }
      }
      #expect(try await lines(parent).map(\.otherName) == ["王小宝"])
      #expect(try await lines(parent).map(\.isOther) == [false])
      #expect(try await lines(child).map(\.isOther) == [true])
      #expect(try await CustomerCast.events(db, of: child) == ["customer_created", "relationship_recorded"])
      try await db.act(as: CustomerCast.system) { tx in try Relationships.end(item, in: tx) }
      #expect(try await lines(parent).isEmpty)
      #expect(try await lines(child).isEmpty)
      #expect(try await CustomerCast.events(db, of: parent).suffix(1) == ["relationship_ended"])
      #expect(try await record() == .updated)
    }
  }

  @Test(arguments: TestDatabase.engines) func masksWhomTheViewerMayNotSee(_ engine: TestDatabase.Engine) async throws {
    try await CustomerCast.open(engine) { db in
      let staff = try await CustomerCast.staff(db)
      let agent = CustomerCast.agent(staff["A1"]!)
      let mine = try await db.act(as: agent) { tx in try Customers.create(["name": "王敏"], in: tx).id }
      let hidden = try await db.act(as: CustomerCast.system) { tx in
        let id = try Customers.create(["name": "李国强"], in: tx).id
        _ = try Relationships.record(Relationship(from: id, to: mine, kind: .spouse), in: tx)
        return id
      }
      let lines = try await db.read(as: agent) { tx in try tx.fetch(Relationships.lines(PersonRef(mine))) }
      #expect(lines.map(\.otherName) == ["李**"])
      #expect(lines.map(\.otherID) == [nil])
      await #expect(throws: AppError.self) {
        try await db.act(as: agent) { tx in
          _ = try Relationships.record(Relationship(from: mine, to: hidden, kind: .spouse), in: tx)
        }
      }
      await #expect(throws: AppError.self) {
        try await db.act(as: agent) { tx in
          _ = try Relationships.record(Relationship(from: mine, to: mine, kind: .spouse), in: tx)
        }
      }
    }
  }
}
