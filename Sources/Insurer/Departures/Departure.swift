import Kernel

/// Somebody who serves customers leaves.
package struct Departure: Identified, Hashable, Sendable {
  package static let idPrefix = "DP"

  package let id: ID<Departure>
  package let staffID: ID<StaffMember>
  /// His last day.
  package let leftOn: Day
  package let source: String
  package let recordedAt: Instant
  package let recordedBy: Actor
  /// When what he signs in by was closed; nil while the day is ahead.
  package let effectiveAt: Instant?
  /// How far his policies have been looked through for notices, and since when that is done.
  let listedTo: Int64
  package let listedAt: Instant?
}

/// How many of each somebody serves or has in hand.
package struct ServedCounts: Hashable, Sendable {
  package var policiesInForce = 0
  /// Not yet effective or suspended.
  package var policiesOther = 0
  /// Everybody in his book.
  package var customers = 0
  package var owned = 0
  package var tasks = 0
  package var leads = 0
  /// Of the leads, those with an appointment.
  package var visits = 0
  package var applications = 0
  package var promises = 0
  package var claims = 0
  package var complaints = 0
}

/// A departure in a list.
package struct DepartureLine: Sendable {
  package let departure: Departure
  package let staffNo, name: String
  package let role: Role
  package let team, branch: String?
  /// Policies that are not ended and still his.
  package let orphans: Int
  package let noticesOpen, noticesOverdue, noticesTold: Int
  /// The law's last day for telling his customers.
  package let tellBy: Day
}

/// A departure whole.
package struct DepartureDetail: Sendable {
  package let line: DepartureLine
  package let served: ServedCounts
  /// What was taken from him, by kind, and how many of it are given to others.
  package let taken: [DepartureItemKind: (all: Int, given: Int)]
  package let handovers: [Handover]
  package let receivers: [StaffMember]
  package var departure: Departure { line.departure }
}

package enum DepartureItemKind: String, Coded {
  case task, lead, complaint

  package var labels: Labels {
    switch self {
    case .task: Labels("任务", "Task")
    case .lead: Labels("线索", "Lead")
    case .complaint: Labels("投诉", "Complaint")
    }
  }
}

/// By which rule customers are given to others.
package enum HandoverRule: String, Coded {
  /// All to one.
  case one
  /// In turn to the agents of his team, of his branch.
  case team, branch

  package var labels: Labels {
    switch self {
    case .one: Labels("交给一人", "To one")
    case .team: Labels("平均分给团队", "Evenly over the team")
    case .branch: Labels("平均分给机构", "Evenly over the branch")
    }
  }
}

package enum HandoverState: String, Coded {
  case waiting, running, done, undoing, undone

  package var labels: Labels {
    switch self {
    case .waiting: Labels("等待执行", "Waiting")
    case .running: Labels("执行中", "Running")
    case .done: Labels("已完成", "Done")
    case .undoing: Labels("撤销中", "Being undone")
    case .undone: Labels("已撤销", "Undone")
    }
  }

  package var isUnderWay: Bool { self == .waiting || self == .running || self == .undoing }
}

/// What is asked of a hand-over.
package struct HandoverOrder: Sendable {
  /// All of somebody who has left; nil for chosen customers.
  package var departure: ID<Departure>?
  package var chosen: [ID<Customer>] = []
  package var rule: HandoverRule
  /// A staff number, for the rule `one`.
  package var receiver: String?
  /// Whether the receiver may be of another branch.
  package var reachesOutside = false
  package var reason: String

  package static let chosenMax = 200

  package init(_ departure: ID<Departure>?, _ rule: HandoverRule, receiver: String? = nil, reason: String = "") {
    (self.departure, self.rule, self.receiver, self.reason) = (departure, rule, receiver, reason)
  }
}

/// What a hand-over would do.
package struct HandoverPreview: Sendable {
  package struct Share: Sendable {
    package let receiver: StaffMember
    /// Policies in force that he serves already.
    package let load: Int
    package let customers, policies: Int
  }

  package let customers, policies: Int
  package let shares: [Share]
  package let reasons: [Reason]
}

/// Customers given, or being given, to others.
package struct Handover: Identified, Hashable, Sendable {
  package static let idPrefix = "HO"

  package let id: ID<Handover>
  package let departureID: ID<Departure>?
  /// Nil where customers were chosen whose policies nobody served.
  package let fromID: ID<StaffMember>?
  package let rule: HandoverRule
  package let receivers: [ID<StaffMember>]
  package let chosen: [ID<Customer>]
  package let reachesOutside: Bool
  package var state: HandoverState
  /// Customers there were when it was ordered.
  package let total: Int
  var walkedTo: Int64
  /// Customers and policies that have changed hands.
  package var dealt: Int
  package var policies: Int
  /// Of an undoing: customers given back, and those that stay since something has happened.
  package var undone, kept: Int
  package let orderedAt: Instant
  package let orderedBy: Actor
  package var finishedAt: Instant?
  package var undoUntil: Instant?
  package var undoneBy: Actor?
  package var undoneAt: Instant?
}

/// How much a receiver got of a hand-over.
package struct HandoverShare: Hashable, Sendable {
  package let receiver: ID<StaffMember>
  package let customers, policies, kept, undone: Int
}

package struct HandoverDetail: Sendable {
  package let handover: Handover
  package let reason: String
  package let shares: [HandoverShare]
  package let names: [ID<StaffMember>: StaffEntry]
}

/// One change of a policy's servicing agent.
package struct PolicyServingSpan: Hashable, Sendable {
  package let from, to: ID<StaffMember>?
  package let at: Instant
  package let actor: Actor
  /// `departure` or `undo`.
  package let why: String
  package let handover: ID<Handover>
}
