import Files
import Foundation
import Insurer
import Kernel
import Storage
import TestKit
import Testing

@Suite struct ImportLookTests {
  @Test("columns are suggested by name and by content, in Chinese and English")
  func suggestion() throws {
    let text = "Note-ID , 标题*,联系方式,多余,日期\nA1,甲,13800000001,x,25/12/2010\nA2,乙,13900000002,y,02/03/2011\n"
    let look = try ImportLook.at(MemoryBytes(text), kind: NoteKind.self)
    let columns = look.suggestion.mapping.columns.map { "\($0.column)=\($0.field)" }
    #expect(columns == ["Note-ID=id", "标题=title", "联系方式=phone", "日期=day"])
    #expect(look.suggestion.mapping.key == ["id"])
    #expect(look.suggestion.mapping.columns[3].order == .dayFirst)
    #expect(look.suggestion.unmapped == ["多余"])
    #expect(look.suggestion.missing.isEmpty)
  }

  @Test("without its own key a file gets another one")
  func otherKey() throws {
    let look = try ImportLook.at(MemoryBytes("标题,手机号\n甲,13800000001\n"), kind: NoteKind.self)
    #expect(look.suggestion.mapping.key == ["phone"])
    #expect(look.suggestion.missing == ["id"])
  }
}

@Suite struct IntakeTests {
  @Test("a preview and a rehearsal keep nothing", arguments: TestDatabase.engines)
  func rehearsal(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let text = "id,title,amount\n" + (1...1_200).map { "R\($0),t,\($0 == 700 ? "x" : "1")\n" }.joined()
      let look = try ImportLook.at(MemoryBytes(text), kind: NoteKind.self)
      var lines: [[String]] = []
      let counts = try await ImportRehearsal(db: desk.db, access: desk.access).run(
        kind: NoteKind.self, mapping: look.suggestion.mapping, source: "core"
      ) {
        MemoryBytes(text)
      } each: {
        lines += ImportReport.lines($0)
      }
      #expect(counts.line == "rows=1200 created=1199 updated=0 unchanged=0 waiting=0 rejected=1 flagged=0")
      #expect(lines[699].prefix(4) == ["700", "rejected", "amount", "MONEY_INVALID"])
      #expect(try await desk.notes().isEmpty)
      for table in ["sources", "imports", "import_batches", "import_findings", "waiting_rows"] {
        #expect(try await desk.count(SQL(stringLiteral: "SELECT COUNT(*) FROM \(table)")) == 0)
      }
    }
  }

  @Test("an upload in pieces is the same file, and lies sealed", arguments: TestDatabase.engines)
  func upload(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let marked = "id,title,extra\n" + (1...40_000).map { "U\($0),t\($0),MARKED-SECRET-\($0)\n" }.joined()
      let bytes = Array(marked.utf8)
      let pieces = AsyncThrowingStream<[UInt8], any Error> { stream in
        for start in stride(from: 0, to: bytes.count, by: 7_777) {
          stream.yield(Array(bytes[start..<min(start + 7_777, bytes.count)]))
        }
        stream.finish()
      }
      let file = try await ImportFiles.store(pieces: pieces, in: desk.db, as: desk.access)
      let look = try await ImportLook.at(file, kind: NoteKind.self, in: desk.db, as: desk.access)
      #expect(look.shape.columns == ["id", "title", "extra"])
      let parts = try await desk.count("SELECT COUNT(*) FROM import_files")
      let item = try await desk.request(bytes)
      #expect(item.sha256 == file.sha256)
      #expect(try await desk.count("SELECT COUNT(*) FROM import_files") == parts)
      let preview = try await ImportRehearsal(db: desk.db, access: desk.access).preview(
        file, kind: NoteKind.self, mapping: look.suggestion.mapping, source: "core", limit: 3)
      #expect(preview.map { $0.values["title"] } == ["t1", "t2", "t3"])
      if case .sqlite(let path) = desk.db.address {
        for suffix in ["", "-wal"] {
          let data = try Data(contentsOf: URL(fileURLWithPath: path + suffix))
          #expect(data.range(of: Data("MARKED-SECRET".utf8)) == nil)
        }
      }
    }
  }

  @Test("a waiting row and its findings hold no value in clear", arguments: [TestDatabase.Engine.sqlite])
  func waitingIsSealed(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let item = try await desk.take("id,title,ref,phone\nW,HIDDEN-TITLE,NOBODY,13800009999\n")
      #expect(item.counts.waiting == 1)
      guard case .sqlite(let path) = desk.db.address else { return }
      for suffix in ["", "-wal"] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path + suffix))
        #expect(data.range(of: Data("HIDDEN-TITLE".utf8)) == nil)
        #expect(data.range(of: Data("13800009999".utf8)) == nil)
      }
    }
  }

  @Test("a sealed field as key is kept as its code", arguments: [TestDatabase.Engine.sqlite])
  func sealedKey(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let text = "标题,手机号\n甲,13800000001\n乙,13900000002\n甲,１３８００００0001\n"
      let item = try await desk.take(text)
      #expect(item.counts.line == "rows=3 created=2 updated=0 unchanged=1 waiting=0 rejected=0 flagged=0")
      #expect(try await desk.count("SELECT COUNT(*) FROM sources WHERE external_id LIKE '%1380%'") == 0)
      #expect(try await desk.take(text).counts.unchanged == 3)
    }
  }

  @Test("mappings are kept under a name", arguments: TestDatabase.engines)
  func mappings(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let mapping = ColumnMapping(kind: "notes", key: ["id"], columns: [.init(column: "编号", field: "id")])
      let saved = try await desk.db.act(as: desk.access) { tx in
        try ImportMappings.save(mapping, name: "每月", in: tx)
        try ImportMappings.save(mapping, name: "每月", in: tx)
        return try ImportMappings.list(kind: "notes", in: tx).map(\.yaml)
      }
      #expect(try saved.map(ColumnMapping.init(yaml:)) == [mapping])
    }
  }

  @Test("without the permission nothing is asked for", arguments: [TestDatabase.Engine.sqlite])
  func permission(_ engine: TestDatabase.Engine) async throws {
    try await Desk.open(on: engine) { desk in
      let stranger = Access(
        actor: .staff(1), role: .agent, purpose: .service, scope: .none, permissions: [.read(.import)], sees: [],
        staffID: 1, surface: "test")
      let file = StoredFile(sha256: [1], size: 1)
      let request = ImportRequest(
        kind: "notes", source: "core", mapping: "kind: notes\ncolumns: []", fileName: "f", file: file)
      let error = await #expect(throws: AppError.self) {
        try await desk.db.act(as: stranger) { tx in _ = try Imports.request(request, in: tx) }
      }
      #expect(error?.kind == .forbidden)
    }
  }
}
