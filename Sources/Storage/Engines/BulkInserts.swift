import Dispatch
import Synchronization

/// Bulk inserts of one connection on their way, one after the other on a thread of their own, so that the caller puts
/// the next rows together meanwhile. The connection settles them before it does anything else. After one that failed
/// the others are left out: their transaction is lost.
final class BulkInserts: Sendable {
  private struct State {
    var isBusy = false
    var failure: (any Error)?
  }

  private let queue = DispatchQueue(label: "bulk-inserts")
  private let state = Mutex(State())

  func add(_ insert: @escaping @Sendable () throws -> Void) {
    state.withLock { $0.isBusy = true }
    queue.async { [self] in
      guard state.withLock({ $0.failure == nil }) else { return }
      do { try insert() } catch { state.withLock { $0.failure = error } }
    }
  }

  /// Returns when all have ended; throws what the first met that failed.
  func settle() throws {
    guard state.withLock({ $0.isBusy }) else { return }
    queue.sync {}
    let failure = state.withLock { state in
      defer { state = State() }
      return state.failure
    }
    if let failure { throw failure }
  }
}
