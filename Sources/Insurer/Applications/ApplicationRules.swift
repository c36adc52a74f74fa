import Kernel

/// What the steps of an application add up to: pure, whatever the order in which they came.
package enum ApplicationRules {
  /// Days to answer a letter that names none, to pay a first premium, and to bring a receipt back: ours to choose.
  static let answerDays = 10
  static let receiptDays = 10

  /// The newest step counts; of two of one moment the further one.
  package static func newest(_ steps: [ApplicationStep]) -> ApplicationStep? {
    steps.max { left, right in (left.at, order(left.stage)) < (right.at, order(right.stage)) }
  }

  private static func order(_ stage: ApplicationStage) -> Int { ApplicationStage.allCases.firstIndex(of: stage) ?? 0 }

  /// By when what a step leaves outstanding is to be done. A call-back is made inside the cooling-off period, which
  /// begins the day after the receipt.
  package static func dueOn(_ step: ApplicationStep, coolingOffDays: Int) -> Day? {
    switch step.stage.leaves {
    case nil: nil
    case .requirement, .premium: step.dueOn ?? step.at.day + answerDays
    case .receipt: step.dueOn ?? step.at.day + receiptDays
    case .call: step.dueOn ?? step.at.day + coolingOffDays
    }
  }
}
