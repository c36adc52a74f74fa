import Kernel

/// How far an application is, as the core tells it.
package enum ApplicationStage: String, Coded {
  case entered
  case pendingItem = "pending_item"
  case underwriting, requirement
  case awaitingPremium = "accepted_awaiting_premium"
  case issued
  case receipt = "delivery_receipt"
  case calledBack = "post_sale_call"
  case postponed, declined, withdrawn

  package var labels: Labels {
    switch self {
    case .entered: Labels("录入", "Entered")
    case .pendingItem: Labels("问题件", "Pending item")
    case .underwriting: Labels("核保中", "Underwriting", ["核保"])
    case .requirement: Labels("照会", "Requirement letter", ["照会待回复"])
    case .awaitingPremium: Labels("待交费", "Accepted, awaiting premium")
    case .issued: Labels("承保", "Issued")
    case .receipt: Labels("回执", "Delivery receipt")
    case .calledBack: Labels("回访", "Post-sale call-back")
    case .postponed: Labels("延期", "Postponed")
    case .declined: Labels("拒保", "Declined")
    case .withdrawn: Labels("撤件", "Withdrawn")
    }
  }

  /// What it leaves outstanding until the next step.
  package var leaves: Outstanding? {
    switch self {
    case .pendingItem, .requirement: .requirement
    case .awaitingPremium: .premium
    case .issued: .receipt
    case .receipt: .call
    case .entered, .underwriting, .calledBack, .postponed, .declined, .withdrawn: nil
    }
  }

  /// The way that most take: what the page draws.
  package static let path: [ApplicationStage] = [
    .entered, .underwriting, .awaitingPremium, .issued, .receipt, .calledBack,
  ]
}

/// What somebody has to see to.
package enum Outstanding: String, Coded {
  case requirement, premium, receipt, call

  package var labels: Labels {
    switch self {
    case .requirement: Labels("照会未回复", "Requirement letter to answer")
    case .premium: Labels("待交首期保费", "First premium to pay")
    case .receipt: Labels("回执未收回", "Receipt to take")
    case .call: Labels("回访未完成", "Call-back to make")
    }
  }
}

/// One step of an application, as an event tells it.
package struct ApplicationStep: Hashable, Sendable {
  package let at: Instant
  package let stage: ApplicationStage
  /// What is asked for; nil where the viewer does not read notes.
  package var asked: String?
  package let dueOn: Day?
}

package struct Application: Identified, Hashable, Sendable {
  package static let idPrefix = "AP"

  package let id: ID<Application>
  package let customerID: ID<Customer>
  package let applicationNo: String
  package var productID: ID<Product>
  package var policyNo: String?
  package var stage: ApplicationStage
  package var stageAt: Instant
  package var outstanding: Outstanding?
  /// By when what is outstanding is to be done.
  package var dueOn: Day?
  package var agentID: ID<StaffMember>?
  package var underwriterID: ID<StaffMember>?
  package var sumInsured, premium: Money?
  package var appliedOn: Day
  package let source: String
}

package struct ApplicationLine: Sendable {
  package let application: Application
  package let customer: CustomerName?
  package let product: String
  package let agent, underwriter: String?
}

/// With all its steps, the oldest first, and what the underwriter has to weigh.
package struct ApplicationDetail: Sendable {
  package let line: ApplicationLine
  package let steps: [ApplicationStep]
  /// Sums insured in force of the person, by line of business, this application apart; nil for who does not assess.
  package let atRisk: [LineTotal]?
  /// Earlier applications of the person with what became of them.
  package let earlier: [ApplicationLine]
}

package struct ApplicationFilter: Sendable {
  package enum Whose: String, CaseIterable, Sendable { case mine, all }
  package var whose: Whose
  package var outstanding: Outstanding?
  package var stage: ApplicationStage?
  package var isOverdue = false
  package var customers: [ID<Customer>] = []

  package init(_ whose: Whose = .all, outstanding: Outstanding? = nil) {
    (self.whose, self.outstanding) = (whose, outstanding)
  }
}
