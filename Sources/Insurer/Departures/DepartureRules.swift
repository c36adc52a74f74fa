import Kernel

/// What is decided about people who leave: pure.
package enum DepartureRules {
  /// A day of leaving may be so far ahead.
  package static let aheadDays = 366
  /// A hand-over may be undone for so long.
  package static let undoHours = 72
  /// A contract of more than a year lasts longer than this, or has no end.
  static let yearDays = 366

  /// Who may look after the departures of whom: a manager those of his own team or branch, who sees everybody all.
  package static func oversees(_ access: Access, _ member: StaffMember) -> Bool {
    switch access.scope {
    case .all: true
    case .book(let group) where access.role == .manager: member.teamID?.raw == group || member.branchID?.raw == group
    default: false
    }
  }

  /// Whether somebody is one who looks over departures at all; who sells is told of his own notices only.
  package static func oversees(_ access: Access) -> Bool {
    access.role == .manager || access.scope == .all
  }

  /// Who may give customers to another branch.
  package static func reachesOutside(_ role: Role) -> Bool { role == .steward || role == .admin }

  /// What stands against a day of leaving.
  package static func fault(leftOn: Day, joinedOn: Day?, on today: Day) -> ValidationCode? {
    if let joinedOn, leftOn < joinedOn { return .dateOrder }
    return leftOn > today + aheadDays ? .dateFuture : nil
  }

  /// A day announced ahead closes at its end; one recorded on the day itself or later, at once.
  package static func takesEffect(leftOn: Day, on today: Day, isAnnounced: Bool) -> Bool {
    isAnnounced ? leftOn < today : leftOn <= today
  }

  /// The law's last day for telling customers, and why.
  package static func tellBy(leftOn: Day, law: Law) -> (day: Day, reason: Reason) {
    let days = law[.departureNoticeDays]
    let day = leftOn + days
    return (
      day,
      Reason(
        "departure_notice", law.citation(of: .departureNoticeDays),
        [.day("left_on", leftOn), .number("days", days), .day("until", day)])
    )
  }

  /// What stands against a day on which somebody is said to have been told.
  package static func fault(toldOn: Day, leftOn: Day, on today: Day) -> ValidationCode? {
    if toldOn > today { return .dateFuture }
    return toldOn < leftOn ? .dateOrder : nil
  }

  /// Who can be given customers: an agent or adviser of the same kind who is here.
  package static func receives(_ receiver: StaffMember, from old: StaffMember?, on today: Day) -> String? {
    if let left = receiver.leftOn, left <= today { return "STAFF_LEFT" }
    if receiver.id == old?.id { return "HANDOVER_TO_SELF" }
    let serves: Set<Role> = old?.role == .adviser ? [.adviser] : [.agent, .adviser]
    return serves.contains(receiver.role) ? nil : "HANDOVER_ROLE"
  }

  /// The order in which receivers are dealt to: who serves fewest policies first, then by number.
  package static func order(_ receivers: [StaffMember], loads: [ID<StaffMember>: Int]) -> [StaffMember] {
    receivers.sorted { (loads[$0.id] ?? 0, $0.staffNo) < (loads[$1.id] ?? 0, $1.staffNo) }
  }

  /// To which of `count` receivers the customer at a place goes: each in turn, a customer whole.
  package static func share(at place: Int, of count: Int) -> Int { count == 0 ? 0 : place % count }

  /// How a rule gives, as it is told.
  package static func reasons(_ rule: HandoverRule, receivers: Int, isOutside: Bool) -> [Reason] {
    let how: Reason =
      switch rule {
      case .one: Reason("handover_one")
      case .team: Reason("handover_team", nil, [.number("count", receivers)])
      case .branch: Reason("handover_branch", nil, [.number("count", receivers)])
      }
    return [how, Reason("handover_whole"), Reason(isOutside ? "handover_outside" : "handover_inside")]
  }

  /// The contact that a telling was, where its way is one.
  package static func contact(_ way: NoticeWay) -> ContactChannel? {
    switch way {
    case .phone: .phone
    case .wechat: .wechat
    case .sms: .sms
    case .handDelivery: .visit
    case .electronic, .registeredMail: nil
    }
  }
}
