import Kernel

/// A policy as it stands on a person's page: one line, whatever roles the person has on it.
package struct PolicyLine: Hashable, Sendable {
  package let id: ID<Policy>
  /// In the order of `PartyRole`.
  package var roles: [PartyRole]
  package let policyholderID: ID<Customer>
  package let policyNo: String
  package let productID: ID<Product>
  package let product: String
  package let line: Line
  package let baseID: ID<Policy>?
  package let status: PolicyStatus
  package let reason: TerminationReason?
  package let statusAsOf: Instant
  package let source: String
  package var phases: [Phase]
  package var flags: Set<PolicyFlag>
  package var mismatches: [PolicyMismatch.Kind]
  package let effectiveOn: Day?
  package let expiresOn: Day?
  package let terminatedOn: Day?
  package var sumInsured: Money?
  package var premium: Money?
  package var mode: PremiumMode?
  package var nextDueOn: Day?
  package var suspendsOn: Day?
  /// Years for which premiums are due; nil for as long as the cover lasts.
  package var premiumYears: Int?
  package let servicingAgentID: ID<StaffMember>?
  let projectionDueOn: Day?

  package func has(_ role: PartyRole) -> Bool { roles.contains(role) }

  /// Joins the rows of one policy; they stand together.
  static func grouped(_ rows: [PolicyLine]) -> [PolicyLine] {
    var lines: [PolicyLine] = []
    lines.reserveCapacity(rows.count)
    for row in rows {
      if let last = lines.last, last.id == row.id {
        lines[lines.count - 1].add(row)
      } else {
        lines.append(row)
      }
    }
    return lines
  }

  private mutating func add(_ other: PolicyLine) {
    roles = PartyRole.allCases.filter { has($0) || other.has($0) }
    flags.formUnion(other.flags)
    sumInsured = sumInsured ?? other.sumInsured
    premium = premium ?? other.premium
    mode = mode ?? other.mode
    nextDueOn = nextDueOn ?? other.nextDueOn
    suspendsOn = suspendsOn ?? other.suspendsOn
    premiumYears = premiumYears ?? other.premiumYears
  }
}

/// What a person has in one line of business (R18).
package struct LineTotal: Hashable, Sendable {
  package let line: Line
  /// Policies in force where the person is the insured, riders among them, and their sums insured together.
  package var insuredCount = 0
  package var sumInsured = Money.zero
  /// Policies in force that the person holds, and what they cost in a year; single premiums do not count.
  package var heldCount = 0
  package var yearlyPremium = Money.zero

  /// Whether a policy stands behind `insuredCount` and `sumInsured`.
  package static func covers(_ line: PolicyLine) -> Bool { line.status == .inForce && line.has(.insured) }

  /// Totals by line, in the order of `Line`; lines without a policy in force are left out.
  package static func of(_ lines: [PolicyLine]) -> [LineTotal] {
    var totals: [Line: LineTotal] = [:]
    for line in lines where line.status == .inForce && (line.has(.insured) || line.has(.policyholder)) {
      var total = totals[line.line] ?? LineTotal(line: line.line)
      if covers(line) {
        total.insuredCount += 1
        total.sumInsured = Money(fen: total.sumInsured.fen &+ (line.sumInsured?.fen ?? 0))
      }
      if line.has(.policyholder) {
        total.heldCount += 1
        let times = line.mode?.months.map { Int64(12 / $0) } ?? 0
        total.yearlyPremium = Money(fen: total.yearlyPremium.fen &+ (line.premium?.fen ?? 0) &* times)
      }
      totals[line.line] = total
    }
    return Line.allCases.compactMap { totals[$0] }
  }

  package init(line: Line) { self.line = line }
}
