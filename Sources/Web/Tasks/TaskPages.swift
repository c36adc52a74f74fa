import Hummingbird
import Insurer
import Kernel
import Storage

/// `/tasks`, the list as a file, and one task.
enum TaskPages {
  private static let pageSize = 50

  static func routes(_ routes: Routes) {
    routes.page(.get, "/tasks", needs: .read(.task), for: .named, list)
    routes.page(.get, "/tasks/export.csv", needs: .read(.task), for: .named, export)
    routes.page(.get, "/tasks/{id}", needs: .read(.task), for: .named) { call in try await show(call) }
  }

  // MARK: List

  /// What the list and its file ask alike.
  struct Asked: Sendable {
    var filter: TaskFilter
    let sort: TaskSort

    init(_ query: FormFields) {
      let state = query["state"].flatMap { TaskState(rawValue: $0) } ?? .open
      filter = TaskFilter(
        query["whose"].flatMap { TaskFilter.Whose(rawValue: $0) } ?? .mine, state: state,
        due: query["due"].flatMap { TaskFilter.Due(rawValue: $0) })
      filter.kind = query["kind"].map { TaskKind(rawValue: $0) }
      filter.priority = query["priority"].flatMap { TaskPriority(rawValue: $0) }
      filter.assignee = query["assignee"].flatMap { ID<StaffMember>($0) }
      sort = query["sort"].flatMap { TaskSort(rawValue: $0) } ?? (state == .open ? .due : .newest)
    }
  }

  private static func list(_ call: Call) async throws -> Response {
    let asked = Asked(call.query)
    let after = place(call.query["after"])
    let (lines, mine, pool) = try await call.read { tx in
      (
        try Tasks.list(asked.filter, sort: asked.sort, after: after, limit: pageSize + 1, in: tx),
        try Tasks.count(TaskFilter(.mine), in: tx), try Tasks.count(TaskFilter(.pool), in: tx)
      )
    }
    let shown = lines.prefix(pageSize)
    let next = lines.count > pageSize ? shown.last.map { Tasks.place($0.task, asked.sort) } : nil
    let words = call.words
    let page = TasksPage(
      tabs: tabs(asked.filter.whose, mine: mine, pool: pool, call.format), filters: filters(asked.filter, call),
      sorts: TaskSort.allCases.map {
        Choice(
          words["tasks.sort.\($0.rawValue)"], address(call, ["sort": $0.rawValue]), isCurrent: $0 == asked.sort)
      }, rows: shown.map { TaskRow($0, canTake: call.may(.write(.task)), csrf: call.csrf, call.format) },
      pager: Pager(
        summary: "", nextHref: next.map { "/tasks" + call.query.with(["after": "\($0.value)~\($0.id)"]) },
        firstHref: after == nil ? nil : address(call, [:])),
      empty: shown.isEmpty
        ? Empty(icon: "check", title: words["tasks.emptyTitle"], text: words["tasks.emptyText"]) : nil,
      newHref: call.may(.write(.task)) ? "/tasks/new" : nil,
      exportHref: "/tasks/export.csv" + call.query.with(["after": nil])
    )
    return try call.page(page, title: words["tasks.title"], section: .tasks)
  }

  private static func address(_ call: Call, _ changes: [String: String?]) -> String {
    "/tasks" + call.query.with(changes.merging(["after": nil]) { first, _ in first })
  }

  /// `value~id`: either may be negative.
  private static func place(_ text: String?) -> (value: Int64, id: Int64)? {
    let parts = (text ?? "").split(separator: "~").compactMap { Int64($0) }
    return parts.count == 2 ? (parts[0], parts[1]) : nil
  }

  private static func tabs(
    _ whose: TaskFilter.Whose, mine: BoundedCount, pool: BoundedCount, _ format: Format
  ) -> [Choice] {
    TaskFilter.Whose.allCases.map { each in
      let count: BoundedCount? = each == .mine ? mine : each == .pool ? pool : nil
      return Choice(
        format.words["tasks.whose.\(each.rawValue)"], each == .mine ? "/tasks" : "/tasks?whose=\(each.rawValue)",
        isCurrent: each == whose, count: count.map { format.count($0.value, isExact: $0.isExact) })
    }
  }

  private static func filters(_ filter: TaskFilter, _ call: Call) -> [Choice] {
    let words = call.words
    let isOpen = filter.state == .open
    return [
      Choice(words["tasks.allOpen"], address(call, ["due": nil, "state": nil]), isCurrent: isOpen && filter.due == nil)
    ]
      + TaskFilter.Due.allCases.map {
        Choice(
          words["tasks.due.\($0.rawValue)"], address(call, ["due": $0.rawValue, "state": nil]),
          isCurrent: isOpen && $0 == filter.due)
      }
      + [TaskState.done, .cancelled].map {
        Choice(
          words.label($0), address(call, ["state": $0.rawValue, "due": nil, "sort": nil]), isCurrent: $0 == filter.state
        )
      }
  }

  private static func export(_ call: Call) async throws -> Response {
    let asked = Asked(call.query)
    let words = call.words
    let columns = ["what", "customer", "due", "priority", "owner", "state", "source"]
    return call.spreadsheet("tasks", header: columns.map { words["tasks.\($0)"] }) {
      (after: (value: Int64, id: Int64)?) in
      let lines = try await call.read { tx in
        let lines = try Tasks.list(asked.filter, sort: asked.sort, after: after, limit: 500, in: tx)
        let people = Set(lines.compactMap(\.task.customerID?.raw)).sorted()
        if !people.isEmpty { tx.logAccess(AccessRecord(.export, subjects: people, what: "tasks")) }
        return lines
      }
      let rows = lines.map { line in
        let row = TaskRow(line, canTake: false, csrf: "", call.format)
        return [
          row.title, row.customer ?? "", line.task.dueOn?.description ?? "", words.label(line.task.priority),
          row.owner ?? "", words.label(line.task.state), line.task.source,
        ]
      }
      return (rows, lines.count == 500 ? lines.last.map { Tasks.place($0.task, asked.sort) } : nil)
    }
  }

  // MARK: One

  static func show(_ call: Call, faults: [FieldError] = []) async throws -> Response {
    let id = try call.id(WorkTask.self)
    let (detail, names) = try await call.read { tx in
      let detail = try Tasks.find(id, in: tx)
      let actors = detail.notes.map(\.actor) + [detail.task.createdBy] + [detail.task.closedBy].compactMap { $0 }
      return (detail, try Accounts.names(of: Set(actors), in: tx))
    }
    let page = TaskPage(detail, names, faults: faults, call)
    return try call.page(
      page, title: call.words.title(detail.task), section: .tasks, status: faults.isEmpty ? .ok : .unprocessableContent)
  }
}
