/// What the rules need to know of a product.
package struct ProductTerms: Hashable, Sendable {
  package let line: Line
  package let kind: ProductKind
  /// Days from effect or reinstatement in which an illness is not covered; 0 for none.
  package let waitingDays: Int
  /// Days after the policy was signed for in which it can be cancelled in full; 0 for none.
  package let coolingOffDays: Int
  /// The clause's own days of grace; nil where the law's apply.
  package let graceDays: Int?
  package let guaranteedRenewable: Bool

  package init(
    line: Line, kind: ProductKind = .base, waitingDays: Int = 0, coolingOffDays: Int = 0, graceDays: Int? = nil,
    guaranteedRenewable: Bool = false
  ) {
    self.line = line
    self.kind = kind
    self.waitingDays = waitingDays
    self.coolingOffDays = coolingOffDays
    self.graceDays = graceDays
    self.guaranteedRenewable = guaranteedRenewable
  }

  /// The same with a contract's own days of grace, where it has them.
  package func with(graceDays own: Int?) -> ProductTerms {
    ProductTerms(
      line: line, kind: kind, waitingDays: waitingDays, coolingOffDays: coolingOffDays, graceDays: own ?? graceDays,
      guaranteedRenewable: guaranteedRenewable)
  }
}
