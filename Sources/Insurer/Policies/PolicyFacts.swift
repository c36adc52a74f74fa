import Kernel

/// One premium: due on a day, and received on one or not.
package struct PremiumFact: Hashable, Sendable {
  package let dueOn: Day
  package let amount: Money
  package let receivedOn: Day?
  package let isWaived: Bool

  package init(dueOn: Day, amount: Money, receivedOn: Day? = nil, isWaived: Bool = false) {
    self.dueOn = dueOn
    self.amount = amount
    self.receivedOn = receivedOn
    self.isWaived = isWaived
  }
}

/// What the core system states of a policy.
package struct CoreStatement: Hashable, Sendable {
  package let status: PolicyStatus
  package let reason: TerminationReason?
  package let flags: Set<PolicyFlag>
  /// When it was so; nil where the source did not say.
  package let asOf: Instant?

  package init(
    _ status: PolicyStatus, reason: TerminationReason? = nil, flags: Set<PolicyFlag> = [], asOf: Instant? = nil
  ) {
    self.status = status
    self.reason = reason
    self.flags = flags
    self.asOf = asOf
  }
}

/// Everything about one policy that moves its state. Days that are unknown are nil.
package struct PolicyFacts: Sendable {
  package var product: ProductTerms
  package var core: CoreStatement
  package var appliedOn: Day?
  /// 合同成立日: starts the two years of Art. 16.
  package var formedOn: Day?
  package var effectiveOn: Day?
  /// 回执签收日: the policy was signed for.
  package var deliveredOn: Day?
  /// The last day of cover, to its 24:00.
  package var expiresOn: Day?
  package var mode: PremiumMode = .single
  package var premium: Money = .zero
  /// Years for which premiums are due; nil for as long as the cover lasts.
  package var paymentYears: Int?
  package var suspendedOn: Day?
  package var reinstatedOn: Day?
  package var terminatedOn: Day?
  /// An outstanding policy loan.
  package var loan: Money = .zero
  /// Premiums due from this day on are paid out of the cash value.
  package var automaticLoanFrom: Day?
  package var waivedFrom: Day?
  package var reducedOn: Day?
  /// By due date; those of the past and any that are known ahead.
  package var premiums: [PremiumFact] = []
  /// Days on which a formal demand (催告) reached the policyholder. A reminder is none.
  package var demands: [Day] = []
  /// For a rider: the base cover's state by the same rules.
  package var base: BaseState?

  package struct BaseState: Hashable, Sendable {
    package let status: PolicyStatus
    package let reason: TerminationReason?
    package let since: Day?

    package init(_ status: PolicyStatus, reason: TerminationReason? = nil, since: Day? = nil) {
      self.status = status
      self.reason = reason
      self.since = since
    }
  }

  package init(product: ProductTerms, core: CoreStatement) {
    self.product = product
    self.core = core
  }
}
