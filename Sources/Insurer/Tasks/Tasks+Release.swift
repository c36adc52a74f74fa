import Kernel
import Storage

extension Tasks {
  /// Takes open tasks from somebody who is gone and gives them to a pool.
  /// - Returns: which, and whose.
  package static func release(
    of staff: ID<StaffMember>, to owner: TaskOwner, limit: Int, in tx: Tx
  ) throws -> [(id: ID<WorkTask>, customer: ID<Customer>?)] {
    let open = try tx.fetch(TaskStore.open(of: staff, limit: limit)).map(\.task)
    return try open.filter { task in
      // What is about somebody whose record was erased stays where it is.
      do { return try pass(task.id, to: owner, in: tx) } catch let error as AppError where error.code == "ERASED" {
        return false
      }
    }.map { ($0.id, $0.customerID) }
  }

  /// Hands a task on by a rule, which needs no reason: the event says so.
  /// - Returns: false where it is closed, or not there any more.
  @discardableResult
  package static func pass(_ id: ID<WorkTask>, to owner: TaskOwner, in tx: Tx) throws -> Bool {
    guard try tx.fetch(TaskStore.find(id, for: tx.access)) != nil else { return false }
    var (task, seal) = try held(id, in: tx)
    guard task.state == .open else { return false }
    guard task.owner != owner else { return true }
    try checkOwner(owner, about: task.customerID, in: tx)
    task.owner = owner
    try save(task, seal, in: tx)
    try tell(task, in: tx)
    record(handedOn, task, ["rule": "departures/1"], in: tx)
    return true
  }
}
