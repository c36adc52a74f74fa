import Files
import HTTPTypes
import Hummingbird
import Insurer
import Kernel
import NIOCore
import Storage

/// `/api/v1/imports`: send a file, follow it, read what was wrong with its rows.
enum ImportAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/imports", scope: .read(.import), for: .fixed(.intake)) { call in
      var query = try call.strictQuery()
      let page = query.page(parts: 1)
      let before = query.place(of: page) { ID<Import>($0[0]) }
      try query.finish()
      let imports = try await call.read { try Imports.list(before: before, limit: page.limit + 1, in: $0) }
      let (items, next) = page.cut(imports) { ["\($0.id)"] }
      return JSONWriter.page(items, next: next) { write($1, to: &$0) }
    }
    routes.api(.post, "/imports", scope: .write(.import), for: .own, start)
    routes.api(.get, "/imports/{id}", scope: .read(.import), for: .fixed(.intake)) { call in
      try call.noQuery()
      let id = try call.id(Import.self)
      let item = try await call.read { try Imports.find(id, in: $0) }
      return JSONWriter.record { write(item, to: &$0) }.response()
    }
    routes.api(.get, "/imports/{id}/findings", scope: .read(.import), for: .fixed(.intake), findings)
  }

  private struct Order {
    let kind: any ImportKind.Type
    let source: String
    let fileName: String
    let mapping: String?
    let isDryRun: Bool
  }

  private static func order(_ call: Call) throws -> Order {
    var query = try call.strictQuery()
    let name = query.required("kind")
    let kind = name.flatMap { ImportKinds.named($0) }
    if name != nil, kind == nil {
      query.fail("kind", ValidationCode.enumUnknown.rawValue, ValidationCode.enumUnknown.message)
    }
    let source = query.text("source", limit: 64) ?? "file"
    let fileName = query.text("file_name", limit: 200) ?? "upload"
    let mapping = query.text("mapping")
    let isDryRun = query.flag("dry_run")
    try query.finish()
    guard let kind else { throw AppError.broken("an unknown kind went through") }
    return Order(kind: kind, source: source, fileName: fileName, mapping: mapping, isDryRun: isDryRun)
  }

  private static func start(_ call: Call) async throws -> Response {
    let order = try order(call)
    let file = try await store(call)
    let mapping = try await mapping(order, file, call)
    if order.isDryRun { return try await rehearse(order, file, mapping, call) }
    let request = ImportRequest(
      kind: order.kind.name, source: order.source, mapping: mapping, fileName: order.fileName, file: file)
    return try await call.actOnce(file.sha256) { tx in
      let item = try Imports.request(request, in: tx)
      let json = JSONWriter.record { write(item, to: &$0) }
      return KeptAnswer(status: 202, location: "/api/v1/imports/\(item.id)", body: json.bytes)
    }
  }

  private static let rehearsedRows = 100_000
  private static let rehearsedFindings = 1_000

  /// What would become of the rows; every batch is undone.
  private static func rehearse(
    _ order: Order, _ file: StoredFile, _ mapping: String, _ call: Call
  ) async throws -> Response {
    let (db, access) = (call.site.database, try call.access)
    var findings: [ImportFinding] = []
    let counts = try await ImportRehearsal(db: db, access: access).run(
      kind: order.kind, mapping: ColumnMapping(yaml: mapping), source: order.source, limit: rehearsedRows
    ) {
      ImportFiles.bytes(of: file, in: db, as: access)
    } each: { row in
      guard findings.count < rehearsedFindings else { return }
      findings += row.findings
    }
    return JSONWriter.record { json in
      json.field("kind", order.kind.name)
      json.field("complete", counts.rows < rehearsedRows)
      write(counts, to: &json)
      json.array("findings", findings.prefix(rehearsedFindings)) { json, finding in
        json.object { write(finding, to: &$0) }
      }
    }.response()
  }

  /// Keeps the body as it arrives.
  private static func store(_ call: Call) async throws -> StoredFile {
    let types = [
      "text/csv", "text/tab-separated-values", "application/x-ndjson", "application/gzip", "application/octet-stream",
    ]
    let type = call.request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
    guard types.contains(type) else { throw WebError.unsupported("a file is one of \(types.joined(separator: ", "))") }
    let limit = call.site.limits.uploadBytes
    if let length = call.request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
      throw WebError.tooLarge(limitBytes: limit)
    }
    let file = try await ImportFiles.store(
      pieces: Pieces(body: call.request.body, limit: limit), in: call.site.database, as: call.access)
    guard file.size > 0 else {
      throw AppError.invalid([FieldError("body", ValidationCode.required.rawValue, "the file is empty")])
    }
    return file
  }

  /// The saved mapping of that name, else the one suggested by a look at the file.
  private static func mapping(_ order: Order, _ file: StoredFile, _ call: Call) async throws -> String {
    if let name = order.mapping {
      let saved = try await call.read { try ImportMappings.list(kind: order.kind.name, in: $0) }
      guard let mapping = saved.first(where: { $0.name == name }) else {
        throw AppError.invalid([
          FieldError("mapping", ValidationCode.referenceUnknown.rawValue, ValidationCode.referenceUnknown.message)
        ])
      }
      return mapping.yaml
    }
    let look = try await ImportLook.at(file, kind: order.kind, in: call.site.database, as: call.access)
    guard look.suggestion.missing.isEmpty else {
      throw AppError.invalid(
        look.suggestion.missing.map {
          FieldError($0, ValidationCode.required.rawValue, "no column of the file gives this field")
        })
    }
    return look.suggestion.mapping.yaml
  }

  private static func findings(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 1)
    let row = query.place(of: page) { parts in Int(parts[0]).flatMap { $0 > 0 ? $0 : nil } } ?? 0
    try query.finish()
    let id = try call.id(Import.self)
    let found = try await call.read { tx in
      _ = try Imports.find(id, in: tx)
      return try Imports.findings(of: id, after: row, limit: page.limit * 8, in: tx)
    }
    let (items, next) = rows(found, page.limit, asked: page.limit * 8)
    return JSONWriter.page(items, next: next) { write($1, to: &$0) }
  }

  private static func write(_ finding: ImportFinding, to json: inout JSONWriter) {
    json.field("row", finding.row)
    json.field("outcome", finding.outcome)
    json.field("column", finding.field)
    json.field("code", finding.code)
    json.field("message", finding.message)
  }

  private static func write(_ counts: ImportCounts, to json: inout JSONWriter) {
    json.field("rows", counts.rows)
    json.field("created", counts.created)
    json.field("updated", counts.updated)
    json.field("unchanged", counts.unchanged)
    json.field("waiting", counts.waiting)
    json.field("rejected", counts.rejected)
    json.field("flagged", counts.flagged)
  }

  /// The findings of whole rows, `limit` at most where a row has not more by itself: a page never cuts a row.
  private static func rows(
    _ found: [ImportFinding], _ limit: Int, asked: Int
  ) -> (items: [ImportFinding], next: [String]?) {
    guard found.count > limit, let border = found.dropFirst(limit).first?.row else { return (found, nil) }
    let whole = found.prefix { $0.row < border }
    let items = whole.isEmpty ? found.prefix { $0.row == border } : whole
    let hasMore = items.count < found.count || found.count == asked
    return (Array(items), hasMore ? items.last.map { ["\($0.row)"] } : nil)
  }

  static func write(_ item: Import, to json: inout JSONWriter) {
    json.field("id", item.id)
    json.field("kind", item.kind)
    json.field("source", item.source)
    json.field("file_name", item.fileName)
    json.field("sha256", item.sha256.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined())
    json.field("size", item.size)
    json.field("state", item.state)
    json.field("requested_by", item.requestedBy)
    json.field("requested_at", item.requestedAt)
    json.field("started_at", item.startedAt)
    json.field("finished_at", item.finishedAt)
    write(item.counts, to: &json)
    json.field("error", item.error)
  }
}

/// A request's body piece by piece, up to a limit.
private struct Pieces: AsyncSequence {
  typealias Element = [UInt8]
  let body: RequestBody
  let limit: Int

  struct AsyncIterator: AsyncIteratorProtocol {
    var chunks: RequestBody.AsyncIterator
    let limit: Int
    var size = 0

    mutating func next() async throws -> [UInt8]? {
      guard let chunk = try await chunks.next() else { return nil }
      size += chunk.readableBytes
      guard size <= limit else { throw WebError.tooLarge(limitBytes: limit) }
      return Array(chunk.readableBytesView)
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(chunks: body.makeAsyncIterator(), limit: limit) }
}
