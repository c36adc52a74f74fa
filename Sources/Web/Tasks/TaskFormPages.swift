import HTTPTypes
import Hummingbird
import HummingbirdCore
import Insurer
import Kernel
import Storage

/// Making a task and everything that may be done with one.
enum TaskFormPages {
  static func routes(_ routes: Routes) {
    routes.page(.get, "/tasks/new", needs: .write(.task), for: .own) { call in try await form(call, call.query, []) }
    routes.page(.post, "/tasks", needs: .write(.task), for: .own, create)
    routes.page(.post, "/tasks/{id}", needs: .write(.task), for: .own) { call in
      try await act(call) { form, id, tx in
        var edit = Tasks.Edit()
        edit.title = form.raw("title") ?? ""
        edit.details = form.raw("details") ?? ""
        var reader = FieldReader(form.values.merging(moment(form)) { $1 })
        edit.dueOn = .some(reader.day("due_on"))
        edit.remindAt = .some(reader.instant("remind_at"))
        edit.priority = reader.enumeration(TaskPriority.self, "priority")
        guard reader.findings.isEmpty else { throw AppError.invalid(reader.findings.map(\.error)) }
        try Tasks.change(id, edit, in: tx)
      }
    }
    routes.page(.post, "/tasks/{id}/steps", needs: .write(.task), for: .own) { call in
      try await act(call) { form, id, tx in
        guard let place = form["step"].flatMap({ Int($0) }) else { throw AppError.notFound("step") }
        try Tasks.check(id, step: place, isDone: form["done"] == "1", in: tx)
      }
    }
    routes.page(.post, "/tasks/{id}/completion", needs: .write(.task), for: .own) { call in
      try await act(call, notice: "taskDone") { form, id, tx in try Tasks.complete(id, note: form["note"], in: tx) }
    }
    routes.page(.post, "/tasks/{id}/cancellation", needs: .write(.task), for: .own) { call in
      try await act(call) { form, id, tx in try Tasks.cancel(id, reason: form["reason"], in: tx) }
    }
    routes.page(.post, "/tasks/{id}/reopening", needs: .write(.task), for: .own) { call in
      try await act(call) { form, id, tx in try Tasks.reopen(id, reason: form["reason"], in: tx) }
    }
    routes.page(.post, "/tasks/{id}/comments", needs: .write(.task), for: .own) { call in
      try await act(call) { form, id, tx in try Tasks.comment(id, form["text"], in: tx) }
    }
    routes.page(.post, "/tasks/{id}/assignment", needs: .write(.task), for: .own) { call in
      try await act(call, leaving: "/tasks", notice: "taskHandedOn") { form, id, tx in
        let values = form.values.filter { ["assignee", "role"].contains($0.key) }
        if form["to"] != "me", values.allSatisfy({ $0.value.isEmpty }) {
          throw AppError.invalid([Finding("assignee", .required, .reject).error])
        }
        try Tasks.handOn(id, to: Tasks.owner(values, in: tx), reason: form["reason"], in: tx)
      }
    }
    routes.page(.post, "/notices/seen", for: .own) { call in
      _ = try await call.form()
      try await call.act { try Tasks.markNoticesSeen(in: $0) }
      return call.redirect("/")
    }
  }

  /// Does it and goes back to the task; what is wrong is said there. Who no longer sees the task goes to the list.
  private static func act(
    _ call: Call, leaving: String? = nil, notice: String? = nil,
    _ body: @escaping @Sendable (FormFields, ID<WorkTask>, Tx) throws -> Void
  ) async throws -> Response {
    let form = try await call.form()
    let id = try call.id(WorkTask.self)
    do {
      try await call.act { tx in try body(form, id, tx) }
    } catch let error as AppError where error.kind == .invalid {
      return try await TaskPages.show(call, faults: error.fields)
    } catch let error as AppError where ["ASSIGNEE_CANNOT_SEE", "STAFF_LEFT"].contains(error.code) {
      return try await TaskPages.show(call, faults: [FieldError("assignee", error.code, error.detail)])
    }
    if let leaving, form["to"] != "me" { return call.redirect(leaving, notice: notice) }
    return call.redirect("/tasks/\(id)", notice: notice)
  }

