import Files
import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

/// The filling against the import: the same rows through files give the same export and the same events.
struct FillDemoTests {
  static let demo = Demo(DemoSetting(people: 50, day: TestDatabase.clock.now().day))

  @Test(arguments: TestDatabase.engines)
  func fillingEqualsImportAndExportComesBack(_ engine: TestDatabase.Engine) async throws {
    let filled = try await Copy.open(on: engine) { desk in
      let report = try await DemoFill(Self.demo, db: desk.db).run()
      for (kind, counts) in report.counts {
        #expect(counts.waiting == 0 && counts.rejected == 0 && counts.created == counts.rows, "\(kind): \(counts.line)")
      }
    }
    let imported = try await Copy.open(on: engine) { desk in
      for (kind, text) in Self.files(Self.demo) { try await desk.takeWhole(text, kind) }
    }
    #expect(filled.differences(from: imported) == [])
    let again = try await Copy.open(on: engine) { desk in
      for kind in ImportKinds.all { try await desk.takeWhole(filled.exports[kind.name] ?? "", kind) }
    }
    #expect(again.differences(from: filled) == [])
  }

  /// However the work is cut and in whatever order the pieces are written.
  @Test func sameSettingSameExport() async throws {
    let demo = Demo(DemoSetting(people: 250, day: TestDatabase.clock.now().day))
    var copies: [Copy] = []
    for together in [1, 8] {
      copies.append(
        try await Copy.open(on: .sqlite) { desk in
          _ = try await DemoFill(demo, db: desk.db, blocksTogether: together).run()
        })
    }
    #expect(copies[0].differences(from: copies[1]) == [])
  }

  /// A filling that was stopped anywhere goes on to the same insurer, also on a later day.
  @Test(arguments: TestDatabase.engines)
  func aStoppedFillingGoesOn(_ engine: TestDatabase.Engine) async throws {
    let demo = Demo(DemoSetting(people: 700, day: TestDatabase.clock.now().day))
    let later = Demo(DemoSetting(people: 700, day: TestDatabase.clock.now().day + 3))
    let whole = try await Copy.open(on: engine) { desk in
      _ = try await DemoFill(demo, db: desk.db, blocksTogether: 1).run()
      _ = try await DemoAccounts(demo, db: desk.db).open()
    }
    let stopped = try await Copy.open(on: engine) { desk in
      let db = desk.db
      let gate = Gate()
      let filling = Task {
        try await DemoFill(demo, db: db, blocksTogether: 1).run { done, _ in if done >= 3 { gate.open() } }
      }
      await gate.opened()
      filling.cancel()
      await #expect(throws: CancellationError.self) { _ = try await filling.value }
      let report = try await DemoFill(later, db: db, blocksTogether: 1).run()
      #expect(report.demo.setting.day == demo.setting.day)
      let accounts = try await DemoAccounts(report.demo, db: db).open()
      #expect(accounts.count == 11)
      await #expect(throws: AppError.self) { try await DemoFill(demo, db: db).run() }
    }
    #expect(stopped.differences(from: whole) == [])
  }

  @Test(arguments: TestDatabase.engines)
  func aDatabaseWithPeopleIsRefused(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let report = try await DemoFill(Self.demo, db: desk.db).run()
      _ = try await DemoAccounts(report.demo, db: desk.db).open()
      await #expect(throws: AppError.self) { try await DemoFill(Self.demo, db: desk.db).run() }
    }
  }

  /// The demo's rows as the files that an insurer would hand over, kind after kind.
  static func files(_ demo: Demo) -> [(any ImportKind.Type, String)] {
    var rows = DemoBlock()
    for number in 0..<demo.blockCount { rows.append(demo.block(number)) }
    return ImportKinds.all.compactMap { kind in
      let text: String? =
        switch kind.name {
        case "staff": csv(demo.staff)
        case "products": csv(demo.products)
        case "customers": csv(rows.customers)
        case "relationships": csv(rows.relationships)
        case "consents": csv(rows.consents)
        case "policies": csv(rows.policies)
        case "parties": csv(rows.parties)
        case "coverages": csv(rows.coverages)
        case "premiums": csv(rows.premiums)
        case "claims": csv(rows.claims)
        case "interactions": csv(rows.interactions)
        default: nil
        }
      return text.map { (kind, $0) }
    }
  }

  private static func csv<Row: DemoRow>(_ rows: [Row]) -> String {
    String(decoding: CSVText.line(Row.columns) + rows.flatMap { CSVText.line($0.values) }, as: UTF8.self)
  }
}

/// Opened once; whoever waits goes on.
private final class Gate: Sendable {
  private let stream: AsyncStream<Void>
  private let end: AsyncStream<Void>.Continuation

  init() { (stream, end) = AsyncStream.makeStream() }

  func open() { end.finish() }
  func opened() async { for await _ in stream {} }
}

/// What can be told of a database: every kind's export, and how many events of each kind there are.
private struct Copy {
  let exports: [String: String]
  let events: [String: Int]

  /// The first lines of each kind that one has and the other has not, and the events whose counts differ.
  func differences(from other: Copy) -> [String] {
    var found: [String] = []
    for kind in ImportKinds.all {
      let mine = Set((exports[kind.name] ?? "").split(whereSeparator: \.isNewline))
      let others = Set((other.exports[kind.name] ?? "").split(whereSeparator: \.isNewline))
      found += mine.subtracting(others).sorted().prefix(3).map { "\(kind.name) + \($0)" }
      found += others.subtracting(mine).sorted().prefix(3).map { "\(kind.name) - \($0)" }
      if found.isEmpty, exports[kind.name] != other.exports[kind.name] { found.append("\(kind.name): order") }
    }
    for kind in Set(events.keys).union(other.events.keys).sorted() where events[kind] != other.events[kind] {
      found.append("\(kind): \(events[kind] ?? 0) against \(other.events[kind] ?? 0)")
    }
    return found
  }

  static func open(on engine: TestDatabase.Engine, _ body: (Desk) async throws -> Void) async throws -> Copy {
    var copy: Copy?
    try await Desk.open(on: engine) { desk in
      var desk = desk
      desk.kinds = ImportKinds.all
      try await desk.db.act(as: desk.access) { tx in try DemoStore.admitDemo(in: tx) }
      try await body(desk)
      copy = try await desk.copy()
    }
    return try #require(copy)
  }
}

extension Desk {
  fileprivate func copy() async throws -> Copy {
    var exports: [String: String] = [:]
    for kind in ImportKinds.all { exports[kind.name] = try await export(kind) }
    let events = try await db.read(as: access) { tx in
      try tx.fetch(
        .all("SELECT kind, COUNT(*) FROM events GROUP BY kind ORDER BY kind") { ($0.text(0), Int($0.int(1))) })
    }
    return Copy(exports: exports, events: Dictionary(events) { first, _ in first })
  }

  private func export(_ kind: any ImportKind.Type) async throws -> String {
    var bytes = CSVText.line(kind.fields.map(\.name))
    var last: String?
    while true {
      let after = last
      let page = try await db.read(as: access) { tx in try kind.export(after: after, limit: 500, in: tx) }
      for row in page { bytes += CSVText.line(row.values) }
      guard let end = page.last?.key else { break }
      last = end
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  fileprivate func takeWhole(_ text: String, _ kind: any ImportKind.Type) async throws {
    let ended = try await take(text, kind: kind)
    #expect(ended.counts.waiting == 0 && ended.counts.rejected == 0, "\(kind.name): \(ended.counts.line)")
  }
}
