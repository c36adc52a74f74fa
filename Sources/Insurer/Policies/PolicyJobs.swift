import Kernel
import Storage

/// Every night, after the day has changed: projects the policies whose day has come.
package struct ProjectPolicies: Job {
  package static let name = "policies.project"
  /// Policies in one transaction: short ones, which give way to people (decision 4).
  private static let together = 50

  package init() {}

  package func run(_ database: Database) async throws -> JobResult {
    let access = Access.system(purpose: .contract)
    var count = Self.together
    while count == Self.together {
      count = try await database.act(as: access, background: true) { tx in
        try Policies.projectDue(limit: Self.together, in: tx)
      }
    }
    // Days alone also move premiums into their 30 days and renewals in and out of season.
    var after: Int64? = 0
    while let last = after {
      after = try await database.act(as: access, background: true) { tx in
        try CustomerBook.refreshDue(after: last, in: tx)
      }
    }
    try await database.act(as: access, background: true) { tx in try Policies.scheduleProjection(in: tx) }
    return .done
  }
}

extension Policies {
  /// Enqueues the next night's projection; asked for at every start, there is only ever one.
  package static func scheduleProjection(in tx: Tx) throws {
    let next = tx.today + 1
    try tx.enqueue(
      ProjectPolicies(), unique: "\(ProjectPolicies.name)/\(next)", at: Instant(next, secondOfDay: 5 * 60))
  }
}
