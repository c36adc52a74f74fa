import Dispatch
import Foundation

/// Items handed from many threads to a few; a popping thread sleeps until there is one. The thread that fell asleep
/// last is woken first: what it holds, a connection with its server's caches, is still warm.
final class WorkQueue<Item: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var idle: [DispatchSemaphore] = []
  private var urgent: [Item] = []
  private var patient: [Item] = []
  private var closed = false

  /// - Parameter background: waits until nothing urgent is there (decision 4).
  /// - Returns: false when the queue has been closed; the item is not taken.
  func push(_ item: Item, background: Bool = false) -> Bool {
    lock.lock()
    defer { lock.unlock() }
    guard !closed else { return false }
    if background { patient.append(item) } else { urgent.append(item) }
    idle.popLast()?.signal()
    return true
  }

  /// Sleeps until there is work; nil when closed and empty.
  func pop() -> Item? { pop(atMost: 1)?.first }

  /// All urgent items up to a bound, else one patient item; nil when closed and empty.
  func pop(atMost limit: Int) -> [Item]? {
    lock.lock()
    defer { lock.unlock() }
    while urgent.isEmpty && patient.isEmpty {
      if closed { return nil }
      let turn = DispatchSemaphore(value: 0)
      idle.append(turn)
      lock.unlock()
      turn.wait()
      lock.lock()
    }
    if urgent.isEmpty { return [patient.removeFirst()] }
    let taken = Array(urgent.prefix(limit))
    urgent.removeFirst(taken.count)
    return taken
  }

  /// The urgent items that are there now, up to a bound.
  func popWaiting(atMost limit: Int) -> [Item] {
    lock.withLock {
      let taken = Array(urgent.prefix(limit))
      urgent.removeFirst(taken.count)
      return taken
    }
  }

  func close() {
    lock.withLock {
      closed = true
      for turn in idle { turn.signal() }
      idle = []
    }
  }
}

/// The threads of one backend: closing waits until each has finished what was accepted.
final class Crew: @unchecked Sendable {
  private let condition = NSCondition()
  private var atWork = 0

  func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    condition.withLock { atWork += 1 }
    startThread(name) { [self] in
      body()
      condition.withLock {
        atWork -= 1
        condition.broadcast()
      }
    }
  }

  /// Returns when every thread has ended.
  func finished() async {
    await withCheckedContinuation { continuation in
      startThread("closing") { [self] in
        condition.lock()
        while atWork > 0 { condition.wait() }
        condition.unlock()
        continuation.resume()
      }
    }
  }
}

/// A database thread: stores are synchronous and must not block the cooperative pool.
func startThread(_ name: String, _ body: @escaping @Sendable () -> Void) {
  let thread = Thread { body() }
  thread.name = name
  thread.stackSize = 4 << 20
  thread.start()
}
