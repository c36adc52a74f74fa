import Files
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@Suite struct ExportsTests {
  @Test("what is exported is taken in elsewhere to the same", arguments: TestDatabase.engines)
  func roundTrip(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      try await desk.take("id,title,amount,day\n" + (10...30).map { "X\($0),第\($0)条,\($0),2010-12-02\n" }.joined())
      var text: [UInt8] = []
      let count = try await Exports.rows(of: NoteKind.self, sourceColumns: false, in: desk.db, as: desk.access) {
        CSVText.append($0, to: &text, for: .program)
      }
      #expect(count == 21)
      let notes = try await desk.notes()
      #expect(String(decoding: text.prefix(30), as: UTF8.self).hasPrefix("id,title,amount,day,phone,ref\n"))
      let exported = text
      try await Desk.open(on: engine) { other in
        let taken = try await other.take(exported)
        let there = try await other.notes()
        #expect(taken.counts.created == 21 && there == notes)
      }
    }
  }

  @Test("each exported person is in the access log", arguments: TestDatabase.engines)
  func logged(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      try await desk.take("id,title\nA1,a\nB2,b\nC2,c\nD3,d\n")
      var rows: [[String]] = []
      _ = try await Exports.rows(of: NoteKind.self, sourceColumns: true, in: desk.db, as: desk.access) {
        rows.append($0)
      }
      #expect(rows[0].suffix(2) == ["source", "source_as_of"])
      #expect(rows[1].suffix(2) == ["core", "2026-11-22T09:00:00+08:00"])
      #expect(try await desk.count("SELECT COUNT(*) FROM access_log WHERE kind = 'export' AND what = 'notes'") == 4)
      #expect(try await desk.count("SELECT COUNT(*) FROM access_log WHERE customer_id = 50") == 2)
    }
  }

  @Test("without the permission nothing is written out")
  func permission() async throws {
    try await Desk.open(on: .sqlite) { desk in
      let stranger = Access(
        actor: .staff(1), role: .agent, purpose: .service, scope: .none, permissions: [.write(.customer)], sees: [],
        staffID: 1, surface: "test")
      let error = await #expect(throws: AppError.self) {
        try await Exports.rows(of: NoteKind.self, sourceColumns: false, in: desk.db, as: stranger) { _ in }
      }
      #expect(error?.kind == .forbidden)
    }
  }
}
