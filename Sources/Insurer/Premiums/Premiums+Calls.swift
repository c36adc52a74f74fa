import Kernel
import Storage

/// The call that a failed debit asks for.
extension Premiums {
  /// Days in which somebody is to have called.
  package static let callDays = 2
  /// How far back failures still ask for a call: those in grace.
  static let callsBack = 100
  private static let rule = "premium.debit_failed/1"

  /// Opens the call of one premium, once: the servicing agent's, or where he has left the service desk's.
  static func call(_ policy: Policy, dueOn: Day, in tx: Tx) throws {
    let caller = policy.servicingAgentID.map { TaskOwner.staff($0) } ?? .role(.service)
    var task = NewTask(.premiumCall, customer: policy.customerID, owner: caller, dueOn: tx.today + callDays)
    task.args = [policy.policyNo, dueOn.description]
    task.subject = .policy(policy.id.raw)
    task.priority = .high
    task.source = rule
    let id = try Tasks.open(task, else: .service, key: "\(rule)/\(policy.id)/\(dueOn)", in: tx)
    try PremiumNoticeStore.insertCall(id, policy.place, dueOn: dueOn, in: tx)
  }

  /// What files and events have brought: opens the calls of failed debits, and closes those whose premium has come.
  /// Run again it finds nothing.
  /// - Returns: how many calls were opened and closed; nothing is left when it is 0.
  package static func lookAfterCalls(limit: Int, in tx: Tx) throws -> Int {
    try tx.access.require(.write(.policy))
    let places = try tx.fetch(
      PremiumDueStore.toCall(from: tx.today - callsBack, to: tx.today, limit: limit))
    let bundles = try Policies.bundles(places.map(\.place), in: tx)
    let days = Dictionary(places.map { ($0.place.id, $0.day) }) { first, _ in first }
    var done = 0
    for bundle in bundles {
      guard let day = days[bundle.policy.id] else { continue }
      try call(bundle.policy, dueOn: day, in: tx)
      done += 1
    }
    let settled = try tx.fetch(PremiumNoticeStore.settledCalls(limit: limit))
    for (task, policy, dueOn) in settled {
      do {
        try Tasks.complete(task, in: tx)
      } catch let error as AppError where error.kind == .conflict || error.kind == .notFound {
        // Somebody has closed it already.
      }
      try PremiumNoticeStore.settleCall(policy, dueOn: dueOn, in: tx)
    }
    return done + settled.count
  }

  /// Whom to call about a premium, as a task; nil where nobody was asked to.
  package static func callTask(of row: DueRow) -> Query<ID<WorkTask>?> {
    PremiumNoticeStore.task(of: row.policy.place, dueOn: row.dueOn)
  }
}
