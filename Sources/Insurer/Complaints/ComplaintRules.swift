import Kernel

/// By when what has to be done, and by which rule.
package struct ComplaintClock: Hashable, Sendable {
  /// By when the customer is told that it is being looked into.
  package let acknowledgeBy: Day
  /// By when it is decided and the customer told.
  package let dueOn: Day
  /// From when it is the concern of those above.
  package let escalateOn: Day
  package let reasons: [Reason]
}

/// 银行业保险业消费投诉处理管理办法: pure.
package enum ComplaintRules {
  package static let reasonMin = 4

  /// 15 days from receipt, the day of receipt not counted; 30 when the matter is complex; 30 more where approved. The
  /// one above is told three days before the end, which for the 15 days is the twelfth.
  package static func clock(receivedOn: Day, _ term: ComplaintTerm, law: Law) -> ComplaintClock {
    let ahead = law[.complaintDecisionDays] - law[.complaintEscalationDays]
    let parameter: LegalParameter = term == .plain ? .complaintDecisionDays : .complaintComplexDays
    var days = law[parameter]
    var reasons = [
      Reason(
        term == .plain ? "complaint_plain" : "complaint_complex", law.citation(of: parameter),
        [.day("received_on", receivedOn), .number("days", days), .day("until", receivedOn + days)])
    ]
    if term == .special {
      days += law[.complaintSpecialDays]
      reasons.append(
        Reason(
          "complaint_special", law.citation(of: .complaintSpecialDays),
          [.number("days", law[.complaintSpecialDays]), .day("until", receivedOn + days)]))
    }
    return ComplaintClock(
      acknowledgeBy: workingDays(law[.complaintAcknowledgementDays], after: receivedOn), dueOn: receivedOn + days,
      escalateOn: receivedOn + days - ahead, reasons: reasons)
  }

  /// The day so many working days later; Saturdays and Sundays are none.
  package static func workingDays(_ count: Int, after day: Day) -> Day {
    var day = day
    var left = count
    while left > 0 {
      day = day + 1
      if day.weekday < 6 { left -= 1 }
    }
    return day
  }

  /// Somebody as recusal asks for him.
  package struct Person: Hashable, Sendable {
    package let id: Int64
    package let role: Role
    package let team, branch: Int64?

    package init(id: Int64, role: Role, team: Int64?, branch: Int64?) {
      (self.id, self.role, self.team, self.branch) = (id, role, team, branch)
    }
  }

  /// Why somebody may not handle a complaint; nil when he may: he is the one complained about, the one complained about
  /// leads him, or it is his own team or branch.
  package static func recusal(_ handler: Person, accused: Person?, group: Int64?) -> String? {
    if let group, group == handler.team || group == handler.branch { return "COMPLAINT_RECUSED_UNIT" }
    guard let accused else { return nil }
    if accused.id == handler.id { return "COMPLAINT_RECUSED" }
    guard accused.role == .manager else { return nil }
    let leads = accused.team.map { $0 == handler.team } ?? (accused.branch != nil && accused.branch == handler.branch)
    return leads ? "COMPLAINT_RECUSED_LINE" : nil
  }

  /// Who looks into complaints; others take them down and see how they stand.
  package static func handles(_ role: Role) -> Bool {
    switch role {
    case .service, .manager, .compliance, .admin: true
    case .agent, .adviser, .claims, .underwriter, .steward, .analyst: false
    }
  }

  /// Who may approve what is special.
  package static func approves(_ role: Role) -> Bool { [.manager, .compliance, .admin].contains(role) }
}
