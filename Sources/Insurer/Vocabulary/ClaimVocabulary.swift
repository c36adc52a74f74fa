/// Where a claim stands (glossary section 2).
package enum ClaimStatus: String, Coded {
  case notified, requested, registered
  case awaitingDocuments = "awaiting_documents"
  case investigating, calculating, assessing, determined, agreed, paid, closed, reopened, withdrawn

  package var labels: Labels {
    switch self {
    case .notified: Labels("报案", "Notified", ["已报案"])
    case .requested: Labels("索赔申请", "Requested", ["已申请", "理赔申请"])
    case .registered: Labels("立案", "Registered", ["已立案"])
    case .awaitingDocuments: Labels("待补资料", "Awaiting documents", ["补充资料", "待补件"])
    case .investigating: Labels("调查", "Investigating", ["调查中"])
    case .calculating: Labels("理算", "Calculating", ["理算中"])
    case .assessing: Labels("核赔", "Assessing", ["审核", "核赔中"])
    case .determined: Labels("核定", "Determined", ["已核定"])
    case .agreed: Labels("达成协议", "Agreed", ["已达成协议"])
    case .paid: Labels("已给付", "Paid", ["给付", "已赔付", "已付款"])
    case .closed: Labels("结案", "Closed", ["已结案"])
    case .reopened: Labels("重开", "Reopened", ["重新立案"])
    case .withdrawn: Labels("撤案", "Withdrawn", ["撤销", "已撤案"])
    }
  }

  /// Whether anything is still to be done.
  package var isOpen: Bool {
    switch self {
    case .paid, .closed, .withdrawn: false
    default: true
    }
  }
}

package enum ClaimKind: String, Coded {
  case medical
  case criticalIllness = "critical_illness"
  case accident, disability, death

  package var labels: Labels {
    switch self {
    case .medical: Labels("医疗", "Medical", ["医疗险", "住院", "门诊"])
    case .criticalIllness: Labels("重疾", "Critical illness", ["重大疾病", "CI"])
    case .accident: Labels("意外", "Accident", ["意外伤害"])
    case .disability: Labels("伤残", "Disability", ["全残", "残疾"])
    case .death: Labels("身故", "Death", ["死亡"])
    }
  }
}

/// What was determined. Life and health insurers pay benefits (给付), not compensation (赔款).
package enum ClaimDecision: String, Coded {
  case paid
  case partlyPaid = "partly_paid"
  case declined
  case exGratia = "ex_gratia"
  case advancePayment = "advance_payment"

  package var labels: Labels {
    switch self {
    case .paid: Labels("给付", "Paid", ["全额给付", "赔付", "approved"])
    case .partlyPaid: Labels("部分给付", "Partly paid", ["部分赔付"])
    case .declined: Labels("拒绝给付", "Declined", ["拒赔", "不予给付", "refused", "rejected"])
    case .exGratia: Labels("通融", "Ex gratia", ["通融给付", "通融赔付"])
    case .advancePayment: Labels("预付", "Advance payment", ["预付给付", "先行给付"])
    }
  }
}
