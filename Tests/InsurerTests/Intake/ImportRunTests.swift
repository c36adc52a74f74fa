import Files
import Foundation
import Insurer
import Kernel
import Storage
import Synchronization
import TestKit
import Testing

private let dirty = """
  便签清单,,,
  ,,,
  编号,标题,金额,日期,上级
  A1,第一条，全角，,１２,2010/12/2,
  A2,二,x,1990年7月8日,
  A3,三,3,02/13/2010,A1
  A1,第一条，全角，,12,2010-12-02,
  A2,二,5,1990年7月8日,
  ,无编号,1,,
  A4,四,4,昨天,Z9
  A5,五
  A6,六,6,20100101,A3
  """

@Suite struct ImportRunTests {
  @Test("takes a dirty file in, and the report adds up", arguments: TestDatabase.engines)
  func dirtyFile(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let item = try await desk.take(dirty)
      #expect(item.state == .done)
      #expect(item.counts.line == "rows=9 created=3 updated=0 unchanged=1 waiting=1 rejected=4 flagged=1")
      #expect(item.counts.addsUp)
      #expect(try await desk.notes() == ["A1:第一条，全角，|12|2010-12-02", "A3:三|3|2010-02-13", "A6:六|6|2010-01-01"])
      #expect(
        try await desk.report(item.id) == [
          "1 created amount FOLDED", "2 rejected amount MONEY_INVALID", "3 created  REFERENCE_UNKNOWN",
          "3 created  RESOLVED", "4 unchanged  ", "5 rejected  KEY_DUPLICATE", "6 rejected id REQUIRED",
          "7 waiting  REFERENCE_UNKNOWN", "8 rejected  ROW_SHORT", "9 created  REFERENCE_UNKNOWN",
          "9 created  RESOLVED",
        ])
      let kinds = try await desk.count("SELECT COUNT(*) FROM system_events")
      #expect(kinds == 2)
    }
  }

  @Test("the same file again changes nothing", arguments: TestDatabase.engines)
  func again(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let first = try await desk.take(dirty)
      let notes = try await desk.notes()
      let second = try await desk.take(dirty)
      #expect(second.id != first.id)
      #expect(second.counts.line == "rows=9 created=0 updated=0 unchanged=4 waiting=1 rejected=4 flagged=0")
      #expect(try await desk.notes() == notes)
      #expect(try await desk.count("SELECT COUNT(*) FROM waiting_rows") == 1)
    }
  }

  @Test("what waits is resolved when it comes, and what waited for that", arguments: TestDatabase.engines)
  func waiting(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let first = try await desk.take("id,title,ref\nC,c,B\nB,b,A\nD,d,X\n")
      #expect(first.counts.line == "rows=3 created=0 updated=0 unchanged=0 waiting=3 rejected=0 flagged=0")
      try await desk.take("id,title\nA,other source\n", source: "elsewhere")
      #expect(try await desk.find(first.id).counts.created == 0)
      try await desk.take("id,title\nA,a\n")
      let after = try await desk.find(first.id)
      #expect(after.counts.line == "rows=3 created=2 updated=0 unchanged=0 waiting=1 rejected=0 flagged=0")
      #expect(try await desk.report(first.id).filter { $0.contains("RESOLVED") }.count == 2)
      #expect(try await desk.count("SELECT COUNT(*) FROM sources WHERE source = 'core'") == 3)
      let again = try await desk.take("id,title,ref\nC,c,B\nB,b,A\nD,d,X\n")
      #expect(again.counts.line == "rows=3 created=0 updated=0 unchanged=2 waiting=1 rejected=0 flagged=0")
    }
  }

  @Test("only what the source itself changed is applied", arguments: TestDatabase.engines)
  func changes(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      try await desk.take("id,title,amount\nA,first,1\n")
      let text = "999|corrected here|1|"
      try await desk.db.act(as: desk.access) { tx in try tx.run(NoteSQL.put("A", text)) }
      let second = try await desk.take("id,title,amount\nA,first,2\n")
      #expect(second.counts.updated == 1)
      #expect(try await desk.notes() == ["A:corrected here|2|"])
      let third = try await desk.take("id,title,amount\nA,renamed,\n")
      #expect(third.counts.updated == 1)
      #expect(try await desk.notes() == ["A:renamed||"])
      let fewer = try await desk.take("id,amount\nA,7\n")
      #expect(fewer.counts.updated == 1)
      #expect(try await desk.notes() == ["A:renamed|7|"])
    }
  }

  @Test("a row that its kind cannot take is rejected alone", arguments: TestDatabase.engines)
  func failingRow(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let rows = (1...40).map { "N\($0),\($0 == 23 ? "boom" : "t\($0)")" }.joined(separator: "\n")
      let item = try await desk.take("id,title\n\(rows)\n")
      #expect(item.counts.line == "rows=40 created=39 updated=0 unchanged=0 waiting=0 rejected=1 flagged=0")
      #expect(try await desk.report(item.id).filter { $0.contains("ROW_FAILED") } == ["23 rejected  ROW_FAILED"])
      #expect(try await desk.report(item.id).count == 40)
    }
  }

  @Test("stopped or killed at any batch, it resumes to the same result", arguments: TestDatabase.engines)
  func resumes(_ engine: TestDatabase.Engine) async throws {
    var text = "id,title,amount,ref\n"
    for row in 1...1_500 {
      let (amount, reference) = (row % 90 == 0 ? "x" : "1", row % 7 == 0 ? "K\(row + 3)" : "")
      text += "K\(row % 1_400),title \(row % 1_400),\(amount),\(reference)\n"
    }
    let file = text
    var expected: (counts: ImportCounts, notes: [String], report: [String])?
    try await Desk.open(on: engine) { desk in
      let item = try await desk.take(file)
      expected = (item.counts, try await desk.notes(), try await desk.report(item.id).sorted())
    }
    let whole = try #require(expected)
    #expect(whole.counts.addsUp && whole.counts.rows == 1_500)
    for stopAfter in [1, 2, 4] {
      try await Desk.open(on: engine) { desk in
        let item = try await desk.request(Array(file.utf8))
        let batches = Mutex(0)
        let stopped = try await desk.run().run(item.id) { now in
          let count = batches.withLock { count in
            count += 1
            return count
          }
          guard count == stopAfter else { return }
          let db = desk.db
          let access = desk.access
          Task { try await db.act(as: access) { tx in _ = try Imports.stop(now.id, in: tx) } }
        }
        var now = try #require(stopped)
        if now.state == .stopped {
          now = try await desk.db.act(as: desk.access) { tx in try Imports.resume(item.id, in: tx) }
          now = try #require(try await desk.run(holder: "another").run(now.id))
        }
        #expect(now.state == .done)
        #expect(now.counts == whole.counts)
        #expect(try await desk.notes() == whole.notes)
        #expect(try await desk.report(item.id).sorted() == whole.report)
      }
    }
  }

  @Test("two imports at once give what one after the other gives", arguments: TestDatabase.engines)
  func concurrent(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      func file(_ range: ClosedRange<Int>) -> String {
        "id,title\n" + range.map { "P\($0),same \($0)\n" }.joined()
      }
      let one = try await desk.request(Array(file(1...900).utf8))
      let two = try await desk.request(Array(file(300...1_200).utf8))
      async let first = desk.run(holder: "one").run(one.id)
      async let second = desk.run(holder: "two").run(two.id)
      let (a, b) = (try #require(try await first), try #require(try await second))
      #expect(a.state == .done && b.state == .done)
      #expect(a.counts.created + b.counts.created == 1_200)
      #expect(a.counts.unchanged + b.counts.unchanged == 601)
      #expect(try await desk.notes().count == 1_200)
      #expect(try await desk.count("SELECT COUNT(*) FROM sources") == 1_200)
    }
  }

  @Test("an import that somebody holds is left alone; a silent holder's is taken over", arguments: TestDatabase.engines)
  func holders(_ engine: TestDatabase.Engine) async throws {
    let now = Mutex(Instant(Day(number: 20_779)))
    let clock = Clock { now.withLock { $0 } }
    try await Desk.open(on: engine, clock: clock) { desk in
      let item = try await desk.request(Array("id,title\nA,a\n".utf8))
      try await desk.db.act(as: desk.access) { tx in
        try tx.run(
          "UPDATE imports SET state = 'running', holder = 'dead', heartbeat_at = \(tx.now) WHERE id = \(item.id)")
      }
      #expect(try await desk.run().run(item.id) == nil)
      now.withLock { $0 = $0 + 60 }
      let claimable = try await desk.db.read(as: desk.access) { tx in try Imports.claimable(in: tx) }
      #expect(claimable?.id == item.id)
      #expect(try await desk.run().run(item.id)?.state == .done)
    }
  }

  @Test("the same request while it is unfinished is the same import", arguments: TestDatabase.engines)
  func sameRequest(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let bytes = Array("id,title\nA,a\n".utf8)
      let first = try await desk.request(bytes)
      #expect(try await desk.request(bytes).id == first.id)
      #expect(try await desk.request(bytes, source: "other").id != first.id)
      _ = try await desk.db.act(as: desk.access) { tx in try Imports.stop(first.id, in: tx) }
      #expect(try await desk.request(bytes).state == .queued)
    }
  }

  @Test("what cannot be read at all fails with its code", arguments: TestDatabase.engines)
  func failures(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let yaml = "kind: notes\nkey: [id]\ncolumns:\n  - {column: nowhere, field: id}\n"
      let item = try await desk.take("id,title\nA,a\n", mapping: yaml)
      #expect(item.state == .failed)
      #expect(item.error?.hasPrefix("MAPPING_INVALID") == true)
    }
  }
}
