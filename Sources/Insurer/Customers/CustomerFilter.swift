import Kernel

/// What a list or a search is narrowed to.
package struct CustomerFilter: Hashable, Sendable {
  /// Holds a policy of this line that has not ended, within the viewer's book.
  package var line: Line?
  package var relation: RelationState?
  package var stage: Stage?
  /// In the book of this member of staff; must be the viewer himself, one of his group, or anybody for scope all.
  package var agent: ID<StaffMember>?
  /// Something has happened to him since this moment.
  package var since: Instant?

  package static let none = CustomerFilter()

  package init(
    line: Line? = nil, relation: RelationState? = nil, stage: Stage? = nil, agent: ID<StaffMember>? = nil,
    since: Instant? = nil
  ) {
    self.line = line
    self.relation = relation
    self.stage = stage
    self.agent = agent
    self.since = since
  }

  /// Whether rows within the scope have to be looked at; the agent chooses the scope itself.
  package var narrows: Bool { line != nil || relation != nil || stage != nil || since != nil }
}

/// The four orders of decision 19; each has its index.
package enum CustomerSort: String, CaseIterable, Sendable {
  case pinyin
  /// Newest event first.
  case latest
  /// Earliest premium due first; those without one last.
  case due
  /// Newest record first.
  case created
}

/// One customer as lists and search results show him.
package struct CustomerLine: Sendable {
  package let id: ID<Customer>
  package let name: String
  package let kind: Customer.Kind
  package let sex: Sex?
  package let birthDate: Day?
  /// Masked unless the viewer sees mobiles whole; nil when none is known.
  package let mobile: String?
  package let relation: RelationState
  /// Of the policies within the viewer's book.
  package let lines: [Line]
  package let stages: [Stage]
  package let latestAt: Instant
  package let nextDueOn: Day?
  package let createdAt: Instant
}

extension CustomerLine {
  /// One person whom several records are, as one of them: open and held on any of them is open and held.
  package static func joined(_ lines: [CustomerLine], as id: ID<Customer>) -> CustomerLine? {
    guard let own = lines.first(where: { $0.id == id }), lines.count > 1 else { return lines.first { $0.id == id } }
    let relation = [RelationState.active, .lapsed, .former].first { state in lines.contains { $0.relation == state } }
    return CustomerLine(
      id: id, name: own.name, kind: own.kind, sex: own.sex, birthDate: own.birthDate,
      mobile: own.mobile ?? lines.lazy.compactMap(\.mobile).first, relation: relation ?? own.relation,
      lines: Line.allCases.filter { line in lines.contains { $0.lines.contains(line) } },
      stages: Stage.allCases.filter { stage in lines.contains { $0.stages.contains(stage) } },
      latestAt: lines.map(\.latestAt).max() ?? own.latestAt, nextDueOn: lines.compactMap(\.nextDueOn).min(),
      createdAt: lines.map(\.createdAt).min() ?? own.createdAt)
  }
}
