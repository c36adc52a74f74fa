import Kernel
import Storage
import TestKit

@testable import Insurer

/// People to whom things happen.
struct FactHistory {
  let cast: ContractCast
  let time: MovingTime
  var random: DemoRandom
  var people: [ID<Customer>]
  var policies: [(number: String, effective: Day)] = []
  var serial = 0

  static func make(_ cast: ContractCast, _ time: MovingTime, seed: UInt64) async throws -> FactHistory {
    let more = try await cast.db.act(as: ContractCast.system) { tx in
      try (0..<14).map { place in
        try Customers.create(
          ["name": "周\(["敏", "岚", "强"][place % 3])", "birth_date": "19\(60 + place)-02-2\(place % 9)"], in: tx
        ).id
      }
    }
    return FactHistory(
      cast: cast, time: time, random: DemoRandom(seed: seed, 2), people: [cast.wang, cast.li, cast.chen] + more)
  }

  var today: Day { time.clock.now().day }

  /// A few days pass, or a few months.
  mutating func night() async throws {
    let days = random.pick([1, 1, 1, 2, 7, 31, 59, 90])
    time.set(Instant(today + days, secondOfDay: 600))
    try await cast.db.act(as: .system(purpose: .contract)) { tx in
      while try Policies.projectDue(limit: 50, in: tx) == 50 {}
    }
    try await settle()
  }

  /// What the worker does.
  func settle() async throws {
    while try await cast.db.act(as: .system(purpose: .administration), { try PersonFacts.refreshDue(limit: 5, in: $0) })
      > 0
    {}
  }

  mutating func act() async throws {
    for _ in 0..<random.within(3...9) {
      serial += 1
      switch random.below(6) {
      case 0: try await insure()
      case 1: try await bill()
      case 2: try await claim()
      case 3: try await relate()
      default: try await talk()
      }
      // Some are computed between the acts, some only after several of them.
      if random.chance(4_000) { try await settle() }
    }
    try await settle()
  }

  private mutating func insure() async throws {
    let effective = today - random.within(0...900)
    let number = "F\(serial)"
    try await cast.take(
      PoliciesKind.self,
      [
        cast.life([
          "policy_no": number, "product": random.pick(["LIFE", "MED"]), "policyholder": random.pick(people).description,
          "insured": random.pick(people).description, "servicing_agent": random.pick(["A1", "A1", "A2", "A3", ""]),
          "applied_on": (effective - 9).description, "formed_on": (effective - 2).description,
          "effective_on": effective.description, "delivered_on": (effective + 2).description,
          "premium_mode": random.pick(["年交", "月交", "趸交"]),
          "status": random.pick(["有效", "有效", "有效", "效力中止", "终止"]), "status_as_of": "\(today) 06:00",
        ])
      ])
    policies.append((number, effective))
  }

  private mutating func bill() async throws {
    guard !policies.isEmpty else { return }
    let policy = random.pick(policies)
    let due = policy.effective.adding(months: random.within(0...24))
    var row = [
      "policy_no": policy.number, "due_on": due.description, "amount": "\(random.within(100...9_000))",
      "method": random.pick(["自动扣款", "转账", "线上支付"]), "result": random.pick(["应收", "扣款失败"]),
    ]
    if due <= today, random.chance(7_000) {
      row["received_on"] = min(today, due + random.within(-20...40)).description
      row["result"] = "实收"
    }
    try await cast.take(PremiumsKind.self, [row], changed: ["received_on", "result", "amount"])
  }

  private mutating func claim() async throws {
    guard !policies.isEmpty else { return }
    let notified = today - random.within(0...400)
    let paid = random.chance(4_000)
    try await cast.take(
      ClaimsKind.self,
      [
        cast.claim([
          "claim_no": "K\(serial)", "policy_no": random.pick(policies).number,
          "notified_at": "\(notified) 09:00", "requested_at": "\(notified) 10:00", "loss_on": notified.description,
          "kind": random.pick(["医疗", "重疾"]), "status": paid ? "已给付" : "立案", "paid": paid ? "1200" : "",
          "decided_on": paid ? min(today, notified + 9).description : "",
          "paid_on": paid ? min(today, notified + 12).description : "",
        ])
      ])
  }

  private mutating func relate() async throws {
    let from = random.pick(people)
    let to = random.pick(people)
    guard from != to else { return }
    try await cast.take(
      RelationshipsKind.self,
      [["from": from.description, "to": to.description, "kind": random.pick(["配偶", "父母", "子女", "介绍人", "监护人"])]])
  }

  private mutating func talk() async throws {
    let at = today - random.within(0...500)
    try await cast.take(
      InteractionsKind.self,
      [
        [
          "source_id": "I\(serial)", "customer": random.pick(people).description, "at": "\(at) 07:59",
          "channel": random.pick(ContactChannel.allCases).code, "direction": random.pick(["in", "in", "out"]),
        ]
      ])
  }
}
