import Kernel

/// By which way a complaint came.
package enum ComplaintChannel: String, Coded {
  case phone, branch, app, wechat, web, email, letter, agent
  /// 监管转办.
  case regulator
  /// 媒体.
  case media

  package var labels: Labels {
    switch self {
    case .phone: Labels("电话", "Phone")
    case .branch: Labels("柜面", "Branch")
    case .app: Labels("App", "App")
    case .wechat: Labels("微信", "WeChat")
    case .web: Labels("网站", "Website")
    case .email: Labels("邮件", "Email")
    case .letter: Labels("信函", "Letter", ["来信"])
    case .agent: Labels("业务员转达", "Through an agent")
    case .regulator: Labels("监管转办", "Regulator", ["监管"])
    case .media: Labels("媒体", "Media")
    }
  }
}

package enum ComplaintTopic: String, Coded {
  case sales, claims, premium, surrender, service
  case personalData = "personal_data"
  case other

  package var labels: Labels {
    switch self {
    case .sales: Labels("销售误导", "Sales conduct", ["销售"])
    case .claims: Labels("理赔", "Claims")
    case .premium: Labels("收费扣款", "Premiums and debits", ["收费"])
    case .surrender: Labels("退保", "Surrender")
    case .service: Labels("服务", "Service")
    case .personalData: Labels("个人信息", "Personal data")
    case .other: Labels("其他", "Other")
    }
  }
}

/// How long the insurer has.
package enum ComplaintTerm: String, Coded {
  case plain
  /// 情况复杂.
  case complex
  /// 特殊情况，经批准再延长.
  case special

  package var labels: Labels {
    switch self {
    case .plain: Labels("一般", "Plain")
    case .complex: Labels("情况复杂", "Complex")
    case .special: Labels("特殊延长", "Special extension")
    }
  }
}

package enum ComplaintFinding: String, Coded {
  case upheld
  case partlyUpheld = "partly_upheld"
  case rejected, settled, withdrawn

  package var labels: Labels {
    switch self {
    case .upheld: Labels("投诉成立", "Upheld")
    case .partlyUpheld: Labels("部分成立", "Partly upheld")
    case .rejected: Labels("不成立", "Rejected")
    case .settled: Labels("和解", "Settled")
    case .withdrawn: Labels("撤回", "Withdrawn")
    }
  }
}

package enum RootCause: String, Coded {
  case person, process, system, product, communication
  case thirdParty = "third_party"
  case unfounded

  package var labels: Labels {
    switch self {
    case .person: Labels("人员行为", "Conduct")
    case .process: Labels("流程", "Process")
    case .system: Labels("系统", "System")
    case .product: Labels("产品条款", "Product wording")
    case .communication: Labels("沟通解释", "Communication")
    case .thirdParty: Labels("第三方", "Third party")
    case .unfounded: Labels("无责", "No fault found")
    }
  }
}

/// Where a complaint stands; by what was done, never set by hand.
package enum ComplaintStage: String, Coded {
  case received, acknowledged, determined, replied, closed

  package var labels: Labels {
    switch self {
    case .received: Labels("已收到", "Received")
    case .acknowledged: Labels("已受理告知", "Acknowledged")
    case .determined: Labels("已作决定", "Determined")
    case .replied: Labels("已答复", "Replied")
    case .closed: Labels("已结案", "Closed")
    }
  }
}

package struct Complaint: Identified, Hashable, Sendable {
  package static let idPrefix = "CO"

  package let id: ID<Complaint>
  package let customerID: ID<Customer>
  package let channel: ComplaintChannel
  package let topic: ComplaintTopic
  package let receivedAt: Instant
  /// The other side's number: a regulator's, a system's.
  package let reference: String?
  package let policyID: ID<Policy>?
  package let aboutStaffID: ID<StaffMember>?
  /// Raw id of the team or branch complained about.
  package let aboutGroupID: Int64?
  package var handlerID: ID<StaffMember>?
  package var acknowledgedAt: Instant?
  package var acknowledgedWay: NoticeWay?
  package var term: ComplaintTerm
  package var termBy: Actor?
  package var dueOn: Day
  package var escalateOn: Day
  package var escalatedAt: Instant?
  package var finding: ComplaintFinding?
  package var determinedAt: Instant?
  package var determinedBy: Actor?
  package var repliedAt: Instant?
  package var replyWay: NoticeWay?
  package var cause: RootCause?
  package var improvementID: ID<Improvement>?
  package let source: String
  package var version: Int64
  package let createdBy: Actor

  package var stage: ComplaintStage {
    if repliedAt != nil { return cause == nil ? .replied : .closed }
    if determinedAt != nil { return .determined }
    return acknowledgedAt == nil ? .received : .acknowledged
  }
}

/// What was written about it; nil where nothing was.
package struct ComplaintWords: Hashable, Sendable {
  package var said = ""
  package var termReason, determination, replyProof, causeNote: String?
}

/// A complaint to be taken down.
package struct NewComplaint: Sendable {
  package var customer: ID<Customer>
  package var channel: ComplaintChannel
  package var topic: ComplaintTopic
  package var said: String
  package var receivedAt: Instant?
  package var reference: String?
  package var policy: ID<Policy>?
  /// Staff number of the one complained about.
  package var about: String?
  package var source = "anban"

  package init(_ customer: ID<Customer>, _ channel: ComplaintChannel, _ topic: ComplaintTopic, said: String) {
    (self.customer, self.channel, self.topic, self.said) = (customer, channel, topic, said)
  }
}

package struct ComplaintFilter: Hashable, Sendable {
  package enum Show: String, CaseIterable, Sendable { case open, mine, escalated, overdue, unexplained, closed }

  package var show: Show
  package var customers: [ID<Customer>] = []

  package init(_ show: Show = .open) { self.show = show }
}

package struct ComplaintLine: Sendable {
  package let complaint: Complaint
  package let customer: CustomerName?
  package let handler, about: String?
}

package struct ComplaintDetail: Sendable {
  package let line: ComplaintLine
  package let words: ComplaintWords
  package let clock: ComplaintClock
  package let improvement: Improvement?
  package let policyNo: String?
  package var complaint: Complaint { line.complaint }
}

/// What is put right because of complaints.
package struct Improvement: Identified, Hashable, Sendable {
  package static let idPrefix = "IP"

  package let id: ID<Improvement>
  package let title: String
  package let cause: RootCause
  package let dueOn: Day?
  package let openedAt: Instant
  package var doneOn: Day?
}
