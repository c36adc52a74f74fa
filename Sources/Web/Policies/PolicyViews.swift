import Insurer
import Kernel

extension PolicyRow {
  /// A line of a person's policies.
  init(_ line: PolicyLine, _ format: Format) {
    let words = format.words
    self.init(
      number: line.policyNo, href: "/policies/\(line.id)", product: line.product, line: words.label(line.line),
      role: line.roles.map { words.label($0) }.joined(separator: " · "),
      sumInsured: line.sumInsured.map(format.money) ?? "",
      premium: line.premium.map(format.money) ?? "",
      status: Badge(line.status, isGrace: line.phases.contains(.grace), words),
      phase: PolicyRow.phase(line.phases, line.flags, line.reason, words), nextDue: line.nextDueOn.map(format.day),
      nextDueNote: line.nextDueOn.flatMap(format.overdue),
      customer: nil, customerHref: nil, asOf: PolicyRow.asOf(line.source, line.statusAsOf, format),
      mismatch: PolicyRow.mismatch(line.mismatches, words),
      mode: line.premium == nil ? nil : line.mode.map { words.label($0) })
  }

  /// A policy in a list of the book.
  init(_ row: PolicyListRow, _ format: Format) {
    let policy = row.policy
    let words = format.words
    self.init(
      number: policy.policyNo, href: "/policies/\(policy.id)", product: row.product, line: words.label(row.line),
      role: "", sumInsured: policy.sumInsured.map(format.money) ?? "",
      premium: policy.premium.map(format.money) ?? "",
      status: Badge(policy.status, isGrace: policy.projection.phases.contains(.grace), words),
      phase: PolicyRow.phase(policy.projection.phases, policy.flags, policy.reason, words),
      nextDue: policy.projection.nextDueOn.map(format.day),
      nextDueNote: policy.projection.nextDueOn.flatMap(format.overdue), customer: row.policyholder?.shown,
      customerHref: row.policyholder.flatMap { $0.isVisible ? "/customers/\($0.id)" : nil },
      asOf: PolicyRow.asOf(policy.source, policy.statusAsOf, format),
      mismatch: PolicyRow.mismatch(policy.projection.mismatches, words),
      mode: policy.premium == nil ? nil : policy.mode.map { words.label($0) })
  }

  /// Base covers, each with its riders below it; what has ended comes last.
  static func table(_ lines: [PolicyLine], _ format: Format) -> [PolicyRow] {
    let ids = Set(lines.map(\.id))
    let riders = Dictionary(grouping: lines.filter { $0.baseID.map(ids.contains) ?? false }) { $0.baseID }
    let bases = lines.filter { !($0.baseID.map(ids.contains) ?? false) }
    let sorted = bases.filter { $0.status != .terminated } + bases.filter { $0.status == .terminated }
    return sorted.flatMap { base in
      [PolicyRow(base, format)]
        + (riders[base.id] ?? []).map { rider in
          var row = PolicyRow(rider, format)
          row.isRider = true
          return row
        }
    }
  }

  /// Takes out what all rows say alike, to be said once.
  static func common(_ rows: inout [PolicyRow], _ words: Words) -> String? {
    guard rows.count > 1, let first = rows.first?.asOf, rows.allSatisfy({ $0.asOf == first }) else { return nil }
    for place in rows.indices { rows[place].asOf = nil }
    return words.fill("policies.asOf", first)
  }

  static func phase(
    _ phases: [Phase], _ flags: Set<PolicyFlag>, _ reason: TerminationReason?, _ words: Words
  ) -> String? {
    let parts =
      phases.map { words.label($0) } + PolicyFlag.allCases.filter(flags.contains).map { words.label($0) }
      + [reason.map { words.label($0) }].compactMap { $0 }
    return parts.isEmpty ? nil : parts.joined(separator: " · ")
  }

  /// `核心系统 11-22 06:00`.
  static func asOf(_ source: String, _ at: Instant, _ format: Format) -> String {
    let name = format.words.of("sources", source) ?? source
    return "\(name) \(at.day.year == format.today.year ? String(format.minute(at).dropFirst(5)) : format.minute(at))"
  }

