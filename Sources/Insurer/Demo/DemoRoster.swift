import Kernel

/// The staff: agents in teams and branches, those who left, and the office. Any member's row can be computed
/// alone, so that the people's generators need no shared list.
package struct DemoRoster: Sendable {
  let setting: DemoSetting
  let branches: Int
  /// Agents of the agency channel who are with the company on the demo's day.
  let agents: Int
  /// Agents of each quarter's intake who have left since.
  let departedPerQuarter: Int
  /// Members of the staff of each other channel with agents.
  let partners: Int

  static let branchNames = ["滨江", "云山", "星河", "长林", "海晏", "望岳", "清源", "桃溪", "东篱", "西岭", "南浦", "北辰"]
  static let quarters = 52
  static let veteranShare = 35

  package init(_ setting: DemoSetting) {
    self.setting = setting
    branches = max(2, min(Self.branchNames.count, setting.people / 8_000 + 2))
    agents = max(12, setting.people / 150)
    departedPerQuarter = max(3, setting.people / 150 / 16)
    partners = max(2, setting.people / 3_000)
  }

  // MARK: Who it is

  func agentNo(_ index: Int) -> String { "A\(DemoNumbers.pad(index + 1, 6))" }
  func departedNo(_ quarter: Int, _ index: Int) -> String {
    "F\(DemoNumbers.pad(quarter, 2))\(DemoNumbers.pad(index + 1, 5))"
  }
  func partnerNo(_ channel: String, _ index: Int) -> String {
    let letter = ["bancassurance": "B", "broker": "J", "telesales": "T"][channel] ?? "P"
    return "\(letter)\(DemoNumbers.pad(index + 1, 6))"
  }

  /// A customer relation's agent: one in twenty belongs to the first agent (50,000 at size L), the others follow
  /// a heavy tail toward the veterans, who have the low numbers.
  func drawAgent(_ random: inout DemoRandom) -> Int {
    if random.chance(500) { return 0 }
    let u = random.unit()
    return min(agents - 1, 1 + Int(u * u * (0.5 + 0.5 * u) * Double(agents - 1)))
  }

  /// The day on which a present agent joined: veterans long ago, half of the others within the last year.
  func joinedOn(_ index: Int) -> Day {
    var random = DemoRandom(seed: setting.seed, 11, index)
    if index * 100 < agents * Self.veteranShare { return setting.day - random.within(12 * 366...18 * 365) }
    return setting.day - (random.chance(5_500) ? random.within(20...365) : random.within(366...11 * 365))
  }

  /// An agent who served then and has left since; nil when the quarter is too young for that.
  func departed(servingOn day: Day, _ random: inout DemoRandom) -> String? {
    let quarter = quarterIndex(of: day)
    guard (3..<Self.quarters).contains(quarter) else { return nil }
    return departedNo(quarter, random.below(departedPerQuarter))
  }

  /// Quarters back from the demo's day: 0 is the present one.
  func quarterIndex(of day: Day) -> Int { (setting.day - day) / 91 }

  // MARK: Rows

  /// Every member of the staff, in the order of the staff numbers' kinds.
  package func rows() -> [DemoStaff] {
    var rows = office()
    for index in 0..<agents { rows.append(agent(index)) }
    for quarter in 3..<Self.quarters {
      for index in 0..<departedPerQuarter { rows.append(departedRow(quarter, index)) }
    }
    for channel in ["bancassurance", "broker", "telesales"] {
      for index in 0..<partners { rows.append(partner(channel, index)) }
    }
    return rows
  }

  func branchName(_ index: Int) -> String { "\(Self.branchNames[index % branches])分公司" }
  func teamName(_ agent: Int) -> String {
    let branch = agent % branches
    return "\(Self.branchNames[branch])\(DemoNumbers.pad(agent / branches / 20 + 1, 2))部"
  }

  private func name(_ random: inout DemoRandom) -> String {
    let female = random.chance(6_000)
    return DemoNames.surname(&random) + DemoNames.given(female: female, &random)
  }

  private func agent(_ index: Int) -> DemoStaff {
    var random = DemoRandom(seed: setting.seed, 12, index)
    return DemoStaff(
      staffNo: agentNo(index), name: name(&random), team: teamName(index), branch: branchName(index % branches),
      channel: "agency", registrationNo: "99\(DemoNumbers.pad(index + 1, 16))",
      qualification: random.pick(["1", "2", "2", "3", "4"]), joinedOn: joinedOn(index),
      mobile: DemoNumbers.mobile(index, .staff))
  }

  private func departedRow(_ quarter: Int, _ index: Int) -> DemoStaff {
    var random = DemoRandom(seed: setting.seed, 13, quarter * 100_000 + index)
    let number = quarter * departedPerQuarter + index
    let joined = setting.day - (quarter + 1) * 91 - random.within(5...240)
    let left = min(setting.day - random.within(6...90), setting.day - quarter * 91 + random.within(20...300))
    return DemoStaff(
      staffNo: departedNo(quarter, index), name: name(&random), team: teamName(number % agents),
      branch: branchName(number % agents % branches), channel: "agency",
      registrationNo: "98\(DemoNumbers.pad(number, 16))", qualification: "1", joinedOn: joined, leftOn: left,
      mobile: DemoNumbers.mobile(1_000_000 + number, .staff))
  }

  private func partner(_ channel: String, _ index: Int) -> DemoStaff {
    var random = DemoRandom(seed: setting.seed, 14, index + channel.utf8.count * 1_000_000)
    return DemoStaff(
      staffNo: partnerNo(channel, index), name: name(&random), branch: branchName(index), channel: channel,
      qualification: "2", joinedOn: setting.day - random.within(12 * 366...15 * 365),
      mobile: DemoNumbers.mobile(2_000_000 + channel.utf8.count * 100_000 + index, .staff))
  }

  // MARK: The office

  static let admin = "E0001"
  static let manager = "E0002"
  /// 何静, who serves the platinum customers.
  static let adviser = "E0003"
  static let service = "E0004"
  /// 郑涛, the claims handler whose story the award tells.
  static let claims = "E0005"
  static let underwriter = "E0006"
  static let steward = "E0007"
  static let analyst = "E0008"
  static let compliance = "E0009"
  /// Members of the claims and of the service desk beside the named ones.
  var deskSize: Int { max(3, setting.people / 20_000) }

  func drawClaimsDesk(_ random: inout DemoRandom) -> String {
    random.chance(1_500) ? Self.claims : "C\(DemoNumbers.pad(random.below(deskSize) + 1, 4))"
  }
  func drawServiceDesk(_ random: inout DemoRandom) -> String {
    random.chance(1_500) ? Self.service : "S\(DemoNumbers.pad(random.below(deskSize) + 1, 4))"
  }

  private func office() -> [DemoStaff] {
    let named: [(no: String, name: String, role: String, team: String)] = [
      (Self.admin, "系统管理员", "admin", ""), (Self.manager, "罗启明", "manager", ""),
      (Self.adviser, "何静", "adviser", "顾问室"), (Self.service, "苏婉清", "service", "客服中心"),
      (Self.claims, "郑涛", "claims", "理赔部"), (Self.underwriter, "贺延年", "underwriter", "核保部"),
      (Self.steward, "温知行", "steward", "数据部"), (Self.analyst, "钟子期", "analyst", "数据部"),
      (Self.compliance, "严正平", "compliance", "合规部"),
    ]
    let joined = setting.day - 10 * 365
    var rows = named.enumerated().map { index, member in
      DemoStaff(
        staffNo: member.no, name: member.name, team: member.team, branch: branchName(0), role: member.role,
        joinedOn: joined, mobile: DemoNumbers.mobile(3_000_000 + index, .staff))
    }
    for branch in 1..<branches { rows.append(clerk("M", branch, role: "manager", team: "", branch: branch)) }
    for index in 1...deskSize {
      rows.append(clerk("C", index, role: "claims", team: "理赔部", branch: index))
      rows.append(clerk("S", index, role: "service", team: "客服中心", branch: index))
    }
    return rows
  }

  private func clerk(_ letter: String, _ index: Int, role: String, team: String, branch: Int) -> DemoStaff {
    var random = DemoRandom(seed: setting.seed, 15, index + role.utf8.count * 10_000)
    return DemoStaff(
      staffNo: "\(letter)\(DemoNumbers.pad(index, 4))", name: name(&random), team: team, branch: branchName(branch),
      role: role, joinedOn: setting.day - random.within(366...9 * 365),
      mobile: DemoNumbers.mobile(3_100_000 + role.utf8.count * 10_000 + index, .staff))
  }
}
