import Kernel
import Storage

/// A policy with the keys by which files refer to what it names.
package struct PolicyExport: Sendable {
  package let policy: Policy
  package let product: String
  package let baseNo: String?
  package let policyholder: String
  package let insured: String?
  package let writingAgent: String?
  package let servicingAgent: String?
  package let underwriter: String?
}

/// Somebody on a policy, as files write it.
package struct PartyExport: Sendable {
  package let policyNo: String
  package let role: PartyRole
  package let customer: String?
  package let name: String?
  package let benefit: String
  package let rank: Int
  package let share: Rate?
}

extension Policies {
  /// Policies after a number, in the order of numbers.
  package static func export(after number: String, limit: Int, in tx: ReadTx) throws -> [PolicyExport] {
    try tx.access.require(.read(.policy))
    let policies = try tx.fetch(PolicyListStore.byNumber(after: number, limit: limit))
    guard !policies.isEmpty else { return [] }
    let places = policies.map(\.place)
    let agents = policies.flatMap(\.staff)
    let (members, products, bases, staff) = try tx.fetch(
      PolicyPartStore.members(of: places), Products.all(policies.map(\.productID)),
      PolicyStore.places(of: policies.compactMap(\.baseID)), Staff.numbers(of: agents))
    let main = Dictionary(members.filter(\.isMainInsured).map { ($0.policyID, $0) }) { first, _ in first }
    let people = policies.map(\.customerID) + main.values.compactMap(\.partyID)
    let names = try tx.fetch(Customers.names(of: people))
    for customer in Set(policies.map(\.customerID.raw)).sorted() {
      tx.logAccess(AccessRecord(.export, subjects: [customer], what: "policies"))
    }
    let codes = Dictionary(products.map { ($0.id, $0.code) }) { first, _ in first }
    let numbers = Dictionary(bases.map { ($0.id, $0.policyNo) }) { first, _ in first }
    return policies.map { policy in
      PolicyExport(
        policy: policy, product: codes[policy.productID] ?? "", baseNo: policy.baseID.flatMap { numbers[$0] },
        policyholder: names[policy.customerID]?.fileKey ?? "",
        insured: main[policy.id]?.partyID.flatMap { names[$0]?.fileKey },
        writingAgent: policy.writingAgentID.flatMap { staff[$0] },
        servicingAgent: policy.servicingAgentID.flatMap { staff[$0] },
        underwriter: policy.underwriterID.flatMap { staff[$0] })
    }
  }

  /// Parties of the policy of a number and of those after it, so many policies; the main insured is the policy's own.
  /// - Returns: with the number of the last policy looked at.
  package static func exportParties(
    from number: String, policies limit: Int, in tx: ReadTx
  ) throws -> (rows: [PartyExport], last: String?) {
    let (policies, members) = try parts(from: number, limit, in: tx) { PolicyPartStore.members(of: $0) }
    let names = try tx.fetch(Customers.names(of: members.compactMap(\.partyID)))
    let keys = try Customers.sealingKeys(of: members.filter { $0.name != nil }.map(\.customerID), in: tx)
    let numbers = Dictionary(uniqueKeysWithValues: policies.map { ($0.id, $0.policyNo) })
    let rows = try members.filter { !$0.isMainInsured }.map { member in
      let name = try member.name.flatMap { name in try keys[member.customerID].map { try tx.vault.open(name, with: $0) }
      }
      return PartyExport(
        policyNo: numbers[member.policyID] ?? "", role: member.role,
        customer: member.partyID.flatMap { names[$0]?.fileKey },
        name: member.designation == .none ? BeneficiaryDesignation.none.labels.zh : name, benefit: member.benefit,
        rank: member.rank, share: member.share)
    }
    return (rows, policies.last?.policyNo)
  }

  package static func exportCoverages(
    from number: String, policies limit: Int, in tx: ReadTx
  ) throws -> (rows: [(policyNo: String, coverage: Coverage)], last: String?) {
    let (policies, coverages) = try parts(from: number, limit, in: tx) { PolicyPartStore.coverages(of: $0) }
    let numbers = Dictionary(uniqueKeysWithValues: policies.map { ($0.id, $0.policyNo) })
    return (coverages.map { (numbers[$0.policyID] ?? "", $0) }, policies.last?.policyNo)
  }

  package static func exportPremiums(
    from number: String, policies limit: Int, in tx: ReadTx
  ) throws -> (rows: [(policyNo: String, premium: Premium)], last: String?) {
    let (policies, premiums) = try parts(from: number, limit, in: tx) { PolicyPartStore.premiums(of: $0) }
    let numbers = Dictionary(uniqueKeysWithValues: policies.map { ($0.id, $0.policyNo) })
    return (premiums.map { (numbers[$0.policyID] ?? "", $0) }, policies.last?.policyNo)
  }

  private static func parts<Part>(
    from number: String, _ limit: Int, in tx: ReadTx, _ query: ([PolicyPlace]) -> Query<[Part]>
  ) throws -> ([Policy], [Part]) {
    try tx.access.require(.read(.policy))
    let policies = try tx.fetch(PolicyListStore.fromNumber(number, limit: limit))
    guard !policies.isEmpty else { return ([], []) }
    for customer in Set(policies.map(\.customerID.raw)).sorted() {
      tx.logAccess(AccessRecord(.export, subjects: [customer], what: "policy parts"))
    }
    return (policies, try tx.fetch(query(policies.map(\.place))))
  }
}
