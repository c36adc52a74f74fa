import Hummingbird
import Insurer
import Kernel
import Storage

/// `/api/v1/tasks`: what is to be done, and everything that may be done with it; `/api/v1/notices`.
enum TaskAPI {
  static func routes(_ routes: Routes) {
    routes.api(.get, "/tasks", scope: .read(.task), for: .named, list)
    routes.api(.post, "/tasks", scope: .write(.task), for: .own, create)
    routes.api(.get, "/tasks/{id}", scope: .read(.task), for: .named) { call in
      try call.noQuery()
      let id = try call.id(WorkTask.self)
      let references = call.site.references
      return try await call.read { tx in try document(id, references, tx) }.response
    }
    routes.api(.patch, "/tasks/{id}", scope: .write(.task), for: .own, edit)
    routes.api(.post, "/tasks/{id}/completion", scope: .write(.task), for: .own) { call in
      try await act(call, ["note"]) { values, id, tx in try Tasks.complete(id, note: values["note"], in: tx) }
    }
    routes.api(.post, "/tasks/{id}/cancellation", scope: .write(.task), for: .own) { call in
      try await act(call, ["reason"]) { values, id, tx in try Tasks.cancel(id, reason: values["reason"], in: tx) }
    }
    routes.api(.post, "/tasks/{id}/reopening", scope: .write(.task), for: .own) { call in
      try await act(call, ["reason"]) { values, id, tx in try Tasks.reopen(id, reason: values["reason"], in: tx) }
    }
    routes.api(.post, "/tasks/{id}/assignment", scope: .write(.task), for: .own) { call in
      try await act(call, ["assignee", "team_of", "role", "reason"]) { values, id, tx in
        try Tasks.handOn(id, to: Tasks.owner(values, in: tx), reason: values["reason"], in: tx)
      }
    }
    routes.api(.post, "/tasks/{id}/comments", scope: .write(.task), for: .own) { call in
      try await act(call, ["text"]) { values, id, tx in try Tasks.comment(id, values["text"], in: tx) }
    }
    routes.api(.post, "/tasks/{id}/steps", scope: .write(.task), for: .own, check)
    routes.api(.get, "/notices", scope: .read(.task), for: .own, notices)
    routes.api(.post, "/notices/seen", scope: .write(.task), for: .own) { call in
      try call.noQuery()
      return try await call.actOnce { tx in
        try Tasks.markNoticesSeen(in: tx)
        return KeptAnswer(status: 200, location: "", body: Array("{}".utf8))
      }
    }
  }

  // MARK: Reading

  private static func list(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let page = query.page(parts: 2)
    let place = query.numbers(of: page)
    var filter = TaskFilter(query.code("whose") ?? .all, state: query.code("state"), due: query.code("due"))
    filter.priority = query.code("priority")
    filter.kind = query.text("kind").map { TaskKind(rawValue: $0) }
    let customer = query.id("customer", of: Customer.self)
    let sort: TaskSort = query.code("sort") ?? .due
    try query.finish()
    let references = call.site.references
    return try await call.read { [filter] tx in
      var filter = filter
      if let customer {
        _ = try Customers.find(customer, in: tx)
        filter.customers = try tx.fetch(Customers.person(customer)).records
      }
      let lines = try Tasks.list(filter, sort: sort, after: place, limit: page.limit + 1, in: tx)
      let found = try references.find(lines.compactMap(\.task.assignee), in: tx)
      let (items, next) = page.cut(lines) { line in
        let place = Tasks.place(line.task, sort)
        return ["\(place.value)", "\(place.id)"]
      }
      return JSONWriter.record { json in
        json.array("items", items) { json, line in json.object { TaskJSON.write(line, found, to: &$0) } }
        json.field("next", next.map(Cursor.text))
      }
    }.response()
  }

  struct Document: Sendable {
    let json: JSONWriter
    let version: Int64
    var response: Response { json.response(headers: [.eTag: Call.tag(version)]) }
    func kept(_ status: Int, location: String = "") -> KeptAnswer {
      KeptAnswer(status: status, location: location, version: Call.tag(version), body: json.bytes)
    }
  }

  private static func document(_ id: ID<WorkTask>, _ references: References, _ tx: ReadTx) throws -> Document {
    let detail = try Tasks.find(id, in: tx)
    let found = try references.find([detail.task.assignee].compactMap { $0 }, in: tx)
    let names = try Accounts.names(of: Set(detail.notes.map(\.actor)), in: tx)
    return Document(
      json: JSONWriter.record { TaskJSON.write(detail, found, names, to: &$0) }, version: detail.task.version)
  }

  private static func notices(_ call: Call) async throws -> Response {
    var query = try call.strictQuery()
    let isAll = query.flag("all")
    try query.finish()
    return try await call.read { tx in
      let notices = try Tasks.notices(unseenOnly: !isAll, limit: 100, in: tx)
      let names = try Accounts.names(of: Set(notices.map(\.actor)), in: tx)
      return JSONWriter.record { json in
        json.array("items", notices) { json, notice in
          json.object {
            $0.field("id", notice.id)
            $0.field("kind", notice.kind)
            $0.field("task", notice.task)
            $0.field("by", names[notice.actor])
            $0.field("at", notice.at)
            $0.field("seen_at", notice.seenAt)
          }
        }
      }
    }.response()
  }

  // MARK: Acts

