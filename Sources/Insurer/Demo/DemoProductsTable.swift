import Kernel

/// What the demo insurer sells: names of our own in the form in which products are filed.
enum DemoProducts {
  /// How a product behaves over time; only what the histories need.
  struct Design: Sendable {
    var row: DemoProduct
    /// Share of policies, of 1,000; riders have none.
    var weight: Int
    /// Yearly premium in yuan: median and range.
    var premium: (median: Int, low: Int, high: Int)
    var sigma: Double
    /// Sum insured in yuan per yuan of yearly premium, times 10.
    var leverage: Int
    /// Age of the insured when it is bought.
    var ages: ClosedRange<Int>
    /// Years of cover; 0 is for life.
    var years: Int
    /// Years of premiums a buyer may choose from; empty is as long as the cover.
    var payYears: [Int]
    var benefits: [String]
    var code: String { row.code }
    var isShort: Bool { years == 1 }
    var hasCashValue: Bool { years == 0 || ["annuity", "education"].contains(row.line) }
  }

  static let base: [Design] = [
    Design(
      row: product("MED01", "长青百万医疗险", "medical", "20y", wait: 30, renew: true, "长青医疗保险（费率可调）"),
      weight: 200, premium: (420, 200, 2_500), sigma: 0.55, leverage: 47_600, ages: 0...60, years: 20, payYears: [],
      benefits: ["hospital", "outpatient"]),
    Design(
      row: product("MED02", "臻享高端医疗险", "medical", "1y", wait: 30, renew: false, "臻享高端医疗保险"),
      weight: 15, premium: (12_000, 5_000, 60_000), sigma: 0.6, leverage: 4_200, ages: 0...65, years: 1, payYears: [],
      benefits: ["hospital", "outpatient"]),
    Design(
      row: product("MED03", "小树苗少儿医疗险", "medical", "1y", wait: 30, renew: false, "小树苗少年儿童住院医疗保险"),
      weight: 45, premium: (480, 260, 900), sigma: 0.35, leverage: 420, ages: 0...17, years: 1, payYears: [],
      benefits: ["hospital", "outpatient"]),
    Design(
      row: product("ACC01", "行路安综合意外险", "accident", "1y", wait: 0, renew: false, "行路安综合意外伤害保险"),
      weight: 145, premium: (180, 60, 600), sigma: 0.5, leverage: 27_800, ages: 18...70, years: 1, payYears: [],
      benefits: ["death", "disability", "accident"]),
    Design(
      row: product("ACC02", "蹦蹦跳少儿意外险", "accident", "1y", wait: 0, renew: false, "蹦蹦跳少年儿童意外伤害保险"),
      weight: 35, premium: (90, 60, 200), sigma: 0.3, leverage: 22_000, ages: 0...17, years: 1, payYears: [],
      benefits: ["death", "disability", "accident"]),
    Design(
      row: product("CI01", "守正重大疾病险", "critical_illness", "life", wait: 90, renew: false, "守正终身重大疾病保险"),
      weight: 150, premium: (6_500, 4_000, 12_000), sigma: 0.3, leverage: 185, ages: 18...55, years: 0,
      payYears: [10, 20, 20, 30], benefits: ["critical_illness", "death"]),
    Design(
      row: product("CI02", "守护星少儿重疾险", "critical_illness", "30y", wait: 90, renew: false, "守护星少年儿童重大疾病保险"),
      weight: 50, premium: (1_200, 600, 2_500), sigma: 0.35, leverage: 2_000, ages: 0...17, years: 30,
      payYears: [10, 20], benefits: ["critical_illness"]),
    Design(
      row: product("WL01", "传承增额终身寿险", "life", "life", wait: 0, renew: false, "传承终身寿险（增额型）"),
      weight: 120, premium: (15_000, 8_000, 60_000), sigma: 0.55, leverage: 80, ages: 18...65, years: 0,
      payYears: [3, 5, 10], benefits: ["death"]),
    Design(
      row: product("TL01", "担当定期寿险", "life", "20y", wait: 90, renew: false, "担当定期寿险"),
      weight: 80, premium: (1_500, 600, 4_000), sigma: 0.45, leverage: 3_300, ages: 20...55, years: 20,
      payYears: [20], benefits: ["death"]),
    Design(
      row: product("ANN01", "颐年养老年金险", "annuity", "life", wait: 0, renew: false, "颐年养老年金保险"),
      weight: 65, premium: (30_000, 10_000, 200_000), sigma: 0.7, leverage: 12, ages: 30...65, years: 0,
      payYears: [3, 5, 10], benefits: ["annuity", "death"]),
    Design(
      row: product("EDU01", "前程教育金险", "education", "10y", wait: 0, renew: false, "前程教育年金保险"),
      weight: 140, premium: (10_000, 5_000, 50_000), sigma: 0.5, leverage: 40, ages: 0...12, years: 10,
      payYears: [3, 5, 10], benefits: ["education", "maturity"]),
  ]

  static let riders: [Design] = [
    Design(
      row: product("RID01", "附加住院津贴", "medical", "20y", kind: "rider", wait: 30, renew: false, "附加住院津贴医疗保险"),
      weight: 0, premium: (260, 120, 600), sigma: 0.3, leverage: 300, ages: 0...65, years: 20, payYears: [],
      benefits: ["hospital"]),
    Design(
      row: product(
        "RID02", "附加投保人豁免", "critical_illness", "20y", kind: "rider", wait: 90, renew: false, "附加投保人豁免保险费重大疾病保险"),
      weight: 0, premium: (220, 80, 900), sigma: 0.4, leverage: 50, ages: 0...60, years: 20, payYears: [],
      benefits: ["waiver"]),
    Design(
      row: product("RID03", "附加意外伤害", "accident", "20y", kind: "rider", wait: 0, renew: false, "附加意外伤害保险"),
      weight: 0, premium: (240, 100, 500), sigma: 0.3, leverage: 10_000, ages: 0...65, years: 20, payYears: [],
      benefits: ["disability"]),
  ]

  static let weights = DemoWeights(base.map(\.weight))
  static var rows: [DemoProduct] { (base + riders).map(\.row) }

  /// The design with this code; the first one for a code that is not ours.
  static func design(_ code: String) -> Design { (base + riders).first { $0.code == code } ?? base[0] }

  private static func product(
    _ code: String, _ name: String, _ line: String, _ term: String, kind: String = "base", wait: Int, renew: Bool,
    _ filedName: String
  ) -> DemoProduct {
    DemoProduct(
      code: code, name: name, line: line, productKind: kind, term: term, waitingDays: wait,
      coolingOffDays: term == "1y" ? 0 : 15, guaranteedRenewable: renew, filedName: "安伴人寿\(filedName)")
  }
}
