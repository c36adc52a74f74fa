import Kernel
import Storage

/// Does a hand-over, or its undoing, to the end.
package struct RunHandover: Job {
  package static let name = "handovers.run"
  package let handoverID: Int64

  package init(_ id: ID<Handover>) { handoverID = id.raw }

  package func run(_ database: Database) async throws -> JobResult {
    let id = ID<Handover>(handoverID)
    let found = try await database.read(as: .system(purpose: .contract)) { tx in try Handovers.found(id, in: tx) }
    guard let found else { return .giveUp("no such hand-over") }
    let access = Handovers.access(of: found)
    while try await database.act(as: access, background: true, { tx in try Handovers.advance(id, in: tx) }) {}
    return .done
  }
}
