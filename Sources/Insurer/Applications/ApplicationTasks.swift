import Kernel
import Storage

/// What an application leaves to be done, as tasks: made once, and done when the core says so.
enum ApplicationTasks {
  /// Older news makes no tasks: nobody is to be called about what was settled long ago.
  private static let freshDays = 60

  static func follow(_ application: Application, steps: [ApplicationStep], in tx: Tx) throws {
    for step in steps where step.stage.leaves != nil && step.at != application.stageAt {
      try Tasks.settle(key: key(application, step), of: application.customerID, in: tx)
    }
    guard let outstanding = application.outstanding, application.stageAt.day > tx.today - freshDays,
      let step = ApplicationRules.newest(steps)
    else { return }
    let kind: TaskKind? =
      switch outstanding {
      case .requirement: .answerRequirement
      case .receipt: .deliverReceipt
      case .call: .postSaleCall
      case .premium: nil
      }
    guard let kind else { return }
    let desk: TaskOwner =
      outstanding == .call ? .role(.service) : application.agentID.map { .staff($0) } ?? .role(.service)
    var new = NewTask(kind, customer: application.customerID, owner: desk, dueOn: application.dueOn)
    if let due = new.dueOn, due < tx.today { new.dueOn = tx.today }
    new.args = [application.policyNo ?? application.applicationNo, application.dueOn?.description ?? ""]
    new.subject = TaskSubject(kind: TaskSubject.applicationKind, id: application.id.raw)
    new.source = "application.\(outstanding.rawValue)/1"
    try Tasks.open(new, else: .service, key: key(application, step), in: tx)
  }

  private static func key(_ application: Application, _ step: ApplicationStep) -> String {
    "application/\(application.id.raw)/\(step.stage.rawValue)/\(step.at.microseconds)"
  }
}
