import Kernel

/// One decision of a person on one purpose of one category of data; a withdrawal is written on the consent it ends.
package struct Consent: Identified, Hashable, Sendable {
  package static let idPrefix = "CO"

  package enum State: String, Coded {
    case given, withdrawn, refused

    package var labels: Labels {
      switch self {
      case .given: Labels("已同意", "Given", ["同意", "授权"])
      case .withdrawn: Labels("已撤回", "Withdrawn", ["撤回"])
      case .refused: Labels("已拒绝", "Refused", ["拒绝", "不同意"])
      }
    }
  }

  package let id: ID<Consent>
  package let customerID: ID<Customer>
  package let purpose: Purpose
  package let category: Category
  package var state: State
  /// Which words were shown, and their hash.
  package let textVersion: Int
  package let textHash: [UInt8]
  /// When yes or no was said.
  package let decidedAt: Instant
  /// Who spoke for the person; nil when he spoke himself.
  package let guardianID: ID<Customer>?
  /// The member of staff, or the system, who took it down.
  package let takenBy: Actor
  /// What shows it: a signed form, a recording. Rests sealed; nil for who may not read notes.
  package var evidence: String?
  package var withdrawnAt: Instant?
  package var withdrawalTakenBy: Actor?
  package var withdrawalEvidence: String?
  package let source: String
}

/// A yes or a no on its way in, for the words of a version.
package struct ConsentInput: Sendable {
  package var purpose: Purpose
  package var category: Category
  /// The version of the words that were shown.
  package var textVersion: Int
  /// Who speaks for the person; nil when he speaks himself.
  package var guardian: ID<Customer>?
  package var evidence: String?

  package init(
    _ purpose: Purpose, _ category: Category, textVersion: Int, guardian: ID<Customer>? = nil, evidence: String? = nil
  ) {
    self.purpose = purpose
    self.category = category
    self.textVersion = textVersion
    self.guardian = guardian
    self.evidence = evidence
  }
}

/// What the rules have to know of a person beside his decisions.
package struct ConsentPerson: Sendable {
  /// Nil also when it is unverified: no rule reads it then.
  package var birthDate: Day?
  package var deceasedOn: Day?
  package var guardians: Set<ID<Customer>>

  package init(birthDate: Day? = nil, deceasedOn: Day? = nil, guardians: Set<ID<Customer>> = []) {
    self.birthDate = birthDate
    self.deceasedOn = deceasedOn
    self.guardians = guardians
  }
}

/// How a person stands to one row of the register at one moment, and why.
package struct ConsentStanding: Sendable {
  package enum State: String, CaseIterable, Sendable {
    /// Contract or law: nothing is asked.
    case notNeeded = "not_needed"
    case given, refused, withdrawn
    case notAsked = "not_asked"
    /// The words have changed since: to be asked again, once.
    case wordsChanged = "words_changed"
    /// Under 14: a guardian's word is needed, and there is none, or none any more.
    case guardianNeeded = "guardian_needed"
    /// From the 14th birthday one's own word is needed.
    case ownNeeded = "own_needed"
    case deceased
  }

  package let purpose: ProcessingPurpose
  package let state: State
  /// The moment at which it ends by itself; nil when none is known. Only for what holds.
  package let until: Instant?
  /// Before this moment the person is not to be asked; nil where there is nothing to ask.
  package let askFrom: Instant?
  /// The latest decision, if there is one.
  package let consent: Consent?
  package let reasons: [Reason]

  /// Whether data may be processed for the purpose.
  package var holds: Bool { state == .given || state == .notNeeded }
}
