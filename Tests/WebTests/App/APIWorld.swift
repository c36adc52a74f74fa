import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import Storage
import TestKit
import Testing

@testable import Web

/// A small insurer behind the API: two agents of two branches, a claims handler, two customers with a policy each,
/// a claim and contacts. Every answer is held against the contract.
struct APIWorld {
  let web: WebWorld
  let check: ContractCheck
  /// Staff by number: A1 and M1 of one team, A2 of another branch, C1 of claims.
  let staff: [String: ID<StaffMember>]
  /// Li Lan, whom A1 serves, and Wang Min, whom A2 serves.
  let lan: ID<Customer>
  let min: ID<Customer>

  static func open(
    on engine: TestDatabase.Engine = .sqlite, limits: Site.Limits = Site.Limits(), webhookHosts: [String] = [],
    _ body: @escaping @Sendable (APIWorld) async throws -> Void
  ) async throws {
    try await WebWorld.open(on: engine, limits: limits, visibility: .insurer, webhookHosts: webhookHosts) { web in
      let cast = try await web.site.database.act(as: .system(purpose: .intake, surface: "cli")) { try fill($0) }
      try await body(
        APIWorld(web: web, check: try ContractCheck(), staff: cast.staff, lan: cast.lan, min: cast.min))
    }
  }

  // MARK: Asking

  /// A token of a new account in a role, with all that the role may do or with some scopes.
  func token(_ role: Role, staff number: String? = nil, scopes: Set<Permission>? = nil) async throws -> String {
    let name = "\(role.rawValue)-\(number?.lowercased() ?? "none")"
    let known = try await web.site.database.read(as: .system(purpose: .administration)) { tx in
      try tx.fetch(Accounts.find(name: name))
    }
    let account =
      if let known { known } else {
        try await web.account(name, role, staff: number.flatMap { staff[$0] })
      }
    return try await web.token(of: account, scopes: scopes)
  }

  /// Asks, and records an issue when the answer is not as described.
  @discardableResult
  func ask(
    _ method: HTTPRequest.Method, _ path: String, _ token: String?, body: String? = nil, _ headers: HTTPFields = [:],
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Answer {
    let answer = try await web.api(method, path, token: token, body: body, headers)
    for fault in check.faults(method.rawValue, "/api/v1\(path)", answer) {
      Issue.record("\(fault)", sourceLocation: sourceLocation)
    }
    return Answer(response: answer)
  }

  struct Answer {
    let response: TestResponse
    var status: Int { response.status.code }
    var json: JSONValue { (try? JSONValue.parse(Array(response.body.readableBytesView))) ?? .null }
    var code: String? { json["code"]?.text }
    var fields: [String] {
      (json["errors"]?.elements ?? []).map { "\($0["field"]?.text ?? "") \($0["code"]?.text ?? "")" }
    }
    var items: [JSONValue] { json["items"]?.elements ?? [] }
  }

  /// Kinds of looks logged of a customer, the oldest first.
  func looks(_ id: ID<Customer>) async throws -> [String] {
    try await web.site.database.read(as: .system(purpose: .audit)) { tx in
      try tx.fetch(AccessLog.looks(at: id.raw, limit: 100)).reversed().map { "\($0.kind.rawValue) \($0.what)" }
    }
  }
}

// MARK: Filling

extension APIWorld {
  private struct Cast: Sendable {
    var staff: [String: ID<StaffMember>] = [:]
    var lan = ID<Customer>(0)
    var min = ID<Customer>(0)
  }

  private static func fill(_ tx: Tx) throws -> Cast {
    var cast = Cast()
    let roster = [
      ("A1", "何静", "一组", "东区", "agent"), ("M1", "陈刚", "一组", "东区", "manager"),
      ("A2", "赵磊", "二组", "西区", "agent"), ("C1", "孙丽", "理赔", "东区", "claims"),
    ].map { ["staff_no": $0, "name": $1, "team": $2, "branch": $3, "role": $4] }
    _ = try Staff.upsert(roster.compactMap { StaffDraft.read($0, admitsDemo: true).draft }, source: "core", in: tx)
    for member in try tx.fetch(Staff.byNumbers(["A1", "M1", "A2", "C1"])) { cast.staff[member.staffNo] = member.id }
    cast.lan = try Customers.create(
      [
        "name": "李岚", "gender": "female", "birth_date": "1991-04-17", "national_id": "110105199104170025",
        "mobile": "13812340001", "address": "上海市浦东新区科技路1号", "income": "120000", "owner": "A1",
      ], in: tx
    ).id
    cast.min = try Customers.create(
      ["name": "王敏", "gender": "male", "birth_date": "1949-12-31", "mobile": "13812340002", "owner": "A2"], in: tx
    ).id
    try take(ProductsKind.self, products, tx)
    try take(PoliciesKind.self, policies(cast.lan, cast.min), tx)
    try take(PremiumsKind.self, premiums, tx)
    try take(PartiesKind.self, parties(cast.min), tx)
    try take(ClaimsKind.self, claims(cast.lan), tx)
    try take(InteractionsKind.self, interactions(cast.lan), tx)
    return cast
  }