  private static func create(_ call: Call) async throws -> Response {
    let ((values, about, key), bytes) = try await call.object { fields in
      var values = fields.texts(JSONColumn.texts(Tasks.columns.filter { $0 != "steps" }))
      values["steps"] = steps(&fields)
      let (about, key) = ((policy: fields.string("policy"), claim: fields.string("claim")), fields.string("key"))
      if let key, key.isEmpty || key.utf8.count > 200 { fields.fail("key", "TOO_LONG", "1 to 200 bytes are expected") }
      return (values, about, key)
    }
    let subject = try TaskLinks.subject(policy: about.policy, claim: about.claim)
    let references = call.site.references
    return try await call.actOnce(bytes) { tx in
      let id = try Tasks.open(try Tasks.read(values, subject: subject, in: tx), key: key, in: tx)
      return try document(id, references, tx).kept(201, location: "/api/v1/tasks/\(id)")
    }
  }

  private static func steps(_ fields: inout JSONFields) -> String {
    guard let value = fields.value("steps"), value != .null else { return "" }
    var texts: [String] = []
    var isList = false
    if case .array(let elements) = value {
      texts = elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
      isList = texts.count == elements.count
    }
    guard isList else {
      fields.fail("steps", "TYPE", "an array of texts is expected")
      return ""
    }
    return texts.map { String($0.map { $0.isNewline ? " " : $0 }) }.joined(separator: "\n")
  }

  private static func edit(_ call: Call) async throws -> Response {
    let id = try call.id(WorkTask.self)
    let expected = try call.version()
    let values = try await call.texts(
      JSONColumn.texts(["title", "details", "due_on", "remind_at", "priority"])
    ).value
    var reader = FieldReader(values)
    var change = Tasks.Edit()
    (change.title, change.details) = (values["title"], values["details"])
    if values["due_on"] != nil { change.dueOn = .some(reader.day("due_on")) }
    if values["remind_at"] != nil { change.remindAt = .some(reader.instant("remind_at")) }
    change.priority = reader.enumeration(TaskPriority.self, "priority")
    guard reader.findings.isEmpty else { throw AppError.invalid(reader.findings.map(\.error)) }
    let references = call.site.references
    do {
      return try await call.act { [change] tx in
        try Tasks.change(id, change, version: expected, in: tx)
        return try document(id, references, tx)
      }.response
    } catch let error as AppError where error.code == "STALE" {
      let current = try await call.read { try document(id, references, $0) }
      throw WebError.stale(sent: expected ?? 0, current: current.version, json: current.json.bytes)
    }
  }

  private static func check(_ call: Call) async throws -> Response {
    let id = try call.id(WorkTask.self)
    let ((place, isDone), bytes) = try await call.object { fields in
      let place = fields.int("step")
      if place == nil { fields.fail("step", "REQUIRED", "a value is needed here") }
      return (place, fields.bool("done") ?? true)
    }
    let references = call.site.references
    return try await call.actOnce(bytes) { tx in
      try Tasks.check(id, step: Int(exactly: (place ?? 0) - 1) ?? -1, isDone: isDone, in: tx)
      return try document(id, references, tx).kept(200)
    }
  }

  /// Acts on one task and answers it; who handed it away and sees it no more is answered nothing.
  private static func act(
    _ call: Call, _ names: [String], _ body: @escaping @Sendable ([String: String], ID<WorkTask>, Tx) throws -> Void
  ) async throws -> Response {
    let id = try call.id(WorkTask.self)
    let (values, bytes) = try await call.texts(JSONColumn.texts(names))
    let references = call.site.references
    return try await call.actOnce(bytes) { tx in
      try body(values, id, tx)
      do { return try document(id, references, tx).kept(200) } catch let error as AppError where error.kind == .notFound
      {
        return KeptAnswer(status: 200, location: "", body: Array("{}".utf8))
      }
    }
  }
}

enum TaskJSON {
  static func write(_ line: TaskLine, _ references: References.Found, to json: inout JSONWriter) {
    let task = line.task
    json.field("id", task.id)
    json.field("kind", task.kind.rawValue)
    json.field("title", task.title)
    json.array("args", task.args) { json, text in json.string(text) }
    json.field("details", task.details)
    json.field("customer", line.customer.flatMap { $0.isVisible ? $0.id : nil })
    if let subject = task.subject {
      json.object("about") {
        $0.field("kind", subject.kind)
        $0.field("id", TaskLinks.id(subject))
      }
    }
    json.field("state", task.state)
    json.field("priority", task.priority)
    json.field("due_on", task.dueOn)
    json.field("remind_at", task.remindAt)
    switch task.owner {
    case .staff(let id): json.field("assignee", references.number(id))
    case .group: json.field("team", line.ownerName)
    case .role(let role): json.field("role", role)
    }
    json.field("source", task.source)
    json.field("key", task.key)
    json.field("created_at", task.createdAt)
    json.field("closed_at", task.closedAt)
    json.field("steps_done", line.stepsDone)
    json.field("steps_all", line.stepsAll)
    json.field("version", task.version)
  }

  static func write(
    _ detail: TaskDetail, _ references: References.Found, _ names: [Actor: String], to json: inout JSONWriter
  ) {
    write(detail.line, references, to: &json)
    json.array("steps", detail.steps) { json, step in
      json.object {
        $0.field("step", step.place + 1)
        $0.field("words", step.words)
        $0.field("done_at", step.doneAt)
      }
    }
    json.array("notes", detail.notes) { json, note in
      json.object {
        $0.field("kind", note.kind)
        $0.field("words", note.words)
        $0.field("by", names[note.actor])
        $0.field("at", note.at)
      }
    }
  }
}
