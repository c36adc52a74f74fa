import Files
import Foundation
import Insurer
import Kernel
import Storage
import TestKit

/// A database and a way to take texts in as files.
struct Desk {
  let db: Database
  let access = Access.system(purpose: .intake, surface: "test")
  var kinds: [any ImportKind.Type] = [NoteKind.self]

  static func open(
    on engine: TestDatabase.Engine, clock: Clock = TestDatabase.clock, _ body: (Desk) async throws -> Void
  ) async throws {
    try await TestDatabase.open(on: engine, clock: clock, boringIDs: false) { try await body(Desk(db: $0)) }
  }

  func run(holder: String = "here", milliseconds: Bool = true) -> ImportRun {
    ImportRun(db: db, access: access, holder: holder, kinds: kinds, sharesWriter: milliseconds)
  }

  /// Stores the bytes as a file and asks for their import with the suggested mapping.
  func request(
    _ bytes: [UInt8], kind: any ImportKind.Type = NoteKind.self, source: String = "core", mapping: String? = nil
  ) async throws -> Import {
    let path = "\(NSTemporaryDirectory())desk-\(UInt64.random(in: 0...UInt64.max))"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try await ImportFiles.store(path: path, in: db, as: access)
    let suggested = try ImportLook.at(MemoryBytes(bytes), kind: kind).suggestion.mapping.yaml
    let request = ImportRequest(
      kind: kind.name, source: source, mapping: mapping ?? suggested, fileName: "f.csv", file: file)
    return try await db.act(as: access) { tx in try Imports.request(request, in: tx) }
  }

  /// Takes a text in; the import as it ended.
  @discardableResult
  func take(
    _ text: String, kind: any ImportKind.Type = NoteKind.self, source: String = "core", mapping: String? = nil
  ) async throws -> Import {
    try await take(Array(text.utf8), kind: kind, source: source, mapping: mapping)
  }

  @discardableResult
  func take(
    _ bytes: [UInt8], kind: any ImportKind.Type = NoteKind.self, source: String = "core", mapping: String? = nil
  ) async throws -> Import {
    let item = try await request(bytes, kind: kind, source: source, mapping: mapping)
    guard let ended = try await run().run(item.id) else { throw AppError.broken("held by somebody else") }
    return ended
  }

  func notes() async throws -> [String] { try await db.read(as: access) { tx in try tx.fetch(NoteSQL.all()) } }

  func find(_ id: ID<Import>) async throws -> Import {
    try await db.read(as: access) { tx in try Imports.find(id, in: tx) }
  }

  /// The report's lines as `row outcome column code`.
  func report(_ id: ID<Import>) async throws -> [String] {
    var lines: [String] = []
    try await ImportReport.lines(of: id, in: db, as: access) { lines.append($0.prefix(4).joined(separator: " ")) }
    return lines
  }

  func count(_ sql: SQL) async throws -> Int {
    try await db.read(as: access) { tx in try tx.fetch(Query<Int>.count(sql)) }
  }
}
