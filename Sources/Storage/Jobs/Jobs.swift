import Foundation
import Kernel

/// What operators do with jobs.
package enum Jobs {
  /// Newest first.
  package static func list(
    _ state: JobRow.State? = nil, after: ID<JobRow>? = nil, limit: Int, in tx: ReadTx
  ) throws -> [JobRow] {
    try tx.access.require(.read(.job))
    return try tx.fetch(JobStore.list(state, after: after, limit: limit))
  }

  package static func find(_ id: ID<JobRow>, in tx: ReadTx) throws -> JobRow {
    try tx.access.require(.read(.job))
    guard let job = try tx.fetch(JobStore.find(id)) else { throw AppError.notFound("job") }
    return job
  }

  package static func counts(in tx: ReadTx) throws -> [JobRow.State: Int] {
    try tx.access.require(.read(.job))
    var counts: [JobRow.State: Int] = [:]
    for (state, count) in try tx.fetch(JobStore.counts()) {
      if let state = JobRow.State(rawValue: state) { counts[state] = count }
    }
    return counts
  }

  /// Lets a failed, uncertain or cancelled job run once more, or a waiting one run now.
  /// - Throws: `conflict` while it runs or after it is done.
  package static func retry(_ id: ID<JobRow>, in tx: Tx) throws {
    try tx.access.require(.write(.job))
    try tx.lock("SELECT 1 FROM jobs WHERE id = \(id)")
    let job = try find(id, in: tx)
    guard job.state != .running, job.state != .done else {
      throw AppError.conflict("JOB_STATE", "a job that is \(job.state.rawValue) cannot be retried")
    }
    try JobStore.setWaiting(id, in: tx)
    tx.recordSystem(EventKind("job_retried"), subject: id.raw, facts: ["name": job.name])
  }

  /// Takes a job out; what it has done already stays done.
  /// - Throws: `conflict` when it is finished.
  package static func cancel(_ id: ID<JobRow>, in tx: Tx) throws {
    try tx.access.require(.write(.job))
    try tx.lock("SELECT 1 FROM jobs WHERE id = \(id)")
    let job = try find(id, in: tx)
    guard job.finishedAt == nil || job.state == .failed || job.state == .uncertain else {
      throw AppError.conflict("JOB_STATE", "a job that is \(job.state.rawValue) cannot be cancelled")
    }
    try JobStore.cancel(id, in: tx)
    tx.recordSystem(EventKind("job_cancelled"), subject: id.raw, facts: ["name": job.name])
  }

  /// The payloads of all jobs of a kind, oldest first: for tests that ask what an act has enqueued.
  package static func enqueued<J: Job>(_: J.Type, in tx: ReadTx) throws -> [J] {
    try tx.fetch(JobStore.payloads(of: J.name)).map {
      try JSONDecoder().decode(J.self, from: Data(try tx.vault.openFromStore($0)))
    }
  }
}
