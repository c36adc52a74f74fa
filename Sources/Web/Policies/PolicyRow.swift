/// One policy in a table: of a customer, or of a book. Template: `policies/line`.
package struct PolicyRow: Part {
  package let number, href, product, line, role, sumInsured, premium: String
  package let status: Badge
  package let phase, nextDue: String?
  /// How long ago that was.
  package var nextDueNote: String?
  package let customer, customerHref: String?
  /// Where the state comes from and as of when: `核心系统 11-22 06:00`; nil where the table says it of all.
  package var asOf: String?
  /// Our projection disagrees with the core.
  package let mismatch: String?
  /// How often the premium is paid.
  package var mode: String?
  /// Stands below the base cover that it belongs to.
  package var isRider = false

  package static let tags: Tags<PolicyRow> = [
    "number": .text(\.number), "href": .text(\.href), "product": .text(\.product), "line": .text(\.line),
    "role": .text(\.role), "sumInsured": .text(\.sumInsured), "premium": .text(\.premium), "status": .part(\.status),
    "phase": .text(\.phase), "nextDue": .text(\.nextDue), "nextDueNote": .text(\.nextDueNote),
    "customer": .text(\.customer),
    "customerHref": .text(\.customerHref), "asOf": .text(\.asOf), "mismatch": .text(\.mismatch),
    "mode": .text(\.mode), "isRider": .flag(\.isRider),
  ]

  static let samples: [PolicyRow] = [
    sample("P2019030017", "安心终身寿险", "寿险", "投保人·被保险人", "¥500,000", "¥15,000/年", .good, "交费正常", "2027-03-01"),
    sample("P2021080442", "守护重大疾病保险", "重疾", "被保险人", "¥300,000", "¥6,520/年", .warn, "宽限期", "2026-10-18"),
    sample("P2025090314", "康健百万医疗", "医疗", "投保人·被保险人", "¥2,000,000", "¥420/年", .good, "交费正常", "2027-09-14"),
    sample("P2022060009", "少儿教育年金", "教育金", "投保人", "¥200,000", "¥10,000/年", .bad, nil, nil),
  ]

  private enum State { case good, warn, bad }

  private static func sample(
    _ number: String, _ product: String, _ line: String, _ role: String, _ sum: String, _ premium: String,
    _ state: State, _ phase: String?, _ due: String?
  ) -> PolicyRow {
    let status =
      switch state {
      case .good: Badge("有效", tone: "good", icon: "check")
      case .warn: Badge("有效", tone: "warn", icon: "clock")
      case .bad: Badge("效力中止", tone: "bad", icon: "pause")
      }
    return PolicyRow(
      number: number, href: "/policies/PL-1", product: product, line: line, role: role, sumInsured: sum,
      premium: premium, status: status, phase: phase, nextDue: due, nextDueNote: due == "2026-10-18" ? "已过 35 天" : nil,
      customer: "李岚", customerHref: "/customers/CU-1",
      asOf: "核心系统 11-22 06:00", mismatch: state == .bad ? "按缴费记录推算应为有效" : nil)
  }
}
