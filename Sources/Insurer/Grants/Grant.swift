import Kernel

package enum GrantKind: String, Coded {
  /// Taken by oneself in an emergency; looked at afterwards.
  case brokenGlass = "broken_glass"
  /// A guardian or the person is on the telephone and was verified.
  case verifiedCall = "verified_call"
  /// Asked for, and given by compliance.
  case approval

  package var labels: Labels {
    switch self {
    case .brokenGlass: Labels("紧急查看", "Break-glass")
    case .verifiedCall: Labels("核实来电", "Verified call")
    case .approval: Labels("审批", "Approval")
    }
  }
}

package enum GrantState: String, Coded {
  case waiting, active, over, ended, refused

  package var labels: Labels {
    switch self {
    case .waiting: Labels("待审批", "Waiting")
    case .active: Labels("有效", "Active")
    case .over: Labels("已到期", "Over")
    case .ended: Labels("已收回", "Taken back")
    case .refused: Labels("未批准", "Refused")
    }
  }
}

/// What the one who looked at it afterwards found.
package enum GrantReview: String, Coded {
  case justified, unjustified

  package var labels: Labels {
    switch self {
    case .justified: Labels("有正当理由", "Justified")
    case .unjustified: Labels("无正当理由", "Not justified")
    }
  }
}

/// A right to see one person beyond one's own rows, for a reason and for a while.
package struct Grant: Identified, Hashable, Sendable {
  package static let idPrefix = "GR"

  package let id: ID<Grant>
  package let customerID: ID<Customer>
  package let kind: GrantKind
  package let accountID: ID<Account>
  package let actor: Actor
  package let role: Role
  /// Nil where the reader does not read reasons, or the record was erased.
  package var reason: String?
  package let askedAt: Instant
  package let minutes: Int
  package var grantedAt: Instant?
  package var grantedBy: Actor?
  package var untilAt: Instant?
  package var refusedAt: Instant?
  package var endedAt: Instant?
  /// Who owned the relation then, and is told.
  package let ownerID: ID<StaffMember>?
  package var reviewedAt: Instant?
  package var reviewedBy: Actor?
  package var review: GrantReview?

  package func state(at now: Instant) -> GrantState {
    if refusedAt != nil { return .refused }
    guard let untilAt else { return .waiting }
    if endedAt != nil { return .ended }
    return now < untilAt ? .active : .over
  }
}

/// Who may see whom beyond his own rows, and for how long: pure.
package enum GrantRules {
  /// The choices of the form, in minutes.
  package static let minutes = [15, 60, 240]
  package static let approvalMinutes = 480
  package static let reasonMin = 5

  /// The kinds that a role may use for a person. Who sells never breaks glass (`domain.md`); who sees everybody has
  /// none to break, and needs a grant for children only.
  package static func kinds(_ role: Role, isMinor: Bool) -> [GrantKind] {
    switch role {
    case .agent, .adviser: []
    case .manager, .claims, .underwriter: [.brokenGlass]
    case .service: isMinor ? [.verifiedCall, .approval] : []
    case .steward, .analyst, .compliance, .admin: isMinor ? [.approval] : []
    }
  }

  /// What stands against a request; nil when nothing does.
  package static func fault(reason: String, minutes: Int, _ kind: GrantKind) -> (field: String, code: ValidationCode)? {
    if reason.count < reasonMin { return ("reason", .reasonTooShort) }
    if kind != .approval, !Self.minutes.contains(minutes) { return ("minutes", .numberRange) }
    return nil
  }
}
