import Kernel
import Storage

/// Promises, reminders, demands and complaints of the demo's day, made by the acts themselves. None of it is in an
/// export, so none of it is drawn.
enum DemoCare {
  private static let premiumsOfEach = 3

  static func fill(_ demo: Demo, in tx: Tx) throws {
    try premiums(in: tx)
    try complaints(demo, in: tx)
  }

  /// The first premiums of the desk's lists: promised, reminded, demanded.
  private static func premiums(in tx: Tx) throws {
    for row in try due(.thisMonth, in: tx) where row.dueOn <= tx.today {
      let by = min(tx.today + 5, row.forecast.coveredUntil ?? tx.today + 5)
      guard by >= tx.today else { continue }
      try Premiums.remind(row.policy.id, dueOn: row.dueOn, over: .wechat, in: tx)
      try Premiums.promise(row.policy.id, dueOn: row.dueOn, payBy: by, by: .policyholder, over: .phone, in: tx)
    }
    for row in try due(.secondMonth, in: tx) + due(.graceEnd, in: tx) {
      try Premiums.remind(row.policy.id, dueOn: row.dueOn, over: .phone, in: tx)
      try Premiums.demand(row.policy.id, dueOn: row.dueOn, over: .registeredMail, in: tx)
    }
  }

  private static func due(_ list: DueList, in tx: Tx) throws -> [DueRow] {
    try Premiums.due(DueFilter(list, show: .failed), limit: premiumsOfEach, in: tx).rows
  }

  /// 邓丽's by the regulator, on its twelfth day; one that is young, and one whose cause nobody has found yet.
  private static func complaints(_ demo: Demo, in tx: Tx) throws {
    let keys = [22, 16, 23].map(DemoBlockMaker.customerKey)
    let known = try SourceMemory.find(CustomersKind.name, keys: keys, source: DemoFill.source, in: tx)
    func open(
      _ place: Int, _ channel: ComplaintChannel, _ topic: ComplaintTopic, _ said: String, daysAgo: Int,
      about: String? = nil, reference: String? = nil
    ) throws -> ID<Complaint>? {
      guard let person = known[keys[place]] else { return nil }
      var new = NewComplaint(ID(person.entity), channel, topic, said: said)
      new.receivedAt = min(Instant(demo.setting.day - daysAgo, secondOfDay: 36_000), tx.now)
      new.reference = reference
      if let about, try !tx.fetch(Staff.byNumbers([about])).isEmpty { new.about = about }
      return try Complaints.open(new, in: tx).id
    }
    _ = try open(
      0, .regulator, .claims, "理赔超过三十日未核定，要求书面说明并尽快给付", daysAgo: 12, about: DemoRoster.claims,
      reference: "转办-2611-017")
    if let young = try open(
      1, .phone, .personalData, "已要求停止营销联系，仍接到推销电话", daysAgo: 3, about: demo.roster.agentNo(0))
    {
      try Complaints.acknowledge(young, over: .phone, in: tx)
    }
    if let answered = try open(2, .branch, .service, "原业务员离职后无人服务，多次致电无人跟进", daysAgo: 26) {
      try Complaints.acknowledge(answered, over: .sms, in: tx)
      try Complaints.determine(answered, .upheld, because: "离职后未及时安排服务人员", in: tx)
      try Complaints.reply(answered, over: .phone, proof: "录音 2611-0031", in: tx)
    }
  }
}
