import Files
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import NIOCore
import Storage

/// Taking files in: upload, map, preview, run, report. Between the steps a file is named by its digest in the
/// address, so a page can be left and opened again.
enum ImportPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/imports", needs: .read(.import), for: .fixed(.intake)) { call in try await list(call) }
    routes.page(.get, "/imports/new", needs: .write(.import), for: .fixed(.intake)) { call in try upload(call) }
    routes.page(.post, "/imports", needs: .write(.import), for: .own) { call in try await take(call) }
    routes.page(.get, "/imports/mapping", needs: .write(.import), for: .fixed(.intake)) { call in
      try await map(call, try ImportDraft(call.query), chosen: nil)
    }
    routes.page(.post, "/imports/preview", needs: .write(.import), for: .own) { call in try await preview(call) }
    routes.page(.post, "/imports/run", needs: .write(.import), for: .own) { call in try await run(call) }
    routes.page(.get, "/imports/{id}", needs: .read(.import), for: .fixed(.intake)) { call in
      try await ImportRunPages.show(call)
    }
    routes.page(.get, "/imports/{id}/progress", needs: .read(.import), for: .fixed(.intake)) { call in
      try await ImportRunPages.progress(call)
    }
    routes.page(.get, "/imports/{id}/report.csv", needs: .read(.import), for: .fixed(.intake)) { call in
      try await ImportRunPages.report(call)
    }
    routes.page(.post, "/imports/{id}/stop", needs: .write(.import), for: .own) { call in
      try await ImportRunPages.change(call) { try Imports.stop($0, in: $1) }
    }
    routes.page(.post, "/imports/{id}/resume", needs: .write(.import), for: .own) { call in
      try await ImportRunPages.change(call) { try Imports.resume($0, in: $1) }
    }
  }

  static func steps(_ current: Int, _ words: Words) -> [ImportStep] {
    ["upload", "map", "preview", "run"].enumerated().map { place, name in
      ImportStep(
        label: words["imports.step.\(name)"], state: place < current ? "done" : place == current ? "current" : "todo")
    }
  }

  private static func list(_ call: Call) async throws -> Response {
    let before = call.query["before"].flatMap { ID<Import>($0) }
    let (items, names) = try await call.read { tx in
      let items = try Imports.list(before: before, limit: 51, in: tx)
      return (items, try Accounts.names(of: Set(items.map { Actor(stored: $0.requestedBy) }), in: tx))
    }
    let rows = items.prefix(50).map { ImportLine($0, names, call.format) }
    let words = call.words
    let empty = Empty(
      icon: "import", title: words["imports.emptyTitle"], text: words["imports.emptyText"],
      action: call.may(.write(.import)) ? Link(words["imports.new"], "/imports/new") : nil)
    let page = ImportsPage(
      rows: rows, empty: rows.isEmpty && before == nil ? empty : nil,
      pager: Pager(
        summary: "", nextHref: items.count > 50 ? "?before=\(items[49].id)" : nil,
        firstHref: before == nil ? nil : "/imports"), canImport: call.may(.write(.import)))
    return try call.page(page, title: words["imports.title"], section: .imports)
  }

  // MARK: Upload

  private static func upload(_ call: Call, fault: String? = nil) throws -> Response {
    let page = ImportUploadPage(
      steps: steps(0, call.words),
      kinds: ImportKinds.all.map {
        SelectOption($0.name, call.words.of("kinds", $0.name) ?? $0.name, isSelected: $0.name == "customers")
      },
      limit: "\(call.site.limits.uploadBytes >> 20) MB", csrf: call.csrf,
      faults: fault.map { [Fault("file", $0)] } ?? [])
    return try call.page(
      page, title: call.words["imports.new"], section: .imports, status: fault == nil ? .ok : .unprocessableContent)
  }

  private static func take(_ call: Call) async throws -> Response {
    let reader = try MultipartReader(call, limit: call.site.limits.uploadBytes)
    var fields: [String: String] = [:]
    while let part = try await reader.next() {
      guard let fileName = part.fileName else {
        fields[part.name] = try await reader.text()
        continue
      }
      // The form's token stands before the file: nothing is stored for a form that is not ours.
      try call.check(csrf: fields["csrf"])
      guard !fileName.isEmpty, let kind = ImportKinds.named(fields["kind"] ?? "") else { break }
      let file = try await ImportFiles.store(pieces: reader.pieces, in: call.site.database, as: try call.access)
      guard file.size > 0 else { break }
      let draft = ImportDraft(
        file: file, fileName: fileName, kind: kind,
        source: fields["source"]?.trimmingCharacters(in: .whitespaces) ?? "")
      return call.redirect("/imports/mapping\(draft.query)")
    }
    try call.check(csrf: fields["csrf"])
    return try upload(call, fault: call.words["imports.noFile"])
  }

  // MARK: Map

  /// - Parameter chosen: a mapping to show instead of the suggested one.
  private static func map(
    _ call: Call, _ draft: ImportDraft, chosen: ColumnMapping?, named: String = "", missing: [String]? = nil
  ) async throws -> Response {
    let access = try call.access
    let look = try await ImportLook.at(draft.file, kind: draft.kind, in: call.site.database, as: access)
    let kindName = draft.kind.name
    let kept = try await call.read { tx in try ImportMappings.list(kind: kindName, in: tx) }
    let page = ImportMapPage(
      draft, look, chosen ?? look.suggestion.mapping, missing ?? (chosen == nil ? look.suggestion.missing : []),
      kept: kept, named: named, sees: access.sees, call)
    return try call.page(
      page, title: draft.fileName, section: .imports, status: missing == nil ? .ok : .unprocessableContent)
  }

  private static func preview(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let draft = try ImportDraft(form)
    if form["load"] != nil {
      let name = form["mapping"] ?? ""
      let kindName = draft.kind.name
      let kept = try await call.read { tx in try ImportMappings.list(kind: kindName, in: tx) }
      let chosen = try kept.first { $0.name == name }.map { try ColumnMapping(yaml: $0.yaml) }
      return try await map(call, draft, chosen: chosen, named: name)
    }
    let access = try call.access
    let look = try await ImportLook.at(draft.file, kind: draft.kind, in: call.site.database, as: access)
    let mapping = look.completed(draft.mapping(form, columns: look.shape.columns), kind: draft.kind)
    let given = Set(mapping.columns.map(\.field))
    let missing = draft.kind.fields.filter { $0.required && !given.contains($0.name) }.map(\.name)
    guard missing.isEmpty, !mapping.columns.isEmpty else {
      return try await map(call, draft, chosen: mapping, missing: missing)
    }
    if let name = form["save_as"] {
      try await call.act { tx in try ImportMappings.save(mapping, name: name, in: tx) }
    }
    let rows = try await ImportRehearsal(db: call.site.database, access: access).preview(
      draft.file, kind: draft.kind, mapping: mapping, source: draft.source)
    let page = ImportPreviewPage(draft, mapping, rows, sees: access.sees, call)
    return try call.page(page, title: draft.fileName, section: .imports)
  }

  private static func run(_ call: Call) async throws -> Response {
    let form = try await call.form()
    let draft = try ImportDraft(form)
    let mapping = try ColumnMapping(yaml: form.raw("yaml") ?? "")
    let request = ImportRequest(
      kind: draft.kind.name, source: draft.source, mapping: mapping.yaml, fileName: draft.fileName, file: draft.file)
    let item = try await call.act { tx in try Imports.request(request, in: tx) }
    return call.redirect("/imports/\(item.id)")
  }
}
