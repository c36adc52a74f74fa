import Kernel
import Storage
import TestKit
import Testing

@testable import Insurer

@Suite struct OrphansTests {
  /// Filters, three orders, pages; a manager's are his group's, and who sells has no such list.
  @Test(arguments: TestDatabase.engines) func listed(_ engine: TestDatabase.Engine) async throws {
    try await DepartureCast.open(engine) { world in
      let cast = world.cast
      let west = cast.life([
        "policy_no": "P7", "policyholder": cast.chen.description, "insured": cast.chen.description,
        "servicing_agent": "A3", "premium_mode": "趸交",
      ])
      try await cast.take(PoliciesKind.self, [west])
      #expect(try await world.db.read(as: world.manager) { tx in try Orphans.count(OrphanFilter(), in: tx).value } == 0)
      _ = try await world.leave("A1", on: "2026-11-20")
      _ = try await world.leave("A3", on: "2026-11-21", as: DepartureCast.steward)
      func numbers(_ filter: OrphanFilter, as access: Access) async throws -> [String] {
        try await world.db.read(as: access) { tx in
          var all: [String] = []
          var after: OrphanPlace?
          repeat {
            let page = try Orphans.list(filter, after: after.flatMap { OrphanPlace($0.text) }, limit: 1, in: tx)
            all += page.rows.map(\.policyNo)
            after = page.next
          } while after != nil
          return all
        }
      }
      #expect(try await numbers(OrphanFilter(), as: DepartureCast.steward) == ["P7", "P3", "P2", "P1"])
      #expect(try await numbers(OrphanFilter(), as: world.manager) == ["P3", "P2", "P1"])
      #expect(try await numbers(OrphanFilter(.left, sort: .due), as: DepartureCast.steward) == ["P1", "P2"])
      #expect(try await numbers(OrphanFilter(.left, sort: .newest), as: world.manager) == ["P3", "P2", "P1"])
      var filter = OrphanFilter()
      filter.branch = cast.staff["A3"]?.branchID
      #expect(try await numbers(filter, as: DepartureCast.steward) == ["P7"])
      filter.line = .medical
      #expect(try await numbers(filter, as: DepartureCast.steward).isEmpty)
      #expect(try await numbers(OrphanFilter(.none), as: DepartureCast.steward).isEmpty)
      let count = try await world.db.read(as: world.manager) { tx in try Orphans.count(OrphanFilter(), in: tx) }
      #expect(count == BoundedCount(3, isExact: true))
      await #expect(throws: AppError.self) { try await numbers(OrphanFilter(), as: cast.access("A2")) }
    }
  }
}
