/// A claim with its progress and its deadline. Template: `claims/line`.
package struct ClaimRow: Part {
  package let number, href, kind, policy, claimed: String
  package let paid, customer, customerHref: String?
  package let status: Badge
  package let steps: [ClaimStep]
  package let deadline: ClaimDeadline?

  package static let tags: Tags<ClaimRow> = [
    "number": .text(\.number), "href": .text(\.href), "kind": .text(\.kind), "policy": .text(\.policy),
    "claimed": .text(\.claimed), "paid": .text(\.paid), "customer": .text(\.customer),
    "customerHref": .text(\.customerHref), "status": .part(\.status), "steps": .rows(\.steps),
    "deadline": .part(\.deadline),
  ]

  static let sample = ClaimRow(
    number: "CLM-2026-00377", href: "/claims/CL-1", kind: "医疗", policy: "康健百万医疗 P2025090314", claimed: "¥12,480.50",
    paid: "¥9,800.00", customer: "李岚", customerHref: "/customers/CU-1",
    status: Badge("待补资料", tone: "warn", icon: "pause"), steps: ClaimStep.samples, deadline: .sample)
}

/// One step of the bar 报案 → 资料 → 核定 → 给付.
package struct ClaimStep: Part {
  package let label: String
  package let date: String?
  /// `done`, `current`, `paused`, `todo`.
  package let state: String
  package let stateWord: String

  package static let tags: Tags<ClaimStep> = [
    "label": .text(\.label), "date": .text(\.date), "state": .text(\.state), "stateWord": .text(\.stateWord),
    "isCurrent": .flag { $0.state == "current" || $0.state == "paused" },
  ]

  static let samples = [
    ClaimStep(label: "报案", date: "11-16", state: "done", stateWord: "已完成"),
    ClaimStep(label: "资料", date: "11-18 起补充", state: "paused", stateWord: "暂停计时"),
    ClaimStep(label: "核定", date: nil, state: "todo", stateWord: "未开始"),
    ClaimStep(label: "给付", date: nil, state: "todo", stateWord: "未开始"),
  ]
}

/// The legal clock: until when, by which clause, who acts next.
package struct ClaimDeadline: Part {
  package let text, basis, tone: String
  package let next: String?

  package static let tags: Tags<ClaimDeadline> = [
    "text": .text(\.text), "basis": .text(\.basis), "tone": .text(\.tone), "next": .text(\.next),
  ]

  static let sample = ClaimDeadline(
    text: "核定 2026-11-27 · 还有 5 天", basis: "合同条款 5 日，补充资料期间不计", tone: "warn", next: "等待客户补充：出院小结")
}
