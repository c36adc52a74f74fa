import Kernel

/// Where a lead came from.
package enum LeadOrigin: String, Coded {
  case web, phone, wechat, branch, referral, campaign

  package var labels: Labels {
    switch self {
    case .web: Labels("网站", "Web")
    case .phone: Labels("来电", "Call")
    case .wechat: Labels("微信", "WeChat")
    case .branch: Labels("柜面", "Branch")
    case .referral: Labels("转介绍", "Referral")
    case .campaign: Labels("活动", "Campaign")
    }
  }

  /// Not asked for by the person himself: to follow it up is marketing, and wants his consent.
  package var isOutbound: Bool { self == .referral || self == .campaign }
}

package enum LeadState: String, Coded {
  /// Nobody's: in the pool.
  case new
  case assigned, contacted, appointment, won, lost
  /// The person has not agreed to marketing: nobody follows it up.
  case blocked

  package var labels: Labels {
    switch self {
    case .new: Labels("待分配", "In the pool")
    case .assigned: Labels("已分配", "Assigned")
    case .contacted: Labels("跟进中", "Followed up")
    case .appointment: Labels("已约访", "Appointment")
    case .won: Labels("已转客户", "Became a customer")
    case .lost: Labels("未成", "Lost")
    case .blocked: Labels("不可联系", "Not to be contacted")
    }
  }

  package var isClosed: Bool { self == .won || self == .lost || self == .blocked }
}

package enum LeadLoss: String, Coded {
  case noNeed = "no_need"
  case noBudget = "no_budget"
  case choseOther = "chose_other"
  case unreachable
  case wrongNumber = "wrong_number"
  case saidNo = "said_no"

  package var labels: Labels {
    switch self {
    case .noNeed: Labels("没有需求", "No need")
    case .noBudget: Labels("预算不足", "No budget")
    case .choseOther: Labels("选择他家", "Chose another insurer")
    case .unreachable: Labels("联系不上", "Not to be reached")
    case .wrongNumber: Labels("号码有误", "Wrong number")
    case .saidNo: Labels("要求不再联系", "Asked not to be contacted")
    }
  }
}

package enum VisitOutcome: String, Coded {
  case met
  case notIn = "not_in"
  case postponed

  package var labels: Labels {
    switch self {
    case .met: Labels("见到了", "Met")
    case .notIn: Labels("没见到", "Not in")
    case .postponed: Labels("改约", "Postponed")
    }
  }

  /// The topic of the contact that a visit is kept as.
  package var topic: String { "visit_\(rawValue)" }
}

package enum LeadStepKind: String, Coded {
  case entered, assigned, returned, contact, appointment, visit, won, lost

  package var labels: Labels {
    switch self {
    case .entered: Labels("录入", "Entered")
    case .assigned: Labels("分配", "Assigned")
    case .returned: Labels("退回公共池", "Back to the pool")
    case .contact: Labels("跟进", "Follow-up")
    case .appointment: Labels("约访", "Appointment")
    case .visit: Labels("拜访", "Visit")
    case .won: Labels("转为客户", "Became a customer")
    case .lost: Labels("未成", "Lost")
    }
  }
}

/// One record of somebody's interest; a person may have many.
package struct Lead: Identified, Hashable, Sendable {
  package static let idPrefix = "LD"

  package let id: ID<Lead>
  /// Nil while the person is not here yet.
  package var customerID: ID<Customer>?
  package var name: String
  /// Whole or masked, as the viewer's role sees mobiles.
  package var mobile: String?
  package let origin: LeadOrigin
  package let line: Line?
  /// The person agreed to be contacted for it.
  package let agreed: Bool
  package var state: LeadState
  package var ownerID: ID<StaffMember>?
  /// The raw id of the team or branch whose pool it goes back to; 0 for none.
  package var groupID: Int64
  package var nextAt: Instant?
  package var returnAt: Instant?
  package var loss: LeadLoss?
  /// How often it went back to the pool.
  package var returned: Int
  package let source: String
  package let createdAt: Instant
  package let createdBy: Actor
  package var touchedAt: Instant
  package var closedAt: Instant?
  package var version: Int64
}

package struct LeadStep: Hashable, Sendable {
  package let kind: LeadStepKind
  package let words: String?
  package let staff: ID<StaffMember>?
  package let actor: Actor
  package let at: Instant
}

/// A lead in a list.
package struct LeadLine: Sendable {
  package let lead: Lead
  package let customer: CustomerName?
  package let owner: String?
}

package struct LeadDetail: Sendable {
  package let line: LeadLine
  package let steps: [LeadStep]
  package var lead: Lead { line.lead }
}

package struct LeadFilter: Sendable {
  package enum Whose: String, CaseIterable, Sendable { case mine, pool, all }
  package var whose: Whose
  package var state: LeadState?
  package var isOpen = false
  package var customers: [ID<Customer>] = []

  package init(_ whose: Whose = .all, state: LeadState? = nil, isOpen: Bool = false) {
    (self.whose, self.state, self.isOpen) = (whose, state, isOpen)
  }
}
