import Kernel

/// Who has a person in his book, and what he may know of him there: one row a scope. Scope 0 is everybody, else the
/// raw id of a member of staff, a team or a branch (`domain.md`, «Who may see which policy»).
package struct BookRow: Hashable, Sendable {
  package let scope: Int64
  package let customerID: Int64
  package let name: String
  package let pinyin: String
  package let initials: String
  package let latestAt: Instant
  /// `BookRow.noDue` when nothing is due.
  package let nextDueOn: Day
  package let createdAt: Instant
  package let relation: Int64
  package let lines: Int64
  package let stages: Int64

  /// Sorts behind every real day.
  package static let noDue = Day(number: 9_999_999)
}

/// What the book is computed from: a person, his policies and cases, and the staff who serve them.
struct BookFacts: Sendable {
  struct Policy: Sendable {
    let standing: PolicyStanding
    let agent: Int64?
    let line: Int64
    var underwriter: Int64?
  }

  struct Claim: Sendable {
    let standing: ClaimStanding
    let agent: Int64?
    /// Nil where the person is only the policyholder: a case is the handler's for its insured.
    let handler: Int64?
  }

  let customerID: Int64
  var name: String
  var pinyin: String
  var initials: String
  var createdAt: Instant
  var owner: Int64?
  var adviser: Int64?
  var latestAt: Instant
  /// As policyholder or insured; a beneficiary's role does not count.
  var policies: [Policy] = []
  var claims: [Claim] = []
  /// Who serves an application until its call-back, and who assesses or assessed one.
  var applicationAgents: [Int64] = []
  var assessors: [Int64] = []

  var relation: RelationState { RelationRules.relation(policies.map(\.standing)) }

  func openStages(on today: Day) -> [OpenStage] {
    RelationRules.stages(policies: policies.map(\.standing), claims: claims.map(\.standing), on: today)
  }
}

enum BookRules {
  /// Lines of policies that are not ended.
  static func lines(_ policies: [BookFacts.Policy]) -> Int64 {
    policies.reduce(0) { $1.standing.status == .terminated ? $0 : $0 | $1.line }
  }

  /// The earliest premium due of policies that are not ended.
  static func nextDue(_ policies: [BookFacts.Policy]) -> Day? {
    policies.filter { $0.standing.status != .terminated }.compactMap(\.standing.nextDueOn).min()
  }

  /// One row for everybody, one for each member of staff who serves the person, and one for each of their groups.
  /// Lines, dues and stages are those of the policies that the scope serves; an adviser, a claims
  /// handler and an underwriter know all. What an underwriter assesses is no affair of his groups.
  ///
  /// - Parameter groups: team and branch of a member of staff, by raw id.
  static func rows(
    _ facts: BookFacts, stages open: [OpenStage], groups: [Int64: [Int64]]
  ) -> [BookRow] {
    let underwriters = Set(facts.policies.compactMap(\.underwriter) + facts.assessors)
    let knowAll = Set([0] + facts.claims.compactMap(\.handler) + [facts.adviser].compactMap { $0 })
    let knowers = knowAll.union(underwriters)
    let agents = facts.policies.compactMap(\.agent) + facts.claims.compactMap(\.agent) + facts.applicationAgents
    let staff = Set(agents + [facts.owner].compactMap { $0 }).union(knowAll)
    let scopes = staff.union(staff.flatMap { groups[$0] ?? [] }).union(underwriters)
    return scopes.sorted().map { scope in
      func serves(_ agent: Int64?) -> Bool {
        if knowers.contains(scope) { return true }
        guard let agent else { return false }
        return agent == scope || groups[agent]?.contains(scope) == true
      }
      let policies = facts.policies.filter { serves($0.agent) }
      return BookRow(
        scope: scope, customerID: facts.customerID, name: facts.name, pinyin: facts.pinyin, initials: facts.initials,
        latestAt: facts.latestAt, nextDueOn: nextDue(policies) ?? BookRow.noDue, createdAt: facts.createdAt,
        relation: facts.relation.number, lines: lines(policies),
        stages: bits(open.filter { isServed($0.subject, facts, serves) }))
    }
  }

  static func bits(_ stages: [OpenStage]) -> Int64 { stages.reduce(0) { $0 | $1.stage.bit } }

  /// Stages of no case are everybody's who knows the person; others are for those who serve the case.
  private static func isServed(_ subject: StageSubject, _ facts: BookFacts, _ serves: (Int64?) -> Bool) -> Bool {
    switch subject {
    case .person, .lead: true
    case .policy(let id): facts.policies.contains { $0.standing.policy == id && serves($0.agent) }
    case .claim(let id): facts.claims.contains { $0.standing.claim == id && serves($0.agent) }
    }
  }

  /// The tokens of a person's search document: overlapping pairs of Han characters, other words whole, and a token
  /// for each scope but everybody's (decision 18).
  static func tokens(name: String, scopes: [Int64]) -> String {
    var tokens = SearchTokens.ofName(name)
    for scope in scopes.sorted() where scope != 0 { tokens.append(SearchTokens.ofScope(scope)) }
    return tokens.joined(separator: " ")
  }
}

/// How names are cut into what the full-text index holds.
enum SearchTokens {
  /// `王小敏` → 王小, 小敏; `Anna Lee` → anna, lee; a single Han character stands alone.
  static func ofName(_ name: String) -> [String] {
    var tokens: [String] = []
    var han: [Unicode.Scalar] = []
    var word = String.UnicodeScalarView()
    func endHan() {
      if han.count == 1 { tokens.append(String(han[0])) }
      for place in han.indices.dropFirst() { tokens.append("\(han[place - 1])\(han[place])") }
      han = []
    }
    func endWord() {
      if !word.isEmpty { tokens.append(String(word).lowercased()) }
      word = String.UnicodeScalarView()
    }
    for scalar in name.unicodeScalars {
      if PersonName.isHan(scalar) {
        endWord()
        han.append(scalar)
      } else if scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
        endHan()
        word.append(scalar)
      } else {
        endHan()
        endWord()
      }
    }
    endHan()
    endWord()
    return tokens
  }

  static func ofScope(_ scope: Int64) -> String { "s\(scope)" }
}
