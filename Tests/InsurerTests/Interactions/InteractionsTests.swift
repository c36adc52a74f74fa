import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct InteractionsTests {
  private static let call = ["channel": "电话", "direction": "out", "topic": "续期提醒", "summary": "客户说下周转账"]

  @Test(arguments: TestDatabase.engines) func aContactIsRecorded(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      try await cast.take(PoliciesKind.self, [cast.life()])
      let agent = cast.access("A1")
      let contact = try await cast.db.act(as: agent) { tx in try Interactions.record(Self.call, with: cast.wang, in: tx)
      }
      #expect(contact.staffID == cast.staff["A1"]?.id && contact.channel == .phone && contact.direction == .outgoing)
      #expect(try await cast.events(of: cast.wang).last == "contact_recorded")
      #expect(try await cast.events(of: cast.wang).filter { $0 == "contact_recorded" }.count == 1)
      let lines = try await cast.read(as: agent) { tx in
        try Interactions.list(of: PersonRef(cast.wang), limit: 5, in: tx)
      }
      #expect(lines.map(\.interaction.summary) == ["客户说下周转账"] && lines[0].staff == "员工")
      let other = try await cast.read(as: CustomerCast.access(.compliance)) { tx in
        try Interactions.list(of: PersonRef(cast.wang), limit: 5, in: tx)
      }
      #expect(other.map(\.interaction.summary) == [nil] && other[0].interaction.topic == "续期提醒")
      let bytes = try await cast.read { tx in
        try tx.fetch(.all("SELECT summary FROM interactions") { String(decoding: $0.blob(0), as: UTF8.self) })
      }
      #expect(!bytes[0].contains("客户"))
    }
  }

  @Test(arguments: TestDatabase.engines) func onlyWithMyCustomersAndWholeFields(_ engine: TestDatabase.Engine)
    async throws
  {
    try await ContractCast.open(engine) { cast in
      func record(_ who: Access, _ values: [String: String]) async throws {
        _ = try await cast.db.act(as: who) { tx in try Interactions.record(values, with: cast.wang, in: tx) }
      }
      await #expect(throws: AppError.self) { try await record(cast.access("A2"), Self.call) }
      await #expect(throws: AppError.self) { try await record(CustomerCast.access(.analyst), Self.call) }
      for change in [["channel": "鸽子"], ["direction": ""], ["at": "2030-01-01 09:00"]] {
        await #expect(throws: AppError.self) {
          try await record(ContractCast.system, Self.call.merging(change) { $1 })
        }
      }
      let events = try await cast.events(of: cast.wang)
      #expect(events.isEmpty)
    }
  }

  @Test(arguments: TestDatabase.engines) func contactsComeFromChannels(_ engine: TestDatabase.Engine) async throws {
    try await ContractCast.open(engine) { cast in
      let row = Self.call.merging([
        "source_id": "K1", "customer": cast.wang.description, "at": "2026-11-20 10:00", "staff": "A1",
      ]) { $1 }
      let outcomes = try await cast.take(InteractionsKind.self, [row])
      #expect(outcomes.map(\.result) == [.created])
      #expect(try await cast.events(of: cast.wang) == ["contact_recorded"])
      let exported = try await cast.export(InteractionsKind.self, limit: 1)
      #expect(
        exported == [
          ["K1", cast.wang.description, "2026-11-20T10:00:00+08:00", "phone", "out", "续期提醒", "客户说下周转账", "A1"]
        ])
      let missing = try await cast.take(InteractionsKind.self, [row.merging(["customer": "K9"]) { $1 }])
      #expect(missing.map(\.result) == [.waiting(kind: "customers", key: "K9")])
    }
  }

  /// A source that says it otherwise later: one event, the old text among the corrections, one contact.
  @Test(arguments: TestDatabase.engines) func aChangedContactIsTold(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      var desk = desk
      desk.kinds = [CustomersKind.self, InteractionsKind.self]
      try await desk.take("source_id,name\nC1,王敏\n", kind: CustomersKind.self)
      let header = "source_id,customer,at,channel,direction,topic,summary\n"
      let first = header + "K1,C1,2026-11-20 10:00,电话,out,续期提醒,客户说下周转账\n"
      let later = header + "K1,C1,2026-11-20 10:00,电话,out,宽限期提醒,客户说本周转账\n"
      #expect(try await desk.take(first, kind: InteractionsKind.self).counts.created == 1)
      #expect(try await desk.take(later, kind: InteractionsKind.self).counts.updated == 1)
      #expect(try await desk.take(later, kind: InteractionsKind.self).counts.unchanged == 1)
      let (lines, fields, entries) = try await desk.db.read(as: desk.access) { tx in
        let id = try Customers.search("王敏", in: tx).rows[0].id
        return (
          try Interactions.list(of: PersonRef(id), limit: 5, in: tx).map(\.interaction.summary),
          try tx.fetch(.all("SELECT field FROM changes WHERE entity = 'interaction' ORDER BY field") { $0.text(0) }),
          try Timeline.page(of: PersonRef(id), limit: 10, in: tx).map(\.kind)
        )
      }
      #expect(lines == ["客户说本周转账"])
      #expect(fields == ["summary", "topic"])
      #expect(entries.filter { $0 == .contactRecorded || $0 == .contactChanged }.count == 2)
      #expect(entries.filter { $0 == .contactChanged }.count == 1)
      #expect(try await desk.count("SELECT COUNT(*) FROM events WHERE kind LIKE 'contact_%'") == 2)
      let sealed = try await desk.db.read(as: desk.access) { tx in
        try tx.fetch(
          .all("SELECT before_value FROM changes WHERE field = 'summary'") {
            String(decoding: $0.blob(0), as: UTF8.self)
          })
      }
      #expect(sealed.count == 1 && !sealed[0].contains("转账"), "the old words are kept sealed")
    }
  }
}