  static func mismatch(_ kinds: [PolicyMismatch.Kind], _ words: Words) -> String? {
    kinds.isEmpty ? nil : kinds.map { words["policies.mismatch.\($0.rawValue)"] }.joined(separator: " · ")
  }
}

extension CoverTotal {
  static func of(_ totals: [LineTotal], base: String, _ format: Format) -> [CoverTotal] {
    let covered = totals.filter { $0.insuredCount > 0 }
    let largest = covered.map(\.sumInsured.fen).max() ?? 0
    return covered.map { total in
      CoverTotal(
        label: format.words.label(total.line), amount: format.money(total.sumInsured),
        policies: total.insuredCount == 1
          ? format.words["policies.countOne"]
          : format.words.fill("policies.count", format.number(total.insuredCount)),
        href: "\(base)/policies?cover=\(total.line.rawValue)",
        percent: largest == 0 ? 0 : Int(total.sumInsured.fen * 100 / largest))
    }
  }
}

extension PolicyPage {
  init(_ detail: PolicyDetail, claims: [ClaimRow], _ format: Format) {
    let words = format.words
    let policy = detail.policy
    let projection = detail.projection
    func label<Value: Coded>(_ value: Value?) -> String? { value.map { words.label($0) } }
    self.init(
      number: policy.policyNo, product: detail.product.name,
      asOf: PolicyRow.asOf(policy.source, policy.statusAsOf, format),
      badges: [Badge(policy.status, isGrace: projection.phases.contains(.grace), words)]
        + projection.phases.map { Badge(words.label($0), tone: $0 == .grace ? "warn" : "quiet") }
        + PolicyFlag.allCases.filter(policy.flags.contains).map { Badge(words.label($0), tone: "warn", icon: "lock") }
        + [label(policy.reason).map { Badge($0, tone: "quiet") }].compactMap { $0 },
      highlights: PolicyPage.highlights(detail, format), dates: PolicyPage.dates(detail, format),
      projection: PolicyPage.projection(detail, format),
      parties: PolicyPage.parties(detail.parties, words),
      coverages: detail.coverages.map { CoverageLine($0, format) },
      premiums: detail.premiums.map { PremiumLine($0, format) }, claims: claims,
      base: detail.base.map { Link("\($0.product) \($0.policyNo)", "/policies/\($0.id)") },
      riders: detail.riders.map { RiderRow($0, words) },
      shareFaults: detail.shareFaults.map { fault in
        words.fill("policies.shareFault", Benefit(rawValue: fault.benefit).map { words.label($0) } ?? fault.benefit)
      })
  }

  /// Columns of shares stand only where somebody has one.
  private static func parties(_ lines: [PolicyPartyLine], _ words: Words) -> [PolicyPartyRow] {
    var rows = lines.map { PolicyPartyRow($0, words) }
    let hasShares = rows.contains { $0.benefit != nil || $0.rank != nil || $0.share != nil }
    for place in rows.indices { rows[place].hasShares = hasShares }
    return rows
  }

  private static func highlights(_ detail: PolicyDetail, _ format: Format) -> [Fact] {
    let words = format.words
    let policy = detail.policy
    let due = detail.projection.nextPremium
    return [
      policy.sumInsured.map { Fact(words["policies.sumInsured"], format.money($0)) },
      policy.premium.map {
        Fact(words["policies.premium"], format.money($0), note: policy.mode.map { words.label($0) })
      },
      due.map {
        Fact(
          words["policies.nextDue"], format.day($0.dueOn),
          note: [
            format.overdue($0.dueOn),
            detail.projection.suspendsOn.map { words.fill("policies.graceUntil", format.day($0 - 1)) },
          ].compactMap { $0 }.joined(separator: " · "))
      },
      policy.graceDays.map { Fact(words.field("grace_days"), format.number($0)) },
      policy.loan.flatMap { $0.fen > 0 ? Fact(words.field("loan"), format.money($0)) : nil },
      detail.servicingAgent.map { Fact(words.field("servicing_agent"), $0) },
      detail.writingAgent.map { Fact(words.field("writing_agent"), $0) },
      detail.underwriter.map { Fact(words.field("underwriter"), $0) },
      policy.channel.map { Fact(words.field("channel"), words.label($0)) },
    ].compactMap { $0 }
  }

