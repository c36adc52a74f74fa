/// What is to be done, as a list. Template: `tasks/list`.
package struct TasksPage: Page {
  package static let template = "tasks/list"
  package let tabs, filters, sorts: [Choice]
  package let rows: [TaskRow]
  package let pager: Pager
  package let empty: Empty?
  package let newHref: String?
  package let exportHref: String
  package static let tags: Tags<TasksPage> = [
    "tabs": .rows(\.tabs), "filters": .rows(\.filters), "sorts": .rows(\.sorts), "rows": .rows(\.rows),
    "pager": .part(\.pager), "empty": .part(\.empty), "newHref": .text(\.newHref), "exportHref": .text(\.exportHref),
  ]
  package static let sample = TasksPage(
    tabs: [Choice("我的", "/tasks", isCurrent: true, count: "4"), Choice("待领取", "/tasks?whose=pool", count: "2")],
    filters: [Choice("全部待办", "?", isCurrent: true), Choice("已逾期", "?due=overdue")],
    sorts: [Choice("按期限", "?", isCurrent: true), Choice("按优先级", "?sort=priority")], rows: TaskRow.samples,
    pager: Pager(summary: "4", nextHref: nil, firstHref: nil), empty: nil, newHref: "/tasks/new",
    exportHref: "/tasks/export.csv")
}

/// One task in a list. Template: `tasks/row`.
package struct TaskRow: Part {
  package let title, href: String
  package let customer, customerHref, owner, steps: String?
  package let due: Badge?
  package let priority: Badge?
  package let state: Badge?
  /// Taking it in one tap, where it is nobody's yet.
  package let takeAction: String?
  package let csrf: String
  package static let tags: Tags<TaskRow> = [
    "title": .text(\.title), "href": .text(\.href), "customer": .text(\.customer),
    "customerHref": .text(\.customerHref), "owner": .text(\.owner), "steps": .text(\.steps), "due": .part(\.due),
    "priority": .part(\.priority), "state": .part(\.state), "takeAction": .text(\.takeAction), "csrf": .text(\.csrf),
  ]
  static let samples = [
    TaskRow(
      title: "续期催缴致电：保单 P2025090314，应缴日 2026-10-18", href: "/tasks/TA-1", customer: "李岚",
      customerHref: "/customers/CU-1", owner: "何静", steps: "1/3", due: Badge("已过 3 天", tone: "bad", icon: "clock"),
      priority: Badge("紧急", tone: "bad", icon: "alert"), state: nil, takeAction: nil, csrf: "token"),
    TaskRow(
      title: "整理晨会材料", href: "/tasks/TA-2", customer: nil, customerHref: nil, owner: "华东一部", steps: nil,
      due: Badge("明天", tone: "quiet", icon: "calendar"), priority: nil, state: nil,
      takeAction: "/tasks/TA-2/assignment", csrf: "token"),
  ]
}

/// One task whole, with what may be done. Template: `tasks/show`.
package struct TaskPage: Page {
  package static let template = "tasks/show"
  package let title, action, csrf: String
  package let details: String?
  package let badges: [Badge]
  package let facts: [Fact]
  package let steps: [TaskStepRow]
  package let notes: [TaskNoteRow]
  /// May act; is open; is nobody's and may be taken.
  package let canAct, isOpen, canTake, canReopen: Bool
  package let editFields, handFields: [Field]
  package let faults: [Fault]
  package static let tags: Tags<TaskPage> = [
    "title": .text(\.title), "action": .text(\.action), "csrf": .text(\.csrf), "details": .text(\.details),
    "badges": .rows(\.badges), "facts": .rows(\.facts), "steps": .rows(\.steps), "notes": .rows(\.notes),
    "canAct": .flag(\.canAct), "isOpen": .flag(\.isOpen), "canTake": .flag(\.canTake),
    "canReopen": .flag(\.canReopen), "editFields": .rows(\.editFields), "handFields": .rows(\.handFields),
    "faults": .rows(\.faults),
  ]
  package static let sample = TaskPage(
    title: "补交理赔材料：CLM-2026-00377", action: "/tasks/TA-1", csrf: "token", details: "客户说发票下周能拿到。",
    badges: [Badge("待办", tone: "info", icon: "clock"), Badge("紧急", tone: "bad", icon: "alert")],
    facts: [Fact("客户", "李岚", href: "/customers/CU-1"), Fact("期限", "2026-11-25", note: "还有 3 天"), Fact("负责", "何静")],
    steps: TaskStepRow.samples, notes: TaskNoteRow.samples, canAct: true, isOpen: true, canTake: true, canReopen: true,
    editFields: [Field("due_on", "期限", "2026-11-25", control: .input(type: "date"))],
    handFields: [Field("assignee", "转给（工号）"), Field("reason", "原因", control: .area, isRequired: true)],
    faults: [Fault("reason", "原因：必填")])
}

