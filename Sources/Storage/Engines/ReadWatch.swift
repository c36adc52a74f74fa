import Foundation
import Kernel
import Synchronization

/// Ends a reader's question that takes too long, whatever it is made of: nobody's question holds a connection for ever.
/// What the program asks by itself, and commands, may take as long as they need.
final class ReadWatch: Sendable {
  private struct Watched {
    let until: ContinuousClock.Instant
    /// Makes the running statement fail; called only while the read is going on.
    let interrupt: @Sendable () -> Void
  }

  private struct State {
    var watched: [Int: Watched] = [:]
    var next = 0
    var isClosed = false
  }

  private static let surfaces: Set<String> = ["page", "api"]
  private static let pauseSeconds = 0.5
  private let seconds: Double
  private let state = Mutex(State())

  init(seconds: Double) {
    self.seconds = seconds
    startThread("read-watch") { [weak self] in
      while self?.look() ?? false { Thread.sleep(forTimeInterval: Self.pauseSeconds) }
    }
  }

  /// - Returns: false when it has been closed.
  private func look() -> Bool {
    state.withLock { state in
      let now = ContinuousClock.now
      for (number, one) in state.watched where one.until < now {
        one.interrupt()
        state.watched[number] = nil
      }
      return !state.isClosed
    }
  }

  func close() { state.withLock { $0.isClosed = true } }

  /// Runs a read, and interrupts it when its time is over.
  func run<T>(_ access: Access, _ interrupt: @escaping @Sendable () -> Void, _ body: () throws -> T) rethrows -> T {
    guard Self.surfaces.contains(access.surface), access.actor != .system else { return try body() }
    let until = ContinuousClock.now + .seconds(seconds)
    let number = state.withLock { state in
      state.next += 1
      state.watched[state.next] = Watched(until: until, interrupt: interrupt)
      return state.next
    }
    defer { state.withLock { $0.watched[number] = nil } }
    return try body()
  }
}
