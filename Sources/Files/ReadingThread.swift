import Dispatch

/// Runs an actor's work on a thread of its own: reading a file is long, synchronous work that may wait for the next
/// piece, and must not keep a thread of the cooperative pool.
package final class ReadingThread: SerialExecutor {
  private let queue: DispatchQueue

  package init(_ name: String) { queue = DispatchQueue(label: name, qos: .utility) }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let executor = asUnownedSerialExecutor()
    queue.async { job.runSynchronously(on: executor) }
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}
