import Insurer
import Kernel

extension TaskRow {
  init(_ line: TaskLine, canTake: Bool, csrf: String, _ format: Format) {
    let task = line.task
    let words = format.words
    let isPool = task.assignee == nil && task.state == .open
    let href = "/tasks/\(task.id)"
    self.init(
      title: words.title(task), href: href, customer: line.customer?.shown,
      customerHref: line.customer.flatMap { $0.isVisible ? "/customers/\($0.id)" : nil },
      owner: TaskRow.owner(line, words), steps: line.stepsAll == 0 ? nil : "\(line.stepsDone)/\(line.stepsAll)",
      due: TaskRow.due(task, format),
      priority: task.priority == .high ? Badge(words.label(task.priority), tone: "bad", icon: "alert") : nil,
      state: task.state == .open ? nil : Badge(task.state, words),
      takeAction: canTake && isPool ? "\(href)/assignment" : nil, csrf: csrf)
  }

  static func owner(_ line: TaskLine, _ words: Words) -> String? {
    if case .role(let role) = line.task.owner { return words.label(role) }
    return line.ownerName
  }

  /// How far off an open task's day is.
  static func due(_ task: WorkTask, _ format: Format) -> Badge? {
    guard let due = task.dueOn else { return nil }
    guard task.state == .open else { return Badge(format.day(due), icon: "calendar") }
    let tone = due < format.today ? "bad" : due == format.today ? "warn" : "quiet"
    return Badge(format.until(due), tone: tone, icon: due <= format.today ? "clock" : "calendar")
  }
}

extension Badge {
  init(_ state: TaskState, _ words: Words) {
    switch state {
    case .open: self.init(words.label(state), tone: "info", icon: "clock")
    case .done: self.init(words.label(state), tone: "good", icon: "check")
    case .cancelled: self.init(words.label(state), tone: "quiet", icon: "close")
    }
  }
}

extension TaskPage {
  init(_ detail: TaskDetail, _ names: [Actor: String], faults: [FieldError], _ call: Call) {
    let (task, words, format) = (detail.task, call.words, call.format)
    let action = "/tasks/\(task.id)"
    let canAct = call.may(.write(.task))
    func name(_ actor: Actor) -> String { names[actor] ?? words["timeline.here"] }
    var badges = [Badge(task.state, words)]
    if let due = TaskRow.due(task, format) { badges.append(due) }
    if task.priority != .normal {
      badges.append(
        Badge(
          words.label(task.priority), tone: task.priority == .high ? "bad" : "quiet",
          icon: task.priority == .high ? "alert" : "arrow-down"))
    }
    self.init(
      title: words.title(task), action: action, csrf: call.csrf, details: task.details, badges: badges,
      facts: TaskPage.facts(detail, name(task.createdBy), task.closedBy.map(name), format),
      steps: detail.steps.map {
        TaskStepRow(
          place: "\($0.place)", words: $0.words, isDone: $0.doneAt != nil, canCheck: canAct && task.state == .open,
          action: action, csrf: call.csrf)
      },
      notes: detail.notes.map {
        TaskNoteRow(
          who: name($0.actor), kind: words.label($0.kind), words: $0.words, isPlain: $0.kind == .comment,
          at: format.moment($0.at))
      }, canAct: canAct, isOpen: task.state == .open, canTake: task.assignee == nil,
      canReopen: canAct && task.state != .open, editFields: TaskPage.editFields(task, words),
      handFields: [
        Field("assignee", words["tasks.handTo"], hint: words["tasks.handHint"]),
        Field("role", words["tasks.handRole"], control: .select(TaskFormPages.roles(words))),
        Field("reason", words["tasks.reason"], isRequired: true),
      ], faults: faults.map { Fault($0.field, words.fault($0)) })
  }

  private static func editFields(_ task: WorkTask, _ words: Words) -> [Field] {
    [
      Field("title", words["tasks.what"], task.title ?? ""),
      Field("details", words["tasks.details"], task.details ?? "", control: .area),
      Field("due_on", words["tasks.due"], task.dueOn?.description ?? "", control: .input(type: "date")),
      Field(
        "remind_at", words["tasks.remind"],
        task.remindAt.map { "\($0.day)T\($0.clockTime.prefix(5))" } ?? "", control: .input(type: "datetime-local")),
      Field(
        "priority", words["tasks.priority"], control: .select(TaskFormPages.priorities(task.priority, words))),
    ]
  }

  private static func facts(_ detail: TaskDetail, _ maker: String, _ closer: String?, _ format: Format) -> [Fact] {
    let (task, words) = (detail.task, format.words)
    var facts: [Fact] = []
    if let customer = detail.line.customer {
      facts.append(
        Fact(
          words["tasks.customer"], customer.shown, href: customer.isVisible ? "/customers/\(customer.id)" : nil))
    }
    if let subject = task.subject {
      facts.append(
        Fact(
          words.of("subjects", subject.kind) ?? words["tasks.about"], TaskLinks.id(subject),
          href: TaskLinks.href(subject)))
    }
    if let owner = TaskRow.owner(detail.line, words) { facts.append(Fact(words["tasks.owner"], owner)) }
    if let due = task.dueOn { facts.append(Fact(words["tasks.due"], format.day(due))) }
    if let remind = task.remindAt { facts.append(Fact(words["tasks.remind"], format.minute(remind))) }
    let isOurs = task.source == "anban"
    facts.append(Fact(words["tasks.source"], isOurs ? maker : words.fill("tasks.rule", task.source)))
    facts.append(Fact(words["tasks.made"], format.minute(task.createdAt)))
    if let at = task.closedAt { facts.append(Fact(words.label(task.state), format.minute(at), note: closer)) }
    return facts
  }
}
