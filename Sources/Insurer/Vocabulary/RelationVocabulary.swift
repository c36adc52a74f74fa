/// A person's relation to the insurer (R01).
package enum RelationState: String, Coded {
  /// Never a contract.
  case prospect
  /// Policyholder or insured of a policy in force.
  case active
  /// None in force, one suspended.
  case lapsed
  /// All terminated.
  case former

  package var labels: Labels {
    switch self {
    case .prospect: Labels("准客户", "Prospect", ["潜在客户"])
    case .active: Labels("在保", "Active", ["在保客户", "有效客户"])
    case .lapsed: Labels("失效", "Lapsed", ["失效客户"])
    case .former: Labels("已离开", "Former", ["离开", "历史客户"])
    }
  }
}

/// What is open now for a person, by policy or case; several at once.
package enum Stage: String, Coded {
  case acquisition, issuing, claim
  case premiumDue = "premium_due"
  case policyRenewal = "policy_renewal"
  case referral

  package var labels: Labels {
    switch self {
    case .acquisition: Labels("获客", "Acquisition", [])
    case .issuing: Labels("承保", "Issuing", ["出单"])
    case .claim: Labels("理赔", "Claim", [])
    case .premiumDue: Labels("续期", "Premium due", ["续期收费"])
    case .policyRenewal: Labels("续保", "Policy renewal", [])
    case .referral: Labels("转介绍", "Referral", [])
    }
  }
}
