import Kernel
import Storage
import TestKit

@testable import Insurer

/// An insurer with staff, three customers and two products, and a way to take rows in by the kinds of files.
/// «Today» is 2026-11-22.
struct ContractCast {
  let db: Database
  let staff: [String: StaffMember]
  /// 王小敏 holds, 李小宝 is insured, 陈静 stands by.
  let wang: ID<Customer>
  let li: ID<Customer>
  let chen: ID<Customer>

  static let system = Access.system(purpose: .intake, surface: "test")

  static func open(
    _ engine: TestDatabase.Engine, clock: Clock = TestDatabase.clock, _ body: (ContractCast) async throws -> Void
  ) async throws {
    try await TestDatabase.open(on: engine, clock: clock, visibility: .insurer) { db in
      let staff = try await CustomerCast.staff(db)
      let people = try await db.act(as: system) { tx in
        try ["王小敏", "李小宝", "陈静"].map { try Customers.create(["name": $0], in: tx).id }
      }
      let cast = ContractCast(db: db, staff: staff, wang: people[0], li: people[1], chen: people[2])
      try await cast.take(ProductsKind.self, [ContractCast.lifeProduct, ContractCast.medicalProduct])
      try await body(cast)
    }
  }

  static let lifeProduct = [
    "code": "LIFE", "name": "传承终身寿险", "line": "life", "kind": "base", "term": "life", "waiting_days": "0",
    "cooling_off_days": "15", "guaranteed_renewable": "0",
  ]
  static let medicalProduct = [
    "code": "MED", "name": "附加医疗险", "line": "medical", "kind": "rider", "term": "1y", "waiting_days": "30",
    "cooling_off_days": "15", "guaranteed_renewable": "1",
  ]

  /// 王小敏's life policy on 李小宝, in force since 2026-01-10, serviced by A1.
  func life(_ change: [String: String] = [:]) -> [String: String] {
    [
      "policy_no": "P1", "product": "LIFE", "policyholder": wang.description, "insured": li.description,
      "channel": "个险", "writing_agent": "A2", "servicing_agent": "A1", "applied_on": "2026-01-01",
      "formed_on": "2026-01-08", "effective_on": "2026-01-10", "delivered_on": "2026-01-12", "premium_mode": "年交",
      "premium": "1000", "sum_insured": "500000", "status": "有效", "status_as_of": "2026-11-22 06:00",
    ].merging(change) { _, new in new }.filter { !$0.value.isEmpty }
  }

  func claim(_ change: [String: String] = [:]) -> [String: String] {
    [
      "claim_no": "C1", "policy_no": "P1", "notified_at": "2026-11-18 09:00", "requested_at": "2026-11-19 09:00",
      "loss_on": "2026-11-17", "kind": "医疗", "diagnosis": "急性阑尾炎", "claimed": "3200.50", "status": "立案",
      "handler": "C1", "clause_days": "5",
    ].merging(change) { _, new in new }.filter { !$0.value.isEmpty }
  }

  /// Applies rows in one batch as the import engine does.
  @discardableResult
  func take(
    _ kind: any ImportKind.Type, _ rows: [[String: String]], changed: Set<String>? = nil, source: String = "core"
  ) async throws -> [RowOutcome] {
    let rows = rows.enumerated().map { place, values in
      ImportRow(
        number: place + 1, key: kind.key.map { values[$0] ?? "" }.joined(separator: "|"), values: values, digest: [],
        changed: changed)
    }
    return try await db.act(as: ContractCast.system) { tx in try kind.apply(rows, source: source, in: tx) }
  }

  func events(of id: ID<Customer>, without noise: Set<String> = ["customer_created"]) async throws -> [String] {
    try await CustomerCast.events(db, of: id).filter { !noise.contains($0) }
  }

  func read<T: Sendable>(as access: Access = system, _ body: @escaping @Sendable (ReadTx) throws -> T) async throws -> T
  {
    try await db.read(as: access, body)
  }

  func policy(_ number: String = "P1") async throws -> Policy {
    try await read { tx in
      let place = try tx.fetch(Policies.places([number]))
      return try tx.fetch(PolicyStore.all(place))[0]
    }
  }

  func export(_ kind: any ImportKind.Type, limit: Int = 100) async throws -> [[String]] {
    var all: [[String]] = []
    var key: String?
    while true {
      let place = key
      let rows = try await read { tx in try kind.export(after: place, limit: limit, in: tx) }
      all += rows.map(\.values)
      guard rows.count == limit, let last = rows.last else { return all }
      key = last.key
    }
  }

  func access(_ member: String) -> Access { CustomerCast.agent(staff[member]!) }
}