  /// A browser's local moment as readers take it.
  private static func moment(_ form: FormFields) -> [String: String] {
    form["remind_at"].map { ["remind_at": $0.replacing("T", with: " ")] } ?? [:]
  }

  // MARK: New

  private static let hidden = ["customer", "policy", "claim"]

  private static func create(_ call: Call) async throws -> Response {
    let form = try await call.form()
    var values = form.values.filter { Tasks.columns.contains($0.key) }.merging(moment(form)) { $1 }
    // One choice stands for the three ways to say who.
    switch form["owner"] {
    case "me", nil: values["assignee"] = nil
    case "colleague": if (values["assignee"] ?? "").isEmpty { values["assignee"] = "?" }
    case .some(let role): (values["role"], values["assignee"]) = (role, nil)
    }
    do {
      let subject = try TaskLinks.subject(policy: form["policy"], claim: form["claim"])
      let id = try await call.act { [values] tx in
        try Tasks.open(try Tasks.read(values, subject: subject, in: tx), in: tx)
      }
      return call.redirect("/tasks/\(id)", notice: "taskOpened")
    } catch let error as AppError where error.kind == .invalid {
      return try await self.form(call, form, error.fields)
    } catch let error as AppError where ["ASSIGNEE_CANNOT_SEE", "STAFF_LEFT"].contains(error.code) {
      return try await self.form(call, form, [FieldError("assignee", error.code, error.detail)])
    }
  }

  private static func form(_ call: Call, _ values: FormFields, _ errors: [FieldError]) async throws -> Response {
    let customer = values["customer"].flatMap { ID<Customer>($0) }
    let name = try await call.read { tx in try customer.map { try Customers.find($0, in: tx).name } }
    let words = call.words
    func field(
      _ name: String, _ label: String, control: Field.Control = .input(type: "text"), hint: String? = nil,
      isRequired: Bool = false
    ) -> Field {
      Field(
        name, words["tasks.\(label)"], values.raw(name) ?? "", control: control, hint: hint,
        error: errors.first { $0.field == name }.map { words.fault($0) }, isRequired: isRequired)
    }
    let chosen = values["owner"] ?? "me"
    let owners =
      [SelectOption("me", words["tasks.me"], isSelected: chosen == "me")]
      + [SelectOption("colleague", words["tasks.colleague"], isSelected: chosen == "colleague")]
      + roles(words, chosen: chosen).dropFirst()
    let page = TaskFormPage(
      action: "/tasks", csrf: call.csrf, cancelHref: customer.map { "/customers/\($0)" } ?? "/tasks",
      customer: customer.flatMap { id in name.map { Link($0, "/customers/\(id)") } },
      hidden: hidden.compactMap { key in values[key].map { SelectOption($0, key) } },
      fields: [
        field("title", "what", isRequired: true),
        field("due_on", "due", control: .input(type: "date")),
        field("owner", "owner", control: .select(owners)),
        field("assignee", "handTo", hint: words["tasks.handHint"]),
        field(
          "priority", "priority",
          control: .select(priorities(values["priority"].flatMap { TaskPriority(rawValue: $0) } ?? .normal, words))),
        field("remind_at", "remind", control: .input(type: "datetime-local")),
        field("details", "details", control: .area, hint: words["interactions.summaryHint"]),
        field("steps", "steps", control: .area, hint: words["tasks.stepsHint"]),
      ], faults: errors.map { Fault($0.field, words.fault($0)) })
    return try call.page(
      page, title: words["tasks.new"], section: .tasks, status: errors.isEmpty ? .ok : .unprocessableContent)
  }

  static func priorities(_ chosen: TaskPriority, _ words: Words) -> [SelectOption] {
    TaskPriority.allCases.map { SelectOption($0.rawValue, words.label($0), isSelected: $0 == chosen) }
  }

  /// The roles that work off a common queue; the first choice is none.
  static func roles(_ words: Words, chosen: String? = nil) -> [SelectOption] {
    [SelectOption("", "—")]
      + [Role.service, .claims, .underwriter, .compliance, .steward].map {
        SelectOption($0.rawValue, words.label($0), isSelected: $0.rawValue == chosen)
      }
  }
}
