/// What kind of thing is to be done. A task that a person writes is `manual` and has a title; a rule's task has a kind
/// with words in `strings/<language>/taskkinds.json`, filled with the task's `args` in order.
package struct TaskKind: Hashable, Sendable, RawRepresentable {
  package let rawValue: String
  package init(rawValue: String) { self.rawValue = rawValue }
  package init(_ text: StaticString) { rawValue = text.description }

  package static let manual = TaskKind("manual")
  /// A colleague's task about a person whom he serves no more, or a new customer to be called.
  package static let firstContact = TaskKind("first_contact")
  package static let premiumCall = TaskKind("premium_call")
  package static let answerRequirement = TaskKind("answer_requirement")
  package static let deliverReceipt = TaskKind("deliver_receipt")
  package static let postSaleCall = TaskKind("post_sale_call")
  package static let claimDocuments = TaskKind("claim_documents")
  package static let review = TaskKind("review")
  /// A complaint whose days run out.
  package static let complaint = TaskKind("complaint")
  /// A webhook that was switched off because nothing arrives there.
  package static let webhookDisabled = TaskKind("webhook_disabled")
  /// Customers who are to be told that their agent has left, whose days run out.
  package static let departureNotices = TaskKind("departure_notices")

  /// All kinds of this program; each has its words.
  package static let all: [TaskKind] = [
    manual, firstContact, premiumCall, answerRequirement, deliverReceipt, postSaleCall, claimDocuments, review,
    complaint, webhookDisabled, departureNotices,
  ]
}
