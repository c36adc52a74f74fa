import Kernel
import Storage
import TestKit

@testable import Insurer

/// 王小敏 and 陈静 are served by A1 of 东区, who leaves; A2 is of the same team, A3 of another branch.
struct DepartureCast {
  let cast: ContractCast
  var db: Database { cast.db }

  static func open(_ engine: TestDatabase.Engine, _ body: (DepartureCast) async throws -> Void) async throws {
    try await ContractCast.open(engine) { cast in
      let chen = cast.life([
        "policy_no": "P2", "policyholder": cast.chen.description, "insured": cast.chen.description,
      ])
      let short = cast.life(["policy_no": "P3", "expires_on": "2027-01-09"])
      try await cast.take(PoliciesKind.self, [cast.life(), chen, short])
      try await cast.take(ClaimsKind.self, [cast.claim(["handler": ""])])
      try await body(DepartureCast(cast: cast))
    }
  }

  static let steward = CustomerCast.access(.steward)
  static let system = Access.system(purpose: .contract)
  var manager: Access { cast.access("M1") }

  func leave(_ number: String = "A1", on day: String = "2026-11-20", as access: Access? = nil) async throws
    -> Departure
  {
    let day = Day(day) ?? Day(number: 0)
    return try await db.act(as: access ?? manager) { tx in try Departures.record(number, leftOn: day, in: tx) }
  }

  func order(_ order: HandoverOrder, as access: Access? = nil) async throws -> Handover {
    try await db.act(as: access ?? manager) { tx in try Handovers.order(order, in: tx) }
  }

  /// One step of the worker's.
  func step(_ id: ID<Handover>) async throws -> Bool {
    let handover = try await db.read(as: Self.system) { tx in try Handovers.find(id, in: tx).handover }
    return try await db.act(as: Handovers.access(of: handover)) { tx in try Handovers.advance(id, in: tx) }
  }

  @discardableResult
  func run(_ id: ID<Handover>) async throws -> HandoverDetail {
    while try await step(id) {}
    return try await db.read(as: Self.system) { tx in try Handovers.find(id, in: tx) }
  }

  func policies(_ access: Access) async throws -> [String] {
    try await db.read(as: access) { tx in
      try Policies.list(limit: 50, in: tx).rows.map(\.policy.policyNo).sorted()
    }
  }

  func systemEvents(_ prefix: String) async throws -> [String] {
    try await db.read(as: Self.system) { tx in
      try tx.fetch(.all("SELECT kind FROM system_events ORDER BY id") { $0.text(0) }).filter { $0.hasPrefix(prefix) }
    }
  }
}
