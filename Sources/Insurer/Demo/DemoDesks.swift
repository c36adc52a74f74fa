import Kernel
import Storage

/// What lies on the desks on the demo's day: tasks, leads and applications, made by the acts themselves, so that pages
/// have stories. None of it is in an export, so none of it is drawn.
struct DemoDesks {
  private let roster: DemoRoster
  private let today: Day
  private let people: [String: ID<Customer>]
  private let staff: [String: ID<StaffMember>]
  private let tx: Tx

  static func fill(_ demo: Demo, in tx: Tx) throws {
    let keys = ["C0000001", "C0000002", "C0000005", "C0000006", "C0000016", "C0000018"]
    let known = try SourceMemory.find(CustomersKind.name, keys: keys, source: DemoFill.source, in: tx)
    let numbers = [demo.roster.agentNo(0), DemoRoster.service, DemoRoster.manager, DemoRoster.underwriter]
    let members = try tx.fetch(Staff.byNumbers(numbers))
    let desks = DemoDesks(
      roster: demo.roster, today: max(demo.setting.day, tx.today), people: known.mapValues { ID<Customer>($0.entity) },
      staff: Dictionary(members.map { ($0.staffNo, $0.id) }) { first, _ in first }, tx: tx)
    // A small part of the insurer, as tests fill it, has not all of the cast.
    guard desks.people.count == keys.count, desks.staff.count == Set(numbers).count else { return }
    try desks.tasks()
    try desks.leads()
    try desks.applications()
  }

  // MARK: Tasks

  private func tasks() throws {
    guard let agent = staff[roster.agentNo(0)], let manager = staff[DemoRoster.manager] else { return }
    try task("给赵磊回电：医疗险续期保费还差一步", "C0000006", .staff(agent), in: 0, .high, ["核对宽限期截止日", "电话说明", "记录承诺交费日"])
    try task("李强家庭保障检视：房贷与孩子教育金", "C0000002", .staff(agent), in: 2, .normal, ["整理现有保单", "约面谈"])
    try task("陈静生日问候，顺带确认联系地址", "C0000005", .staff(agent), in: 6, .low, [])
    try task("核对何敏的联系地址并更正", "C0000018", .role(.service), in: 1, .normal, [])
    try task("复核：张伟的三条记录是否同一人", "C0000016", .role(.compliance), in: 5, .normal, ["核对证件", "核对手机号", "写明结论"])
    try task("准备晨会：本月宽末名单", nil, .staff(manager), in: 0, .normal, ["应收与实收", "孤儿单", "超时理赔"])
  }

  private func task(
    _ title: String, _ customer: String?, _ owner: TaskOwner, in days: Int, _ priority: TaskPriority, _ steps: [String]
  ) throws {
    var new = NewTask(
      .manual, title: title, customer: customer.flatMap { people[$0] }, owner: owner, dueOn: today + days)
    (new.priority, new.steps) = (priority, steps)
    try Tasks.open(new, else: .service, key: "demo/\(title)", in: tx)
  }

  // MARK: Leads

  private func leads() throws {
    let agent = roster.agentNo(0)
    let rows: [(name: String, origin: String, line: String, note: String, agreed: String, owner: String?)] = [
      ("苏晴", "web", "medical", "网上留言：想给父母买医疗险", "1", agent), ("高远", "phone", "critical_illness", "来电咨询重疾险", "1", agent),
      ("罗琳", "referral", "education", "老客户介绍，本人同意联系", "1", nil), ("宋涛", "wechat", "annuity", "公众号咨询养老金", "1", nil),
      ("叶青", "campaign", "life", "社区活动名单，未取得同意", "0", nil),
    ]
    for (place, row) in rows.enumerated() {
      var values = [
        "name": row.name, "mobile": "\(Mobile.demoSegment)9000000\(place)", "origin": row.origin, "line": row.line,
        "note": row.note, "agreed": row.agreed,
      ]
      values[row.owner == nil ? "team_of" : "assignee"] = agent
      let id = try Leads.enter(values, source: DemoFill.source, in: tx)
      if place == 1 {
        try Leads.followUp(id, note: "约周五下午面谈", next: tx.now + 3 * 86_400, isAppointment: true, in: tx)
      }
    }
  }

  // MARK: Applications

  private func applications() throws {
    try application("TB2611001", "C0000001", "CI01", 30_000_000, 680_000, [("entered", 13), ("underwriting", 12)])
    try tell("TB2611001", "issued", 8)
    try tell("TB2611001", "delivery_receipt", 4)
    try application("TB2611002", "C0000002", "TL01", 100_000_000, 320_000, [("entered", 6), ("underwriting", 4)])
    try tell("TB2611002", "requirement", 1, ["asked": "请补充近一年体检报告与收入证明", "due_on": "\(today + 6)"])
    try application("TB2611003", "C0000005", "CI01", 20_000_000, 560_000, [("entered", 9), ("underwriting", 7)])
    try tell("TB2611003", "issued", 2)
  }

  private func application(
    _ number: String, _ customer: String, _ product: String, _ sum: Int64, _ premium: Int64, _ steps: [(String, Int)]
  ) throws {
    guard let id = people[customer] else { return }
    for (stage, days) in steps {
      try tell(
        number, stage, days,
        [
          "customer": "\(id)", "product": product, "servicing_agent": roster.agentNo(0),
          "underwriter": DemoRoster.underwriter, "sum_insured": Money(fen: sum).yuan,
          "premium": Money(fen: premium).yuan,
        ])
    }
  }

  private func tell(_ number: String, _ stage: String, _ daysAgo: Int, _ more: [String: String] = [:]) throws {
    let at = Instant(today - daysAgo, secondOfDay: 8 * 3_600).description
    let values = ["application_no": number, "stage": stage, "at": at].merging(more) { $1 }
    try Applications.tell(values, source: DemoFill.source, in: tx)
  }
}
