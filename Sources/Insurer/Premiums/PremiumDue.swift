import Kernel

/// The lists of a renewal desk (续期). Every premium that is open stands on one of the first four.
package enum DueList: String, Coded {
  /// 当月: due this month.
  case thisMonth = "this_month"
  /// 次月: due in an earlier month, its grace not ending in this one.
  case secondMonth = "second_month"
  /// 宽末: this is the last month of its grace.
  case graceEnd = "grace_end"
  /// Its grace is over by our rules; the core has not said so yet.
  case pastGrace = "past_grace"
  /// Due next month: what can be told ahead.
  case nextMonth = "next_month"

  package var labels: Labels {
    switch self {
    case .thisMonth: Labels("当月", "This month")
    case .secondMonth: Labels("次月", "Second month")
    case .graceEnd: Labels("宽末", "Grace ends")
    case .pastGrace: Labels("宽限期满", "Past grace")
    case .nextMonth: Labels("下月到期", "Due next month")
    }
  }
}

/// A part of a list: what each of the desk's figures counts, and opens.
package enum DueShow: String, Coded {
  case failed, promised
  case promiseBroken = "promise_broken"
  case demanded
  /// The premium of the second year: what persistency after 13 months still turns on.
  case year2
  /// The premium of the third year: that after 25 months.
  case year3

  package var labels: Labels {
    switch self {
    case .failed: Labels("扣款失败", "Debit failed")
    case .promised: Labels("已承诺", "Promised")
    case .promiseBroken: Labels("承诺未兑现", "Promise broken")
    case .demanded: Labels("已催告", "Demanded")
    case .year2: Labels("13个月继续率", "13-month persistency")
    case .year3: Labels("25个月继续率", "25-month persistency")
    }
  }
}

package enum DueSort: String, CaseIterable, Sendable { case due, suspension }

/// Which premiums a list shows.
package struct DueFilter: Hashable, Sendable {
  package var list: DueList
  package var show: DueShow?
  package var branchID: ID<Branch>?
  package var teamID: ID<Team>?
  package var agentID: ID<StaffMember>?
  package var line: Line?
  package var sort = DueSort.due

  package init(_ list: DueList, show: DueShow? = nil) {
    self.list = list
    self.show = show
  }
}

/// One premium to collect, with all that was said and sent about it.
package struct DueRow: Sendable {
  package let policy: Policy
  package let product: String
  package let line: Line
  package let policyholder: CustomerName?
  package let servicingAgent: String?
  package let dueOn: Day
  package let amount: Money
  /// As the core knows it; nil where only the schedule does.
  package let premium: Premium?
  package let forecast: SuspensionForecast
  /// The newest, with what became of it by today.
  package let promise: PremiumPromise?
  /// Newest first.
  package let notices: [PremiumNotice]
  /// Of the contract, counted from 1.
  package let contractYear: Int?

  package var demand: PremiumNotice? { notices.first { $0.kind == .demand } }
}

package struct DuePremiums: Sendable {
  package let rows: [DueRow]
  package let next: DuePlace?
}

/// How many premiums and how much money: what is counted up to a bound says so.
package struct DueFigure: Hashable, Sendable {
  package let count: BoundedCount
  package let amount: Money
}

/// The figures above a list; each is the number of rows that its link opens.
package struct DueFigures: Sendable {
  package let all: DueFigure
  package let parts: [DueShow: DueFigure]
}

/// A month's premiums: what was due in it, and how much of that has come.
package struct PremiumCollection: Hashable, Sendable {
  package let due, received: DueFigure
}

/// Who promised to pay.
package enum Promiser: String, Coded {
  case policyholder, insured, family, other

  package var labels: Labels {
    switch self {
    case .policyholder: Labels("投保人", "Policyholder")
    case .insured: Labels("被保险人", "Insured")
    case .family: Labels("家属", "Family")
    case .other: Labels("其他人", "Somebody else")
    }
  }
}

package enum PromiseOutcome: String, Coded {
  case kept, broken
  /// A newer promise took its place.
  case replaced

  package var labels: Labels {
    switch self {
    case .kept: Labels("已兑现", "Kept")
    case .broken: Labels("未兑现", "Broken")
    case .replaced: Labels("已改期", "Replaced")
    }
  }
}

/// A promise to pay by a day.
package struct PremiumPromise: Identified, Hashable, Sendable {
  package static let idPrefix = "PP"

  package let id: ID<PremiumPromise>
  package let customerID: ID<Customer>
  package let policyID: ID<Policy>
  package let dueOn: Day
  package let payBy: Day
  package let promisedBy: Promiser
  package let channel: ContactChannel
  package let takenBy: Actor
  package let takenAt: Instant
  package var outcome: PromiseOutcome?
  package var settledOn: Day?
}

package enum DueNoticeKind: String, Coded {
  /// A service to the policyholder: it starts no period.
  case reminder
  /// 催告: starts the law's 30 days once it has reached the person.
  case demand

  package var labels: Labels {
    switch self {
    case .reminder: Labels("交费提示", "Reminder")
    case .demand: Labels("催告", "Formal demand")
    }
  }
}

package enum NoticeWay: String, Coded {
  case registeredMail = "registered_mail"
  case handDelivery = "hand_delivery"
  case electronic
  case phone, wechat, sms

  package var labels: Labels {
    switch self {
    case .registeredMail: Labels("挂号信", "Registered mail")
    case .handDelivery: Labels("当面送达", "By hand")
    case .electronic: Labels("电子送达", "Electronic delivery")
    case .phone: Labels("电话", "Phone")
    case .wechat: Labels("微信", "WeChat")
    case .sms: Labels("短信", "SMS")
    }
  }

  /// Ways of which there can be a proof that the person was reached.
  package static let ofDemands: [NoticeWay] = [.registeredMail, .handDelivery, .electronic, .phone]
}

/// What shows that a demand reached the person.
package enum DeliveryProof: String, Coded {
  case signedReceipt = "signed_receipt"
  case mailTrace = "mail_trace"
  case recording
  case readReceipt = "read_receipt"

  package var labels: Labels {
    switch self {
    case .signedReceipt: Labels("签收回执", "Signed receipt")
    case .mailTrace: Labels("邮件妥投记录", "Mail trace")
    case .recording: Labels("录音", "Recording")
    case .readReceipt: Labels("电子阅读回执", "Read receipt")
    }
  }
}

/// A reminder, or a formal demand with the proof that it arrived.
package struct PremiumNotice: Identified, Hashable, Sendable {
  package static let idPrefix = "PN"

  package let id: ID<PremiumNotice>
  package let customerID: ID<Customer>
  package let policyID: ID<Policy>
  package let dueOn: Day
  package let kind: DueNoticeKind
  package let way: NoticeWay
  package let sentOn: Day
  package let sentBy: Actor
  package var reachedOn: Day?
  package var proofKind: DeliveryProof?
}
