import Kernel

/// What a fact is, which decides what may be asked of it.
package enum FactType: String, CaseIterable, Sendable {
  /// A whole number, in the fact's unit.
  case number
  /// Fen.
  case money
  case day
  case flag
  /// One of the codes of a vocabulary.
  case code
  /// Any number of the codes of a vocabulary.
  case set
  /// A day of the year, without the year.
  case birthday
}

package enum FactUnit: String, Sendable { case none, count, years, days, percent, fen, month }

/// How it stays true (decision 21).
package enum FactKind: String, Sendable {
  /// Changes by events alone.
  case anchor
  /// An anchor against today, computed where it is asked.
  case derived
  /// Changes with the days too; kept with the day on which it can.
  case window
}

package enum FactGroup: String, CaseIterable, Sendable {
  case person, household, policies, sums, phases, premiums, claims, contacts, consent, walled
}

/// Why a fact is in no condition: named so that asking for it is answered by the law, not by «unknown».
package struct FactWall: Sendable {
  package let instrument: String
  package let article: String
}

extension FactGroup {
  /// The fields of the register of which a group's facts are made, where a fact names none itself.
  var fields: [String] {
    switch self {
    case .person, .walled: []
    case .household: ["relationships.kind"]
    case .policies: ["policies.status", "policies.roles"]
    case .sums: ["policies.premium", "policies.sum_insured", "policies.loan"]
    case .phases: ["policies.phases"]
    case .premiums: ["premiums.due_on", "premiums.amount", "premiums.received_on"]
    case .claims: ["claims.status", "claims.kind", "claims.paid"]
    case .contacts: ["interactions.at", "interactions.channel", "interactions.direction"]
    case .consent: ["consents.state"]
    }
  }

  /// What one has to be allowed to read: a fact tells no more than its records.
  package var permission: Permission {
    switch self {
    case .person, .household, .walled: .read(.customer)
    case .policies, .sums, .phases, .premiums: .read(.policy)
    case .claims: .read(.claim)
    case .contacts: .read(.interaction)
    case .consent: .read(.consent)
    }
  }
}

/// The words that a code fact or a set may hold, with the bits by which sets are kept.
package enum FactVocabulary: String, CaseIterable, Sendable {
  case sex = "Sex"
  case customerKind = "Kind"
  case channel = "Channel"
  case relation = "RelationState"
  case line = "Line"
  case stage = "Stage"

  package var codes: [String] {
    switch self {
    case .sex: Sex.allCases.map(\.rawValue)
    case .customerKind: Customer.Kind.allCases.map(\.rawValue)
    case .channel: Channel.allCases.map(\.rawValue)
    case .relation: RelationState.allCases.map(\.rawValue)
    case .line: Line.allCases.map(\.rawValue)
    case .stage: Stage.allCases.map(\.rawValue)
    }
  }

  package func bit(_ code: String) -> Int64 { codes.firstIndex(of: code).map { 1 << Int64($0) } ?? 0 }
}

/// One fact about a customer that conditions may use. Its names stand in `strings/<language>/facts.json` by its key.
package struct Fact: Sendable {
  /// Where its column lies.
  enum Table: Sendable {
    /// The person's own row, `c`.
    case customer
    /// His row of the viewer's book, `fb`.
    case book
    /// `fp` and `fk`.
    case person, contract
    /// Nowhere: walled.
    case none
  }

  /// What is made of the column.
  enum Reading: Sendable {
    case plain
    /// Whole years from the day until today.
    case years
    /// Days from the day until today.
    case daysSince
    /// Days from today until the day.
    case daysUntil
    /// Whether bits are set in a consent's `basis` that holds.
    case basis(Int64)
  }

  /// Permanent: conditions that people keep name it.
  package let key: String
  package let group: FactGroup
  package let type: FactType
  package let unit: FactUnit
  package let kind: FactKind
  package let grade: Grade
  package let category: Category
  /// What it is processed for. When that rests on consent, a person without one has no such fact.
  package let purpose: Purpose
  /// The purposes of a viewer for which it may be asked; nil for all.
  package let uses: Set<Purpose>?
  package let vocabulary: FactVocabulary?
  /// The fact that says by how many percent this one differs from the person's own baseline.
  package let change: String?
  package let wall: FactWall?
  /// The fields of the register that it is made of: it may be asked for what they may be shown for.
  package let fields: [String]
  let table: Table
  let column: StaticString
  let reading: Reading
}

extension Fact {
  /// The bits of `basis` that a person must have for it; 0 when it rests on contract or law.
  var mask: Int64 { Purposes.mask(purpose) }
}
