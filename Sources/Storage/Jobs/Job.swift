import Foundation
import Kernel

/// Work for later, as a row (idea 6): enqueued in an act, run at least once by a worker.
/// Its name is permanent, for rows outlive programs; its payload is sealed.
package protocol Job: Codable, Sendable {
  /// What the job may use: the database and the outside world.
  associatedtype App: Sendable
  /// Dotted and permanent: `payouts.send`.
  static var name: String { get }
  /// Attempts before it is given up.
  static var attemptsMax: Int { get }
  /// One call. It may run more than once: what it does must bear that.
  func run(_ app: App) async throws -> JobResult
}

extension Job {
  package static var attemptsMax: Int { 12 }
}

/// What became of one attempt. A thrown error counts as `retry`.
package enum JobResult: Hashable, Sendable {
  case done
  /// To be tried again, later each time.
  case retry(String)
  /// To be looked at by a person.
  case giveUp(String)
  /// Not yet: again in so many seconds, without counting as an attempt.
  case later(seconds: Int)
  /// The call may have had its effect and cannot be repeated safely (decision 10): a person finds out.
  case uncertain(String)
}

/// A job's row as operators see it. The payload stays sealed.
package struct JobRow: Sendable {
  package enum State: String, CaseIterable, Sendable { case waiting, running, done, failed, uncertain, cancelled }

  package let id: ID<JobRow>
  package let name: String
  package let state: State
  package let uniqueKey: String?
  package let runAt: Instant
  package let attempts: Int
  package let holder: String?
  package let lastError: String?
  package let createdAt: Instant
  package let finishedAt: Instant?
}

extension JobRow: Identified { package static var idPrefix: String { "JB" } }

/// What each name means to this program.
package struct JobRegistry<App: Sendable>: Sendable {
  typealias Run = @Sendable (_ payload: [UInt8], App) async throws -> JobResult
  struct Entry: Sendable {
    let attemptsMax: Int
    let run: Run
  }

  private(set) var entries: [String: Entry] = [:]

  package init() {}

  package mutating func add<J: Job>(_: J.Type) where J.App == App {
    entries[J.name] = Entry(attemptsMax: J.attemptsMax) { payload, app in
      try await JSONDecoder().decode(J.self, from: Data(payload)).run(app)
    }
  }
}

extension Tx {
  /// Enqueues a job in this act.
  /// - Parameters:
  ///   - unique: nothing is added while a job of this key waits or runs.
  ///   - at: not before this moment.
  package func enqueue(_ job: some Job, unique key: String? = nil, at: Instant? = nil) throws {
    let payload = try vault.sealForStore(Array(JSONEncoder().encode(job)))
    try JobStore.insert(
      newID(), name: type(of: job).name, payload: payload, uniqueKey: key, runAt: at ?? now, in: self)
  }
}
