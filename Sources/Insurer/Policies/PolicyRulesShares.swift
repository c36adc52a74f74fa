import Kernel

/// A beneficiary's line on a policy, as far as the rule of shares needs it.
package struct BeneficiaryLine: Hashable, Sendable {
  /// A code of `Benefit`, or the policy's own word for it.
  package let benefit: String
  /// 受益顺序, from 1.
  package let rank: Int
  package let designation: BeneficiaryDesignation
  /// 受益份额; nil where the policy names none.
  package let share: Rate?

  package init(benefit: String, rank: Int, designation: BeneficiaryDesignation = .named, share: Rate?) {
    self.benefit = benefit
    self.rank = rank
    self.designation = designation
    self.share = share
  }
}

/// What is wrong with the shares of one rank of one benefit.
package struct ShareFault: Hashable, Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// The shares do not add up to 100 %.
    case sum
    /// Some have a share and some have none.
    case partial
    /// Named persons and «法定» stand side by side.
    case mixed
  }

  package let benefit: String
  package let rank: Int
  package let kind: Kind
  package let total: Rate

  package init(benefit: String, rank: Int, kind: Kind, total: Rate) {
    self.benefit = benefit
    self.rank = rank
    self.kind = kind
    self.total = total
  }
}

extension PolicyRules {
  /// Shares are 100 % within one rank of one benefit. No shares at all mean equal shares (保险法 40); 法定 needs none.
  package static func shareFaults(_ lines: [BeneficiaryLine]) -> [ShareFault] {
    struct Group: Hashable {
      let benefit: String
      let rank: Int
    }
    let groups = Dictionary(grouping: lines) { Group(benefit: $0.benefit, rank: $0.rank) }
    let faults = groups.compactMap { group, lines -> ShareFault? in
      let total = Rate(millionths: lines.reduce(0) { $0 + ($1.share?.millionths ?? 0) })
      func fault(_ kind: ShareFault.Kind) -> ShareFault {
        ShareFault(benefit: group.benefit, rank: group.rank, kind: kind, total: total)
      }
      let named = lines.filter { $0.designation == .named }
      if named.isEmpty { return nil }
      if named.count < lines.count { return fault(.mixed) }
      let given = named.filter { $0.share != nil }.count
      if given == 0 { return nil }
      if given < named.count { return fault(.partial) }
      return total == .percent(100) ? nil : fault(.sum)
    }
    return faults.sorted { ($0.benefit, $0.rank) < ($1.benefit, $1.rank) }
  }
}