  private static func take(_ kind: any ImportKind.Type, _ rows: [[String: String]], _ tx: Tx) throws {
    let rows = rows.enumerated().map { place, values in
      ImportRow(number: place + 1, key: values[kind.key[0]] ?? "", values: values, digest: [])
    }
    for outcome in try kind.apply(rows, source: "core", in: tx) {
      guard case .created = outcome.result else {
        throw AppError.broken("\(kind.name): \(outcome.result) \(outcome.errors)")
      }
    }
  }

  private static let products: [[String: String]] = [
    [
      "code": "L1", "name": "安心终身寿险", "line": "life", "kind": "base", "cooling_off_days": "15",
      "waiting_days": "90", "guaranteed_renewable": "0",
    ],
    [
      "code": "M1", "name": "百万医疗保险", "line": "medical", "kind": "base", "cooling_off_days": "15",
      "waiting_days": "30", "guaranteed_renewable": "0",
    ],
  ]

  private static func policies(_ lan: ID<Customer>, _ min: ID<Customer>) -> [[String: String]] {
    [
      [
        "policy_no": "P0001", "product": "L1", "policyholder": "\(lan)", "insured": "\(lan)", "channel": "agency",
        "writing_agent": "A1", "servicing_agent": "A1", "applied_on": "2024-01-02", "formed_on": "2024-01-05",
        "effective_on": "2024-01-06", "premium_mode": "annual", "premium": "8600", "sum_insured": "500000",
        "status": "in_force", "status_as_of": "2026-11-20T06:00:00+08:00",
      ],
      [
        "policy_no": "P0002", "product": "M1", "policyholder": "\(min)", "insured": "\(min)", "channel": "broker",
        "writing_agent": "A2", "servicing_agent": "A2", "formed_on": "2026-02-01", "effective_on": "2026-02-02",
        "expires_on": "2027-02-01", "premium_mode": "annual", "premium": "1200", "sum_insured": "2000000",
        "status": "in_force", "status_as_of": "2026-11-20T06:00:00+08:00",
      ],
    ]
  }

  private static let premiums: [[String: String]] = [
    ["policy_no": "P0001", "due_on": "2024-01-06", "amount": "8600", "received_on": "2024-01-06", "method": "debit"],
    ["policy_no": "P0001", "due_on": "2025-01-06", "amount": "8600", "received_on": "2025-01-07", "method": "debit"],
    ["policy_no": "P0001", "due_on": "2026-01-06", "amount": "8600", "received_on": "2026-01-06", "method": "debit"],
  ]

  private static func parties(_ min: ID<Customer>) -> [[String: String]] {
    [
      [
        "policy_no": "P0001", "role": "beneficiary", "customer": "\(min)", "benefit": "death", "rank": "1",
        "share": "1",
      ]
    ]
  }

  private static func claims(_ lan: ID<Customer>) -> [[String: String]] {
    [
      [
        "claim_no": "K0001", "policy_no": "P0001", "insured": "\(lan)", "notified_at": "2026-11-02T10:00:00+08:00",
        "requested_at": "2026-11-05T10:00:00+08:00", "loss_on": "2026-11-01", "kind": "medical",
        "diagnosis": "急性阑尾炎", "claimed": "8600", "status": "registered", "handler": "C1",
      ]
    ]
  }

  private static func interactions(_ lan: ID<Customer>) -> [[String: String]] {
    (1...3).map { day in
      [
        "source_id": "I\(day)", "customer": "\(lan)", "at": "2026-11-1\(day)T09:00:00+08:00", "channel": "wechat",
        "direction": "in", "topic": "咨询", "summary": "少儿医保如何衔接", "staff": "A1",
      ]
    }
  }
}
