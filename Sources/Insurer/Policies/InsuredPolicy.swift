import Kernel
import Storage

/// A policy as a claim on it needs it.
package struct InsuredPolicy: Hashable, Sendable {
  package let place: PolicyPlace
  package let productID: ID<Product>
  package let line: Line
  package let servicingAgentID: ID<StaffMember>?
  /// The main insured.
  package let insuredID: ID<Customer>?
}

extension Policies {
  /// Policies by their numbers, with their main insured, whoever looks: for taking in claims.
  package static func insured(_ numbers: [String]) -> Query<[InsuredPolicy]> { PolicyStore.insured(numbers) }
}
