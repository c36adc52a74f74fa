import Kernel
import Storage

/// What a new or changed claim records: pure.
struct ClaimEvent: Hashable {
  let kind: EventKind
  let at: Instant
  var amount: Money?
  var facts: [String: String] = [:]
}

enum ClaimEvents {
  /// The story of a claim that is new to us, as its days tell it.
  static func of(new claim: Claim, on now: Instant) -> [ClaimEvent] {
    var events = milestones(claim, now).map(\.event)
    if events.isEmpty { events = [ClaimEvent(kind: .claimNotified, at: now, facts: ["claim_no": claim.claimNo])] }
    // Files do not say when: not before the last day that they tell.
    let last = events.map(\.at).max() ?? now
    if claim.status == .withdrawn { events.append(ClaimEvent(kind: .claimWithdrawn, at: last)) }
    if claim.status == .reopened { events.append(ClaimEvent(kind: .claimReopened, at: last)) }
    return events
  }

  /// What became of a claim that we know; `fields` are those that changed.
  static func of(_ old: Claim, to new: Claim, fields: [String], on now: Instant) -> [ClaimEvent] {
    let before = Set(milestones(old, now).map(\.field))
    let reached = milestones(new, now).filter { !before.contains($0.field) }
    var events = reached.map(\.event)
    var told = Set(reached.map(\.field))
    if told.contains("decided_on") { told.formUnion(["decision", "paid"]) }
    if told.contains("paid_on") { told.insert("paid") }
    if old.status != new.status {
      told.insert("status")
      switch new.status {
      case .withdrawn: events.append(ClaimEvent(kind: .claimWithdrawn, at: now))
      case .reopened: events.append(ClaimEvent(kind: .claimReopened, at: now))
      default:
        let facts = ["before": old.status.code, "after": new.status.code]
        if reached.isEmpty { events.append(ClaimEvent(kind: .claimStatusChanged, at: now, facts: facts)) }
      }
    }
    let rest = fields.filter { !told.contains($0) }
    if !rest.isEmpty {
      events.append(ClaimEvent(kind: .claimChanged, at: now, facts: ["fields": rest.joined(separator: ",")]))
    }
    return events
  }

  /// Each day that a claim has reached, with the field that tells of it.
  private static func milestones(_ claim: Claim, _ now: Instant) -> [(field: String, event: ClaimEvent)] {
    var found: [(field: String, event: ClaimEvent)] = []
    func reach(_ field: String, _ kind: EventKind, _ at: Instant?, _ amount: Money? = nil) {
      guard let at else { return }
      found.append((field, ClaimEvent(kind: kind, at: at, amount: amount, facts: ["claim_no": claim.claimNo])))
    }
    reach("notified_at", .claimNotified, claim.notifiedAt)
    reach("requested_at", .claimRequested, claim.requestedAt, claim.claimed)
    reach("supplement_asked_on", .claimSupplementAsked, claim.supplementAskedOn.map { Instant($0) })
    reach("supplement_received_on", .claimSupplementReceived, claim.supplementReceivedOn.map { Instant($0) })
    if claim.isComplex { reach("complex_reason", .claimMarkedComplex, claim.requestedAt ?? now) }
    let decided: EventKind = claim.decision == .declined ? .claimDeclined : .claimDetermined
    reach("decided_on", decided, claim.decidedOn.map { Instant($0) })
    reach("agreed_on", .claimAgreed, claim.agreedOn.map { Instant($0) })
    reach("paid_on", .claimPaid, claim.paidOn.map { Instant($0) }, claim.paid)
    return found
  }
}