/// A step of the checklist with its button. Template: inside `tasks/show`.
package struct TaskStepRow: Part {
  package let place, words: String
  package let isDone, canCheck: Bool
  package let action, csrf: String
  package static let tags: Tags<TaskStepRow> = [
    "place": .text(\.place), "words": .text(\.words), "isDone": .flag(\.isDone), "canCheck": .flag(\.canCheck),
    "action": .text(\.action), "csrf": .text(\.csrf),
  ]
  static let samples = [
    TaskStepRow(place: "0", words: "打电话", isDone: true, canCheck: true, action: "/tasks/TA-1", csrf: "token"),
    TaskStepRow(place: "1", words: "记录结果", isDone: false, canCheck: true, action: "/tasks/TA-1", csrf: "token"),
  ]
}

/// What was said of it. Template: inside `tasks/show`.
package struct TaskNoteRow: Part {
  package let who, kind, words: String
  package let isPlain: Bool
  package let at: Moment
  package static let tags: Tags<TaskNoteRow> = [
    "who": .text(\.who), "kind": .text(\.kind), "words": .text(\.words), "isPlain": .flag(\.isPlain),
    "at": .part(\.at),
  ]
  static let samples = [
    TaskNoteRow(
      who: "何静", kind: "评论", words: "@郑涛 发票原件周三寄到", isPlain: true, at: .sample("刚刚", "2026-11-22 11:30")),
    TaskNoteRow(
      who: "郑涛", kind: "转交", words: "请服务人员联系客户", isPlain: false, at: .sample("昨天", "2026-11-21 10:02")),
  ]
}

/// A new task. Template: `tasks/form`.
package struct TaskFormPage: Page {
  package static let template = "tasks/form"
  package let action, csrf, cancelHref: String
  package let customer: Link?
  package let hidden: [SelectOption]
  package let fields: [Field]
  package let faults: [Fault]
  package static let tags: Tags<TaskFormPage> = [
    "action": .text(\.action), "csrf": .text(\.csrf), "cancelHref": .text(\.cancelHref), "customer": .part(\.customer),
    "hidden": .rows(\.hidden), "fields": .rows(\.fields), "faults": .rows(\.faults),
  ]
  package static let sample = TaskFormPage(
    action: "/tasks", csrf: "token", cancelHref: "/tasks", customer: Link("李岚", "/customers/CU-1"),
    hidden: [SelectOption("CU-1", "customer")],
    fields: [Field("title", "要做什么", isRequired: true), Field("steps", "清单", control: .area, hint: "每行一步")],
    faults: [Fault("title", "要做什么：必填")])
}

/// What somebody is told of a task; on the workbench.
package struct TaskNotice: Part {
  package let text, href: String
  package let at: Moment
  package static let tags: Tags<TaskNotice> = ["text": .text(\.text), "href": .text(\.href), "at": .part(\.at)]
  static let sample = TaskNotice(text: "郑涛 提到了您", href: "/tasks/TA-1", at: .sample("刚刚", "2026-11-22 11:30"))
}
