import Kernel

/// What the demo's people said to the purposes that ask for consent. Drawn apart from everything else, so that the
/// other rows are as they were.
enum DemoConsents {
  /// Shares of ten thousand: who said yes, who said no, and who of those that said yes took it back.
  private struct Share {
    let purpose: Purpose
    let category: Category
    let yes, no, back: Int
  }

  private static let shares = [
    Share(purpose: .marketing, category: .none, yes: 5_200, no: 1_400, back: 1_100),
    Share(purpose: .personalisation, category: .none, yes: 3_400, no: 1_200, back: 900),
    Share(purpose: .healthService, category: .health, yes: 1_900, no: 600, back: 700),
    Share(purpose: .insuranceSuggestions, category: .health, yes: 700, no: 900, back: 1_500),
  ]
  /// Parents decide on little for their children.
  private static let ofChildren = 2_500

  static func rows(of block: DemoBlock, _ number: Int, _ setting: DemoSetting) -> [DemoConsent] {
    var random = DemoRandom(seed: setting.seed, 9, number)
    let parents = Dictionary(
      block.relationships.filter { $0.relation == "parent" }.map { ($0.to, $0.from) }
    ) { first, _ in first }
    var rows: [DemoConsent] = []
    for customer in block.customers where customer.person == customer.sourceID && customer.idType != "uscc" {
      for share in shares {
        if let row = row(customer, share, parent: parents[customer.sourceID], setting.day, &random) {
          rows.append(row)
        }
      }
    }
    return rows
  }

  private static func row(
    _ customer: DemoCustomer, _ share: Share, parent: String?, _ today: Day, _ random: inout DemoRandom
  ) -> DemoConsent? {
    let draw = random.below(10_000)
    let place = random.below(900)
    let second = 9 * 3_600 + random.below(8 * 3_600)
    let isBack = random.chance(share.back)
    let later = random.below(300)
    let form = random.below(1_000_000)
    guard draw < share.yes + share.no else { return nil }
    let isChild = customer.birthDate.map { today < $0.adding(years: ConsentRules.ownAge) } ?? false
    if isChild, parent == nil || draw >= share.yes * ofChildren / 10_000 { return nil }
    // Who speaks for himself today did so when he was old enough.
    let grown = isChild ? nil : customer.birthDate?.adding(years: ConsentRules.ownAge)
    let first = max(customer.createdOn, grown ?? customer.createdOn)
    guard first < today - 1 else { return nil }
    let day = min(max(first, today - 1 - place), today - 1)
    let isNo = draw >= share.yes
    let ended = day + 1 + later
    return DemoConsent(
      customer: customer.sourceID, purpose: share.purpose.rawValue, category: share.category.rawValue,
      givenAt: Instant(day, secondOfDay: second), state: isNo ? "refused" : "given",
      withdrawnAt: !isNo && isBack && ended < today ? Instant(ended, secondOfDay: second) : nil,
      by: isChild ? parent ?? "self" : "self", evidence: "授权书 SQ-\(DemoNumbers.pad(form, 6))")
  }
}
