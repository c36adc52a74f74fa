import Kernel

/// Whom one may follow up, and when a lead goes back: pure.
package enum LeadRules {
  /// A lead that nobody touches for so long goes back to the pool (R97).
  package static let untouchedSeconds = 24 * 3_600

  /// What stands against following a lead up. Who asks himself is answered; what we bring about ourselves is marketing:
  /// a customer's consent to it has to hold now, and one who is no customer has to have agreed.
  /// - Parameter holds: whether a known customer's consent to marketing holds; nil for nobody known.
  package static func fault(origin: LeadOrigin, agreed: Bool, holds: Bool?) -> ValidationCode? {
    guard origin.isOutbound else { return nil }
    if let holds { return holds ? nil : .marketingNotAgreed }
    return agreed ? nil : .marketingNotAgreed
  }

  /// When a lead goes back unless somebody touches it: a day after it was given, or after what was planned; with
  /// nothing planned a week after the last contact.
  package static func returnAt(_ state: LeadState, next: Instant?, now: Instant) -> Instant? {
    switch state {
    case .assigned: now + untouchedSeconds
    case .contacted, .appointment: next.map { max($0, now) + untouchedSeconds } ?? now + 7 * untouchedSeconds
    case .new, .won, .lost, .blocked: nil
    }
  }
}