  private static func dates(_ detail: PolicyDetail, _ format: Format) -> [Fact] {
    let policy = detail.policy
    let projection = detail.projection
    let stated: [(String, Day?)] = [
      ("applied_on", policy.appliedOn), ("formed_on", policy.formedOn), ("effective_on", policy.effectiveOn),
      ("delivered_on", policy.deliveredOn), ("suspended_on", policy.suspendedOn),
      ("reinstated_on", policy.reinstatedOn), ("terminated_on", policy.terminatedOn), ("expires_on", policy.expiresOn),
    ]
    let ours: [(String, Day?)] = [
      ("coolingOffUntil", projection.coolingOffUntil), ("waitingUntil", projection.waitingUntil),
      ("contestableUntil", projection.contestableUntil), ("reinstatementUntil", projection.reinstatementUntil),
    ]
    return stated.compactMap { name, day in day.map { Fact(format.words.field(name), format.day($0)) } }
      + ours.compactMap { name, day in day.map { Fact(format.words["policies.\(name)"], format.day($0)) } }
  }

  /// What our rules make of it, always marked as that: only the core states what holds.
  private static func projection(_ detail: PolicyDetail, _ format: Format) -> Notice? {
    let words = format.words
    if let mismatch = detail.mismatches.first {
      return Notice(text: words["policies.mismatch.\(mismatch.kind.rawValue)"], tone: "warn")
    }
    // A premium that is not due yet is no warning.
    guard let day = detail.projection.suspendsOn, let due = detail.projection.nextPremium?.dueOn, due < format.today
    else { return nil }
    return Notice(text: words.fill("policies.suspends", format.day(day)), tone: "warn")
  }
}

extension PolicyPartyRow {
  init(_ line: PolicyPartyLine, _ words: Words) {
    self.init(
      role: words.label(line.role), name: line.designation == .none ? words.label(line.designation) : line.name,
      href: line.customerID.map { "/customers/\($0)" },
      benefit: line.benefit.isEmpty ? nil : Benefit(rawValue: line.benefit).map { words.label($0) } ?? line.benefit,
      rank: line.rank == 0 ? nil : words.fill("policies.rankNumber", "\(line.rank)"),
      share: line.share.map { PolicyPartyRow.percent($0) })
  }

  /// `33.33%`.
  static func percent(_ rate: Rate) -> String {
    let whole = rate.millionths / 10_000
    let rest = rate.millionths % 10_000
    guard rest != 0 else { return "\(whole)%" }
    var decimals = String(repeating: "0", count: 4 - String(rest).count) + String(rest)
    while decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(whole).\(decimals)%"
  }
}

extension RiderRow {
  init(_ rider: RelatedPolicy, _ words: Words) {
    self.init(
      product: rider.product, number: rider.policyNo, href: "/policies/\(rider.id)", status: Badge(rider.status, words))
  }
}

extension CoverageLine {
  init(_ coverage: Coverage, _ format: Format) {
    self.init(
      benefit: Benefit(rawValue: coverage.benefit).map { format.words.label($0) } ?? coverage.benefit,
      sumInsured: coverage.sumInsured.map(format.exactMoney) ?? "",
      deductible: coverage.deductible.map(format.exactMoney) ?? "",
      rate: coverage.rate.map { PolicyPartyRow.percent($0) } ?? "", limit: coverage.limit.map(format.exactMoney) ?? "")
  }
}

extension PremiumLine {
  init(_ premium: Premium, _ format: Format) {
    let words = format.words
    let state: Badge =
      if premium.receivedOn != nil {
        Badge(words["policies.receivedState"], tone: "good", icon: "check")
      } else if premium.result == .waived {
        Badge(words.label(PremiumResult.waived), tone: "info", icon: "shield")
      } else if premium.dueOn > format.today {
        Badge(format.until(premium.dueOn), tone: "quiet", icon: "calendar")
      } else {
        Badge(words["policies.outstanding"], tone: "warn", icon: "clock")
      }
    self.init(
      due: format.day(premium.dueOn), amount: format.exactMoney(premium.amount),
      received: premium.receivedOn.map(format.day),
      demanded: premium.demandedOn.map { words.fill("policies.demanded", format.day($0)) },
      method: premium.method.map { words.label($0) } ?? "", state: state)
  }
}
