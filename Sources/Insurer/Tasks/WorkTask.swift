import Kernel

package enum TaskState: String, Coded {
  case open, done, cancelled

  package var labels: Labels {
    switch self {
    case .open: Labels("待办", "Open")
    case .done: Labels("已完成", "Done")
    case .cancelled: Labels("已取消", "Cancelled")
    }
  }
}

package enum TaskPriority: String, Coded, Comparable {
  case high, normal, low

  package var labels: Labels {
    switch self {
    case .high: Labels("紧急", "High")
    case .normal: Labels("普通", "Normal")
    case .low: Labels("低", "Low")
    }
  }

  /// As stored, so that lists sort by it.
  var rank: Int64 { self == .high ? 1 : self == .normal ? 2 : 3 }
  init(rank: Int64) { self = rank == 1 ? .high : rank == 2 ? .normal : .low }
  package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }
}

/// Who is to do it: one member of staff, or whoever of a group or role takes it.
package enum TaskOwner: Hashable, Sendable {
  case staff(ID<StaffMember>)
  /// The raw id of a team or branch.
  case group(Int64)
  case role(Role)
}

/// What of a person a task is about. The codes are stored.
package struct TaskSubject: Hashable, Sendable {
  package let kind: String
  package let id: Int64

  package init(kind: String, id: Int64) {
    self.kind = kind
    self.id = id
  }

  package static let policyKind = "policy"
  package static let claimKind = "claim"
  package static let applicationKind = "application"

  /// On the policy of this raw id: told to who may see that policy.
  package static func policy(_ id: Int64) -> TaskSubject { TaskSubject(kind: policyKind, id: id) }
  package static func claim(_ id: Int64) -> TaskSubject { TaskSubject(kind: claimKind, id: id) }
}

/// A task to be opened.
package struct NewTask: Sendable {
  package var kind: TaskKind
  /// What is to be done, in somebody's words; nil where the kind says it.
  package var title: String?
  package var details: String?
  /// For the kind's words, in order; in clear: dates, amounts, numbers of policies.
  package var args: [String] = []
  /// Nil for what concerns no customer.
  package var customer: ID<Customer>?
  package var subject: TaskSubject?
  package var owner: TaskOwner
  package var dueOn: Day?
  package var remindAt: Instant?
  package var priority = TaskPriority.normal
  package var steps: [String] = []
  /// Who made it: `anban` for a person, else the rule and its version: `premium.debit_failed/1`.
  package var source = "anban"

  package init(_ kind: TaskKind, title: String? = nil, customer: ID<Customer>?, owner: TaskOwner, dueOn: Day? = nil) {
    (self.kind, self.title, self.customer, self.owner, self.dueOn) = (kind, title, customer, owner, dueOn)
  }
}

/// Something that somebody has to do.
package struct WorkTask: Identified, Hashable, Sendable {
  package static let idPrefix = "TA"

  package let id: ID<WorkTask>
  /// Nil for what concerns no customer.
  package let customerID: ID<Customer>?
  package let kind: TaskKind
  package var title: String?
  package var details: String?
  package let args: [String]
  package let subject: TaskSubject?
  package var state: TaskState
  package var priority: TaskPriority
  package var dueOn: Day?
  package var remindAt: Instant?
  package var remindedAt: Instant?
  package var owner: TaskOwner
  package let source: String
  package let key: String?
  package let createdAt: Instant
  package let createdBy: Actor
  package var closedAt: Instant?
  package var closedBy: Actor?
  package var version: Int64

  package var assignee: ID<StaffMember>? { if case .staff(let id) = owner { id } else { nil } }

  package func isOverdue(on today: Day) -> Bool { state == .open && dueOn.map { $0 < today } ?? false }
}

/// One line of a task's checklist.
package struct TaskStep: Hashable, Sendable {
  package let place: Int
  package let words: String
  package var doneAt: Instant?
  package var doneBy: Actor?
}

package enum TaskNoteKind: String, Coded {
  case comment
  case handedOn = "handed_on"
  case done, cancelled, reopened

  package var labels: Labels {
    switch self {
    case .comment: Labels("评论", "Comment")
    case .handedOn: Labels("转交", "Handed on")
    case .done: Labels("完成", "Done")
    case .cancelled: Labels("取消", "Cancelled")
    case .reopened: Labels("重新打开", "Opened again")
    }
  }
}

package struct TaskNote: Hashable, Sendable {
  package let id: Int64
  package let kind: TaskNoteKind
  package let words: String
  package let actor: Actor
  package let at: Instant
}

/// A task in a list, with whom it is about and who is to do it.
package struct TaskLine: Sendable {
  package let task: WorkTask
  package let customer: CustomerName?
  /// The member of staff, team or branch; nil for a role.
  package let ownerName: String?
  package let stepsDone, stepsAll: Int
}

/// A task with its checklist and what was said of it, oldest first.
package struct TaskDetail: Sendable {
  package let line: TaskLine
  package let steps: [TaskStep]
  package let notes: [TaskNote]
  package var task: WorkTask { line.task }
}

package enum NoticeKind: String, Coded {
  case mentioned
  case handedToYou = "handed_to_you"
  case reminder

  package var labels: Labels {
    switch self {
    case .mentioned: Labels("提到了您", "Mentioned you")
    case .handedToYou: Labels("交给了您", "Handed to you")
    case .reminder: Labels("提醒", "Reminder")
    }
  }
}

/// What a member of staff is told of a task.
package struct StaffNotice: Identified, Hashable, Sendable {
  package static let idPrefix = "NT"
  package let id: ID<StaffNotice>
  package let kind: NoticeKind
  package let customerID: ID<Customer>?
  package let task: ID<WorkTask>
  package let actor: Actor
  package let at: Instant
  package let seenAt: Instant?
}
