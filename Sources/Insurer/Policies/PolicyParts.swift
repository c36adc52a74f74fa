import Kernel

/// Somebody on a policy, with the policy: the insured, and who receives a benefit.
package struct PolicyMember: Hashable, Sendable {
  package let id: Int64
  package var customerID: ID<Customer>
  package let policyID: ID<Policy>
  package let role: PartyRole
  /// The customer record; nil for somebody who has none, whose name is sealed.
  package var partyID: ID<Customer>?
  /// Sealed by the policyholder's key: the name of somebody without a record.
  package var name: [UInt8]?
  /// A code of `Benefit`, or the policy's own word; empty for an insured.
  package let benefit: String
  package let rank: Int
  package var share: Rate?
  package var source: String

  /// «法定» is neither a person nor a name.
  package var designation: BeneficiaryDesignation { partyID == nil && name == nil ? .none : .named }
}

/// One benefit that a policy pays (保险责任).
package struct Coverage: Hashable, Sendable {
  package var customerID: ID<Customer>
  package let policyID: ID<Policy>
  package let benefit: String
  package var sumInsured: Money?
  package var deductible: Money?
  /// 给付比例.
  package var rate: Rate?
  package var limit: Money?
  package var source: String

  static let fields: [RecordField<Coverage>] = [
    RecordField("sum_insured", \.sumInsured, moneyText),
    RecordField("deductible", \.deductible, moneyText),
    RecordField("rate", \.rate) { $0?.decimal ?? "" },
    RecordField("limit", \.limit, moneyText),
  ]
}

/// One premium: due, and received or not.
package struct Premium: Hashable, Sendable {
  package var customerID: ID<Customer>
  package let policyID: ID<Policy>
  package let dueOn: Day
  package var amount: Money
  package var receivedOn: Day?
  package var method: PremiumMethod?
  package var result: PremiumResult?
  /// The day on which a formal demand (催告) for it reached the policyholder. A reminder is none.
  package var demandedOn: Day?
  /// Why a debit failed, where the bank or the core said so.
  package var failureReason: DebitFailure?
  package var source: String

  package var fact: PremiumFact {
    PremiumFact(dueOn: dueOn, amount: amount, receivedOn: receivedOn, isWaived: result == .waived)
  }

  static let fields: [RecordField<Premium>] = [
    RecordField("amount", \.amount) { $0.yuan },
    RecordField("received_on", \.receivedOn, dayText),
    RecordField("method", \.method) { $0?.code ?? "" },
    RecordField("result", \.result) { $0?.code ?? "" },
    RecordField("demanded_on", \.demandedOn, dayText),
    RecordField("failure_reason", \.failureReason) { $0?.code ?? "" },
  ]
}

/// Where a policy number leads.
package struct PolicyPlace: Hashable, Sendable {
  package let policyNo: String
  package let id: ID<Policy>
  package let customerID: ID<Customer>
}

extension Policy {
  package var place: PolicyPlace { PolicyPlace(policyNo: policyNo, id: id, customerID: customerID) }
}
