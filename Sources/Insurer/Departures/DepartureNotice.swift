import Kernel

/// A policyholder whom the law wants told that his agent has left.
package struct DepartureNotice: Identified, Hashable, Sendable {
  package static let idPrefix = "DN"

  package let id: ID<DepartureNotice>
  package let customerID: ID<Customer>
  package let departureID: ID<Departure>
  package let oldID: ID<StaffMember>
  /// Nil while nobody serves him.
  package let newID: ID<StaffMember>?
  package let policies: [ID<Policy>]
  /// The last day on which the law wants him told.
  package let dueOn: Day
  package let leftOn: Day
  package var toldOn: Day?
  package var way: NoticeWay?
  package var proofKind: DeliveryProof?
  package var toldBy: Actor?
  package var toldAt: Instant?
  package var interactionID: ID<Interaction>?

  package func isOverdue(on today: Day) -> Bool { toldOn == nil && dueOn < today }
}

/// A notice in a list.
package struct DepartureNoticeLine: Sendable {
  package let notice: DepartureNotice
  package let customer: CustomerName?
  package let policyNos: [String]
  package let old, new: StaffEntry?
}

package struct DepartureNoticeFilter: Sendable {
  package enum Show: String, CaseIterable, Sendable {
    /// Not told yet, the overdue ones on top.
    case open
    case overdue
    /// To be told within a week.
    case soon
    case told
  }

  package var show: Show
  package var departure: ID<Departure>?
  /// Who serves them now.
  package var agent: ID<StaffMember>?
  /// Not given to anybody yet.
  package var isUnassigned = false

  package init(_ show: Show = .open) { self.show = show }
}

/// That policyholders were told: when, by which way, and what proves it.
package struct DepartureTelling: Sendable {
  /// Nil for today.
  package var on: Day?
  package var way: NoticeWay
  package var proofKind: DeliveryProof?
  /// What it is and where it lies: a number of a letter, of a message, the name of a recording. Sealed.
  package var proof: String

  package static let noticesMax = 500

  package init(_ way: NoticeWay, proof: String) {
    (self.way, self.proof) = (way, proof)
  }
}
