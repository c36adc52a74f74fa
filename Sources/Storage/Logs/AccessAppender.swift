import Foundation
import Kernel
import Logging

/// Writes access records on a thread and a connection of its own, so that a look waits for no act and no import
/// (decision 5): alone at once, in company gathered for a moment, so that many share one commit.
final class AccessAppender: Sendable {
  private struct Work: Sendable {
    let entries: [AccessEntry]
    let done: @Sendable ((any Error)?) -> Void
  }

  private let queue = WorkQueue<Work>()
  private static let groupMax = 512
  private static let gatheringSeconds = 0.001

  /// - Parameter write: one durable commit of these records, or none of them.
  init(_ name: String, crew: Crew, logger: Logger, write: @escaping @Sendable ([AccessEntry]) throws -> Void) {
    crew.start(name) { [queue] in AccessAppender.run(queue, logger, write) }
  }

  /// Returns when the entries are durable.
  /// - Throws: `unavailable` when they cannot be written.
  func append(_ entries: [AccessEntry]) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      let work = Work(entries: entries) { error in
        if error == nil { return continuation.resume() }
        continuation.resume(throwing: AppError.unavailable("the access log cannot be written"))
      }
      if !queue.push(work) { continuation.resume(throwing: AppError.unavailable("the database is closing")) }
    }
  }

  /// What was accepted is still written.
  func close() { queue.close() }

  private static func run(
    _ queue: WorkQueue<Work>, _ logger: Logger, _ write: @Sendable ([AccessEntry]) throws -> Void
  ) {
    var lastGroup = 1
    while var group = queue.pop(atMost: groupMax) {
      if max(lastGroup, group.count) > 1 {
        Thread.sleep(forTimeInterval: gatheringSeconds)
        group += queue.popWaiting(atMost: groupMax)
      }
      lastGroup = group.count
      do {
        try write(group.flatMap(\.entries))
        for work in group { work.done(nil) }
      } catch {
        logger.error("\(group.count) access records were not written: \(error)")
        for work in group { work.done(error) }
      }
    }
  }
}
