import Foundation
import Kernel
import Synchronization

/// Makes ids (decision 13): 41 bits of milliseconds since 2020-01-01, 10 of a leased node, 12 of counter.
/// Tests count 1, 2, 3.
package final class IDGenerator: Sendable {
  private struct State: Sendable {
    var millisecond: Int64 = 0
    var counter: Int64 = 0
  }

  private static let epochMilliseconds: Int64 = 1_577_836_800_000
  private let state = Mutex(State())
  private let node: Int64?

  /// - Parameter node: 0…1023, leased from the database so that no two processes share one; nil counts from 1.
  init(node: Int64?) { self.node = node }

  package func next() -> Int64 {
    state.withLock { state in
      guard let node else {
        state.counter += 1
        return state.counter
      }
      let now = Clock.system.now().microseconds / 1_000 - IDGenerator.epochMilliseconds
      if now > state.millisecond {
        state.millisecond = now
        state.counter = 0
      } else {
        state.counter += 1
        if state.counter == 4_096 {
          state.millisecond += 1
          state.counter = 0
        }
      }
      return state.millisecond << 22 | node << 12 | state.counter
    }
  }
}
