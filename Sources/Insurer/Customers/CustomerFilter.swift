import Kernel
import Storage

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
  /// A condition on what is known of him.
  package var narrowing: CustomerNarrowing?

  package static let none = CustomerFilter()

  package init(
    line: Line? = nil, relation: RelationState? = nil, stage: Stage? = nil, agent: ID<StaffMember>? = nil,
    since: Instant? = nil, narrowing: CustomerNarrowing? = nil
  ) {
    self.line = line
    self.relation = relation
    self.stage = stage
    self.agent = agent
    self.since = since
    self.narrowing = narrowing
  }

  /// - Throws: `invalid` `FIELD_NOT_FOR_PURPOSE` when what is asked by is what the purpose does not show: the answer
  ///   would tell it.
  func check(_ needs: Needs, sort: CustomerSort? = nil) throws {
    guard !needs.isWhole else { return }
    let asked: [(name: String, field: String, isAsked: Bool)] = [
      ("line", "lines", line != nil), ("relation", "relation", relation != nil), ("stage", "stages", stage != nil),
      ("since", "latest_at", since != nil), ("sort", "latest_at", sort == .latest),
      ("sort", "next_due_on", sort == .due),
    ]
    let faults = asked.filter { $0.isAsked && !needs.shows($0.field) }
    if !faults.isEmpty {
      throw AppError.invalid(faults.map { Finding($0.name, .fieldNotForPurpose, .reject).error })
    }
  }

  /// Whether rows within the scope have to be looked at; the agent chooses the scope itself.
  package var narrows: Bool { line != nil || relation != nil || stage != nil || since != nil || narrowing != nil }
}

/// A predicate on a person that a later feature has made for this viewer at this moment.
package struct CustomerNarrowing: Hashable, Sendable {
  /// Says all that the predicate rests on: two of one key are one predicate.
  let key: String
  /// Takes the column that names the person.
  let predicate: @Sendable (SQL) -> SQL

  package init(key: String, predicate: @escaping @Sendable (SQL) -> SQL) {
    self.key = key
    self.predicate = predicate
  }

  package static func == (a: Self, b: Self) -> Bool { a.key == b.key }
  package func hash(into hasher: inout Hasher) { hasher.combine(key) }
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
  /// Nil, as anything but the name may be, where the purpose does not need it.
  package let relation: RelationState?
  /// Of the policies within the viewer's book.
  package let lines: [Line]
  package let stages: [Stage]
  package let latestAt: Instant?
  package let nextDueOn: Day?
  package let createdAt: Instant
}

extension CustomerLine {
  /// Without what a purpose does not need.
  func told(for needs: Needs) -> CustomerLine {
    if needs.isWhole { return self }
    return CustomerLine(
      id: id, name: name, kind: kind, sex: needs.shows("gender") ? sex : nil,
      birthDate: needs.shows("birth_date") ? birthDate : nil, mobile: needs.shows("mobile") ? mobile : nil,
      relation: needs.shows("relation") ? relation : nil, lines: needs.shows("lines") ? lines : [],
      stages: needs.shows("stages") ? stages : [], latestAt: needs.shows("latest_at") ? latestAt : nil,
      nextDueOn: needs.shows("next_due_on") ? nextDueOn : nil, createdAt: createdAt)
  }

  /// One person whom several records are, as one of them: open and held on any of them is open and held.
  package static func joined(_ lines: [CustomerLine], as id: ID<Customer>) -> CustomerLine? {
    guard let own = lines.first(where: { $0.id == id }), lines.count > 1 else { return lines.first { $0.id == id } }
    let relation = [RelationState.active, .lapsed, .former].first { state in lines.contains { $0.relation == state } }
    return CustomerLine(
      id: id, name: own.name, kind: own.kind, sex: own.sex, birthDate: own.birthDate,
      mobile: own.mobile ?? lines.lazy.compactMap(\.mobile).first, relation: relation ?? own.relation,
      lines: Line.allCases.filter { line in lines.contains { $0.lines.contains(line) } },
      stages: Stage.allCases.filter { stage in lines.contains { $0.stages.contains(stage) } },
      latestAt: lines.compactMap(\.latestAt).max(), nextDueOn: lines.compactMap(\.nextDueOn).min(),
      createdAt: lines.map(\.createdAt).min() ?? own.createdAt)
  }
}
